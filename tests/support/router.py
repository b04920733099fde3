"""The router under test: a booted image with a peer on its lan, and its provider on the wan."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from attrs import frozen

from liminix_gen import process
from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Dgram, HubOf
from liminix_gen.qemu.wire.frames import MacAddress
from tests.support import vmroot as vmroots
from tests.support.monitor import Monitor
from tests.support.peer.capture import CapturedLink
from tests.support.peer.dhcp_server import Offer, Server
from tests.support.peer.peer import Peer
from tests.support.peer.servers import Clock, Echo, Names
from tests.support.reaching import (
    HOST,
    LAN_ADDRESS,
    free_port,
    liminix_gen,
    ssh_options,
    way_for_ssh,
)

if TYPE_CHECKING:
    from liminix_gen.model.device import Qemu

PROVIDER = IPv4Address("203.0.113.1")
WAN_ADDRESS = IPv4Address("203.0.113.10")
INTERNET = IPv4Network("198.51.100.0/24")
CLOCK = IPv4Address("198.51.100.124")
WEB_SERVER = IPv4Address("198.51.100.80")
LAN_PEER = MacAddress.parse("52:54:00:00:01:01")
QEMU_NETWORK = MacAddress.parse("52:55:c0:a8:13:02")
WAN_PEER = MacAddress.parse("52:54:00:00:02:01")

# Emulated processors on a busy machine are slow: every wait has room, none is a fixed time.
TIMEOUT_S = 300.0


@frozen(kw_only=True)
class ServiceState:
    """A row of `services --json` on the router."""

    name: str
    type: str
    controlled: bool
    state: str
    since_s: float
    waits_for: tuple[str, ...]
    note: str


class Router:
    """A booted router. On the lan: `lan`, and this machine's ssh; on the wan: `provider`."""

    def __init__(self, machine: Qemu, vmroot: machines.VmRoot, logs: Path, state: Path) -> None:
        self._stack = ExitStack()
        with ExitStack() as stack:
            # Not in pytest's own folder: a socket's path may have 107 bytes.
            sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="router-")))
            self.loop = stack.enter_context(Loop())
            self.ssh_port = free_port()
            self.web_ports = {port: free_port() for port in (80, 9100)}
            lan = Dgram(local=sockets / "lan-guest", remote=sockets / "lan-peer")
            wan = Dgram(local=sockets / "wan-guest", remote=sockets / "wan-peer")
            self.lan = Peer(CapturedLink(lan, logs / "lan.pcap"), self.loop, mac=LAN_PEER)
            stack.callback(self.lan.close)
            # QEMU's own network is on the lan for ssh alone. It offers leases, and answers TCP in
            # the router's name: it takes every frame as one to itself.
            self.lan.ignored.add(QEMU_NETWORK)
            self.provider = Peer(
                CapturedLink(wan, logs / "wan.pcap"),
                self.loop,
                mac=WAN_PEER,
                address=IPv4Interface(f"{PROVIDER}/24"),
                answers_for=(INTERNET,),
            )
            stack.callback(self.provider.close)
            self.dhcp = Server(
                self.provider,
                Offer(
                    address=IPv4Interface(f"{WAN_ADDRESS}/24"),
                    router=PROVIDER,
                    dns=(PROVIDER,),
                    domain="provider.example",
                ),
            )
            names = {
                "www.example.org": WEB_SERVER,
                "clock.example.org": CLOCK,
                "inside.example.org": LAN_ADDRESS,
                "inside.example.net": LAN_ADDRESS,
            }
            self.names = Names(self.provider, names)
            self.echo = Echo(self.provider)
            self.clock = Clock(self.provider)
            hub = HubOf(members=(lan, way_for_ssh(self.ssh_port, self.web_ports)))
            self._monitor = Monitor(sockets / "monitor")
            command = machines.command(
                machine,
                vmroot,
                (hub, wan),
                state=state,
                extra=self._monitor.arguments,
            )
            self.guest = stack.enter_context(Guest(command, self.loop, log=logs / "console.log"))
            self._stack = stack.pop_all()
        self.console = self.guest.console
        self.run = self.console.run
        self.check = self.console.check

    def boot(self) -> str:
        """Wait until all services are ready, and return the line that says so."""
        line = self.guest.wait_until_ready(TIMEOUT_S)
        self.console.wait_for_shell(30)
        # Kernel messages would break lines of output in two.
        self.check("dmesg -n 1")
        return line

    def services(self) -> dict[str, ServiceState]:
        """Return the state of every service of the router, by name."""
        rows = cast("list[dict[str, object]]", json.loads(self.check("services --json")))
        return {
            str(row["name"]): ServiceState(
                name=str(row["name"]),
                type=str(row["type"]),
                controlled=bool(row["controlled"]),
                state=str(row["state"]),
                since_s=cast("float", row["since_s"]),
                waits_for=tuple(cast("list[str]", row["waits_for"])),
                note=str(row["note"]),
            )
            for row in rows
        }

    def wait_for_state(self, name: str, state: str, timeout_s: float = TIMEOUT_S) -> None:
        """Wait until a service is in a state."""
        line = f'"name": "{name}", .*"state": "{state}"'
        looking = f"until services --json | grep -q '{line}'; do sleep 0.5; done"
        self.check(f"timeout {timeout_s:.0f} sh -c {_quoted(looking)}", timeout_s + 10)

    def set_wan_cable(self, *, plugged: bool) -> None:
        """Pull the cable out of the wan port, or plug it in."""
        self._monitor.set_cable(1, plugged=plugged)

    def wait_until_ready(self) -> None:
        """Wait until all that the boot starts is ready (again)."""
        self.check(f"services ready -t {TIMEOUT_S:.0f}", TIMEOUT_S + 10)

    def pid(self, name: str) -> int:
        """Return the process of a service; 0 when it has none."""
        text = self.check(f"s6-svstat -o pid /run/service/{name}")
        return max(0, int(text))

    def ssh(self, *command: str, key: Path | None) -> process.Completed:
        """Run a command on the router by this machine's own ssh, with a key or without any."""
        arguments = ["ssh", "-F", "none"]
        for name, value in ssh_options(self.ssh_port).items():
            arguments += ["-o", f"{name}={value}"]
        if key is not None:
            arguments += ["-i", str(key)]
        arguments += [HOST, *command]
        environment = process.environment(SSH_AUTH_SOCK=None)
        return process.run(arguments, env=environment, timeout_s=TIMEOUT_S, check=False)

    def close(self) -> None:
        """End the router at once."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def build_vmroot(configuration: Path, device: str, link: Path, *modules: Path) -> machines.VmRoot:
    """Build a configuration's `vmroot` by the command line, as a user would."""
    folders = [word for folder in modules for word in ("--modules", folder)]
    words = ("--output", "vmroot", "--out-link", link)
    command = liminix_gen("build", configuration, *folders, *words)
    environment = process.environment(LIMINIX_GEN_TEST_DEVICE=device)
    process.run(command, env=environment, timeout_s=3600)
    return vmroots.read(link)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
