"""docs/errors.md: a section for each kind of error, and what is quoted there is what is said.

Where a section has commands they are run; every other error is made by what makes it, from what it
is made of.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

import liminix_gen
from liminix_gen import process
from liminix_gen.cli import main
from liminix_gen.debian import resolve, store
from liminix_gen.debian.download import Download, DownloadEvent
from liminix_gen.debian.lock_model import LockedPackage
from liminix_gen.deploy import update
from liminix_gen.deploy.facts import Facts
from liminix_gen.deploy.ssh import Ssh
from liminix_gen.docs import errors as page
from liminix_gen.errors import InterruptedRunError, LiminixGenError, Where
from liminix_gen.kconfig.audit import KernelAuditError, lost_symbols
from liminix_gen.kconfig.hardware import HardwareError, advised, undriven
from liminix_gen.nix import environment
from liminix_gen.nix.events import Complaint, Position, Reader
from liminix_gen.nix.failures import DerivationError, Failure, build_error, evaluation_problem
from liminix_gen.process.result import Completed
from liminix_gen.qemu.console import Console
from liminix_gen.qemu.loop import Loop
from liminix_gen.workflow.explain import explained
from tests.support.forked import run
from tests.unit.debian_index import index, stanza

if TYPE_CHECKING:
    from collections.abc import Callable

    from liminix_gen.plan import Plan

SECTIONS = page.sections()
HELLO = re.findall(r"```python\n(.*?)```", Path("README.md").read_text(), re.DOTALL)[0]
DERIVATION = "/nix/store/3q5n1m9d2j8r7k4w6y0z1x2c3v4b5n6m-{}.drv"
LOG = f"nix-store --read-log {DERIVATION}"


def raised(call: Callable[[], object]) -> str:
    with pytest.raises(LiminixGenError) as error:
        call()
    return str(error.value)


def packages(_folder: Path) -> str:
    return raised(lambda: resolve.package(index(stanza("strace")), "strase"))


def mirror(_folder: Path) -> str:
    locked = LockedPackage(
        name="libssl3",
        version="3.0.15-1",
        path="pool/libssl3.deb",
        sha256="0" * 64,
        size_bytes=1,
        suite="bookworm",
        libraries=(),
    )
    wanted = Download(path=locked.path, sha256=locked.sha256, target=Path("x"), bases=())
    event = DownloadEvent(
        download=wanted,
        state="failed",
        reason="http://deb.example/pool/libssl3.deb  404  Not Found",
    )
    return str(store._failure(locked, event))


def missing_tool(_folder: Path) -> str:
    return str(process.MissingToolError("dot"))


def nix(folder: Path) -> str:
    said = "error: creating directory '/nix/var/nix/profiles': Permission denied"
    program = folder / "nix"
    program.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    program.chmod(0o755)
    return raised(lambda: environment._require_store({"PATH": f"{folder}:/bin"}, "alice"))


def command(_folder: Path) -> str:
    return raised(lambda: process.run(["ls", "/nowhere"]))


def kernel_symbols(_folder: Path) -> str:
    lines = (
        "liminix-gen-audit: lost ATH9K asked=m got=absent",
        "liminix-gen-audit: parent ATH9K WLAN",
        "liminix-gen-audit: lost NFT_MASK asked=m got=absent",
        "liminix-gen-audit: near NFT_MASK NFT_MASQ",
    )
    askers = {
        "ATH9K": ["config.kernel.config (router.py:27)"],
        "NFT_MASK": ["config.kernel.config (router.py:28)"],
    }
    return str(KernelAuditError(lost_symbols(lines, askers), LOG.format("linux-6.12.118")))


def hardware(_folder: Path) -> str:
    found = undriven(["liminix-gen-hardware: /soc/spi@10 soc,spi has /soc/spi@10/flash@0"])
    known = advised(found, "soc,spi\tdrivers/spi/spi-soc.c\tSPI_SOC\n")
    where = Where(Path("devices/my-board/device.py"), 12)
    return str(HardwareError(known, where, LOG.format("my-board-hardware")))


def service_check(_folder: Path) -> str:
    said = "'incoming-allowed-ip4', 'tcp dport 99999 accept': nft says: Service out of range"
    failure = Failure(
        derivation=DERIVATION.format("firewall"),
        lines=(f"liminix-gen-refused: firewall {said}",),
    )
    asked = SimpleNamespace(by="firewall", where=Where(Path("router.py"), 9))
    plan = SimpleNamespace(symbols=(), services=(SimpleNamespace(asked=asked),))
    return str(explained(DerivationError((), (failure,)), cast("Plan", plan)))


def evaluation(_folder: Path) -> str:
    place = Position("/tmp/tree/modules/gauge/gauge.nix", 4)
    complaint = Complaint(text="undefined variable 'pkgs'", position=place)
    where = Where(Path("router.py"), 4)
    tree = Path("/tmp/tree")
    return str(evaluation_problem(complaint, tree, by="gauge", where=where))


def build(_folder: Path) -> str:
    reader = Reader(lambda _event: None)
    for line in Path("tests/unit/nix_logs/parallel-failure.log").read_text().splitlines():
        reader.feed(line)
    done = Completed(command=("nix-build",), returncode=1, stdout="", stderr="", seconds=1)
    return str(build_error(done, reader))


def a_run(_folder: Path) -> str:
    guest = "echo 'Kernel panic - not syncing: VFS: Unable to mount root fs'"
    with Loop() as loop, process.Child(("sh", "-c", guest), pty=True) as child:
        assert child.terminal is not None
        terminal, child.terminal = child.terminal, None
        console = Console(terminal, loop)
        try:
            return raised(lambda: console.wait_for(re.compile("services are ready"), 20))
        finally:
            console.close()


def host_key(_folder: Path) -> str:
    done = Completed(
        command=("ssh",),
        returncode=255,
        stdout="",
        stderr="Host key verification failed.\n",
        seconds=1,
    )
    return str(Ssh(destination="root@192.168.19.1")._unreachable("", done))


def an_update(_folder: Path) -> str:
    facts = Facts(
        device="qemu-mipsel",
        hostname="hello",
        root="squashfs",
        kernel="",
        boot="",
        image="",
        active="",
        confirmed="",
        trial="",
        free_bytes=0,
        memory_available_bytes=0,
        watchdog=False,
        kexec=False,
    )
    host, device = "root@192.168.19.1", "qemu-mipsel"
    return raised(lambda: update.refuse(host, facts, device=device, root="jffs2"))


SAID: dict[str, Callable[[Path], str]] = {
    "packages": packages,
    "mirror": mirror,
    "missing-tool": missing_tool,
    "nix": nix,
    "command": command,
    "kernel-symbols": kernel_symbols,
    "hardware": hardware,
    "service-check": service_check,
    "evaluation": evaluation,
    "build": build,
    "run": a_run,
    "host-key": host_key,
    "update": an_update,
    "internal": lambda _folder: main._BUG,
}


def blocks(kind: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", SECTIONS[kind], re.MULTILINE | re.DOTALL)
    return [text for word, text in found if word == language]


def prepare(kind: str, folder: Path) -> None:
    """Make what the commands of a section find."""
    (folder / "router.py").write_text(HELLO)
    for text in blocks(kind, "python"):
        if "@service_type" in text:
            (folder / "modules/beacon").mkdir(parents=True)
            (folder / "modules/beacon/module.py").write_text(text)
            use = "config.services['beacon'] = service.beacon.build(interface=lan)\n"
            (folder / "router.py").write_text(HELLO + use)
        else:
            (folder / "router.py").write_text(text)
    if kind == "lock":
        (folder / "router.lock").write_text('{"version": 1,')


def told(kind: str, folder: Path) -> str:
    """Return what the last command of a section says; the others end well."""
    prepare(kind, folder)
    *before, last = "".join(blocks(kind, "sh")).splitlines()
    for line in before:
        assert run(*shlex.split(line)[1:], cwd=folder).returncode == 0
        if kind == "tree":
            with (folder / "tree/system.nix").open("a") as file:
                file.write("# edited\n")
    done = run(*shlex.split(last)[1:], cwd=folder)
    assert done.returncode > 1, done
    said = done.stderr.replace(f"{folder}/", "")
    return (
        re.sub(r"^(package set|note) .*\n", "", said, flags=re.MULTILINE)
        .removeprefix("liminix-gen: ")
        .rstrip("\n")
    )


@pytest.mark.parametrize("kind", SECTIONS)
def test_an_example_is_what_is_said(kind: str, tmp_path: Path) -> None:
    (shown,) = blocks(kind, "")
    said = SAID[kind](tmp_path) if kind in SAID else told(kind, tmp_path)
    assert said.removeprefix("liminix-gen: ") == shown.rstrip("\n")


def classes(cls: type[LiminixGenError] = LiminixGenError) -> set[type[LiminixGenError]]:
    for module in pkgutil.walk_packages(liminix_gen.__path__, "liminix_gen."):
        importlib.import_module(module.name)
    found = {cls}
    for one in cls.__subclasses__():
        found |= classes(one)
    return found


def kinds_in_the_source() -> set[str]:
    """Return what problems are given, by its word or by a constant of the module."""
    found: set[str] = set()
    for file in Path("liminix_gen").rglob("*.py"):
        tree = ast.parse(file.read_text())
        constants = {
            one.targets[0].id: one.value.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            and isinstance(one.targets[0], ast.Name)
            and isinstance(one.value, ast.Constant)
        }
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
            for word in call.keywords if name in {"Problem", "note"} else ():
                if word.arg == "kind" and isinstance(word.value, ast.Constant):
                    found.add(word.value.value)
                elif word.arg == "kind" and isinstance(word.value, ast.Name):
                    # Others hand on what they were given.
                    found |= {constants[word.value.id]} if word.value.id in constants else set()
    return found


def test_every_kind_has_a_section_and_none_is_of_another() -> None:
    made = {one.kind for one in classes() - {LiminixGenError, InterruptedRunError}}
    assert "" not in made
    assert "claims" in kinds_in_the_source()
    assert made | kinds_in_the_source() == SECTIONS.keys()


def test_a_problem_keeps_the_kind_that_it_was_given() -> None:
    """Those of an error that is raised again among others, too."""
    inner = LiminixGenError("a")
    assert [one.kind for one in inner.problems] == [""]
    first = process.MissingToolError("dot").problems
    assert {one.kind for one in LiminixGenError(*first).problems} == {"missing-tool"}


def test_explain(tmp_path: Path) -> None:
    listed = run("explain", cwd=tmp_path).stdout.splitlines()[1:]
    assert [line.split()[0] for line in listed] == list(SECTIONS)
    assert run("explain", "claims", cwd=tmp_path).stdout == f"claims\n\n{SECTIONS['claims']}\n"
    wrong = run("explain", "claim", cwd=tmp_path)
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines() == [
        "liminix-gen: there is no kind of error 'claim'",
        "  hint: did you mean claims?",
    ]
