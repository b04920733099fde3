"""Access points, with Debian's wpa_supplicant as the station: it has its crypto from OpenSSL, they from wolfCrypt.

Radio and station are two of mac80211_hwsim, a driver of no hardware, and both in one kernel. What goes through the air
is seen by DHCP: it goes past the kernel's routes, and only the bridge of a network leads to the server of its addresses.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated
from tests.support import scope
from tests.support.beside import Beside

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from liminix_gen.qemu.machines import VmRoot

PEOPLE, GUESTS = 'Über "all"', "Guests"
PASSWORD = 'eight $"chars'  # noqa: S105
# What takes long.
prove = pytest.mark.skipif(not scope.PROVING, reason="is for `make prove`")
KEYS = {
    "wpa3": "key_mgmt=SAE\nieee80211w=2",
    "wpa2": "key_mgmt=WPA-PSK",
    "open": "key_mgmt=NONE\nscan_ssid=1",
}


@contextmanager
def booted(vmroot: VmRoot, folder: Path) -> Generator[Beside]:
    machine = Catalog.of().device("qemu-mipsel").qemu
    assert machine is not None
    networks = (Isolated(), Isolated())
    with Loop() as loop, tempfile.TemporaryDirectory(prefix="wifi-") as sockets:
        guest = Beside(
            machine, vmroot, networks, loop=loop, sockets=Path(sockets), log=folder / "wifi.log"
        )
        try:
            guest.boot(waits=False)
            yield guest
        finally:
            guest.guest.stop()


@pytest.fixture(scope="module")
def board(
    built: Callable[[str, str], VmRoot], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Beside]:
    with booted(built("wifi", ""), tmp_path_factory.mktemp("wifi")) as guest:
        yield guest


def join(board: Beside, ssid: str, security: str, password: str = PASSWORD) -> None:
    """Start a station that seeks a network."""
    key = "" if security == "open" else f'psk="{password}"'
    lines = f"ctrl_interface=/run/wpa\nnetwork={{\nssid={ssid.encode().hex()}\n{KEYS[security]}\n{key}\n}}\n"
    leave(board)
    octal = "".join(f"\\{byte:03o}" for byte in lines.encode())
    board.check(f"printf '{octal}' > /run/station.conf")
    board.check("wpa_supplicant -B -s -i wlan1 -c /run/station.conf -P /run/station.pid")


def leave(board: Beside) -> None:
    board.run(
        "kill $(cat /run/station.pid); rm -f /run/station.pid; sleep 1; ip addr flush dev wlan1"
    )


def joined(board: Beside) -> str:
    """Wait until the station is in the network; return what it says of itself."""
    board.until("wpa_cli -p /run/wpa -i wlan1 status | grep wpa_state=COMPLETED", 60)
    return board.check("wpa_cli -p /run/wpa -i wlan1 status")


def lease(board: Beside) -> str:
    """Return the address that the network gives to the station."""
    said = board.check("udhcpc -i wlan1 -f -q -n -t 8 -T 3 -s /bin/true 2>&1", 60)
    found = re.search(r"lease of ([0-9.]+) obtained", said)
    assert found is not None, said
    return found[1]


def test_it_waits_for_its_password(board: Beside) -> None:
    board.until("services --json | grep -q 'output value of file.password'")
    assert "wifi" not in board.run("ls /run/*.conf").text


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short12", "less than 8"), ("x" * 64, "more than 63"), ("passwört", "ASCII")],
)
def test_what_is_no_password(board: Beside, password: str, reason: str) -> None:
    give(board, password)
    said = board.wait_for("services", lambda _, text: reason in text)
    assert 'ber "all" has ' in said
    assert password not in said


def give(board: Beside, password: str) -> None:
    octal = "".join(f"\\{byte:03o}" for byte in password.encode())
    board.check(
        f"umask 077; printf '{octal}\\n' > /run/password.new; mv /run/password.new /run/password"
    )


def ready(board: Beside) -> None:
    board.until("services | grep -q '^wifi .*ready'")


def test_its_networks_are_there(board: Beside) -> None:
    give(board, PASSWORD)
    ready(board)
    listed = board.check("ip link set wlan1 up; sleep 1; iw dev wlan1 scan")
    assert 'SSID: \\xc3\\x9cber "all"' in listed
    assert f"SSID: {GUESTS}" not in listed
    assert "Country: DE" in listed
    # What hwsim says that it can.
    for word in ("RX HT20 SGI", "RX HT40 SGI", "HE capabilities"):
        assert word in listed
    ports = board.check("ls /sys/class/net/int/brif /sys/class/net/guests/brif")
    assert ports.split() == [
        "/sys/class/net/guests/brif:", "wlan0", "/sys/class/net/int/brif:", "wlan0-1",
    ]  # fmt: skip
    own, other = board.check(
        "cat /sys/class/net/wlan0/address /sys/class/net/wlan0-1/address"
    ).split()
    assert own != other
    assert int(other[:2], 16) & 3 == 2


@pytest.mark.parametrize(("security", "key"), [("wpa3", "SAE"), ("wpa2", "WPA2-PSK")])
def test_a_station_joins(board: Beside, security: str, key: str) -> None:
    join(board, PEOPLE, security)
    said = joined(board)
    assert f"key_mgmt={key}\n" in said
    assert "pairwise_cipher=CCMP" in said
    assert ("pmf=" in said) == (security == "wpa3")
    assert lease(board).startswith("192.168.19.")


def test_guests_need_no_password_and_are_elsewhere(board: Beside) -> None:
    join(board, GUESTS, "open")
    assert "key_mgmt=NONE" in joined(board)
    assert lease(board).startswith("192.168.20.")


@pytest.mark.parametrize("security", ["wpa3", "wpa2"])
def test_a_wrong_password_does_not_let_in(board: Beside, security: str) -> None:
    join(board, PEOPLE, security, "not the password")
    board.check("sleep 10")
    assert "wpa_state=COMPLETED" not in board.check("wpa_cli -p /run/wpa -i wlan1 status")
    assert board.run("udhcpc -i wlan1 -f -q -n -t 2 -T 2 -s /bin/true").status != 0


def test_the_password_is_nowhere_to_be_seen(board: Beside) -> None:
    half = PASSWORD[:9]
    said = board.check("cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'; logread; services --json")
    assert half not in said
    assert board.check("stat -c '%a %u' /run/wifi.conf").split() == ["600", "0"]
    assert board.run(f"grep -rlF '{half}' /nix/store").text == ""


@prove
def test_another_password_is_taken(board: Beside) -> None:
    give(board, "another one")
    board.until("grep -q 'another one' /run/wifi.conf")
    ready(board)
    join(board, PEOPLE, "wpa3", "another one")
    joined(board)
    give(board, PASSWORD)
    board.until(f"grep -qF '{PASSWORD}' /run/wifi.conf")
    ready(board)


@prove
def test_hostapd_is_killed(board: Beside) -> None:
    before = board.pid("wifi")
    board.check(f"kill -KILL {before}")
    board.until(f"[ $(s6-svstat -o pid /run/service/wifi) != {before} ]")
    ready(board)
    join(board, PEOPLE, "wpa3")
    joined(board)
    assert lease(board).startswith("192.168.19.")


@prove
def test_ten_restarts_leave_nothing_behind(board: Beside) -> None:
    leave(board)

    def facts() -> str:
        return board.check(
            "ls /sys/class/net /run; ip addr | grep -v -e valid_lft -e inet6 | sed 's/^[0-9]*: //'"
        )

    before = facts()
    for _ in range(10):
        board.check("services restart -t 60 wifi", 120)
    assert facts() == before
    join(board, PEOPLE, "wpa3")
    joined(board)


def test_what_is_stopped_is_off(board: Beside) -> None:
    leave(board)
    board.check("services stop -t 30 wifi", 60)
    assert "wlan0-1" not in board.check("ls /sys/class/net")
    assert board.check("ls /sys/class/net/int/brif") == ""
    assert board.check("ls /sys/class/net/guests/brif") == ""
    assert "wifi" not in board.run("ls /run/*.conf").text
    board.check("services start -t 60 wifi", 90)


@prove
def test_at_5_ghz_it_is_80_mhz_wide(built: Callable[[str, str], VmRoot], tmp_path: Path) -> None:
    with booted(built("wifi", "5 GHz"), tmp_path) as board:
        give(board, PASSWORD)
        ready(board)
        assert "width: 80 MHz, center1: 5210 MHz" in board.check("iw dev wlan0 info")
        file = board.check("cat /run/wifi.conf")
        for line in ("ieee80211ac=1", "ieee80211ax=1", "[SHORT-GI-80]", "[RXLDPC]"):
            assert line in file, file
        join(board, PEOPLE, "wpa3")
        assert "freq=5180" in joined(board)
        assert lease(board).startswith("192.168.19.")
