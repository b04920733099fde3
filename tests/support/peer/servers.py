"""Small servers that a peer can run: echo (RFC 862), DNS, and time (RFC 5905)."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

from tests.support.peer import dns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address

    from liminix_gen.qemu.wire.host import Heard, Host
    from liminix_gen.qemu.wire.messages import Udp

ECHO_PORT = 7
NTP_PORT = 123
_NTP_BYTES = 48
_SECONDS_1900_TO_1970 = 2_208_988_800


class Echo:
    """Sends every datagram back; `sources` are the addresses that it heard."""

    def __init__(self, host: Host, port: int = ECHO_PORT) -> None:
        self.sources: list[IPv4Address] = []
        self._host = host
        host.listen(port, self._handle)

    def _handle(self, heard: Heard, udp: Udp) -> None:
        self.sources.append(heard.packet.source)
        self._host.reply(heard, udp, udp.payload)


class Names:
    """A DNS server that knows a few names; `asked` are the names that it was asked for."""

    def __init__(self, host: Host, names: Mapping[str, IPv4Address]) -> None:
        self.asked: list[str] = []
        self._names = names
        self._host = host
        host.listen(dns.PORT, self._handle)

    def _handle(self, heard: Heard, udp: Udp) -> None:
        query = dns.Query.decode(udp.payload)
        self.asked.append(query.name)
        address = self._names.get(query.name.lower())
        answer = dns.Answer(
            identifier=query.identifier,
            name=query.name,
            code=dns.NAME_ERROR if address is None else dns.NO_ERROR,
            addresses=() if address is None or query.kind != dns.ADDRESS else (address,),
            kind=query.kind,
        )
        self._host.reply(heard, udp, answer.encode())


class Clock:
    """An NTP server whose clock is `ahead_s` seconds ahead of this machine's."""

    def __init__(self, host: Host, ahead_s: float = 0.0) -> None:
        self.asked: list[IPv4Address] = []
        self._ahead_s = ahead_s
        self._host = host
        host.listen(NTP_PORT, self._handle)

    def _handle(self, heard: Heard, udp: Udp) -> None:
        if len(udp.payload) >= _NTP_BYTES:
            self.asked.append(heard.packet.destination)
            self._host.reply(heard, udp, answer(udp.payload, time.time() + self._ahead_s))


def answer(request: bytes, now: float) -> bytes:
    """Return a stratum 1 server's answer to an NTP request at a time since 1970 in seconds."""
    stamp = int((now + _SECONDS_1900_TO_1970) * (1 << 32)).to_bytes(9, "big")[-8:]
    version = request[0] >> 3 & 7
    # Leap 0, mode 4; stratum 1; the request's poll; precision 2^-20; no delay; a dispersion.
    head = struct.pack("!BBbbII4s", version << 3 | 4, 1, 6, -20, 0, 0x0100, b"TEST")
    return head + stamp + request[40:48] + stamp + stamp
