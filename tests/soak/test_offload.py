"""How much quicker a router forwards past its rules: iperf3 of this machine on both of its sides.

The guest's cards are in two networks of this machine, which carry more than any guest forwards.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import pytest
from attrs import frozen

from liminix_gen import process
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Isolated
from tests.line.board import QEMU
from tests.support import vmroot as vmroots
from tests.support.namespaces import in_own_network, into_network_of
from tests.support.reaching import liminix_gen
from tests.support.scope import KVM

HERE = Path(__file__).parent
TIMES = 5
SECONDS = 5
SERVER = "203.0.113.1"
# QEMU makes the cards' other ends in the provider's network, which is its own.
CARDS = ("lan0", "wan0")
SET_UP = "".join(f"ip tuntap add {card} mode tap;" for card in CARDS)
RULE = "meta l4proto { tcp, udp } ct state established flow add @offloaded"


@frozen(kw_only=True)
class Between:
    """A booted router, and the processes whose networks are on its two sides."""

    guest: Guest
    inside: int
    outside: int

    def of_chain(self) -> str:
        """Return the rules that forward packets, with their handles."""
        return self.guest.console.check("nft -a list chain ip table-ip forward-ip4")

    def offload(self, *, on: bool) -> None:
        """Put the rule in front of all others, or take it away; forget what is offloaded."""
        check = self.guest.console.check
        for handle in re.findall(r"flow add .* # handle (\d+)", self.of_chain()):
            check(f"nft delete rule ip table-ip forward-ip4 handle {handle}")
        if on:
            check(f"nft 'insert rule ip table-ip forward-ip4 {RULE}'")

    def bits_per_second(self) -> float:
        """Return what a TCP connection from the LAN carries."""
        command = ("iperf3", "-c", SERVER, "-t", str(SECONDS), "-O", "1", "--json")
        done = process.run([*into_network_of(self.inside), *command], timeout_s=SECONDS + 60)
        end = json.loads(done.stdout)["end"]
        return cast("float", end["sum_received"]["bits_per_second"])


def child(stack: ExitStack, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start what ends with the test."""
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    stack.callback(started.wait)
    stack.callback(started.kill)
    return started


def network_of(process_id: int) -> str:
    return str(Path(f"/proc/{process_id}/ns/net").readlink())


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Between]:
    """Build the router, and boot it between two networks."""
    assert QEMU is not None
    folder = tmp_path_factory.mktemp("offload")
    link = folder / "vmroot"
    build = liminix_gen("build", HERE / "offload.py", "--output", "vmroot", "--out-link", link)
    process.run(build, timeout_s=3600)
    command = list(machines.command(QEMU, vmroots.read(link), (Isolated(), Isolated())))
    for number, card in enumerate(CARDS):
        at = next(at for at, word in enumerate(command) if f",id=net{number}," in word)
        command[at] = f"tap,id=net{number},ifname={card},script=no,downscript=no"
    with ExitStack() as stack:
        loop = stack.enter_context(Loop())
        inside = child(stack, in_own_network("sleep", "infinity")).pid
        outside = child(stack, in_own_network("sh", "-c", f"{SET_UP} exec sleep infinity")).pid
        while network_of(os.getpid()) in map(network_of, (inside, outside)):
            time.sleep(0.1)
        there = into_network_of(outside)
        guest = stack.enter_context(Guest([*there, *command], loop, log=folder / "console.log"))
        guest.wait_until_ready(300)
        guest.console.wait_for_shell(30)
        for words, where in (
            (f"link set {CARDS[0]} netns {inside}", outside),
            (f"addr add 192.168.19.2/24 dev {CARDS[0]}", inside),
            (f"link set {CARDS[0]} up", inside),
            ("route add default via 192.168.19.1", inside),
            (f"addr add {SERVER}/24 dev {CARDS[1]}", outside),
            (f"link set {CARDS[1]} up", outside),
        ):
            process.run([*into_network_of(where), "ip", *words.split()])
        child(stack, [*there, "iperf3", "-s"])
        yield Between(guest=guest, inside=inside, outside=outside)


def test_connections_go_faster_past_the_rules(between: Between) -> None:
    found: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(TIMES):
        for on in (False, True):
            between.offload(on=on)
            assert ("flow add" in between.of_chain()) == on
            found[on].append(between.bits_per_second() / 1e6)
    without, offloaded = (statistics.median(found[on]) for on in (False, True))
    said = (
        f"{without:.0f} Mbit/s by the rules, {offloaded:.0f} past them: {offloaded / without:.2f} "
        f"times; {'KVM' if KVM else 'emulated'}, medians of {found}"
    )
    print(said)
    assert offloaded > (1.2 if KVM else 1) * without, said
