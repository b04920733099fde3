"""A board in QEMU whose root outlasts it, and this machine's liminix-gen and ssh to reach it."""

from __future__ import annotations

import re
import shutil
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from attrs import evolve

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.qemu import flash, machines, root
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated
from tests.support import vmroot as vmroots
from tests.support.answers import answer
from tests.support.reaching import (
    HOST,
    free_port,
    liminix_gen,
    private_key,
    ssh_options,
    way_for_ssh,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PROJECT = Path(__file__).parents[2]
MODULES = PROJECT / "tests" / "modules"
ROUTER = PROJECT / "tests" / "boot" / "router.py"
SMALL = PROJECT / "tests" / "storage" / "small.py"
TIMEOUT_S = 300.0


def environment(device: str, root_type: str, change: str) -> dict[str, str]:
    """Return the environment that says what tests/storage/small.py is."""
    return process.environment(
        LIMINIX_GEN_TEST_DEVICE=device,
        LIMINIX_GEN_TEST_ROOT=root_type,
        LIMINIX_GEN_TEST_CHANGE=change,
        SSH_AUTH_SOCK=None,
    )


def build(device: str, root_type: str, change: str, output: str, link: Path) -> Path:
    """Build an output of tests/storage/small.py, with the kernel that tests/boot has."""
    lock = SMALL.with_suffix(".lock")
    if not lock.exists() and ROUTER.with_suffix(".lock").exists():
        shutil.copyfile(ROUTER.with_suffix(".lock"), lock)
    words = liminix_gen("build", SMALL, "--modules", MODULES, "--output", output, "-o", link)
    env = environment(device, root_type, change)
    process.run(words, env=env, cwd=PROJECT, timeout_s=3600)
    return link


def seconds(line: str) -> str:
    """Return what a board says of the time from its kernel's start to all services ready."""
    found = re.search(r"[0-9.]+ s", line)
    assert found is not None
    return found[0]


class Installed:
    """A board that reboots as a real one does, with a root that is written for good.

    QEMU is killed by `cut`, as the power fails, and started by `power_on`. A reboot ends it, and
    `until` starts it again.
    """

    def __init__(self, device: str, root_type: str, folder: Path, *, change: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.device = device
        self.root_type = root_type
        self.folder = folder
        port = free_port()
        self._way = way_for_ssh(port)
        options = {**ssh_options(port), "IdentityFile": str(private_key(folder))}
        self._options = tuple(f"{name}={value}" for name, value in options.items())
        self._stack = ExitStack()
        self.loop = self._stack.enter_context(Loop())
        self._guest: Guest | None = None
        self._boots = 0
        self._said = ""
        self._command = self._installed(change)

    def _installed(self, change: str) -> Sequence[str]:
        """Build the image, and return the command of the QEMU that has it."""
        machine = Catalog.of().device(self.device).qemu
        assert machine is not None
        link = build(self.device, self.root_type, change, "vmroot", self.folder / "vmroot")
        vmroot = vmroots.read(link)
        if vmroot.flash_offset_bytes is not None and flash.refuses_writes(machine.executable):
            pytest.skip(flash.NOTICE)
        # A squashfs could be written here too, if anybody tried.
        vmroot = evolve(root.with_copy(vmroot, self.disk), writable=True)
        return machines.command(machine, vmroot, (self._way, Isolated()))

    @property
    def disk(self) -> Path:
        """The file that holds the root."""
        return self.folder / "disk"

    def insert(self, image: Path, card_bytes: int) -> None:
        """Put a whole image on a card, which is larger: the size of one is a power of two."""
        process.run(["cp", "--sparse=always", "--no-preserve=mode", image, self.disk])
        process.run(["truncate", "-s", str(card_bytes), self.disk])

    @property
    def guest(self) -> Guest:
        """The QEMU that runs."""
        assert self._guest is not None
        return self._guest

    def power_on(self) -> None:
        """Start QEMU."""
        self._boots += 1
        log = self.folder / f"console-{self._boots}.log"
        self._guest = Guest(self._command, self.loop, log=log)

    def boot(self) -> str:
        """Start QEMU, wait until all services are ready, and return the line that says so."""
        self.power_on()
        return self.guest.wait_until_ready(TIMEOUT_S)

    def cut(self) -> None:
        """End QEMU at once, as the power fails."""
        if self._guest is not None:
            self._said += self._guest.console.text
            self._guest._child.signal(signal.SIGKILL)
            self._guest.stop()
            self._guest = None

    def _is_over(self) -> bool:
        """Say whether QEMU has to be started again."""
        return self.guest.console.ended

    @property
    def said(self) -> str:
        """All that the console has said since the first boot."""
        return self._said + (self._guest.console.text if self._guest is not None else "")

    def until(self, done: Callable[[], object], what: str, timeout_s: float = TIMEOUT_S) -> None:
        """Wait, and let the board reboot meanwhile."""

        def seen() -> bool:
            if self._is_over():
                self.cut()
                self.power_on()
            return bool(done())

        if not self.loop.until(seen, timeout_s):
            raise self.guest.console.error(f"{what}: not within {timeout_s:g} s")

    def until_said(self, text: str, start: int) -> None:
        """Wait until the console says something after what it had said up to `start`."""
        self.until(lambda: text in self.said[start:], text)

    def serve(self, child: process.Child, timeout_s: float) -> None:
        """Wait for the end of a program."""
        self.until(lambda: child.poll() is not None, child.shown, timeout_s)

    def start(self, *words: str | Path, change: str = "") -> process.Child:
        """Start liminix-gen, which is to reach the board; `ended` says what became of it."""
        options = [word for one in self._options for word in ("--ssh-option", one)]
        env = environment(self.device, self.root_type, change)
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            argv = liminix_gen(*words, HOST, *options)
            return process.Child(argv, env=env, cwd=PROJECT, stdout=out, stderr=err)

    def ended(self, child: process.Child, code: int) -> process.Completed:
        """Wait for a liminix-gen that `start` has started, and return what it said."""
        self.serve(child, 2 * TIMEOUT_S)
        done = process.Completed(
            command=child.command,
            returncode=child.popen.returncode,
            stdout=(self.folder / "out").read_text(encoding="utf-8"),
            stderr=(self.folder / "err").read_text(encoding="utf-8"),
            seconds=0,
        )
        assert done.returncode == code, done.stdout + done.stderr + self.guest.console.tail()
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def built(self, change: str) -> str:
        """Return the store path of the system that tests/storage/small.py is."""
        link = build(self.device, self.root_type, change, "system", self.folder / "system")
        return str(link.readlink())

    def start_update(self, change: str) -> process.Child:
        """Start an update to tests/storage/small.py."""
        words = ("update", SMALL, "--modules", MODULES, "--json", "--timeout", str(TIMEOUT_S))
        return self.start(*words, change=change)

    def plan(self, change: str) -> dict[str, object]:
        """Return what `plan` says of tests/storage/small.py and the board."""
        words = ("plan", SMALL, "--modules", MODULES, "--json", "--against")
        with self.start(*words, change=change) as child:
            return answer("plan", self.ended(child, 0).stdout)

    def update(self, change: str, *, code: int = 0) -> process.Completed:
        """Update the board to tests/storage/small.py."""
        with self.start_update(change) as child:
            return self.ended(child, code)

    def ssh(self, command_: str) -> str:
        """Run a command on the board, which must succeed."""
        options = [word for one in self._options for word in ("-o", one)]
        words = ["ssh", "-F", "none", *options, HOST, command_]
        out = self.folder / "ssh"
        with out.open("wb") as stream, process.Child(words, stdout=stream) as child:
            self.serve(child, TIMEOUT_S)
            assert child.poll() == 0, command_ + out.read_text(encoding="utf-8")
        return out.read_text(encoding="utf-8")

    def facts(self) -> Mapping[str, str]:
        """Return what `system facts` prints."""
        return dict(line.split("=", 1) for line in self.ssh("system facts").splitlines())

    def close(self) -> None:
        """End QEMU, and all that belongs to it."""
        self.cut()
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
