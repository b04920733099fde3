"""examples/two-lines.py: fibre that goes bad in several ways, and a mobile network that takes over.

A probe of the fibre is every two seconds, and the third that fails is one too many.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.line.board import LAN_CARD, WAN_CARD

if TYPE_CHECKING:
    from tests.support.beside import Line

WEB = "198.51.100.80"
FIBRE, MOBILE = "[::ffff:203.0.113.10]", "[::ffff:192.0.2.10]"
CHECK = f"health_check.{WAN_CARD}"
# Beyond the provider: the line itself has its router, and its DHCP server.
CUT_BEYOND = (
    "nft add table ip cut; "
    "nft add chain ip cut input '{ type filter hook input priority 0; }'; "
    "nft add rule ip cut input ip saddr 203.0.113.0/24 "
    "ip daddr '{ 9.9.9.9, 1.1.1.1, 198.51.100.80 }' drop"
)


def wait_for_way(line: Line, way: str, limit_s: float = 60) -> None:
    """Wait until the visitor's traffic takes a way, by the address that it comes from."""
    line.visitor.wait_for(
        f"timeout 2 wget -q -O - http://{WEB}/cgi-bin/who",
        lambda _, text: text.strip() == way,
        limit_s,
    )


def wait_for_missed_probes(line: Line) -> float:
    """Wait until the third probe was missed; return when that was."""
    line.router.until(f"[ -e /run/services/outputs/{CHECK}.probe/problem ]", 30)
    return time.monotonic()


def takes_over(line: Line) -> float:
    """Return how long the visitor is without traffic after the third missed probe."""
    missed = wait_for_missed_probes(line)
    wait_for_way(line, MOBILE)
    return time.monotonic() - missed


def test_the_first_line_is_used(two_lines: Line) -> None:
    # The visitor may be slow to boot.
    wait_for_way(two_lines, FIBRE, 300)
    assert two_lines.router.note("internet") == ""
    assert two_lines.router.check("cat /run/services/outputs/internet/ip") == "203.0.113.10"
    assert "203.0.113.1" in two_lines.router.until("grep 203 /etc/resolv.conf")


def test_the_cable_is_pulled(two_lines: Line) -> None:
    router = two_lines.router
    router.set_cable(1, plugged=False)
    assert takes_over(two_lines) < 10
    used = f"{CHECK} is not good: health_check.modem is used"
    router.wait_for("true", lambda *_: router.note("internet").startswith(used), 10)
    router.until("grep 192.0.2.10 /run/services/outputs/internet/ip", 10)
    router.until("grep 192.0.2.1 /etc/resolv.conf", 10)
    router.set_cable(1, plugged=True)
    wait_for_way(two_lines, FIBRE)
    router.wait_for("true", lambda *_: router.note("internet") == "", 10)


def test_it_is_cut_beyond_the_provider(two_lines: Line) -> None:
    two_lines.provider.check(CUT_BEYOND)
    assert takes_over(two_lines) < 10
    # The lease has nothing to do with it.
    assert two_lines.router.state("fibre") == "ready"
    two_lines.provider.check("nft delete table ip cut")
    wait_for_way(two_lines, FIBRE)


def test_connections_of_the_dead_line_are_forgotten(two_lines: Line) -> None:
    router = two_lines.router
    two_lines.provider.check("nc -ll -p 7 -e cat > /dev/null 2>&1 < /dev/null &")
    two_lines.visitor.check(
        "mkfifo /run/words; ( exec 9<> /run/words; echo one >&9; "
        "until [ -e /run/two ]; do sleep 0.3; done; echo two >&9; sleep 300 ) > /dev/null 2>&1 &"
    )
    two_lines.visitor.check(
        f"( nc {WEB} 7 < /run/words > /run/answers; touch /run/over ) > /dev/null 2>&1 &"
    )
    two_lines.visitor.until("grep one /run/answers", 20)
    tracked = "conntrack -L -p tcp --dport 7 --reply-dst 203.0.113.10 2> /dev/null | wc -l"
    assert router.check(tracked) == "1"
    two_lines.provider.check(CUT_BEYOND)
    takes_over(two_lines)
    router.wait_for(tracked, lambda _, text: text.strip() == "0", 10)
    # Its next word finds the other way, where nobody knows it: it is over at once, and not in minutes.
    two_lines.visitor.check("touch /run/two")
    two_lines.visitor.until("[ -e /run/over ]", 20)
    two_lines.provider.check("nft delete table ip cut; killall nc")
    wait_for_way(two_lines, FIBRE)


def test_a_line_that_loses_a_third_of_its_packets_is_kept(two_lines: Line) -> None:
    """Both the questions and the answers: of 100 that are asked 44 come back."""
    router = two_lines.router
    since = router.check("logread | grep -c 'is not healthy'; true")
    two_lines.provider.check(f"tc qdisc add dev {LAN_CARD} root netem loss 56%")
    time.sleep(60)
    two_lines.provider.check(f"tc qdisc del dev {LAN_CARD} root")
    assert router.check("logread | grep -c 'is not healthy'; true") == since
    wait_for_way(two_lines, FIBRE)


def test_ten_cuts_leave_nothing_behind(two_lines: Line) -> None:
    router = two_lines.router
    look = (
        "ip -4 route | sort; ls /run/*.routes /run/*.ill 2>/dev/null; "
        "for name in sh sleep udhcpc; do pidof $name | wc -w; done"
    )
    wait_for_way(two_lines, FIBRE)
    before = router.check(look)
    for number in range(10):
        if number % 2:
            two_lines.provider.check(CUT_BEYOND)
        else:
            router.set_cable(1, plugged=False)
        wait_for_missed_probes(two_lines)
        router.until("ip -4 route | grep -q '^default via 192.0.2.1 dev modem .*metric 101'", 10)
        router.until("! ip -4 route | grep -q 'metric 100 '", 10)
        two_lines.provider.run("nft delete table ip cut")
        router.set_cable(1, plugged=True)
        router.until("ip -4 route | grep -q 'metric 100 '", 60)
    router.wait_for(look, lambda _, text: text.strip() == before, 30)
    wait_for_way(two_lines, FIBRE)


def test_both_lines_are_cut(two_lines: Line) -> None:
    """What is asked less often is noticed later; the better line is used as soon as it is back."""
    router = two_lines.router
    router.check("services stop -t 30 vlan.modem")
    router.set_cable(1, plugged=False)
    router.wait_for("true", lambda *_: router.note("internet") == "no line is good", 60)
    assert router.run("ip -4 route | grep 'metric 10[01] '").text == ""
    router.set_cable(1, plugged=True)
    wait_for_way(two_lines, FIBRE)
    router.check("services start -t 60 vlan.modem")
    router.until("ip -4 route | grep -q 'metric 101 '", 60)
