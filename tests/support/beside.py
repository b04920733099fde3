"""Guests beside one another, with cables between them."""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from liminix_gen.qemu import machines
from liminix_gen.qemu.guest import Guest
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Dgram, HubOf, Isolated, Network
from tests.support.monitor import Monitor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from liminix_gen.model.device import Qemu

TIMEOUT_S = 300.0


class Beside:
    """A booted guest; its console is that of `Guest`."""

    def __init__(
        self,
        machine: Qemu,
        vmroot: machines.VmRoot,
        networks: Sequence[Network],
        *,
        loop: Loop,
        sockets: Path,
        log: Path,
        state: Path | None = None,
    ) -> None:
        monitor = Monitor(sockets / f"monitor-{log.stem}")
        self.set_cable = monitor.set_cable
        command = machines.command(
            machine,
            vmroot,
            networks,
            state=state,
            extra=monitor.arguments,
        )
        self.guest = Guest(command, loop, log=log)
        self.run = self.guest.console.run
        self.check = self.guest.console.check

    def boot(self, *, waits: bool = True) -> None:
        """Wait for the shell, and until all services are ready."""
        if waits:
            self.guest.wait_until_ready(TIMEOUT_S)
        self.guest.console.wait_for_shell(TIMEOUT_S)
        self.check("dmesg -n 1")

    def note(self, name: str) -> str:
        """Return what `services` says of a service: what it waits for, and what is wrong."""
        rows = cast("list[dict[str, object]]", json.loads(self.check("services --json")))
        row = next(row for row in rows if row["name"] == name)
        waits = cast("list[str]", row["waits_for"])
        return "; ".join(filter(None, (*waits, str(row["note"]))))

    def state(self, name: str) -> str:
        """Return the state of a service."""
        rows = cast("list[dict[str, object]]", json.loads(self.check("services --json")))
        return next(str(row["state"]) for row in rows if row["name"] == name)

    def pid(self, name: str) -> int:
        """Return the process of a service; 0 when it has none."""
        return max(0, int(self.check(f"s6-svstat -o pid /run/service/{name}")))

    def until(self, command: str, timeout_s: float = TIMEOUT_S) -> str:
        """Repeat a command of the shell until it succeeds; return what it printed."""
        return self.wait_for(command, lambda status, _: status == 0, timeout_s)

    def wait_for(
        self, command: str, enough: Callable[[int, str], bool], timeout_s: float = TIMEOUT_S
    ) -> str:
        """Repeat a command of the shell until its code and text are enough."""
        ends = time.monotonic() + timeout_s
        while True:
            done = self.run(command)
            if enough(done.status, done.text):
                return done.text
            if time.monotonic() > ends:
                listed = self.run("services; ip addr; ip -6 route; logread -l 40").text
                raise AssertionError(f"{command}: {done.status} {done.text}\n{listed}")
            time.sleep(0.3)


class Line:
    """A provider, a router and a visitor of its LAN, booted; `state` is the router's disk.

    With `both` the provider's other port is in the LAN, too.
    """

    def __init__(
        self,
        machine: Qemu,
        vmroots: tuple[machines.VmRoot, machines.VmRoot, machines.VmRoot],
        logs: Path,
        *,
        state: Path | None = None,
        both: bool = False,
    ) -> None:
        with ExitStack() as stack:
            # Not in pytest's own folder: a socket's path may have 107 bytes.
            sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="line-")))
            loop = stack.enter_context(Loop())
            near, far = sockets / "line-router", sockets / "line-provider"
            inside, outside = sockets / "lan-router", sockets / "lan-visitor"
            lan: Network = Dgram(local=inside, remote=outside)
            other: Network = Isolated()
            if both:
                second, beyond = sockets / "second-router", sockets / "second-provider"
                lan = HubOf(members=(lan, Dgram(local=second, remote=beyond)))
                other = Dgram(local=beyond, remote=second)
            networks: dict[str, tuple[Network, Network]] = {
                "provider": (Dgram(local=far, remote=near), other),
                "router": (lan, Dgram(local=near, remote=far)),
                "visitor": (Isolated(), Dgram(local=outside, remote=inside)),
            }
            guests = []
            for (name, cards), vmroot in zip(networks.items(), vmroots, strict=True):
                guest = Beside(
                    machine,
                    vmroot,
                    cards,
                    loop=loop,
                    sockets=sockets,
                    log=logs / f"{name}.log",
                    state=state if name == "router" else None,
                )
                stack.callback(guest.guest.stop)
                guests.append(guest)
            self.provider, self.router, self.visitor = guests
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
