"""A router's WAN on this machine: the modules' own scripts under real s6 and serviced, a real udhcpc, and a provider.

They run in a network of their own, whose interfaces `wan` and `lan` are cables that the test holds in its hand.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Self

from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.link import Link
from tests.runtime.evaluated import evaluated
from tests.runtime.router import ROOT, SHELL, Router, compile_c
from tests.support.namespaces import in_own_network, into_network_of
from tests.support.peer.dhcp_server import Offer, Server
from tests.support.peer.peer import Peer
from tests.support.services import callback

HERE = Path(__file__).parent
CLIENT = ROOT / "modules" / "network" / "dhcp" / "client"
PROVIDER = IPv4Address("203.0.113.1")
INTERNET = IPv4Network("198.51.100.0/24")
WEB_SERVER = "198.51.100.80"
GOOD = Offer(
    address=IPv4Interface("203.0.113.10/24"),
    router=PROVIDER,
    dns=(IPv4Address("203.0.113.53"),),
    domain="provider.example",
)
# linux/if_tun.h
TUNSETIFF = 0x400454CA
TUNSETCARRIER = 0x400454E2
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
LIMIT_S = 60.0
_HOLD = f"""
import fcntl, os, socket, struct, subprocess, sys
back = socket.socket(fileno=int(sys.argv[1]))
# The one that shows this network's interfaces.
subprocess.run(["mount", "-t", "sysfs", "sysfs", "/sys"], check=True)
cables = []
for name in sys.argv[2:]:
    cables.append(os.open("/dev/net/tun", os.O_RDWR))
    fcntl.ioctl(cables[-1], {TUNSETIFF}, struct.pack("16sH22x", name.encode(), {IFF_TAP | IFF_NO_PI}))
socket.send_fds(back, [b"."], cables)
back.recv(1)
"""


class Cable(Link):
    """The other end of an interface."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_blocking(descriptor, False)

    def fileno(self) -> int:
        return self._descriptor

    def plug(self, state: bool) -> None:
        fcntl.ioctl(self._descriptor, TUNSETCARRIER, struct.pack("i", state))

    def send(self, frame: bytes) -> None:
        with suppress(OSError):  # no carrier
            os.write(self._descriptor, frame)

    def post(self, frame: bytes) -> None:
        self.send(frame)

    def receive(self) -> bytes | None:
        try:
            return os.read(self._descriptor, 65536)
        except OSError:
            return None

    def close(self) -> None:
        os.close(self._descriptor)


