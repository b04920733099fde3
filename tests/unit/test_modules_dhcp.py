"""The DHCP client's callback, run by the shell with programs that write down its orders.

tests/runtime/test_dhcp_answers.py and test_dhcp_life.py have it under a real udhcpc.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import cast

import pytest

from tests.support.services import MODULES, Bench, callback

SCRIPT = MODULES / "network" / "dhcp" / "client" / "callback.sh"
LEASE = {
    "interface": "wan",
    "ip": "203.0.113.7",
    "mask": "24",
    "subnet": "255.255.255.0",
    "router": "203.0.113.1 203.0.113.2",
    "dns": "203.0.113.53 203.0.113.54",
    "domain": "example.org",
    "lease": "600",
    "serverid": "203.0.113.1",
}


class Client:
    """The callback, in a directory that stands for /run/services."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs = folder / "outputs" / "wan.daemon"
        self.outputs.mkdir(parents=True)
        self.orders = folder / "orders"
        self.script = callback(folder, SCRIPT)
        programs = folder / "bin"
        programs.mkdir()
        addresses = (
            r"2: lan    inet 192.168.19.1/24 brd 192.168.19.255 scope global lan\       valid"
        )
        for name, text in {
            "services": f'case $* in "ready -t 0") ;; *) echo "$*" >> {self.orders} ;; esac',
            "ip": f"echo '{addresses}'",
            "s6-svc": f'echo "s6-svc $1" >> {self.orders}',
            "sleep": "",
        }.items():
            (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (programs / name).chmod(0o755)

    def event(self, event: str, **lease: str) -> list[str]:
        """Run the callback and return the orders that it gave."""
        self.orders.write_text("", encoding="utf-8")
        environment = {
            "PATH": f"{self.folder}/bin:/usr/bin:/bin",
            "SERVICES_DIRECTORY": str(self.folder),
            "daemon": "wan.daemon",
            **lease,
        }
        # In the place of udhcpc, which a refusal makes let go of the lease.
        udhcpc = 'trap "echo let go >> $1" USR2; sh "$2" "$3"; code=$?; exit "$code"'
        command = ["sh", "-c", udhcpc, "udhcpc", str(self.orders), str(self.script), event]
        subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)
        return self.orders.read_text(encoding="utf-8").splitlines()

    def output(self, key: str) -> str | None:
        """Return an output of the daemon."""
        file = self.outputs / key
        return file.read_text(encoding="utf-8").rstrip("\n") if file.exists() else None

    def lease_is_up(self) -> None:
        """Do as serviced does when the lease's service starts."""
        (self.folder / "outputs" / "wan").mkdir()


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path)


def test_a_lease_starts_the_service(client: Client) -> None:
    assert client.event("bound", **LEASE) == ["start -c wan"]
    for key, value in LEASE.items():
        assert client.output(key) == (None if key == "interface" else value)
    assert client.output("ntpsrv") is None


def test_the_end_of_a_lease_stops_it(client: Client) -> None:
    assert client.event("deconfig") == ["stop -c wan"]
    assert client.output("problem") == "no DHCP server has given a lease yet"
    assert client.event("leasefail") == []
    assert client.output("problem") == "no DHCP server answers"
    client.event("bound", **LEASE)
    assert client.output("problem") is None
    client.event("deconfig")
    assert client.output("problem") == "the lease is over"


@pytest.mark.parametrize("key", sorted(LEASE.keys() - {"interface", "ip"}))
def test_any_value_may_be_absent(client: Client, key: str) -> None:
    lease = {name: value for name, value in LEASE.items() if name != key}
    assert client.event("bound", **lease) == ["start -c wan"]
    assert client.output("ip") == "203.0.113.7"


def test_nothing_but_an_address(client: Client) -> None:
    assert client.event("bound", interface="wan", ip="203.0.113.7") == ["start -c wan"]
    assert client.output("mask") == "32"
    assert client.output("problem") == "the DHCP server names no router"


