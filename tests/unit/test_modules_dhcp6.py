"""IPv6 of a line: what is refused, what dhcpcd's callback publishes, and which network a prefix gives.

tests/line has all of it against a provider.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.services import Bench, callback

if TYPE_CHECKING:
    from collections.abc import Callable

MODULES = Path(__file__).parents[2] / "modules" / "dhcp6"
LEASE = {
    "reason": "BOUND6",
    "interface": "wan",
    "ifcarrier": "up",
    "new_dhcp6_ia_na1_ia_addr1": "2001:2:0:f::10",
    "new_dhcp6_ia_na1_ia_addr1_pltime": "1800",
    "new_dhcp6_ia_na1_ia_addr1_vltime": "3600",
    "new_dhcp6_ia_pd1_prefix1": "2001:2:0:100::",
    "new_dhcp6_ia_pd1_prefix1_length": "56",
    "new_dhcp6_ia_pd1_prefix1_pltime": "1800",
    "new_dhcp6_ia_pd1_prefix1_vltime": "3600",
    "new_dhcp6_name_servers": "2001:2::53 fe80::53",
    "new_dhcp6_domain_search": "example.org example.net",
}


@pytest.fixture
def bench() -> Bench:
    return Bench()


class Client:
    """The callback, in a directory that stands for /run/services."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs = folder / "outputs" / "wan6.daemon"
        self.outputs.mkdir(parents=True)
        # It is up as soon as it is started.
        (folder / "outputs" / "wan6").mkdir()
        (folder / "outputs" / "wan6" / "state").touch()
        self.orders = folder / "orders"
        self.script = callback(folder, MODULES / "client" / "callback.sh")
        programs = folder / "bin"
        programs.mkdir()
        for name in ("services", "s6-svc"):
            text = f'#!/bin/sh\necho "{name} $*" >> {self.orders}\n'
            (programs / name).write_text(text, encoding="utf-8")
            (programs / name).chmod(0o755)

    def event(self, **environment: str) -> list[str]:
        """Run the callback and return the orders that it gave."""
        self.orders.write_text("", encoding="utf-8")
        subprocess.run(
            ["sh", str(self.script)],
            env={
                "PATH": f"{self.folder}/bin:/usr/bin:/bin",
                "SERVICES_DIRECTORY": str(self.folder),
                "SCAN_DIRECTORY": "/scan",
                "daemon": "wan6.daemon",
                **environment,
            },
            check=True,
            # It is closed when the last of its children has ended.
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return self.orders.read_text(encoding="utf-8").splitlines()

    def output(self, key: str) -> str | None:
        """Return an output of the daemon."""
        file = self.outputs / key
        return file.read_text(encoding="utf-8").rstrip("\n") if file.exists() else None


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path)


TAKEN = ["services start -c wan6", "s6-svc -1 /scan/wan6"]


@pytest.mark.parametrize("reason", ["BOUND6", "RENEW6", "REBIND6", "REBOOT6"])
def test_a_lease_is_published(client: Client, reason: str) -> None:
    assert client.event(**LEASE | {"reason": reason}) == TAKEN
    assert client.output("addresses") == "2001:2:0:f::10 1800 3600"
    assert client.output("prefixes") == "2001:2:0:100::/56 1800 3600"
    assert client.output("dns") == "2001:2::53 fe80::53%wan"
    assert client.output("domain") == "example.org example.net"
    assert client.output("resolv.conf") == (
        "search example.org example.net\nnameserver 2001:2::53\nnameserver fe80::53%wan"
    )
    assert client.output("aftr") is None
    assert str(client.output("acquired")).isdigit()
    assert client.output("problem") is None


def test_several_prefixes(client: Client) -> None:
    second = {
        "new_dhcp6_ia_pd1_prefix2": "fd00:5::",
        "new_dhcp6_ia_pd1_prefix2_length": "48",
        "new_dhcp6_ia_pd1_prefix2_pltime": "0",
        "new_dhcp6_ia_pd1_prefix2_vltime": "4294967295",
    }
    client.event(**LEASE | second)
    assert client.output("prefixes") == ("2001:2:0:100::/56 1800 3600\nfd00:5::/48 0 4294967295")


@pytest.mark.parametrize(
    "change",
    [
        {"new_dhcp6_ia_pd1_prefix1": "fe80::"},
        {"new_dhcp6_ia_pd1_prefix1": "ff02::"},
        {"new_dhcp6_ia_pd1_prefix1": "::"},
        {"new_dhcp6_ia_pd1_prefix1": "2001:2::1"},
        {"new_dhcp6_ia_pd1_prefix1_length": "80"},
        {"new_dhcp6_ia_pd1_prefix1_length": "0"},
        {"new_dhcp6_ia_pd1_prefix1_vltime": "0", "new_dhcp6_ia_pd1_prefix1_pltime": "0"},
        {"new_dhcp6_ia_pd1_prefix1_pltime": "3601"},
        {"new_dhcp6_ia_pd1_prefix1_pltime": "$(reboot)"},
    ],
)
def test_a_prefix_that_is_none_is_left_out(client: Client, change: dict[str, str]) -> None:
    assert client.event(**LEASE | change) == TAKEN
    assert client.output("prefixes") is None
    assert client.output("addresses") == "2001:2:0:f::10 1800 3600"


