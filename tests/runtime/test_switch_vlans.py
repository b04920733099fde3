"""switch-vlans, with a kernel that is played: generic netlink, as OpenWrt's swconfig.c speaks it."""

from __future__ import annotations

import errno
import os
import socket
import struct
import subprocess
from collections import Counter
from pathlib import Path
from threading import Thread

import pytest

from tests.runtime.router import ROOT, compile_c

FAMILY, CONTROL = 29, 16
ERROR, DONE = 2, 3
# include/uapi/linux/switch.h of OpenWrt's kernels.
GET_SWITCH, LIST_GLOBAL, SET_GLOBAL, LIST_VLAN, SET_VLAN = 1, 3, 5, 9, 11
ID, DEV_NAME, OP_ID, OP_NAME, OP_VLAN, OP_PORTS, PORT = 2, 3, 10, 12, 14, 17, 20
GLOBAL = {0x1000: "apply", 0x1001: "reset", 0: "enable_vlan", 1: "alternate_vlan_disable"}
VLAN = {0x1000: "ports"}
SWITCHES = {7: "switch0", 8: "switch1"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("switch-vlans") / "switch-vlans"
    files = (
        "packages/switch-vlans/main.c",
        "packages/netlink/request.c",
        "tests/runtime/told_socket.c",
    )
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    sources = [ROOT / file for file in files]
    return compile_c(target, sources, f"-I{ROOT}/packages/netlink", "-Dsocket=told_socket", *checks)


def attribute(type_: int, value: bytes) -> bytes:
    return (struct.pack("=HH", 4 + len(value), type_) + value).ljust((len(value) + 7) & ~3, b"\0")


def attributes(content: bytes) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    while content:
        size, type_ = struct.unpack_from("=HH", content)
        found.append((type_, content[4:size]))
        content = content[(size + 3) & ~3 :]
    return found


def message(type_: int, body: bytes) -> bytes:
    """A message of generic netlink (linux/genetlink.h); its number comes later."""
    return struct.pack("=IHHII", 20 + len(body), type_, 2, 0, 0) + bytes(4) + body


def listed(names: dict[int, str], number_type: int, name_type: int) -> bytes:
    return b"".join(
        message(
            FAMILY,
            attribute(number_type, struct.pack("=I", number))
            + attribute(name_type, name.encode() + b"\0"),
        )
        for number, name in names.items()
    )


class Kernel:
    """What a switch of the name switch1, beside another, was told; ``refuses`` fails so often."""

    def __init__(self, family: bool = True, refuses: str = "") -> None:
        self.family = family
        self.refuses = refuses
        self.said: list[str] = []
        self.asked: Counter[int] = Counter()

    def answer(self, request: bytes) -> bytes:
        size, type_, flags, sequence, _ = struct.unpack_from("=IHHII", request)
        assert size == len(request)
        command = request[16]
        given = dict(attributes(request[20:]))
        self.asked[command] += 1
        content, end = self._answer(type_, command, given)
        if flags & 0x300:  # a dump ends with a message of its own
            content += struct.pack("=IHHIIi", 20, DONE, 2, 0, 0, 0)
        else:
            content += struct.pack("=IHHIIi", 36, ERROR, 0, 0, 0, -end) + request[:16]
        return with_sequence(content, sequence)

    def _answer(self, type_: int, command: int, given: dict[int, bytes]) -> tuple[bytes, int]:
        if type_ == CONTROL:
            assert given == {2: b"switch\0"}
            if not self.family:
                return b"", errno.ENOENT
            body = attribute(1, struct.pack("=H", FAMILY)) + attribute(2, b"switch\0")
            return message(CONTROL, body), 0
        assert type_ == FAMILY
        if command == GET_SWITCH:
            return listed(SWITCHES, ID, DEV_NAME), 0
        assert given[ID] == struct.pack("=I", 8)
        if command in {LIST_GLOBAL, LIST_VLAN}:
            return listed(GLOBAL if command == LIST_GLOBAL else VLAN, OP_ID, OP_NAME), 0
        (number,) = struct.unpack("=I", given[OP_ID])
        if command == SET_GLOBAL:
            what = GLOBAL[number]
        else:
            assert (command, VLAN[number]) == (SET_VLAN, "ports")
            ports = [
                attributes(port) for type_, port in attributes(given[OP_PORTS]) if type_ == PORT
            ]
            words = [
                str(struct.unpack("=I", dict(port)[1])[0]) + "t" * (2 in dict(port))
                for port in ports
            ]
            what = f"vlan {struct.unpack('=I', given[OP_VLAN])[0]}: {' '.join(words)}"
        self.said.append(what)
        return b"", errno.EINVAL if what == self.refuses else 0


def with_sequence(content: bytes, sequence: int) -> bytes:
    """Write the number of the request into each message of an answer."""
    answer = bytearray(content)
    at = 0
    while at < len(answer):
        struct.pack_into("=I", answer, at + 8, sequence)
        at += (struct.unpack_from("=I", answer, at)[0] + 3) & ~3
    return bytes(answer)


def run(program: Path, kernel: Kernel, *words: str) -> subprocess.CompletedProcess[str]:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def serve() -> None:
        while request := ours.recv(65536):
            ours.send(kernel.answer(request))

    thread = Thread(target=serve, daemon=True)
    thread.start()
    with its:
        done = subprocess.run(
            [str(program), *words],
            env={**os.environ, "TOLD_SOCKET": str(its.fileno())},
            pass_fds=[its.fileno()],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    thread.join(10)
    ours.close()
    return done


def test_a_switch_gets_its_vlans(program: Path) -> None:
    kernel = Kernel()
    done = run(program, kernel, "switch1", "1=1,2,6t", "2=0,6t")
    assert (done.returncode, done.stderr) == (0, "")
    assert kernel.said == ["reset", "enable_vlan", "vlan 1: 1 2 6t", "vlan 2: 0 6t", "apply"]


@pytest.mark.parametrize(
    ("kernel", "switch", "why"),
    [
        (Kernel(family=False), "switch1", "this kernel has no switches (SWCONFIG): No such file"),
        (Kernel(), "switch2", "switch2: No such file"),
        (Kernel(refuses="vlan 2: 0 6t"), "switch1", "2=0,6t: Invalid argument"),
        (Kernel(refuses="apply"), "switch1", "apply: Invalid argument"),
    ],
)
def test_what_fails_is_said(program: Path, kernel: Kernel, switch: str, why: str) -> None:
    done = run(program, kernel, switch, "1=1,6t", "2=0,6t")
    assert done.returncode == 1
    assert why in done.stderr
    # What was not taken whole is not switched on.
    assert "apply" not in kernel.said[:-1]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["switch1"],
        ["switch1", "1"],
        ["switch1", "1="],
        ["switch1", "0=1"],
        ["switch1", "4095=1"],
        ["switch1", "1=1,"],
        ["switch1", "1=1x"],
        ["switch1", "1=32"],
        ["switch1", "1=-1"],
        ["switch1", "1=" + ",".join(["1"] * 100)],
    ],
)
def test_words_that_are_wrong_touch_nothing(program: Path, words: list[str]) -> None:
    kernel = Kernel()
    done = run(program, kernel, *words)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: switch-vlans SWITCH")
    assert not kernel.asked
