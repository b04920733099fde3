"""The lower half of a peer: takes frames in, answers ARP, pings and datagrams, sends packets."""

from __future__ import annotations

from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.errors import RunError
from liminix_gen.qemu.peer import frames, neighbours
from liminix_gen.qemu.peer.frames import Arp, Ethernet, MacAddress, MalformedError
from liminix_gen.qemu.peer.ip import ICMP, TCP, UDP, Ipv4
from liminix_gen.qemu.peer.messages import ECHO_REPLY, ECHO_REQUEST, Icmp, Tcp, Udp

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from ipaddress import IPv4Network, IPv6Address

    from liminix_gen.qemu.loop import Loop
    from liminix_gen.qemu.peer.link import Link

LIMITED_BROADCAST = IPv4Address("255.255.255.255")
UNSPECIFIED = IPv4Address(0)


class PeerError(RunError):
    """A peer cannot do what it was asked to, or nobody answered in time."""


@frozen(kw_only=True)
class Heard:
    """A packet that came in, and the neighbour that it came from.

    `message` is None for protocols that a peer does not know.
    """

    mac: MacAddress
    packet: Ipv4
    message: Icmp | Udp | Tcp | None

    @classmethod
    def decode(cls, frame: Ethernet) -> Heard:
        """Read a frame that holds IPv4."""
        packet = Ipv4.decode(frame.payload)
        message: Icmp | Udp | Tcp | None = None
        if packet.protocol == ICMP:
            message = Icmp.decode(packet.payload)
        elif packet.protocol == TCP:
            message = Tcp.decode(packet)
        elif packet.protocol == UDP:
            message = Udp.decode(packet)
        return cls(mac=frame.source, packet=packet, message=message)


