"""A line with PPPoE: pppoe-server of Roaring Penguin with pppd, WIDE's dhcp6s and radvd on the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.line.board import WAN_CARD
from tests.line.test_10_ethernet import LAN, ROUTE, WEB, wait_for_lan

if TYPE_CHECKING:
    from tests.support.beside import Beside, Line

WEB4 = "198.51.100.80"
USER = "visitor@provider.example"
WORD = 'a "b" \\c# d'
ADDRESS = "100.64.0.10"


def give(router: Beside, secret: str, name: str = "password") -> None:
    quoted = secret.replace("'", "'\\''")
    router.check(f"umask 077; printf '%s\\n' '{quoted}' > /run/{name}")


def wait_for_session(line: Line) -> None:
    line.router.until('services --json | grep -q \'"name": "default-route", .*"ready"\'')
    line.router.until("ip -4 route | grep -q '^default dev ppp0'")


def wait_for_note(guest: Beside, name: str, text: str, timeout_s: float = 60) -> None:
    guest.wait_for("true", lambda _status, _text: text in guest.note(name), timeout_s)


def test_without_its_secrets_it_waits(pppoe: Line) -> None:
    wait_for_note(pppoe.router, "wan.daemon", "output value of file.username")
    give(pppoe.router, USER, "username")
    wait_for_note(pppoe.router, "wan.daemon", "output value of file.password")
    give(pppoe.router, WORD)
    wait_for_session(pppoe)


def test_the_session(pppoe: Line) -> None:
    router = pppoe.router
    assert f"{ADDRESS} peer 100.64.0.1/32" in router.check("ip -4 address show dev ppp0")
    assert "mtu 1492" in router.check("ip link show dev ppp0")
    outputs = "/run/services/outputs/wan"
    assert router.check(f"cat {outputs}/dns") == "198.51.100.80 198.51.100.81"
    assert router.check(f"cat {outputs}/resolv.conf") == (
        "nameserver 198.51.100.80\nnameserver 198.51.100.81"
    )
    router.until(f"grep -q fe80: {outputs}/ipv6-peer")


def test_a_visitor_reaches_the_internet(pppoe: Line) -> None:
    wait_for_lan(pppoe, LAN)
    visitor = pppoe.visitor
    who = visitor.until(f"timeout 5 wget -q -O - http://{WEB4}/cgi-bin/who").strip()
    assert who == f"[::ffff:{ADDRESS}]"
    assert visitor.until(f"timeout 5 wget -q -O - http://[{WEB}]/cgi-bin/who").startswith(f"[{LAN}")
    table = pppoe.router.check("ip -6 route")
    assert ROUTE.format(100) in table
    assert "default via fe80:" in table


def test_tcp_is_told_what_fits(pppoe: Line) -> None:
    router = pppoe.router
    chain = "type filter hook postrouting priority 300; policy accept;"
    out = 'oifname "ppp0" tcp flags syn tcp option maxseg size'
    back = 'oifname "br-lan" tcp flags & (syn|ack) == syn|ack tcp option maxseg size'
    router.check(
        f"printf '%s\\n' 'table inet look {{' 'chain look {{' '{chain}' "
        f"'{out} 1452 counter' '{out} 1432 counter' '{back} 1452 counter' '{back} 1432 counter' "
        "'}' '}' | nft -f -"
    )
    pppoe.visitor.until(f"timeout 5 wget -q -O - http://{WEB4}/cgi-bin/who")
    pppoe.visitor.until(f"timeout 5 wget -q -O - http://[{WEB}]/cgi-bin/who")
    counted = router.check("nft list table inet look | grep counter")
    router.check("nft delete table inet look")
    assert "packets 0" not in counted
    assert counted.count("packets") == 4


def test_the_secrets_are_nowhere_to_be_seen(pppoe: Line) -> None:
    router = pppoe.router
    # With a set of one letter, or the search itself would be found.
    for text in ('["]b" .c# d', "[v]isitor@"):
        seen = f"cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -c -a '{text}'"
        assert router.run(seen).text.strip() == "0"
        assert router.run(f"logread | grep '{text}'").status == 1
        assert router.run(f"grep -r '{text}' /run/services/outputs/wan*").status == 1
    assert router.run("find /run -name '*.options'").text == "" or (
        router.check("stat -c %a /run/wan.daemon.options") == "600"
    )


def test_a_wrong_secret_is_refused_and_reported(pppoe: Line) -> None:
    router = pppoe.router
    give(router, "wrong")
    wait_for_note(router, "wan", "the provider refuses the user's name or password")
    wait_for_note(router, "default-route", "the provider refuses the user's name or password")
    assert router.run("ip link show dev ppp0").status != 0
    # Without a hand on the router.
    give(router, WORD)
    wait_for_session(pppoe)
    give(router, "nobody", "username")
    wait_for_note(router, "wan", "the provider refuses the user's name or password")
    give(router, USER, "username")
    wait_for_session(pppoe)
    assert router.note("wan") == ""


def test_the_other_way_to_say_a_password(pppoe: Line) -> None:
    provider = pppoe.provider
    provider.check("sed -i 's/require-chap/require-pap/' /run/provider/ppp; killall pppd")
    wait_for_note(pppoe.router, "wan.daemon", "next call")
    wait_for_session(pppoe)
    assert "PAP authentication succeeded" in pppoe.router.check("logread | grep wan.daemon")


def test_the_provider_dies_and_returns(pppoe: Line) -> None:
    router = pppoe.router
    pppoe.provider.check("services stop -t 30 pppoe")
    wait_for_note(router, "wan", "next call")
    wait_for_note(router, "wan", f"no PPPoE server answers on {WAN_CARD}", 120)
    assert router.run("ip -4 route | grep ^default").text == ""
    pppoe.provider.check("services start -t 30 pppoe")
    wait_for_session(pppoe)
    wait_for_lan(pppoe, LAN)


def test_the_cable_is_pulled(pppoe: Line) -> None:
    router = pppoe.router
    router.set_cable(1, plugged=False)
    # Why is there for seconds only: the next call finds nobody.
    wait_for_note(router, "wan", "next call")
    # Its dhcp6s serves the session that is ppp0: the old one has to be over.
    pppoe.provider.until("! ip link show dev ppp0 2>/dev/null")
    router.set_cable(1, plugged=True)
    wait_for_session(pppoe)
    wait_for_lan(pppoe, LAN)


def test_the_queues_are_on_the_new_interface(pppoe: Line) -> None:
    router = pppoe.router
    index = "cat /sys/class/net/ppp0/ifindex"
    queues = (
        f"received=ifb-$({index}); for name in ppp0 $received; do "
        "ip link show dev $name | grep -o 'qdisc cake'; done; ls -d /sys/class/net/ifb-* | wc -l"
    )
    before = router.check(index)
    pppoe.provider.check("killall pppd")
    router.wait_for(index, lambda status, text: status == 0 and text.strip() != before, 60)
    wait_for_session(pppoe)
    expected = ["qdisc cake", "qdisc cake", "1"]
    router.wait_for(queues, lambda _, text: text.strip().splitlines() == expected, 60)


def test_pppd_is_killed(pppoe: Line) -> None:
    router = pppoe.router
    pid = router.check("pidof pppd")
    router.check(f"kill -KILL {pid}")
    router.wait_for("pidof pppd", lambda status, text: status == 0 and text.strip() != pid, 60)
    wait_for_session(pppoe)
    router.check(f"kill -KILL {router.pid('wan.daemon')}")
    router.wait_for("true", lambda _status, _text: router.state("wan") != "ready", 20)
    wait_for_session(pppoe)
    assert len(router.check("pidof pppd").split()) == 1


def test_ten_restarts_leave_nothing_behind(pppoe: Line) -> None:
    router = pppoe.router
    look = (
        "ls /sys/class/net | sed 's/ifb-[0-9]*/ifb/'; ip -o -4 address | cut -d' ' -f2-; ip -4 route; nft list tables; "
        "ls /run/*.options 2>/dev/null; "
        "for name in dhcpcd pppd sh; do pidof $name | wc -w; done"
    )
    wait_for_lan(pppoe, LAN)
    before = router.check(look)
    for _ in range(10):
        router.run("services restart -t 60 wan.daemon", 70)
        wait_for_session(pppoe)
    wait_for_lan(pppoe, LAN)
    router.wait_for(look, lambda _, text: text.strip() == before, 60)
    router.check("services stop -t 30 wan.daemon wan.clamp")
    assert router.run("ip link show dev ppp0").status != 0
    assert router.run("pidof pppd").status == 1
    assert "clamp" not in router.check("nft list tables")
