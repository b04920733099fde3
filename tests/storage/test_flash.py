"""A JFFS2 root on NOR flash: QEMU's second flash, which keeps what was written like a real one."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.machines import VmRoot
from liminix_gen.qemu.networks import option
from tests.support.router import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
BOARD = "qemu-aarch64"
BANK_BYTES = 64 << 20
COMMAND_LINE = "from liminix_gen.cli.main import main; main()"


@pytest.fixture(scope="module")
def vmroot(tmp_path_factory: pytest.TempPathFactory) -> VmRoot:
    link = tmp_path_factory.mktemp("small") / "vmroot"
    command = [sys.executable, "-c", COMMAND_LINE, "build", HERE / "small.py", "--output", "vmroot"]
    command += ["--without", "bookworm-security", "--modules", HERE.parent / "modules"]
    environment = process.environment(
        LIMINIX_GEN_TEST_DEVICE=BOARD, LIMINIX_GEN_TEST_ROOT="jffs2", PYTHONPATH="."
    )
    process.run([*command, "-o", link], env=environment, timeout_s=3600)
    return VmRoot.read(link)


@pytest.fixture(scope="module")
def boot(vmroot: VmRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Guest]]:
    """A function that boots the board with its flash, after the boot before has ended."""
    device = Catalog.of().device(BOARD)
    machine, offset = device.qemu, device.roots["jffs2"].flash_offset_bytes
    assert machine is not None
    assert offset is not None
    folder = tmp_path_factory.mktemp("flash")
    flash = folder / "bank"
    root = vmroot.root.read_bytes()
    flash.write_bytes((b"\xff" * offset + root).ljust(BANK_BYTES, b"\xff"))
    command = [machine.executable, "-machine", machine.machine, "-m", str(machine.memory_mib)]
    command += ["-cpu", str(machine.cpu), "-nodefaults", "-display", "none", "-no-reboot"]
    command += ["-serial", "stdio", "-monitor", "none"]
    command += ["-kernel", str(vmroot.kernel), "-append", vmroot.command_line]
    command += ["-drive", f"if=pflash,unit=1,format=raw,file={option(flash)}"]
    for number, card in enumerate(("lan", "wan")):
        command += ["-netdev", f"hubport,id={card},hubid=0"]
        command += ["-device", f"{machine.network},netdev={card},bus=virtio-mmio-bus.{number}"]
    with ExitStack() as stack:
        loop = stack.enter_context(Loop())

        def start() -> Guest:
            guest = stack.enter_context(Guest(command, loop, log=folder / "console"))
            guest.wait_until_ready(TIMEOUT_S)
            guest.console.wait_for_shell(30)
            guest.console.check("dmesg -n 1")
            return guest

        yield start


def test_what_was_written_outlives_boots_and_the_rest_is_as_configured(
    boot: Callable[[], Guest],
) -> None:
    for number in (1, 2, 3):
        guest = boot()
        check = guest.console.check
        assert check("grep ' / ' /proc/mounts").startswith("mtd:rootfs / jffs2 rw")
        assert check("cat /etc/motd").strip() == "variant"
        assert check("ls -l /bin/ls | grep -c ' -> /nix/store/'") == "1"
        assert "root=jffs2" in check("cat /etc/liminix-system")
        assert check("readlink /activate | grep -c '/nix/store/.*-system/activate'") == "1"
        assert check("cat /var/count 2>/dev/null | wc -l") == str(number - 1)
        check("echo boot >> /var/count; echo x > /etc/motd; rm /bin/ls; sync")
        guest.power_off(TIMEOUT_S)
