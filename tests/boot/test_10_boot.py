"""The router comes up: every service is ready, and it is the router that was described."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from liminix_gen.model.hardening import SETTINGS

if TYPE_CHECKING:
    from tests.support.router import Router

ARCHITECTURES = {
    "qemu-mipsel": "mips",
    "qemu-aarch64": "aarch64",
    "qemu-armv7l": "armv7l",
    "x86-64": "x86_64",
}


def test_every_service_is_ready(router: Router) -> None:
    # What is controlled may come after the line: a lease, what follows a cable or a probe.
    for name in ("default-route", "followed", "either", "well"):
        router.wait_for_state(name, "ready")
    states = router.services()
    assert {"lan", "dns", "firewall", "forward", "ssh", "time", "top", "bottom"} <= states.keys()
    not_ready = {one.name for one in states.values() if one.state != "ready"}
    assert not_ready == {"fragile", "above-fragile", "other"}
    assert states["fragile"].controlled
    assert states["other"].controlled


def test_it_is_the_device_and_has_its_name(router: Router, device: str) -> None:
    assert router.check("uname -m") == ARCHITECTURES[device]
    assert router.check("uname -n") == "router"


def test_a_second_of_the_guest_is_a_second(router: Router) -> None:
    """Its kernel may have measured its clock while this machine was busy."""

    def uptime() -> float:
        return float(router.check("cat /proc/uptime").split()[0])

    began, first = time.monotonic(), uptime()
    time.sleep(5)
    guest = uptime() - first
    assert guest == pytest.approx(time.monotonic() - began, rel=0.2)


def test_settings_of_the_kernel_are_written(router: Router) -> None:
    assert router.check("cat /proc/sys/net/ipv4/tcp_syncookies") == "2"
    assert router.check("cat /proc/sys/net/ipv4/ip_forward") == "1"
    assert router.check("cat /proc/sys/net/ipv6/conf/all/forwarding") == "1"


def test_what_hardens_is_written_for_every_interface(router: Router) -> None:
    """For those that were there before, for those that came since, and for those to come."""
    for path, one in SETTINGS.items():
        found = set(router.check(f"cat /proc/sys/{path}").split())
        assert found == {one.value}, path
        family, _, key = path.partition("/conf/")
        if key.startswith("default/"):
            files = f"/proc/sys/{family}/conf/[bglw]*/{key.removeprefix('default/')}"
            assert set(router.check(f"cat {files}").split()) == {one.value}, path


def test_the_kernels_messages_are_in_the_log(router: Router) -> None:
    line = router.check("logread -e 'kernel: .*Linux version'")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d kernel: \[.*", line), line
    assert "dnsmasq" in router.check("logread -l 1 -e dnsmasq")


def test_the_console_says_what_starts_and_how_to_go_on(router: Router, device: str) -> None:
    said = router.console.text
    starts = said.index("\nliminix-gen: router starts\n")
    ready = re.search(r"liminix-gen: all services ready \(\d+\) after (\d+\.\d) s", said)
    assert ready
    welcome = said.index(f"\nrouter ({device}), made by liminix-gen\n")
    assert starts < welcome < said.index("root@router:", welcome)
    # Who has waited for a minute is let in.
    assert starts < ready.start()
    assert ready.start() < welcome or float(ready[1]) > 60
    assert "(none)" not in said


def test_nothing_listens_that_was_not_asked_for(router: Router) -> None:
    # DNS and DHCP, DHCP's client, ssh, the pages of status and metrics, and chrony's client and
    # command ports on this machine.
    listening = router.check("netstat -ltun | awk 'NR > 2 { print $1, $4 }'").split("\n")
    ports = {line.rpartition(":")[2] for line in listening}
    asked = {"53", "67", "68", "22", "80", "9100", "123", "323"}
    assert ports <= asked | _ephemeral(listening), listening
    ssh = [line for line in listening if line.endswith(":22")]
    assert ssh


def _ephemeral(listening: list[str]) -> set[str]:
    """Ports of sockets that wait for an answer."""
    udp = (line for line in listening if line.startswith("udp"))
    return {port for line in udp if int(port := line.rpartition(":")[2]) >= 32768}
