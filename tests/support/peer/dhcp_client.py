"""A DHCP client (RFC 2131, section 4.4): from nothing to a lease."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from liminix_gen.qemu.wire.frames import MalformedError
from liminix_gen.qemu.wire.messages import Udp
from tests.support.peer import dhcp
from tests.support.peer.dhcp import Lease, Message
from tests.support.peer.peer import PeerError

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from tests.support.peer.peer import Peer

_WISHES = bytes(
    (dhcp.SUBNET_MASK, dhcp.ROUTER, dhcp.DNS_SERVERS, dhcp.DOMAIN, dhcp.MTU, dhcp.NTP_SERVERS)
)
# dnsmasq pings an address for 3 s before it offers it, and ignores us meanwhile.
_DISCOVER_EVERY_S = 4.0
_REQUEST_EVERY_S = 2.0


def acquire(
    peer: Peer,
    *,
    server: IPv4Address | None = None,
    host_name: str = "",
    timeout_s: float = 60.0,
) -> Lease:
    """Get a lease, and give its address and router to the peer.

    With `server` only its messages count: a QEMU user network on the same segment offers leases
    too, and refuses those of others. Raises PeerError when there is no lease in time.
    """
    deadline = time.monotonic() + timeout_s
    peer.address = None
    while (remaining := deadline - time.monotonic()) > 0:
        exchange = _Exchange(peer, server, host_name)
        acknowledgement = exchange.run(remaining)
        if acknowledgement is not None:
            lease = Lease.of(acknowledgement)
            peer.address, peer.gateway = lease.address, lease.router
            return lease
    raise PeerError(f"the peer {peer.mac} got no DHCP lease within {timeout_s:g} s")


class _Exchange:
    """One transaction; a refusal ends it."""

    def __init__(self, peer: Peer, server: IPv4Address | None, host_name: str) -> None:
        self._peer = peer
        self._server = server
        self._transaction = secrets.randbits(32)
        self._options = {dhcp.PARAMETER_LIST: _WISHES}
        if host_name:
            self._options[dhcp.HOST_NAME] = host_name.encode("ascii")

    def run(self, timeout_s: float) -> Message | None:
        """Return the acknowledgement; None when refused or too late."""
        deadline = time.monotonic() + timeout_s
        offer = self._ask(dhcp.DISCOVER, {}, (dhcp.OFFER,), timeout_s, _DISCOVER_EVERY_S)
        if offer is None:
            return None
        chosen = {
            dhcp.REQUESTED_ADDRESS: offer.your_address.packed,
            dhcp.SERVER_IDENTIFIER: offer.options.get(dhcp.SERVER_IDENTIFIER, b""),
        }
        self._server = Lease.of(offer).server
        remaining = deadline - time.monotonic()
        wanted = (dhcp.ACK, dhcp.NAK)
        answer = self._ask(dhcp.REQUEST_ADDRESS, chosen, wanted, remaining, _REQUEST_EVERY_S)
        return answer if answer is not None and answer.kind == dhcp.ACK else None

    def _ask(
        self,
        kind: int,
        options: dict[int, bytes],
        wanted: tuple[int, ...],
        timeout_s: float,
        every_s: float,
    ) -> Message | None:
        message = Message(
            operation=dhcp.REQUEST,
            transaction=self._transaction,
            client=self._peer.mac,
            options={**self._options, **options, dhcp.MESSAGE_TYPE: bytes((kind,))},
        )
        octets = message.encode()
        with self._peer.overhear() as heard:

            def answer() -> Message | None:
                for one in heard:
                    match one.message:
                        case Udp(destination_port=port, payload=payload) if (
                            port == dhcp.CLIENT_PORT
                        ):
                            found = self._read(payload, one.packet.source, wanted)
                            if found is not None:
                                return found
                        case _:
                            pass
                return None

            def send() -> None:
                self._peer.broadcast(dhcp.CLIENT_PORT, dhcp.SERVER_PORT, octets)

            return self._peer.repeat(send, answer, timeout_s, every_s=every_s)

    def _read(self, payload: bytes, source: IPv4Address, wanted: tuple[int, ...]) -> Message | None:
        try:
            message = Message.decode(payload)
        except MalformedError:
            return None
        ours = message.operation == dhcp.REPLY and message.transaction == self._transaction
        right = self._server is None or source == self._server
        return message if ours and right and message.kind in wanted else None
