"""On MIPS the kernel's line is in the device tree; a boot loader's words need the word `liminix`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.run import ISOLATED
from tests.support.router import TIMEOUT_S, build_vmroot

if TYPE_CHECKING:
    from liminix_gen.qemu.machines import VmRoot

TESTS = Path(__file__).parents[1]
BOARD = "qemu-mipsel"


@pytest.fixture(scope="module")
def vmroot(tmp_path_factory: pytest.TempPathFactory) -> VmRoot:
    link = tmp_path_factory.mktemp("router") / "vmroot"
    return build_vmroot(TESTS / "boot" / "router.py", BOARD, link, TESTS / "modules")


def booted_with(vmroot: VmRoot, arguments: str) -> str:
    """Boot with arguments of the boot loader up to a shell; return the line that the kernel took."""
    machine = Catalog.of().device(BOARD).qemu
    assert machine is not None
    command = machines.command(machine, attrs.evolve(vmroot, command_line=arguments), ISOLATED)
    with Loop() as loop, Guest(command, loop) as guest:
        said = guest.console.wait_for(r"Kernel command line: (?P<line>.*)\n", TIMEOUT_S)
        guest.console.wait_for_shell(TIMEOUT_S)
        return str(said["line"]).strip()


@pytest.mark.parametrize(
    "arguments",
    [
        "init=/evil from-loader",
        "liminixx=1 foo.liminix xliminix init=/evil",
        "liminix=1 init=/evil",
    ],
)
def test_without_the_word_the_loader_is_not_heard(vmroot: VmRoot, arguments: str) -> None:
    assert booted_with(vmroot, arguments) == vmroot.command_line


def test_with_the_word_its_arguments_extend_the_line(vmroot: VmRoot) -> None:
    line = booted_with(vmroot, "liminix from-loader=yes")
    assert line.startswith(f"{vmroot.command_line} liminix from-loader=yes")
