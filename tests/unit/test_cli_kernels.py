"""What is told when a kernel has to be compiled, and what is kept of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from liminix_gen import System
from liminix_gen.cli import narrate
from liminix_gen.nix import events, kernels
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.kernels import Kernels, needed
from tests.support.evaluation import planned

if TYPE_CHECKING:
    from liminix_gen.cli.story import Story
    from liminix_gen.plan import Plan

KERNEL = "/nix/store/00000000000000000000000000000000-linux-6.12.1.drv"
OUTPUT = "/nix/store/11111111111111111111111111111111-linux-6.12.1"
DERIVATION = (
    f'Derive([("out","{OUTPUT}","","")],[],[],"x86_64-linux","/bin/sh",[],[("out","{OUTPUT}")])'
)


@pytest.fixture
def nix(tmp_path: Path) -> Nix:
    """A store that holds the derivation of a kernel."""
    file = Path(f"{tmp_path}{KERNEL}")
    file.parent.mkdir(parents=True)
    file.write_text(DERIVATION)
    return Nix(environ={"NIX_REMOTE": f"local?root={tmp_path}"})


def plan_of(policy: str, *, kexec: bool = False) -> Plan:
    system = System(device="qemu-mipsel")
    system.kernel.modules = policy
    if kexec:
        system.services["kexec"] = system.service.kexec.build()
    return planned(system)


def told(plan: Plan, record: Path, nix: Nix) -> list[tuple[str, str]]:
    return list(narrate.kernel(needed(plan, "", record, nix)))


def compile_once(plan: Plan, record: Path, nix: Nix, *, keep: bool) -> list[str]:
    """Let a kernel be compiled in five minutes; ``keep`` puts it into the store."""
    said: list[str] = []
    story = SimpleNamespace(
        sums_up=False,
        note="",
        activities={},
        step=lambda word, what: said.append(f"{word}: {what}") if word != "built" else None,
    )
    listener = Kernels(plan, record, nix, narrate.Narrator(cast("Story", story)))
    for name in ("linux-6.12.1.tar.xz", "linux-6.12.1-audit", "preinit-6.12.1.cpio", "busybox"):
        listener(events.Started(derivation=KERNEL.replace("linux-6.12.1", name)))
    assert said == []
    listener(events.Started(derivation=KERNEL))
    listener(events.Finished(derivation=KERNEL, seconds=300.0))
    if keep:
        nix.physical(OUTPUT).mkdir(exist_ok=True)
    return said


def test_the_first_kernel_costs_what_nobody_knows(tmp_path: Path, nix: Nix) -> None:
    said = compile_once(plan_of("referenced"), tmp_path / "kernels.json", nix, keep=False)
    assert said == ["kernel: it has to be compiled: some minutes"]


def test_the_next_one_names_the_cost_and_the_way_out(tmp_path: Path, nix: Nix) -> None:
    record = tmp_path / "kernels.json"
    compile_once(plan_of("referenced"), record, nix, keep=True)
    assert compile_once(plan_of("referenced"), record, nix, keep=True) == [
        "kernel: none of qemu-mipsel in the store has these symbols, source and tools: it is compiled, about 5 min 00 s, as the last one here",
        'hint: config.kernel.modules = "all" makes one kernel for every configuration of qemu-mipsel',
    ]
    assert len(kernels.load(record)) == 1  # the same path once


def test_with_all_the_hint_is_what_makes_it_special(tmp_path: Path, nix: Nix) -> None:
    record = tmp_path / "kernels.json"
    compile_once(plan_of("all"), record, nix, keep=True)
    (_, hint) = told(plan_of("all", kexec=True), record, nix)
    assert hint[0] == "hint"
    assert "KEXEC (kexec (" in hint[1]
    assert [word for word, _ in told(plan_of("all"), record, nix)] == ["kernel"]


def test_a_kernel_that_is_gone_is_no_other_kernel(tmp_path: Path, nix: Nix) -> None:
    record = tmp_path / "kernels.json"
    compile_once(plan_of("referenced"), record, nix, keep=False)
    (only,) = told(plan_of("referenced"), record, nix)
    assert only == ("kernel", "it has to be compiled: about 5 min 00 s, as the last one here")


_TIMES = ("NaN", "Infinity", "-1", "1" + 400 * "0", "1" + 5000 * "0")
_PATHS = (f"/{5000 * 'a'}", "", "\\u0000")


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "[1]", '{"a": 1}', '[{"device": 1}]', "\x00", 100_000 * "["),
        *(f'[{{"device": "qemu-mipsel", "path": "/x", "seconds": {time}}}]' for time in _TIMES),
        *(f'[{{"device": "qemu-mipsel", "path": "{path}", "seconds": 1}}]' for path in _PATHS),
    ],
)
def test_a_broken_record_costs_the_hint_alone(tmp_path: Path, nix: Nix, text: str) -> None:
    record = tmp_path / "kernels.json"
    record.write_text(text)
    assert compile_once(plan_of("referenced"), record, nix, keep=False)
    assert len(kernels.load(record)) == 1


def test_a_record_that_cannot_be_written_fails_no_build(tmp_path: Path, nix: Nix) -> None:
    (tmp_path / "file").touch()
    assert compile_once(plan_of("referenced"), tmp_path / "file" / "kernels.json", nix, keep=False)
