"""Runs an image in QEMU: a check that ends by itself, or the user's terminal."""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from liminix_gen import files, process
from liminix_gen.errors import Problem, RunError
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.measure import Memory, measure
from liminix_gen.qemu.networks import Isolated, Network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from liminix_gen.model.device import Qemu

TIMEOUT_S = 120.0
ISOLATED = (Isolated(), Isolated())

# What the guest's init says first of all (templates/nix/lib/boot/init.sh).
_STARTS = re.compile(rb"liminix-gen: \S+ starts\r*\n")
# What the kernel says when it was asked to (kernel/reboot.c); after a panic it does not.
_REBOOTS = b"reboot: Restarting system"
# terminfo's names of terminals, as a word of a kernel's command line.
_TERMINAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_.-]{0,31}")


@frozen(kw_only=True)
class Checked:
    """A boot that came up and went down in order; times in seconds on this machine's clock.

    ``memory`` is what was in use when all services were ready, if that was asked for.
    """

    ready_s: float
    power_off_s: float
    message: str
    memory: Memory | None = None


def check(
    machine: Qemu,
    vmroot: machines.VmRoot,
    *,
    networks: Sequence[Network] = ISOLATED,
    state: Path | None = None,
    timeout_s: float = TIMEOUT_S,
    log: Path | None = None,
    listener: Callable[[str], object] | None = None,
    with_memory: bool = False,
) -> Checked:
    """Boot, wait until all services are ready, power off in order; what reboots has failed.

    ``with_memory`` measures, before that, what memory is in use.

    Raises RunError with the console's last lines when that does not happen in time.
    """
    command = machines.command(machine, vmroot, networks, state=state)
    with Loop() as loop:
        began = time.monotonic()
        with Guest(command, loop, log=log, listener=listener) as guest:
            message = guest.wait_until_ready(timeout_s)
            ready = time.monotonic()
            memory = _memory(guest, timeout_s) if with_memory else None
            off = time.monotonic()
            guest.power_off(timeout_s)
            ended = time.monotonic()
    return Checked(ready_s=ready - began, power_off_s=ended - off, message=message, memory=memory)


def _memory(guest: Guest, timeout_s: float) -> Memory:
    guest.console.wait_for_shell(timeout_s)
    return measure(guest.console, timeout_s)


class _Console:
    """What the guest says on the user's terminal, as QEMU copies it into a pipe."""

    def __init__(
        self, pipe: Path, loop: Loop, log: BinaryIO | None, on_start: Callable[[], object]
    ) -> None:
        self._descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._log = log
        self._on_start = on_start
        self._last = b""
        self.rebooted = False
        loop.add(self)

    def fileno(self) -> int:
        return self._descriptor

    def receive(self) -> bool:
        piece = os.read(self._descriptor, 65536)
        if self._log is not None:
            self._log.write(piece)
        self._last += piece
        self.rebooted = self.rebooted or _REBOOTS in self._last
        for _ in _STARTS.findall(self._last):
            self._on_start()
        *_, self._last = _STARTS.split(self._last)
        self._last = self._last[-200:]
        return bool(piece)

    def close(self) -> None:
        os.close(self._descriptor)


def interactive(
    machine: Qemu,
    vmroot: machines.VmRoot,
    loop: Loop,
    *,
    networks: Sequence[Network] = ISOLATED,
    state: Path | None = None,
    log: Path | None = None,
    on_start: Callable[[], object] = lambda: None,
) -> None:
    """Give the user's terminal to the guest's console until QEMU ends; the guest may reboot.

    ``log`` gets all that the console says. ``on_start`` is called each time that the kernel has
    started the system; the terminal then needs a carriage return before each new line.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(files.temporary_folder())
        kept = None if log is None else stack.enter_context(log.open("wb", buffering=0))
        pipe = folder / "console"
        os.mkfifo(pipe)
        command = machines.command(
            machine,
            _with_terminal(vmroot),
            networks,
            terminal=machines.Terminal.USER,
            copy=pipe,
            state=state,
        )
        # A reboot ends QEMU, as what follows a panic does; one that was asked for is another QEMU.
        while _boot(machine, command, loop, _Console(pipe, loop, kept, on_start)):
            pass


def _boot(machine: Qemu, command: Sequence[str], loop: Loop, console: _Console) -> bool:
    """Run QEMU until it ends; say whether the guest asked for another boot."""
    try:
        code = process.interactive(command, wait=lambda over: loop.until(over, float("inf")))
        loop.until(lambda: not console.receive(), 1.0)  # what was said last
    finally:
        loop.remove(console)
        console.close()
    if code != 0:
        what = f"{machine.executable} ended with exit code {code}"
        raise RunError(Problem(None, what))
    return console.rebooted


def _with_terminal(vmroot: machines.VmRoot) -> machines.VmRoot:
    """Pass to the guest what its console is: words that no part of the kernel takes reach init.

    They become variables of its environment. A kernel for MIPS takes them only behind the word
    liminix (templates/nix/lib/kernel/patches/mips-boot-loader-arguments.patch).
    """
    if not sys.stdin.isatty():
        return vmroot
    size = os.get_terminal_size(sys.stdin.fileno())
    words = ["liminix"]
    if size.columns and size.lines:
        words += [f"COLUMNS={size.columns}", f"LINES={size.lines}"]
    name = os.environ.get("TERM", "")
    if _TERMINAL_NAME.fullmatch(name):
        words.append(f"TERM={name}")
    return attrs.evolve(vmroot, command_line=" ".join((vmroot.command_line, *words)))
