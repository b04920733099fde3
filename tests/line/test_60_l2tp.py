"""L2TP, against xl2tpd as a server, with pppd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.line.test_20_pppoe import wait_for_note

if TYPE_CHECKING:
    from tests.support.beside import Beside, Line

PASSWORD = "hunter2"  # noqa: S105  a password of a test
ADDRESS = "100.64.0.10"
HOST = "198.51.100.90"
OUTPUTS = "/run/services/outputs/l2tp"


def give(router: Beside, password: str) -> None:
    router.check(f"umask 077; echo '{password}' > /run/l2tp")


def wait_for_session(router: Beside) -> None:
    router.until('services --json | grep -q \'"name": "l2tp-route", .*"ready"\'')
    router.until(f"ip -4 route | grep -q '^{HOST} dev ppp0'")


def test_without_its_password_it_waits(tunnels: Line) -> None:
    router = tunnels.router
    wait_for_note(router, "l2tp.daemon", "output value of ")
    give(router, PASSWORD)
    wait_for_session(router)


def test_the_session(tunnels: Line) -> None:
    router = tunnels.router
    assert f"{ADDRESS} peer 100.64.0.1/32" in router.check("ip -4 address show dev ppp0")
    assert "mtu 1460" in router.check("ip link show dev ppp0")
    assert set(router.check(f"cat {OUTPUTS}/dns").split()) == {"198.51.100.80"}
    router.until(f"grep -q fe80: {OUTPUTS}/ipv6-peer")
    who = router.until(f"timeout 5 wget -q -O - http://{HOST}/cgi-bin/who").strip()
    assert who == f"[::ffff:{ADDRESS}]"
    # By the kernel, and not packet by packet through xl2tpd.
    assert "PPPoL2TP" in router.check("head -1 /proc/net/pppol2tp")
    assert "clamp-ppp0" in router.check("nft list tables")


def test_nothing_comes_in_at_the_port_of_l2tp(tunnels: Line) -> None:
    assert ":1701 " not in tunnels.router.check("netstat -l -n -u")


def test_the_password_is_nowhere_to_be_seen(tunnels: Line) -> None:
    router = tunnels.router
    seen = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -c -a '[h]unter2'"
    assert router.run(seen).text.strip() == "0"
    assert router.run("logread | grep -F '[h]unter2'").status == 1
    assert router.check("stat -c %a /run/l2tp.daemon.options") == "600"


def test_a_wrong_password_is_refused_and_reported(tunnels: Line) -> None:
    router = tunnels.router
    give(router, "wrong")
    wait_for_note(router, "l2tp", "the provider refuses the user's name or password")
    give(router, PASSWORD)
    wait_for_session(router)
    assert router.note("l2tp") == ""


def test_the_provider_dies_and_returns(tunnels: Line) -> None:
    router = tunnels.router
    tunnels.provider.check("services stop -t 30 l2tp")
    wait_for_note(router, "l2tp", "no L2TP server answers at 203.0.113.1", 180)
    assert router.run(f"ip -4 route | grep ^{HOST}").text == ""
    tunnels.provider.check("services start -t 30 l2tp")
    wait_for_session(router)


def test_ten_restarts_leave_nothing_behind(tunnels: Line) -> None:
    router = tunnels.router
    look = (
        "ls /sys/class/net; ip -o -4 address | cut -d' ' -f2-; ip -4 route; nft list tables; "
        "ls /run; for name in xl2tpd pppd sh; do pidof $name | wc -w; done"
    )
    wait_for_session(router)
    before = router.check(look)
    for _ in range(10):
        router.run("services restart -t 60 l2tp.daemon", 70)
        wait_for_session(router)
    router.wait_for(look, lambda _, text: text.strip() == before, 60)
    router.check("services stop -t 30 l2tp.daemon l2tp.clamp")
    assert router.run("ip link show dev ppp0").status != 0
    assert router.run("pidof pppd xl2tpd").status == 1
    assert "ppp0" not in router.check("nft list tables")
    router.check("services start -t 60 l2tp.daemon")
