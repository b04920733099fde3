"""A DHCP server that also does what none should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from liminix_gen.qemu.wire.dhcp import Message
from liminix_gen.qemu.wire.dhcp import Offer as GoodOffer
from liminix_gen.qemu.wire.dhcp import Server as GoodServer
from tests.support.peer import dhcp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liminix_gen.qemu.wire.host import Host

# What RFC 2131 (table 3) lets a server say when it refuses, and a client reads.
_OF_NAK = (dhcp.SERVER_IDENTIFIER, dhcp.TEXT)


@frozen(kw_only=True)
class Offer(GoodOffer):
    """What a server gives.

    `options` are raw, by number; they win over those that the rest would make, and None leaves one
    out. `tail` is what ends the message.
    """

    domain: str = ""
    options: Mapping[int, bytes | None] = field(factory=dict[int, bytes | None])
    tail: bytes = b"\xff"

    def options_for(self, kind: int) -> dict[int, bytes | None]:
        options: dict[int, bytes | None] = {**super().options_for(kind)}
        if self.domain and kind != dhcp.NAK:
            options[dhcp.DOMAIN] = self.domain.encode("ascii")
        given = self.options.items()
        return options | {key: one for key, one in given if kind != dhcp.NAK or key in _OF_NAK}


class Server(GoodServer):
    """Silent while it has no offer.

    It hears nothing of the kinds in `deaf_to`. While it `refuses`, no request is granted.
    """

    def __init__(self, host: Host, offer: Offer | None) -> None:
        super().__init__(host, offer)
        self.refuses = False
        self.deaf_to: frozenset[int] = frozenset()
        self.messages: list[Message] = []

    def count(self, kind: int) -> int:
        """Return how many messages of a kind came in."""
        return sum(message.kind == kind for message in self.messages)

    def kind_of_answer(self, message: Message) -> int | None:
        self.messages.append(message)
        if self.offer is None or message.kind in self.deaf_to:
            return None
        kind = super().kind_of_answer(message)
        return dhcp.NAK if kind == dhcp.ACK and self.refuses else kind

    def written(self, answer: Message) -> bytes:
        options = {key: value for key, value in answer.options.items() if value is not None}
        return evolve(answer, options=options).encode()[:-1] + self.offer.tail