class Wan:
    """`offer` is what the provider gives; `router` is the machine under test."""

    def __init__(self, folder: Path, programs: Path, times_faster: int) -> None:
        back, theirs = socket.socketpair()
        words = (sys.executable, "-c", _HOLD, str(theirs.fileno()), "wan", "lan")
        self._holder = subprocess.Popen(
            in_own_network(*words, mounts=True), pass_fds=(theirs.fileno(),)
        )
        theirs.close()
        self._back = back
        _, descriptors, _, _ = socket.recv_fds(back, 1, 2)
        self.cable, self._lan = Cable(descriptors[0]), Cable(descriptors[1])
        self.loop = Loop()
        self.provider = Peer(
            self.cable,
            self.loop,
            mac=MacAddress.parse("52:54:00:00:02:01"),
            address=IPv4Interface(f"{PROVIDER}/24"),
            answers_for=(INTERNET,),
        )
        self.server = Server(self.provider, GOOD)
        self._prefix = into_network_of(self._holder.pid)
        self.run(
            "ip link set dev lo up; ip link set dev lan up; ip address add 192.168.19.1/24 dev lan"
        )
        self.router = self._make(folder, programs, times_faster)

    def _make(self, folder: Path, programs: Path, times_faster: int) -> Router:
        store = folder / "store"
        store.mkdir(parents=True)
        (store / "busybox" / "bin").mkdir(parents=True)
        (store / "busybox" / "bin" / "sh").symlink_to("/usr/bin/busybox")
        (store / "services").mkdir()
        (store / "services" / "bin").symlink_to(programs)
        (store / "interface-wait" / "bin").mkdir(parents=True)
        sources = [ROOT / "packages" / "interface-wait" / name for name in ("main.c", "netlink.c")]
        compile_c(store / "interface-wait" / "bin" / "interface-wait", sources)
        shim = compile_c(store / "faster.so", [HERE / "faster.c"], "-shared", "-fPIC")
        for name in ("callback", "carrier"):
            script = CLIENT / f"{name}.sh"
            script = callback(store, script) if name == "callback" else script
            text = script.read_text(encoding="utf-8")
            # /bin/sh of the device is busybox.
            text = text.replace("#!/bin/sh", f"#!{SHELL}", 1)
            (store / f"dhcp-{name}").write_text(text, encoding="utf-8")
            (store / f"dhcp-{name}").chmod(0o755)
        # The device's programs, two of them in a hurry.
        path = folder / "path"
        path.mkdir()
        for name, text in {
            "udhcpc": f'TIMES_FASTER={times_faster} LD_PRELOAD={shim} exec busybox udhcpc "$@"',
            "sleep": f"exec busybox sleep $(echo $1 {times_faster} | awk '{{ print $1 / $2 }}')",
            "ip": 'exec busybox ip "$@"',
        }.items():
            (path / name).write_text(f"#!/bin/sh\n{text}\n")
            (path / name).chmod(0o755)
        router = Router(folder / "router", programs, "-p", "100", "-P", "800", prefix=self._prefix)
        router.environment["PATH"] = f"{path}:{router.environment['PATH']}"
        router.environment["SCAN_DIRECTORY"] = str(router.scan)

        def add(name: str, *needs: str, **fields: object) -> None:
            texts = {"down": "", "notification-fd": "3\n", "timeout-finish": "3000\n"}
            for file, text in bodies[name].items():
                moved = text.replace("/run/services", str(router.run))
                moved = moved.replace("/run/resolv.conf", str(self.resolv_conf))
                moved = moved.replace("/run/$name", f"{folder}/$name")
                if moved:
                    texts[file] = moved
            router.add_directory(name, *needs, texts=texts, **fields)

        bodies = evaluated(HERE / "wan.nix", programs=f'"{store}"', source=str(ROOT))
        self.resolv_conf = folder / "resolv.conf"
        self.upstreams = folder / "dns.upstreams" / "resolv.conf"
        add("wan.link", kind="oneshot")
        add("wan.daemon", "wan.link")
        add("wan.carrier", "wan.link", "wan.daemon")
        add("wan", "wan.daemon", "wan.link", kind="oneshot", controlled=True)
        add("default-route", "wan", kind="oneshot")
        add("resolver", observes=("wan",))
        add("dns.upstreams", observes=("wan",))
        return router

    # --- the router -----------------------------------------------------------------------------

    def run(self, script: str, limit_s: float = 20) -> subprocess.CompletedProcess[str]:
        """Run a script in the router's network."""
        return subprocess.run(
            [*self._prefix, "busybox", "sh", "-c", script],
            capture_output=True, text=True, timeout=limit_s, check=False,
        )  # fmt: skip

    def routes(self) -> list[str]:
        return self.run("busybox ip -4 route").stdout.splitlines()

    def default_route(self) -> str:
        """The router of the default route, "link" if it is on the link, empty without one."""
        for route in self.routes():
            words = route.split()
            if words[0] == "default":
                return words[words.index("via") + 1] if "via" in words else "link"
        return ""

    def addresses(self) -> list[str]:
        lines = self.run("busybox ip -4 -o address show dev wan").stdout.splitlines()
        return [line.split()[3] for line in lines]

    def until(self, condition: object, what: str, limit_s: float = LIMIT_S) -> None:
        assert callable(condition)
        if not self.loop.until(condition, limit_s):
            raise AssertionError(f"{what}: {self.router.rows()}\n{self.router.log[-3000:]}")

    def state(self, name: str) -> str:
        return self.router.rows()[name].state

    def note(self, name: str) -> str:
        return self.router.rows()[name].note

    def reaches(self, address: str, limit_s: float = 20) -> bool:
        """Whether the router reaches an address; the provider answers meanwhile."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            command = [*self._prefix, "busybox", "ping", "-c", "1", "-W", "1", address]
            with subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as ping:
                self.loop.until(lambda: ping.poll() is not None, 10)
            if ping.returncode == 0:
                return True
        return False

    def works(self, router: str = str(PROVIDER)) -> bool:
        """Whether the default route is by that router, and its service says so."""
        return self.default_route() == router and self.state("default-route") == "ready"

    def ask_again(self) -> None:
        """Begin with no lease, as after a boot."""
        with self.router.spawn("restart", "-t", "1", "wan.daemon") as order:
            self.loop.until(lambda: order.poll() is not None, 10)

    def set_right(self) -> None:
        """Give the provider its own network and a good answer again."""
        self.provider.address = IPv4Interface(f"{PROVIDER}/24")
        self.server.offer, self.server.refuses, self.server.deaf_to = GOOD, False, frozenset()
        self.cable.plug(True)

    # --- its life ----------------------------------------------------------------------------------

    def boot(self) -> Self:
        self.router.start()
        self.until(lambda: self.router.call("list").returncode == 0, "serviced")
        return self

    def close(self) -> None:
        self.router.end()
        self.provider.close()
        self._lan.close()
        self.loop.close()
        self._back.close()
        self._holder.wait(10)
