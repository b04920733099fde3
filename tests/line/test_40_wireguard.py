"""WireGuard, against wg(8) of Debian and the kernel of a hub, which is set up by hand here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.line.board import LAN_CARD
from tests.line.keys import BRANCH6, HUB, HUB6, OTHER, PHONE, PRESHARED, Pair
from tests.line.test_20_pppoe import wait_for_note

if TYPE_CHECKING:
    from tests.support.beside import Beside, Line

OWN = "/run/services/state/vpn/private-key"
NAMES = "/run/names"
# How it is reached by its name; the line's own addresses stay.
FIRST, SECOND = "203.0.113.3", "203.0.113.2"


def give(router: Beside, name: str, key: str) -> None:
    router.check(f"umask 077; echo {key} > /run/{name}")


def wg(guest: Beside, words: str, secret: str) -> None:
    """Run `wg set` with a secret as its standard input."""
    guest.check(f"echo {secret} | wg set {words}")


def add_branch(hub: Beside) -> None:
    public = "$(cat /run/branch-key)"
    allowed = "10.9.0.2/32,fd09::2/128,192.168.19.0/24"
    words = f"hub peer {public} preshared-key /proc/self/fd/0 allowed-ips {allowed}"
    wg(hub, words, PRESHARED)


def answers(guest: Beside, address: str, *more: str) -> bool:
    words = " ".join(more)
    return guest.run(f"ping -c 1 -W 2 {words} {address}").status == 0


def wait_for_tunnels(router: Beside) -> None:
    for address in ("10.9.0.1", "fd09::1", "10.8.0.1", "fd08::1"):
        router.until(f"ping -c 1 -W 2 {address}")


def has_name(hub: Beside, address: str) -> None:
    hub.check(f"echo {address} hub.example.net > {NAMES}; kill -HUP $(cat /run/names.pid)")


@pytest.fixture(scope="module")
def hub(tunnels: Line) -> Beside:
    """Set up the other end of both tunnels."""
    hub, router = tunnels.provider, tunnels.router
    hub.check(
        f"ip address add {FIRST}/24 dev {LAN_CARD}; echo > {NAMES}; "
        "dnsmasq --no-resolv --no-hosts --user=root --listen-address=198.51.100.80 "
        f"--bind-interfaces --addn-hosts={NAMES} --pid-file=/run/names.pid"
    )
    wait_for_note(router, "vpn", "output value of ", 300)
    give(router, "preshared", PRESHARED)
    public = router.until("cat /run/services/outputs/vpn/public-key").strip()
    hub.check(f"echo {public} > /run/branch-key")
    for ifname, pair, port, network in (("hub", HUB, 51820, 9), ("hub6", HUB6, 51821, 8)):
        hub.check(f"ip link add name {ifname} type wireguard")
        wg(hub, f"{ifname} listen-port {port} private-key /proc/self/fd/0", pair.private)
        hub.check(
            f"ip link set dev {ifname} up mtu 1420; "
            f"ip address add 10.{network}.0.1/32 dev {ifname}; "
            f"ip address add fd0{network}::1/128 dev {ifname}; "
            f"ip route add 10.{network}.0.2 dev {ifname}; "
            f"ip -6 route add fd0{network}::2 dev {ifname}"
        )
    hub.check("ip route add 192.168.19.0/24 dev hub")
    add_branch(hub)
    hub.check(f"wg set hub6 peer {BRANCH6.public} allowed-ips 10.8.0.2/32,fd08::2/128")
    return hub


def test_it_waits_for_secrets_and_for_the_name(tunnels: Line, hub: Beside) -> None:
    router = tunnels.router
    wait_for_note(router, "vpn6", "output value of ")
    give(router, "private", BRANCH6.private)
    wait_for_note(router, "vpn", "hub: hub.example.net has no address")
    # A dependent says so, too.
    assert "hub.example.net has no address" in router.note("vpn-inet")
    has_name(hub, FIRST)
    wait_for_tunnels(router)
    router.wait_for("true", lambda _status, _text: router.note("vpn") == "")
    assert f"{FIRST}:51820" in router.check("wg show vpn endpoints")


def test_both_ends_reach_each_other(tunnels: Line, hub: Beside) -> None:
    router = tunnels.router
    for address in ("10.9.0.2", "fd09::2", "10.8.0.2", "fd08::2"):
        assert answers(hub, address)
    web = "timeout 5 wget -q -O - http://{}/cgi-bin/who"
    assert router.until(web.format("10.9.0.1")).strip() == "[::ffff:10.9.0.2]"
    assert router.until(web.format("[fd08::1]")).strip().startswith("[fd08::2]")
    # ssh is among what a zone like lan may use of the router.
    router.check("mkdir -p /run/www; echo inside > /run/www/index.html; httpd -p 22 -h /run/www")
    for host in ("10.9.0.2", "[fd09::2]", "10.8.0.2", "[fd08::2]"):
        assert hub.until(f"timeout 5 wget -q -O - http://{host}:22/").strip() == "inside"
    assert hub.run("timeout 3 wget -q -O - http://203.0.113.10:22/").status != 0
    router.check("killall httpd")


def test_the_lan_reaches_what_is_behind_the_tunnel(tunnels: Line, hub: Beside) -> None:
    hub.check("ip address add 10.77.1.1/32 dev lo")
    visitor = tunnels.visitor
    visitor.until("ip -4 route | grep -q '^default via 192.168.19.1'")
    who = visitor.until("timeout 5 wget -q -O - http://10.77.1.1/cgi-bin/who").strip()
    assert who.startswith("[::ffff:192.168.19.1")
    # Packets as large as the LAN has them.
    assert visitor.until("ping -c 1 -W 5 -s 1472 10.77.1.1")


def test_mtu_and_routes(tunnels: Line, hub: Beside) -> None:
    router = tunnels.router
    assert "mtu 1420" in router.check("ip link show dev vpn")
    routes = router.check("ip -4 route; ip -6 route")
    for network in ("10.9.0.1", "10.9.0.7", "10.77.0.0/16", "10.8.0.1", "fd09::1", "fd08::1"):
        assert f"{network} dev vpn" in routes
    # Nothing else that others can send to.
    listed = router.check("netstat -l -n -u | grep -v 127.0.0.1")
    assert ":51820" in listed
    assert hub.run("wg show hub endpoints").text.strip().endswith("203.0.113.10:51820")


def test_a_phone_roams(tunnels: Line, hub: Beside) -> None:
    router = tunnels.router
    public = router.check("cat /run/services/outputs/vpn/public-key").strip()
    hub.check("ip link add name phone type wireguard")
    wg(hub, "phone listen-port 40001 private-key /proc/self/fd/0", PHONE.private)
    hub.check(
        f"wg set phone peer {public} endpoint 203.0.113.10:51820 allowed-ips 10.9.0.2/32; "
        "ip link set dev phone up; ip address add 10.9.0.7/32 dev phone; "
        # It is not the way to there that the kernel would take.
        "echo 2 > /proc/sys/net/ipv4/conf/phone/rp_filter; "
        "ip route add 10.9.0.2 dev phone metric 200"
    )
    hub.until("ping -c 1 -W 2 -I phone 10.9.0.2")
    assert "203.0.113.1:40001" in router.check("wg show vpn endpoints")
    hub.check(
        f"ip address add 203.0.113.77/24 dev {LAN_CARD}; "
        f"ip route replace 203.0.113.10 dev {LAN_CARD} src 203.0.113.77; "
        "wg set phone listen-port 40002"
    )
    hub.until("ping -c 1 -W 2 -I phone 10.9.0.2")
    assert "203.0.113.77:40002" in router.check("wg show vpn endpoints")
    hub.check(
        f"ip link del dev phone; ip route del 203.0.113.10 dev {LAN_CARD}; "
        f"ip address del 203.0.113.77/24 dev {LAN_CARD}"
    )


def test_a_wrong_key_and_a_wrong_preshared_key(tunnels: Line, hub: Beside) -> None:
    router = tunnels.router
    wg(hub, "hub6 private-key /proc/self/fd/0", OTHER.private)
    give(router, "preshared", OTHER.private)
    router.run("services restart -t 30 vpn6", 40)
    wait_for_note(router, "vpn", "hub has not answered at hub.example.net:51820 yet", 90)
    wait_for_note(router, "vpn6", "hub has not answered at [2001:2:0:f::1]:51821 yet", 90)
    assert not answers(router, "10.9.0.1")
    assert not answers(router, "10.8.0.1")
    wg(hub, "hub6 private-key /proc/self/fd/0", HUB6.private)
    give(router, "preshared", PRESHARED)
    wait_for_tunnels(router)
    router.wait_for("true", lambda _status, _text: router.note("vpn") + router.note("vpn6") == "")


def test_no_secret_is_seen(tunnels: Line, hub: Beside) -> None:
    assert hub
    router = tunnels.router
    # Too short, and not to be repeated by anybody.
    give(router, "private", "almost/a/key/but/not/quite=")
    wait_for_note(router, "vpn6", "the private key is not 32 bytes in base64")
    assert router.run("logread | grep 'almost/a'").status == 1
    give(router, "private", BRANCH6.private)
    wait_for_tunnels(router)
    own = Pair(router.check(f"cat {OWN}").strip(), "")
    for key in (own.private, BRANCH6.private, PRESHARED):
        # Without the first letter, or the search itself would be found.
        word = f"[{key[0]}]{key[1:]}".replace("+", "[+]")
        running = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null"
        assert router.run(f"{running} | grep -q -a '{word}'").status == 1
        assert router.run(f"logread | grep -q '{word}'").status == 1
        # Not in pipes, where a reader would wait.
        find = f"find /run /state -type f -exec grep -l '{word}' {{}} + 2>/dev/null || :"
        files = router.check(find).split()
        assert files
        for file in files:
            modes = router.check(f"stat -c %a {file} {file.rpartition('/')[0]}").split()
            assert modes[0] == "600" or modes[1] == "700", file
    assert router.check(f"stat -c %a {OWN.rpartition('/')[0]}") == "700"


def test_the_name_moves_to_another_address(tunnels: Line, hub: Beside) -> None:
    router = tunnels.router
    wait_for_tunnels(router)
    # It forgets where the router is, and cannot tell that it has moved.
    hub.check("wg set hub peer $(cat /run/branch-key) remove")
    hub.check(
        f"ip address del {FIRST}/24 dev {LAN_CARD}; ip address add {SECOND}/24 dev {LAN_CARD}"
    )
    has_name(hub, SECOND)
    add_branch(hub)
    router.until("ping -c 1 -W 2 10.9.0.1", 300)
    assert f"{SECOND}:51820" in router.check("wg show vpn endpoints")
    assert f"hub is at {SECOND}:51820" in router.check("logread | grep 'vpn: '")


def test_the_provider_goes_away_and_returns(tunnels: Line, hub: Beside) -> None:
    assert hub
    router = tunnels.router
    wait_for_tunnels(router)
    router.set_cable(1, plugged=False)
    wait_for_note(router, "vpn6", "hub does not answer any more", 240)
    router.set_cable(1, plugged=True)
    wait_for_tunnels(router)
    router.wait_for("true", lambda _status, _text: router.note("vpn6") == "")


def test_ten_restarts_leave_nothing_behind(tunnels: Line, hub: Beside) -> None:
    assert hub
    router = tunnels.router
    public = router.check("cat /run/services/outputs/vpn/public-key")
    look = (
        "ls /sys/class/net; ip -o address | sed 's/^[0-9]*: //' | sort; ip -4 route; "
        "ip -6 route | sort; ls /run; ls -A /run/services/state/*; "
        "for name in sh sleep; do pidof $name | wc -w; done"
    )
    wait_for_tunnels(router)
    before = router.check(look)
    for _ in range(10):
        router.check("services restart -t 60 vpn vpn6", 70)
    wait_for_tunnels(router)
    router.wait_for(look, lambda _, text: text.strip() == before, 60)
    assert router.check("cat /run/services/outputs/vpn/public-key") == public
    router.check("services stop -t 30 vpn vpn6")
    assert "vpn" not in router.check("ls /sys/class/net; ip -4 route; ip -6 route")
    router.check("services start -t 60 vpn vpn6")
    wait_for_tunnels(router)
