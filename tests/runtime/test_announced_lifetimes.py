"""What hosts are told of a delegated prefix lives as long as the lease: its scripts, dnsmasq and a kernel, all real.

tests/line has the same with a provider, and hosts that follow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import cast

import pytest

from tests.runtime.router import ROOT, wait_for
from tests.support.namespaces import in_own_network
from tests.support.services import Bench

DHCP6 = ROOT / "modules" / "dhcp6"
DNSMASQ = which("dnsmasq", path="/usr/sbin:/usr/bin:/sbin:/bin")
# The interfaces are two ends of one cable. Each line of its input is a lease, each of its output what was announced then.
ROUTER = """
import json, os, socket, struct, subprocess, sys, time

folder, *dnsmasq = sys.argv[1:]

def sh(script):
    subprocess.run(["busybox", "sh", "-euc", script], check=True)

def announced():
    heard = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    heard.bind(("::", 0))
    heard.settimeout(1)
    host = socket.if_nametoindex("host")
    heard.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                     socket.inet_pton(socket.AF_INET6, "ff02::1") + struct.pack("@I", host))
    heard.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    while True:
        heard.sendto(bytes((133, 0, 0, 0, 0, 0, 0, 0)), ("ff02::2", 0, 0, host))
        try:
            said = heard.recv(2000)
        except TimeoutError:
            continue
        options = said[16:] if said[0] == 134 else b""
        while len(options) >= 8 and options[1]:
            if options[0] == 3:
                return struct.unpack("!II", options[4:12])
            options = options[8 * options[1]:]

sh("ip() { busybox ip \\"$@\\"; }; ip link add lan type veth; ip link set veth0 name host; "
   "for name in lan host; do "
   "echo 0 > /proc/sys/net/ipv6/conf/$name/accept_dad; ip link set $name up; done")
server = subprocess.Popen(dnsmasq)
try:
    for line in sys.stdin:
        with open(f"{folder}/prefixes", "w") as file:
            file.write(line)
        with open("/proc/uptime") as uptime, open(f"{folder}/acquired", "w") as file:
            file.write(uptime.read().partition(".")[0] + "\\n")
        sh(open(f"{folder}/follow").read())
        # dnsmasq learns of it from the kernel, and may have announced what was there before.
        for _ in range(20):
            valid, preferred = announced()
            if preferred <= int(line.split()[1]) < preferred + 20:
                break
            time.sleep(0.1)
        print(json.dumps([preferred, valid]), flush=True)
finally:
    server.terminate()
"""
FOLLOW = """
ip() { busybox ip "$@"; }
log() { echo "$*" >&2; }
put() { echo "$2" > "$outputs/$1"; }
ifname=lan name=../FOLDER/it outputs=FOLDER leased=FOLDER/prefixes acquired=FOLDER/acquired
subnet=1 host=1 ready=
. MODULES/prefix/prefix.sh
. MODULES/addresses.sh
kept=FOLDER/kept
follow
"""


def dnsmasq(folder: Path) -> list[str]:
    """Return the command as dnsmasq.nix has it, for what decides about advertisements."""
    bench = Bench()
    made = bench.good(
        "dnsmasq", interface=bench.link(), domain="lan", ipv6="slaac", user="root", group="root"
    )
    (daemon,) = (part for part in made.parts() if not part.name)
    mode, kind = cast("tuple[str, str]", daemon.parameters["constructed"])
    given = cast("tuple[str, ...]", daemon.parameters["arguments"])
    files = (f"--dhcp-leasefile={folder}/leases", f"--pid-file={folder}/pid")
    return [
        str(DNSMASQ), "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--port=0",
        "--bind-dynamic", "--except-interface=lo", "--interface=lan", "--no-resolv", *files,
        f"--dhcp-range={mode},constructor:lan,{kind}", *given,
    ]  # fmt: skip


@pytest.mark.skipif(DNSMASQ is None, reason="dnsmasq is not installed")
def test_lifetimes_follow_the_lease(tmp_path: Path) -> None:
    text = FOLLOW.replace("../FOLDER", f"../{tmp_path}").replace("FOLDER", str(tmp_path))
    (tmp_path / "follow").write_text(text.replace("MODULES", str(DHCP6)))
    command = [sys.executable, "-c", ROUTER, str(tmp_path), *dnsmasq(tmp_path)]
    router = subprocess.Popen(
        in_own_network(*command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert router.stdin is not None
    assert router.stdout is not None
    said: list[list[int]] = []
    try:
        for preferred, valid in ((60, 120), (600, 1200), (30, 40)):
            router.stdin.write(f"2001:2:0:100::/56 {preferred} {valid}\n")
            router.stdin.flush()
            said.append(json.loads(router.stdout.readline()))
            # The age of the lease, and the seconds until somebody asked.
            assert preferred - 20 <= said[-1][0] <= preferred, said
            assert valid - 20 <= said[-1][1] <= valid, said
    finally:
        router.stdin.close()
        router.stdout.close()
        wait_for(lambda: router.poll() is not None, "the end of it")
