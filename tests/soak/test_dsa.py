"""VLANs on the ports of a switch: what a chip is told, by the kernel's own mock of one (dsa_loop).

It logs each call of its driver and carries no packets. Ports 0 to 3 are lan1 to lan4.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated
from tests.support import vmroot as vmroots
from tests.support.reaching import liminix_gen

HERE = Path(__file__).parent
QEMU = Catalog.of().device("qemu-mipsel").qemu
CALL = re.compile(r"dsa_loop_port_vlan_(add|del): port: (\d) vlan: (\d+), (un)?tagged, pvid: (\d)")


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    assert QEMU is not None
    folder = tmp_path_factory.mktemp("switch")
    link = folder / "vmroot"
    words = ("build", HERE / "switch.py", "--output", "vmroot", "--out-link", link)
    process.run(liminix_gen(*words, "--devices", HERE / "boards"), timeout_s=3600)
    with Loop() as loop:
        command = machines.command(QEMU, vmroots.read(link), (Isolated(), Isolated()))
        with Guest(command, loop, log=folder / "console.log") as guest:
            guest.wait_until_ready(300)
            guest.console.wait_for_shell(30)
            yield guest


def told(router: Guest) -> dict[int, dict[int, str]]:
    """Return the VLANs of each port as the driver was told of them: u is untagged, and * its own."""
    ports: dict[int, dict[int, str]] = {port: {} for port in range(4)}
    for verb, port, vlan, un, own in CALL.findall(router.console.check("dmesg")):
        vlans = ports.setdefault(int(port), {})
        vlans.pop(int(vlan), None)
        if verb == "add":
            vlans[int(vlan)] = ("u" if un else "t") + ("*" if own == "1" else "")
    return {port: ports[port] for port in range(4)}


PORTS = " ".join(f"ports.port{number}" for number in range(4))
NONE: dict[int, str] = {}
EXPECTED = {0: {2: "u*"}, 1: {3: "u*"}, 2: {1: "u*"}, 3: {1: "u*", 2: "t", 3: "t"}}


def wait_until_told(router: Guest, expected: object) -> None:
    """Wait for ports: a service of one is ready without a cable, too."""
    end = time.monotonic() + 60
    while (found := told(router)) != expected:
        assert time.monotonic() < end, found
        time.sleep(0.5)


def test_the_chip_keeps_vlans_apart(router: Guest) -> None:
    wait_until_told(router, EXPECTED)
    assert router.console.check("cat /sys/class/net/int/bridge/vlan_filtering") == "1"
    assert "192.168.20.1" in router.console.check("ip address show guests")


def test_ports_leave_with_their_vlans_and_return(router: Guest) -> None:
    for _ in range(3):
        router.console.check(f"services restart -t 120 {PORTS}")
    wait_until_told(router, EXPECTED)
    router.console.check(f"services stop -t 120 {PORTS}")
    wait_until_told(router, dict.fromkeys(EXPECTED, NONE))