def test_hostile_names(client: Client) -> None:
    hostile = {
        "new_dhcp6_domain_search": "$(reboot) `x` -f ok.example",
        "new_dhcp6_name_servers": "::1 ff02::1 $(x) 2001:2::54",
        "new_dhcp6_aftr_name": "a;b",
    }
    client.event(**LEASE | hostile)
    assert client.output("domain") == "ok.example"
    assert client.output("dns") == "2001:2::54"
    assert client.output("aftr") is None


def test_a_lease_of_nothing_is_none(client: Client) -> None:
    assert client.event(reason="BOUND6", interface="wan", ifcarrier="up") == [
        "services stop -c wan6"
    ]
    assert client.output("problem") == "the DHCPv6 server gives neither address nor prefix"


def test_the_end_of_a_lease_stops_it(client: Client) -> None:
    client.event(**LEASE)
    assert client.event(reason="EXPIRE6", interface="wan", ifcarrier="up") == [
        "services stop -c wan6"
    ]
    assert client.output("problem") == "the lease is over"
    assert client.output("prefixes") is None


def test_a_lease_ages_while_the_cable_is_pulled(client: Client) -> None:
    asked = client.folder / "asked"
    sleep = client.folder / "bin" / "sleep"
    client.event(**LEASE)
    # As long as it does not wake up, nothing changes.
    sleep.write_text(f"#!/bin/sh\necho $1 > {asked}.new; mv {asked}.new {asked}; exit 1\n")
    sleep.chmod(0o755)
    gone = {"reason": "EXPIRE6", "interface": "wan", "ifcarrier": "down"}
    assert client.event(**gone) == []
    wait_until(asked.exists)
    assert 3590 <= int(asked.read_text()) <= 3600
    assert client.output("prefixes") is not None
    sleep.write_text("#!/bin/sh\n")
    client.event(**gone)
    wait_until(lambda: client.output("prefixes") is None)
    assert client.output("problem") == "the lease is over"


def wait_until(done: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.05)


def network(prefix: str, subnet: int) -> str:
    """Return what prefix.sh of dhcp6.prefix makes of a prefix; empty if it has no such network."""
    script = (
        f"name=x; outputs=/nowhere; subnet={subnet}; . {MODULES}/prefix/prefix.sh; "
        f"if network {prefix}; then echo $network; fi"
    )
    done = subprocess.run(
        ["busybox", "sh", "-euc", script], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("prefix", "subnet", "expected"),
    [
        ("2001:2:0:100::/56", 0, "2001:2:0:100"),
        ("2001:2:0:100::/56", 0xFF, "2001:2:0:1ff"),
        ("2001:2:0:100::/56", 0x100, ""),
        ("2001:2::/48", 0xABCD, "2001:2:0:abcd"),
        ("2001:2:0:7::/64", 0, "2001:2:0:7"),
        ("2001:2:0:7::/64", 1, ""),
        ("2001::/16", 0xFFFF, "2001:0:0:ffff"),
        ("fd00:1:2:8000::/60", 15, "fd00:1:2:800f"),
    ],
)
def test_the_network_of_a_subnet(prefix: str, subnet: int, expected: str) -> None:
    assert network(prefix, subnet) == expected


def test_a_subnet_that_is_not_in_the_prefix_is_refused(bench: Bench) -> None:
    link = bench.good("network.link", ifname="wan")
    lan = bench.good("network.link", ifname="lan")
    client = bench.good("dhcp6.client", interface=link, prefix_length=64)
    bench.good("dhcp6.prefix", client=client, interface=lan)
    message = bench.refused("dhcp6.prefix", client=client, interface=lan, subnet=1)
    assert message.startswith(
        "dhcp6.prefix: subnet 1 is not in a prefix of 64 bits, which holds 1: "
    )
    assert f"the client of {client.where} has prefix_length 64" in message


def test_what_a_client_does_not_ask_for_is_used_by_nobody(bench: Bench) -> None:
    link = bench.good("network.link", ifname="wan")
    client = bench.good("dhcp6.client", interface=link, prefix=False)
    said = f"the dhcp6.client of {client.where} does not publish"
    assert f"{said} prefixes" in bench.refused("dhcp6.prefix", client=client, interface=link)
    client = bench.good("dhcp6.client", interface=link, address=False)
    said = f"the dhcp6.client of {client.where} does not publish"
    assert f"{said} addresses" in bench.refused("dhcp6.address", client=client, interface=link)
    assert "nothing is left" in bench.refused(
        "dhcp6.client", interface=link, address=False, prefix=False
    )
    assert bench.refused("dhcp6.client", interface=link, prefix=False, prefix_length=56) == (
        "dhcp6.client: prefix_length is given, and prefix is False"
    )


def test_a_prefix_is_not_for_the_line_that_it_came_by(bench: Bench) -> None:
    link = bench.link()
    host = bench.good("ipv6.autoconfig", interface=link)
    client = bench.good("dhcp6.client", interface=host)
    message = bench.refused("dhcp6.prefix", client=client, interface=link)
    assert message.startswith(f"dhcp6.prefix: interface: the client of {client.where} asks on eth1")
