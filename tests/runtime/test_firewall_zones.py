"""Who reaches whom through a firewall of zones: the rules in a kernel, and hosts of each zone around it.

Each host is a network of its own on this machine. What listens there answers with the address that it sees, which says
what was translated.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_interface

import pytest

from liminix_gen import Service
from tests.support.namespaces import in_own_network, into_network_of
from tests.support.services import Bench

# Name to the router's interface, and addresses; those of IPv6 are nobody's, and no bogons (RFC 5180).
HOSTS = {
    "server": ("lan", "192.168.19.5/24", "2001:2:0:1::5/64"),
    "laptop": ("lan", "192.168.19.6/24", "2001:2:0:1::6/64"),
    "guest": ("guests", "192.168.20.9/24", "2001:2:0:2::9/64"),
    "thing": ("things", "192.168.30.9/24", "2001:2:0:3::9/64"),
    "world": ("wan", "203.0.113.1/24", "2001:2:0:4::1/64"),
}
# A prefix that is the home's own, and the one that the world knows in its place.
INSIDE, OUTSIDE = "fd12:0:0:1::/64", "2001:2:0:9::/64"
TRANSLATED = {
    "router-lan": ("fd12:0:0:1::1/64", "fd12:0:0:2::1/64"),
    "server": ("fd12:0:0:1::5/64",),
    "laptop": ("fd12:0:0:2::6/64",),
}
OUTER = "203.0.113.10"
ROUTER = {
    "lan": ("192.168.19.1/24", "2001:2:0:1::1/64"),
    "guests": ("192.168.20.1/24", "2001:2:0:2::1/64"),
    "things": ("192.168.30.1/24", "2001:2:0:3::1/64"),
    "wan": (f"{OUTER}/24", "2001:2:0:4::10/64"),
}
# 22 and 53 as the router has them; the others are named by rules below.
PORTS = (22, 53, 443, 631, 7007, 7008, 8443, 9000)
NOBODY = ""
_LISTEN = """
import asyncio, sys
async def said(reader, writer):
    writer.write(writer.get_extra_info("peername")[0].encode())
    writer.close()
