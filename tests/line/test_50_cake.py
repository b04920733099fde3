"""Fair queues, at a provider whose line carries 20 Mbit/s each way, 4 if guests are emulated, and has room for half a
second of packets.

The bottleneck is tbf of Debian's tc with a FIFO; the load is iperf3, and for downloads wget, on the router: with the
visitor as a third guest in its way, two processors emulate no more than the line carries. Latency is what a visitor of the LAN sees with ping.
"""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING

import pytest

from tests.line.board import LAN_CARD, SLOW, WAN_CARD

if TYPE_CHECKING:
    from tests.support.beside import Beside, Line

SERVER = "198.51.100.80"
# Bytes of the provider's FIFO: half a second.
ROOM = SLOW // 16
# Of each download only two packets or so wait in the queues of the host that it comes from (TCP small queues).
DOWNLOADS = 32
WAYS = ("upload", "download")


@pytest.fixture(scope="module")
def line(tunnels: Line) -> Line:
    """Make the line slow, and start the server of the load."""
    hub, visitor = tunnels.provider, tunnels.visitor
    slow = f"root tbf rate {SLOW} burst 5000 limit {ROOM}"
    hub.check(
        f"ip link add name back type ifb; ip link set dev back up; "
        f"tc qdisc add dev {LAN_CARD} {slow} && tc qdisc add dev back {slow} && "
        f"tc qdisc add dev {LAN_CARD} ingress && tc filter add dev {LAN_CARD} parent ffff: "
        "protocol all matchall action mirred egress redirect dev back"
    )
    hub.check("TMPDIR=/run iperf3 -s -D; mkdir -p /run/www; httpd -p 81 -h /run/www")
    hub.check("dd of=/run/www/file bs=1M seek=1000 count=0 2>/dev/null")
    visitor.until("ip -4 route | grep -q '^default via 192.168.19.1'")
    visitor.until(f"ping -c 1 -W 2 {SERVER}")
    return tunnels


def latency_ms(guest: Beside) -> float:
    """Return the median of twenty answers."""
    said = guest.run(f"ping -c 20 -i 0.3 -W 3 {SERVER}", 60).text
    return statistics.median(float(time) for time in re.findall(r"time=([0-9.]+) ms", said))


def loaded(line: Line, way: str) -> tuple[float, float]:
    """Return the latency while the line is full that way, in ms, and what went through, in bit/s."""
    router = line.router
    program = "iperf3" if way == "upload" else "wget"
    load = {
        "upload": f"TMPDIR=/run iperf3 -c {SERVER} -P 4 -t 120 > /dev/null 2>&1 &",
        "download": f"for i in $(seq {DOWNLOADS}); do wget -q -O /dev/null "
        f"http://{SERVER}:81/file > /dev/null 2>&1 & done;",
    }[way]
    bytes_there = "cat /proc/uptime /sys/class/net/{}/statistics/{}_bytes"
    count = bytes_there.format(WAN_CARD, "tx" if way == "upload" else "rx")
    router.check(f"{load} sleep 5", 60)
    before = router.check(count).split()
    found = latency_ms(line.visitor)
    after = router.check(count).split()
    router.run(f"killall {program}")
    router.until(f"! pidof {program}", 60)
    return found, 8 * (int(after[2]) - int(before[2])) / (float(after[0]) - float(before[0]))


def test_what_is_set_up(line: Line) -> None:
    router = line.router
    names = router.check("ls /sys/class/net").split()
    (received,) = [name for name in names if re.fullmatch(r"ifb-[0-9]+", name)]
    assert "qdisc cake" in router.check(f"ip link show dev {WAN_CARD}")
    assert "qdisc cake" in router.check(f"ip link show dev {received}")


@pytest.mark.parametrize("way", WAYS)
def test_latency_under_load(line: Line, way: str) -> None:
    router = line.router
    router.check("services stop -t 30 shape")
    idle = latency_ms(line.visitor)
    without, carried = loaded(line, way)
    router.check("services start -t 30 shape")
    with_cake, shaped = loaded(line, way)
    said = (
        f"{way}: idle {idle:.1f} ms; full, without cake {without:.1f} ms at {carried / 1e6:.1f} "
        f"Mbit/s, with it {with_cake:.1f} ms at {shaped / 1e6:.1f} Mbit/s"
    )
    print(said)
    assert without > idle + 100, said
    assert with_cake < idle + 20, said
    # It is not quick by carrying nothing.
    assert shaped > 0.7 * SLOW, said


def test_ten_restarts_leave_nothing_behind(line: Line) -> None:
    router = line.router
    look = "ls /sys/class/net | sed 's/ifb-[0-9]*/ifb/'; ls /run; ip link | grep -c cake"
    before = router.check(look)
    for _ in range(10):
        router.check("services restart -t 30 shape", 40)
    assert router.check(look) == before
    router.check("services stop -t 30 shape")
    assert "cake" not in router.check("ip link")
    assert "ifb-" not in router.check("ls /sys/class/net")
    router.check("services start -t 30 shape")
