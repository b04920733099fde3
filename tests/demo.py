"""`make demo`: builds examples/hello.py, boots it in QEMU, and shows a router at work."""

import subprocess
import sys
import tempfile
from pathlib import Path

from liminix_gen.catalog import Catalog
from liminix_gen.errors import LiminixGenError
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Dgram, Isolated
from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.link import Link
from tests.support import vmroot as vmroots
from tests.support.peer.dhcp_client import acquire
from tests.support.peer.peer import Peer

EXAMPLE = "examples/hello.py"
DEVICE = "qemu-mipsel"
TIMEOUT_S = 180.0


def say(text: str) -> None:
    """Print what was seen, at once."""
    print(text, flush=True)


def show(vmroot: Path) -> None:
    """Boot the image with a peer on its lan, and print what both see."""
    machine = Catalog.of().device(DEVICE).qemu
    if machine is None:
        raise AssertionError(f"{DEVICE} does not have a QEMU machine")
    with tempfile.TemporaryDirectory(prefix="demo-") as folder, Loop() as loop:
        lan = Dgram(local=Path(folder, "guest"), remote=Path(folder, "peer"))
        peer = Peer(Link(lan), loop, mac=MacAddress.parse("52:54:00:00:01:01"))
        command = machines.command(machine, vmroots.read(vmroot), (lan, Isolated()))
        say(f"\nbooting {EXAMPLE} for {DEVICE} in {machine.executable}")
        with Guest(command, loop) as guest:
            say(guest.wait_until_ready(TIMEOUT_S))
            guest.console.wait_for_shell(TIMEOUT_S)
            for shown in ("services", "uname -a"):
                say(f"\nhello# {shown}\n{guest.console.check(shown).rstrip()}")
            lease = acquire(peer, host_name="peer", timeout_s=TIMEOUT_S)
            say(f"\na peer on the lan got {lease.address} from {lease.server} by DHCP:")
            say(f"router {lease.router}, domain {lease.domain}, for {lease.seconds} seconds\n")
            guest.power_off(TIMEOUT_S)
        peer.close()
    say("the router is switched off")


def main() -> int:
    """Build, show, and say how to go on."""
    tool = Path(sys.executable).parent / "liminix-gen"
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        vmroot = Path(folder) / "result"
        built = subprocess.run([tool, "build", EXAMPLE, "-o", vmroot], check=False)
        if built.returncode:
            return built.returncode
        try:
            show(vmroot)
        except LiminixGenError as error:
            print(error, file=sys.stderr)
            return error.exit_code
    say(f"\nan interactive console: .venv/bin/liminix-gen run {EXAMPLE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