@pytest.mark.parametrize("ip", ["192.168.19.1", "192.168.19.9", "127.0.0.1", "203.0.113.0"])
def test_what_cannot_be_taken_is_let_go_and_asked_for_again(client: Client, ip: str) -> None:
    client.event("bound", **LEASE)
    client.lease_is_up()
    orders = client.event("renew", **LEASE | {"ip": ip})
    assert orders == ["stop -c wan", "let go"]
    problem = client.output("problem")
    assert problem is not None
    assert problem.startswith(f"refused the address {ip}/24 of the DHCP server 203.0.113.1: ")
    assert client.event("deconfig")[0] == "stop -c wan"
    assert client.output("problem") == problem


def test_a_value_that_breaks_the_script_is_told(client: Client) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        client.event("bound", **LEASE | {"ip": "nonsense"})
    problem = client.output("problem")
    assert problem is not None
    assert "makes no sense" in problem


def test_an_equal_renewal_restarts_nothing(client: Client) -> None:
    client.event("bound", **LEASE)
    client.lease_is_up()
    assert client.event("renew", **LEASE | {"lease": "900"}) == ["start -c wan"]
    assert client.output("lease") == "900"


@pytest.mark.parametrize(
    "change",
    [{"ip": "203.0.113.8"}, {"router": "203.0.113.2"}, {"dns": ""}, {"ntpsrv": "203.0.113.9"}],
)
def test_another_renewal_restarts(client: Client, change: dict[str, str]) -> None:
    client.event("bound", **LEASE)
    client.lease_is_up()
    assert client.event("renew", **LEASE | change) == ["restart -c wan", "start -c wan"]
    for key, value in change.items():
        assert client.output(key) == (value or None)


def test_what_is_down_already_is_not_restarted(client: Client) -> None:
    client.event("bound", **LEASE)
    assert client.event("bound", **LEASE | {"ip": "203.0.113.8"}) == ["start -c wan"]


def test_routes_with_targets_take_the_place_of_routers(client: Client) -> None:
    routes = "10.0.0.0/8 203.0.113.2 0.0.0.0/0 203.0.113.9 192.168.19.0/25 203.0.113.2"
    client.event("bound", **LEASE | {"staticroutes": routes})
    assert client.output("router") == "203.0.113.9"
    assert client.output("routes") == "10.0.0.0/8 203.0.113.2"


def test_what_was_requested_besides_is_published(client: Client) -> None:
    asked = {"requested": "43 66 125", "opt43": "0104c0a80001", "tftp": "boot.example.org"}
    client.event("bound", **LEASE, **asked)
    assert client.output("options") == "43 0104c0a80001\n66 boot.example.org"
    client.lease_is_up()
    assert "restart -c wan" in client.event("renew", **LEASE, **asked, opt125="00")
    client.event("renew", **LEASE, **asked | {"tftp": "\x1b[2J"})
    assert client.output("options") == "43 0104c0a80001"


def udhcpc(**arguments: object) -> list[str]:
    bench = Bench()
    link = bench.good("network.link", ifname="wan")
    part, *_ = bench.good("network.dhcp.client", interface=link, **arguments).parts()
    return list(cast("tuple[str, ...]", part.parameters["arguments"]))


def test_who_asks_is_bytes_or_text() -> None:
    assert udhcpc() == []
    assert udhcpc(client_id="01:AB:02") == ["-C", "-x", "0x3d:01ab02"]
    assert udhcpc(client_id="me@net") == ["-C", "-x", "0x3d:6d65406e6574"]
    assert udhcpc(vendor_class="sagem", request=[43, 125]) == [
        "-V", "sagem", "-O", "43", "-O", "125",
    ]  # fmt: skip


def test_what_the_client_sees_to_is_not_requested() -> None:
    bench = Bench()
    link = bench.good("network.link", ifname="wan")
    message = bench.refused("network.dhcp.client", interface=link, request=[61])
    assert "option 61 of request is one that the client sees to itself" in message
    message = bench.refused("network.dhcp.client", interface=link, request=[43, 43])
    assert "option 43 is twice in request" in message
