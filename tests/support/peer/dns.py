"""DNS questions and answers for IPv4 addresses (RFC 1035)."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

from attrs import frozen

from liminix_gen.qemu.wire.frames import MalformedError

PORT = 53
NO_ERROR = 0
NAME_ERROR = 3
REFUSED = 5
ADDRESS = 1
_INTERNET = 1
_RECURSION_DESIRED = 0x0100
_RESPONSE = 0x8000
_LONGEST_LABEL = 63


@frozen(kw_only=True)
class Query:
    """A question for the addresses of a name, or for records of another ``kind``."""

    identifier: int
    name: str
    kind: int = ADDRESS

    def encode(self) -> bytes:
        """Return the message."""
        head = struct.pack("!HHHHHH", self.identifier, _RECURSION_DESIRED, 1, 0, 0, 0)
        return head + _encode_name(self.name) + struct.pack("!HH", self.kind, _INTERNET)

    @classmethod
    def decode(cls, octets: bytes) -> Query:
        """Read a question about a name of the Internet."""
        if len(octets) < 12:
            raise MalformedError("short DNS message")
        identifier, flags, questions = struct.unpack_from("!HHH", octets)
        if flags & _RESPONSE or questions != 1:
            raise MalformedError("not one DNS question")
        name, at = _decode_name(octets, 12)
        if len(octets) < at + 4:
            raise MalformedError("short DNS question")
        kind, network = struct.unpack_from("!HH", octets, at)
        if network != _INTERNET:
            raise MalformedError("not a question about the Internet")
        return cls(identifier=identifier, name=name, kind=kind)


@frozen(kw_only=True)
class Answer:
    """The answer to a question: a code (NO_ERROR, NAME_ERROR, ...) and the addresses.

    ``kind`` is that of the question.
    """

    identifier: int
    name: str
    code: int
    addresses: tuple[IPv4Address, ...]
    kind: int = ADDRESS

    def encode(self) -> bytes:
        """Return the message; every address lives 60 seconds."""
        flags = _RESPONSE | _RECURSION_DESIRED | 0x0080 | self.code
        head = struct.pack("!HHHHHH", self.identifier, flags, 1, len(self.addresses), 0, 0)
        question = _encode_name(self.name) + struct.pack("!HH", self.kind, _INTERNET)
        records = (
            struct.pack("!HHHIH", 0xC00C, ADDRESS, _INTERNET, 60, 4) + address.packed
            for address in self.addresses
        )
        return head + question + b"".join(records)

    @classmethod
    def decode(cls, octets: bytes) -> Answer:
        """Read an answer; records other than addresses are skipped."""
        if len(octets) < 12:
            raise MalformedError("short DNS message")
        identifier, flags, questions, answers = struct.unpack_from("!HHHH", octets)
        if not flags & _RESPONSE or questions != 1:
            raise MalformedError("not a DNS answer")
        name, at = _decode_name(octets, 12)
        at += 4
        addresses: list[IPv4Address] = []
        for _ in range(answers):
            _, at = _decode_name(octets, at)
            if at + 10 > len(octets):
                raise MalformedError("short DNS record")
            kind, _, _, size = struct.unpack_from("!HHIH", octets, at)
            at += 10
            if kind == ADDRESS and size == 4:
                addresses.append(IPv4Address(octets[at : at + 4]))
            at += size
        return cls(identifier=identifier, name=name, code=flags & 0xF, addresses=tuple(addresses))


def _encode_name(name: str) -> bytes:
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".") if label]
    if any(len(label) > _LONGEST_LABEL for label in labels):
        raise ValueError(f"a part of {name} is longer than {_LONGEST_LABEL} bytes")
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\0"


def _decode_name(octets: bytes, start: int) -> tuple[str, int]:
    """Return a name and where it ends; pointers (section 4.1.4) may only lead backwards."""
    labels: list[str] = []
    at, end, limit = start, -1, start
    while True:
        if at >= len(octets):
            raise MalformedError("a DNS name runs over the end")
        size = octets[at]
        if size & 0xC0 == 0xC0:
            if at + 1 >= len(octets):
                raise MalformedError("a DNS name runs over the end")
            target = (size & 0x3F) << 8 | octets[at + 1]
            end = at + 2 if end < 0 else end
            if target >= limit:
                raise MalformedError("a DNS name's pointer does not lead backwards")
            at = limit = target
        elif size == 0:
            return ".".join(labels), at + 1 if end < 0 else end
        elif size > _LONGEST_LABEL:
            raise MalformedError("an unknown kind of DNS label")
        else:
            labels.append(octets[at + 1 : at + 1 + size].decode("ascii", "replace"))
            at += 1 + size
