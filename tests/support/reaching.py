"""The way to a router in QEMU: this machine's liminix-gen, and its ssh through QEMU's own network."""

from __future__ import annotations

import shutil
import socket
import sys
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, cast

from liminix_gen.qemu.networks import Forward, UserNet
from tests.support.suites import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

LAN_ADDRESS = IPv4Address("192.168.19.1")
LAN = IPv4Network("192.168.19.0/24")
HOST = "root@127.0.0.1"

_COMMAND_LINE = "from liminix_gen.cli.main import main; main()"
_KEY = Path(__file__).with_name("test_only_ssh_key")


def liminix_gen(*words: str | Path) -> list[str]:
    """Return a command of the command line, as a user would give it."""
    given = (*words, *OPTIONS)
    return [sys.executable, "-c", _COMMAND_LINE, *(str(word) for word in given)]


def free_port() -> int:
    """Return a TCP port of this machine that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return cast("int", one.getsockname()[1])


def way_for_ssh(port: int, others: Mapping[int, int] | None = None) -> UserNet:
    """Return QEMU's own network on the lan, with a port of this machine for the router's ssh.

    ``others`` are further ports of the router, each with that of this machine.
    """
    forwards = (
        Forward(host_port=one, guest_address=LAN_ADDRESS, guest_port=guest)
        for guest, one in {22: port, **(others or {})}.items()
    )
    return UserNet(network=LAN, forwards=tuple(forwards))


def ssh_options(port: int) -> Mapping[str, str]:
    """Return the options of ssh (ssh_config(5)) for a router behind a port."""
    return {
        "BatchMode": "yes",
        "ConnectTimeout": "60",
        "IdentitiesOnly": "yes",
        "LogLevel": "ERROR",
        "Port": str(port),
        "StrictHostKeyChecking": "no",
        "UserKnownHostsFile": "/dev/null",
    }


def private_key(folder: Path) -> Path:
    """Copy the key that routers under test let in; ssh wants nobody else to be able to read it."""
    copy = folder / "key"
    shutil.copyfile(_KEY, copy)
    copy.chmod(0o600)
    return copy