class Host:
    """A computer on a link that answers; `Peer` is one that also asks.

    With `answers_for`, it stands for every address of these networks too: it answers pings and
    datagrams to them, as if it were the gateway to them. It hears nothing of the `ignored`. Of IPv6
    it says only where its `addresses6` are.
    """

    def __init__(
        self,
        link: Link,
        loop: Loop,
        *,
        mac: MacAddress,
        address: IPv4Interface | None = None,
        gateway: IPv4Address | None = None,
        vlan: int | None = None,
        answers_for: tuple[IPv4Network, ...] = (),
    ) -> None:
        self.loop = loop
        self.mac = mac
        self.address = address
        self.gateway = gateway
        self.answers_for = answers_for
        self.addresses6: set[IPv6Address] = set()
        self.ignored: set[MacAddress] = set()
        self.neighbours: dict[IPv4Address, MacAddress] = {}
        self._link = link
        self.vlan = vlan
        self._handlers: dict[int, Callable[[Heard, Udp], object]] = {}
        self._listeners: list[list[Heard]] = []
        self._taps: list[list[bytes]] = []
        loop.add(self)

    def fileno(self) -> int:
        """Return the link's descriptor."""
        return self._link.fileno()

    def receive(self) -> bool:
        """Handle the frames that have come; what is malformed or for others is dropped."""
        while (octets := self._link.receive()) is not None:
            for tap in self._taps:
                tap.append(octets)
            try:
                frame = Ethernet.decode(octets)
                if self._concerns(frame):
                    self._handle(frame)
            except MalformedError:
                continue
        return True

    def listen(self, port: int, handler: Callable[[Heard, Udp], object]) -> None:
        """Give every datagram to a port to `handler`, which must not wait for anything."""
        self._handlers[port] = handler

    @contextmanager
    def overhear(self) -> Generator[list[Heard]]:
        """Collect the packets that come in during the block."""
        heard: list[Heard] = []
        self._listeners.append(heard)
        try:
            yield heard
        finally:
            # By identity: two lists with equal packets are still two.
            self._listeners = [one for one in self._listeners if one is not heard]

    @contextmanager
    def tap(self) -> Generator[list[bytes]]:
        """Collect every frame that comes in during the block, whatever it is and for whom."""
        tapped: list[bytes] = []
        self._taps.append(tapped)
        try:
            yield tapped
        finally:
            self._taps = [one for one in self._taps if one is not tapped]

    def send_octets(self, frame: bytes) -> bool:
        """Send a frame as it is; False when it was lost."""
        return self._link.send(frame)

    def owns(self, address: IPv4Address) -> bool:
        """Say whether the host answers for an address."""
        own = self.address is not None and self.address.ip == address
        return own or any(address in network for network in self.answers_for)

    def reply(self, heard: Heard, udp: Udp, payload: bytes) -> None:
        """Answer a datagram from the address and port that it was sent to."""
        answer = Udp(
            source_port=udp.destination_port, destination_port=udp.source_port, payload=payload
        )
        source, destination = heard.packet.destination, heard.packet.source
        self.transmit(heard.mac, source, destination, UDP, answer.encode(source, destination))

    def broadcast(self, source_port: int, destination_port: int, payload: bytes) -> None:
        """Send a datagram to everybody on the link; without an address, from 0.0.0.0."""
        source = UNSPECIFIED if self.address is None else self.address.ip
        udp = Udp(source_port=source_port, destination_port=destination_port, payload=payload)
        self.transmit(
            frames.BROADCAST,
            source,
            LIMITED_BROADCAST,
            UDP,
            udp.encode(source, LIMITED_BROADCAST),
        )

    def transmit(
        self,
        mac: MacAddress,
        source: IPv4Address,
        destination: IPv4Address,
        protocol: int,
        payload: bytes,
    ) -> None:
        """Send a packet to a known neighbour."""
        packet = Ipv4(source=source, destination=destination, protocol=protocol, payload=payload)
        self._send_frame(mac, frames.ETHERTYPE_IPV4, packet.encode())

    def send_arp(
        self, operation: int, to: MacAddress, sender: IPv4Address, target: IPv4Address
    ) -> None:
        """Send an ARP packet to a neighbour, or to all when `to` is NOBODY."""
        arp = Arp(
            operation=operation, sender_mac=self.mac, sender=sender, target_mac=to, target=target
        )
        destination = frames.BROADCAST if to == frames.NOBODY else to
        self._send_frame(destination, frames.ETHERTYPE_ARP, arp.encode())

    def close(self) -> None:
        """Leave the link."""
        self.loop.remove(self)
        self._link.close()

    def _concerns(self, frame: Ethernet) -> bool:
        asked = frame.ethertype == neighbours.ETHERTYPE_IPV6
        to_us = asked or frame.destination in (self.mac, frames.BROADCAST)
        return to_us and frame.vlan == self.vlan and frame.source not in self.ignored

    def _handle(self, frame: Ethernet) -> None:
        if frame.ethertype == frames.ETHERTYPE_ARP:
            self._handle_arp(Arp.decode(frame.payload))
        elif frame.ethertype == neighbours.ETHERTYPE_IPV6:
            advertisement = neighbours.answer(frame, self.addresses6, self.mac)
            if advertisement is not None:
                self._link.post(advertisement.encode())
        elif frame.ethertype == frames.ETHERTYPE_IPV4:
            heard = Heard.decode(frame)
            for listener in self._listeners:
                listener.append(heard)
            match heard.message:
                case Icmp(kind=kind) if kind == ECHO_REQUEST:
                    self._answer_echo(heard, heard.message)
                case Udp():
                    self._handle_datagram(heard, heard.message)
                case _:
                    pass

    def _handle_arp(self, arp: Arp) -> None:
        if arp.sender != UNSPECIFIED:
            self.neighbours[arp.sender] = arp.sender_mac
        own = self.address is not None and self.address.ip == arp.target
        if own and arp.operation == frames.ARP_REQUEST:
            self.send_arp(frames.ARP_REPLY, arp.sender_mac, arp.target, arp.sender)

    def _answer_echo(self, heard: Heard, request: Icmp) -> None:
        source, destination = heard.packet.destination, heard.packet.source
        if self.owns(source):
            answer = request.with_kind(ECHO_REPLY)
            self.transmit(heard.mac, source, destination, ICMP, answer.encode())

    def _handle_datagram(self, heard: Heard, udp: Udp) -> None:
        handler = self._handlers.get(udp.destination_port)
        destination = heard.packet.destination
        if handler is not None and (destination == LIMITED_BROADCAST or self.owns(destination)):
            handler(heard, udp)

    def _send_frame(self, mac: MacAddress, ethertype: int, payload: bytes) -> None:
        frame = Ethernet(
            destination=mac,
            source=self.mac,
            ethertype=ethertype,
            payload=payload,
            vlan=self.vlan,
        )
        self._link.post(frame.encode())
