"""The DHCP client's callback, run by the shell with a `services` that writes down its orders."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "modules" / "network" / "dhcp" / "client" / "callback.sh"
LEASE = {
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
        programs = folder / "bin"
        programs.mkdir()
        program = programs / "services"
        program.write_text(f'#!/bin/sh\necho "$*" >> {self.orders}\n', encoding="utf-8")
        program.chmod(0o755)

    def event(self, event: str, **lease: str) -> list[str]:
        """Run the callback and return the orders that it gave."""
        self.orders.write_text("", encoding="utf-8")
        environment = {
            "PATH": f"{self.folder}/bin:/usr/bin:/bin",
            "SERVICES_DIRECTORY": str(self.folder),
            "daemon": "wan.daemon",
            **lease,
        }
        subprocess.run(["sh", str(SCRIPT), event], env=environment, check=True)
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
        assert client.output(key) == value
    assert client.output("ntpsrv") is None


def test_the_end_of_a_lease_stops_it(client: Client) -> None:
    assert client.event("deconfig") == ["stop -c wan"]
    assert client.event("leasefail") == []


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
