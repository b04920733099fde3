"""The examples in `run`, on a terminal: whole, reached from this machine, left in three ways.

Of the same kind, tried here and in tests/processes/test_qemu_run.py: a wan whose provider offers no
router, a forwarded port that loses the answers to datagrams, ports that another run has, a reboot
of a root that is only read, a terminal of another size than 80 columns, a terminal that is closed,
a run that is ended by SIGTERM or SIGKILL, no terminal at all.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import struct
import termios
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.qemu.console import Console
from liminix_gen.qemu.loop import Loop
from tests.support.lookup import look_up
from tests.support.reaching import liminix_gen
from tests.support.router import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).parent
BUILD_S = 3600
ALL_READY = r"^liminix-gen: all services ready.*\n"
SIZE = (40, 100)


class Run:
    """`liminix-gen run` on a terminal of its own."""

    def __init__(self, example: str, loop: Loop, log: Path) -> None:
        self.loop = loop
        self.child = process.Child(
            liminix_gen("run", HERE / "router.py"),
            env=process.environment(
                LIMINIX_GEN_TEST_EXAMPLE=example, LIMINIX_GEN_TEST_DEVICE=None, TERM="xterm"
            ),
            pty=True,
        )
        assert self.child.terminal is not None
        fcntl.ioctl(self.child.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self.console = Console(os.dup(self.child.terminal), loop, log=log)

    def boot(self, timeout_s: float = TIMEOUT_S) -> dict[str, str]:
        """Wait until all is ready; return what was said of the ways to the router, by its word."""
        self.console.wait_for(r"^liminix-gen: \S+ starts\n", timeout_s)
        said = self.console.wait_for(ALL_READY, TIMEOUT_S)
        text = self.console.text[: said.start()]
        text = text[text.rindex(" starts\n") :]
        self.console.wait_for_shell(60)
        self.console.check("dmesg -n 1")
        lines = re.findall(r"^(reach|wan|leave) +(.*)$", text, re.MULTILINE)
        # Of several ways to reach it each is known by its program.
        return {rest.split()[0] if word == "reach" else word: rest for word, rest in lines}

    def states(self) -> dict[str, str]:
        """Return the state of every service."""
        rows = json.loads(self.console.check("services --json"))
        return {row["name"]: row["state"] for row in rows}

    def end(self) -> int:
        """Wait until the command has ended, and return its exit code."""
        assert self.loop.until(lambda: self.child.poll() is not None, 60)
        code = self.child.poll()
        assert code is not None
        return code


@contextmanager
def running(example: str, log: Path) -> Generator[Run]:
    with Loop() as loop:
        run = Run(example, loop, log)
        try:
            yield run
        finally:
            run.child.stop()
            run.console.close()


@pytest.fixture(autouse=True)
def _once(device: str) -> None:
    if device != "qemu-mipsel":
        pytest.skip("the examples are for qemu-mipsel")


def test_the_gateway_is_whole_and_reached(tmp_path: Path) -> None:
    with running("gateway", tmp_path / "console.log") as run:
        ways = run.boot(BUILD_S)
        assert "Ctrl-A x" in ways["leave"]
        # The wan has a router and name servers.
        waiting = "until services --json | grep default-route.*ready; do sleep 0.5; done"
        run.console.check(f"timeout 60 sh -c '{waiting}'", 70)
        assert set(run.states().values()) == {"ready"}
        assert "203.0.113.1" in run.console.check("ip route | grep ^default; cat /etc/resolv.conf")
        assert run.console.run("logread -e 'given up|failed'").text == ""
        assert run.console.check("stty size </dev/ttyS0; echo $TERM") == "40 100\nxterm"

        # As it is printed, but for the program: dig need not be here.
        matched = re.fullmatch(r"dig @127\.0\.0\.1 -p (\d+) gateway\.lan", ways["dig"])
        assert matched is not None, ways
        for transport in ("udp", "tcp"):
            answer = look_up("gateway.lan", int(matched[1]), transport, run.loop)
            assert answer.addresses == (IPv4Address("192.168.19.1"),)
        words = [*ways["ssh"].split(), "-F", "none", "-o", "BatchMode=yes", "true"]
        process_ = process.Child(words, stderr=process.PIPE)
        with process_:
            assert run.loop.until(lambda: process_.poll() is not None, 60)
            assert process_.popen.stderr is not None
            # It is the router that refuses: nobody has the key of the example.
            assert b"Permission denied (publickey)" in process_.popen.stderr.read()

        run.console.send("reboot")
        assert run.boot() == ways
        run.console.send("poweroff")
        assert run.end() == 0


def test_hello_is_whole_and_left_at_once(tmp_path: Path) -> None:
    with running("hello", tmp_path / "console.log") as run:
        ways = run.boot(BUILD_S)
        assert {"ssh", "dig"} <= ways.keys()
        assert "wan" not in ways  # nothing is on it
        assert set(run.states().values()) == {"ready"}
        run.console.send("\x01x")
        assert run.end() == 0


def test_the_memory_of_each_service_is_measured(tmp_path: Path) -> None:
    done = process.run(
        liminix_gen("run", "--measure", HERE / "router.py"),
        cwd=tmp_path,
        env=process.environment(
            LIMINIX_GEN_TEST_EXAMPLE="hello", LIMINIX_GEN_TEST_DEVICE=None, TERM="dumb"
        ),
        timeout_s=BUILD_S,
    ).stdout
    head, *lines = done[done.index("memory: ") :].splitlines()
    assert re.fullmatch(r"memory: \d+\.\d MB of \d+\.\d MB are left for more", head)
    rows = (line.strip().rpartition("  ") for line in lines)
    sizes = {name.strip(): text for name, _, text in rows}
    # A daemon, and a service that has no process but its supervisor.
    assert {"dns", "loopback", "other processes", "the kernel"} <= sizes.keys()
    assert bytes_of(sizes["dns"]) > bytes_of(sizes["loopback"]) > 0
    assert bytes_of(sizes["the kernel"]) > 1_000_000


def bytes_of(text: str) -> float:
    number, unit = text.split()
    return float(number) * {"B": 1, "kB": 1000, "MB": 1_000_000}[unit]