async def main():
    for port in sys.argv[1:]:
        await asyncio.start_server(said, ["0.0.0.0", "::"], int(port))
    print("listening", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
_CONNECT = """
import socket, sys
try:
    source = (sys.argv[3], 0) if sys.argv[3:] else None
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), 0.7, source) as there:
        print(there.recv(64).decode())
except OSError:
    pass
"""


class Home:
    """A router with hosts around it."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._networks = {name: self._hold() for name in ("router", *HOSTS)}
        self.run("router", "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
        # No kernel of this project has it: that filters what a bridge passes on too.
        filtered = "/proc/sys/net/bridge/bridge-nf-call-ip*tables"
        self.run("router", f"for file in {filtered}; do [ ! -e $file ] || echo 0 > $file; done")
        # The hosts of a zone are on one link, as behind a switch.
        for name, addresses in ROUTER.items():
            self.run("router", f"ip link add dev {name} type bridge")
            self._address("router", name, [*addresses, *TRANSLATED.get(f"router-{name}", ())])
        for name, (interface, *addresses) in HOSTS.items():
            process = self._networks[name].pid
            self.run(
                "router",
                f"ip link add dev to-{name} type veth peer name eth0 netns {process}\n"
                f"ip link set dev to-{name} up master {interface}",
            )
            self._address(name, "eth0", [*addresses, *TRANSLATED.get(name, ())])
            for address in ROUTER[interface]:
                self.run(name, f"ip route add default via {ip_interface(address).ip}")
        for name in self._networks:
            self._listen(name)

    def _hold(self) -> subprocess.Popen[str]:
        command = in_own_network("sh", "-c", "ip link set dev lo up; echo up; exec sleep 1000")
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._ends.enter_context(process)
        self._ends.callback(process.kill)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    def _listen(self, name: str) -> None:
        words = (sys.executable, "-c", _LISTEN, *map(str, PORTS))
        process = subprocess.Popen(
            [*into_network_of(self._networks[name].pid), *words], stdout=subprocess.PIPE, text=True
        )
        self._ends.enter_context(process)
        self._ends.callback(process.kill)
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"

    def _address(self, name: str, interface: str, addresses: tuple[str, ...] | list[str]) -> None:
        # Neighbours are asked from link-local addresses, which would be tried for a second first.
        dad = f"/proc/sys/net/ipv6/conf/{interface}/accept_dad"
        self.run(name, f"echo 0 > {dad}; ip link set dev {interface} up")
        for address in addresses:
            self.run(name, f"ip address add {address} dev {interface} nodad")

    def run(self, name: str, script: str, text: str = "") -> str:
        words = [*into_network_of(self._networks[name].pid), "sh", "-ec", script]
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def load(self, firewall: Service) -> None:
        (daemon,) = (part for part in firewall.parts() if not part.name)
        zones = [zone for zone in ROUTER if zone in firewall.zones]  # type: ignore[attr-defined]
        elements = "".join(
            f"add element {family} table-{family} {zone} {{ {zone} }}\n"
            for zone in zones
            for family in ("ip", "ip6")
        )
        self.run("router", "nft -f -", str(daemon.parameters["ruleset"]) + elements)

    def seen_by(self, target: str, port: int, *, of: str, source: str = "") -> str:
        """Whom a target sees when a host connects to it; nobody if it does not get there."""
        (seen,) = self.each_seen_by((target, port), of=of, source=source)
        return seen

    def each_seen_by(self, *targets: tuple[str, int], of: str, source: str = "") -> list[str]:
        """Try several at once."""
        prefix = [*into_network_of(self._networks[of].pid), sys.executable, "-c", _CONNECT]
        last = [source] if source else []
        tries = [
            subprocess.Popen([*prefix, target, str(port), *last], stdout=subprocess.PIPE, text=True)
            for target, port in targets
        ]
        return [one.communicate()[0].strip().removeprefix("::ffff:") for one in tries]

    def close(self) -> None:
        self._ends.close()


def address(name: str, version: int) -> str:
    return str(ip_interface(HOSTS[name][1 if version == 4 else 2]).ip)


def router_on(interface: str, version: int) -> str:
    return str(ip_interface(ROUTER[interface][0 if version == 4 else 1]).ip)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    made = Home()
    try:
        bench = Bench()
        made.load(
            bench.good(
                "firewall",
                zones={
                    **{name: [bench.link()] for name in ROUTER},
                    "wan": {"interfaces": [bench.link()], "translate_ip6": {INSIDE: OUTSIDE}},
                },
                open={"probe": {"port": 7007}},
                allow={
                    "print": {"from": "guests", "to": "lan", "port": 631, "hosts": "192.168.19.5"},
                    "look": {"from": "things", "to": "guests", "port": "9000-9010"},
                },
                port_forward={
                    "web": {"port": 443, "to": ["192.168.19.5", "::5"], "to_port": 8443},
                    "inner": {"port": 7008, "to": "192.168.30.9", "hairpin": False},
                },
                before={"forward": ["tcp dport 7007 drop"]},
                after={"input-ip4": ["iifname @things tcp dport 9000 accept"]},
            )
        )
        yield made
    finally:
        made.close()


BOTH = pytest.mark.parametrize("version", [4, 6])


@BOTH
@pytest.mark.parametrize(
    ("of", "reach"),
    [
        ("laptop", {"server", "thing", "world"}),
        ("guest", {"world"}),
        ("thing", set()),
        ("world", set()),
    ],
)
def test_zones_reach_what_their_kind_says(
    home: Home, of: str, reach: set[str], version: int
) -> None:
    others = [name for name in HOSTS if name != of]
    seen = home.each_seen_by(*((address(name, version), 22) for name in others), of=of)
    assert {name for name, by in zip(others, seen, strict=True) if by} == reach


def test_the_world_sees_the_router_only(home: Home) -> None:
    for of in ("laptop", "guest"):
        assert home.seen_by(address("world", 4), 22, of=of) == OUTER
        assert home.seen_by(address("world", 6), 22, of=of) == address(of, 6)
    assert home.seen_by(address("thing", 4), 22, of="laptop") == address("laptop", 4)


@BOTH
@pytest.mark.parametrize(
    ("of", "open_ports"),
    [("laptop", {22, 53}), ("guest", {53}), ("thing", {53}), ("world", {7007})],
)
def test_the_router_offers_what_is_for_a_zone(
    home: Home, of: str, open_ports: set[int], version: int
) -> None:
    target, ports = router_on(HOSTS[of][0], version), (22, 53, 631, 7007)
    seen = home.each_seen_by(*((target, port) for port in ports), of=of)
    assert {port for port, by in zip(ports, seen, strict=True) if by} == open_ports


@BOTH
def test_everybody_but_the_world_pings_the_router(home: Home, version: int) -> None:
    for of in ("laptop", "guest", "thing", "world"):
        target = router_on(HOSTS[of][0], version)
        answer = home.run(of, f"busybox ping -c 1 -W 1 {target} > /dev/null && echo yes || echo no")
        assert answer == ("no\n" if of == "world" else "yes\n")


def test_guests_ping_nobody_inside(home: Home) -> None:
    """Messages that RFC 4890 lets through are for the way to the world and back."""
    for target in ("server", "thing"):
        answer = home.run(
            "guest",
            f"busybox ping -c 1 -W 1 {address(target, 6)} > /dev/null && echo yes || echo no",
        )
        assert answer == "no\n"
    assert home.run(
        "guest", f"busybox ping -c 1 -W 1 {address('world', 6)} > /dev/null && echo yes"
    )


def test_a_port_forward_leads_inside(home: Home) -> None:
    assert home.seen_by(OUTER, 443, of="world") == address("world", 4)
    assert home.seen_by(OUTER, 8443, of="world") == NOBODY
    # A host by the part of its address that no provider changes.
    assert home.seen_by(address("server", 6), 8443, of="world") == address("world", 6)
    assert home.seen_by(address("server", 6), 443, of="world") == NOBODY
    assert home.seen_by(address("laptop", 6), 8443, of="world") == NOBODY


def test_a_prefix_takes_the_place_of_another(home: Home) -> None:
    """Each host has an address of its own outside, and is reached there as by a port forward."""
    world, server = address("world", 6), "fd12:0:0:1::5"
    assert home.seen_by(world, 22, of="server", source=server) == "2001:2:0:9::5"
    assert home.seen_by(world, 22, of="server") == address("server", 6)
    assert home.seen_by("2001:2:0:9::5", 8443, of="world") == world
    assert home.seen_by("2001:2:0:9::5", 22, of="world") == NOBODY
    # What stands for nothing outside does not go there.
    assert home.seen_by(world, 22, of="laptop", source="fd12:0:0:2::6") == NOBODY


def test_a_port_forward_has_a_hairpin(home: Home) -> None:
    # Its neighbour sees the router: else it would answer past it.
    assert home.seen_by(OUTER, 443, of="laptop") == router_on("lan", 4)
    # As the world does, and with its own address.
    assert home.seen_by(OUTER, 443, of="guest") == address("guest", 4)
    # Who reaches nothing does not by this way either; and the router's own port is its own.
    assert home.seen_by(OUTER, 443, of="thing") == NOBODY
    assert home.seen_by(router_on("lan", 4), 443, of="laptop") == NOBODY
    assert home.seen_by(OUTER, 7008, of="world") == address("world", 4)
    assert home.seen_by(OUTER, 7008, of="laptop") == NOBODY


@BOTH
def test_what_is_allowed_between_zones_and_no_more(home: Home, version: int) -> None:
    assert bool(home.seen_by(address("server", version), 631, of="guest")) == (version == 4)
    assert home.seen_by(address("laptop", version), 631, of="guest") == NOBODY
    assert home.seen_by(address("guest", version), 9000, of="thing") == address("thing", version)
    assert home.seen_by(address("guest", version), 8443, of="thing") == NOBODY


@BOTH
def test_rules_of_ones_own_come_first_and_last(home: Home, version: int) -> None:
    assert home.seen_by(address("world", version), 7007, of="laptop") == NOBODY
    assert home.seen_by(address("world", version), 7008, of="laptop") != NOBODY
    reached = home.seen_by(router_on("things", version), 9000, of="thing")
    assert bool(reached) == (version == 4)
