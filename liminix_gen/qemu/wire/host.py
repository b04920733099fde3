"""A computer on a cable, which answers ARP, pings and datagrams."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.qemu.wire import frames
from liminix_gen.qemu.wire.frames import Arp, Ethernet, MacAddress, MalformedError
from liminix_gen.qemu.wire.ip import ICMP, UDP, Ipv4
from liminix_gen.qemu.wire.messages import ECHO_REPLY, ECHO_REQUEST, Icmp, Udp

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Interface

    from liminix_gen.qemu.loop import Loop
    from liminix_gen.qemu.wire.link import Link

LIMITED_BROADCAST = IPv4Address("255.255.255.255")
UNSPECIFIED = IPv4Address(0)


@frozen(kw_only=True)
class Heard:
    """A packet that came in, and the neighbour that it came from."""

    mac: MacAddress
    packet: Ipv4


class Host:
    """A computer on a link that answers for its address."""

    def __init__(
        self, link: Link, loop: Loop, *, mac: MacAddress, address: IPv4Interface | None = None
    ) -> None:
        self.loop = loop
        self.link = link
        self.mac = mac
        self.address = address
        self.neighbours: dict[IPv4Address, MacAddress] = {}
        self._handlers: dict[int, Callable[[Heard, Udp], object]] = {}
        loop.add(self)

    def fileno(self) -> int:
        """Return the link's descriptor."""
        return self.link.fileno()

    def receive(self) -> bool:
        """Handle the frames that have come; what is malformed or for others is dropped."""
        while (octets := self.link.receive()) is not None:
            with suppress(MalformedError):
                self.take(octets)
        return True

    def listen(self, port: int, handler: Callable[[Heard, Udp], object]) -> None:
        """Give every datagram to a port to `handler`, which must not wait for anything."""
        self._handlers[port] = handler

    def owns(self, address: IPv4Address) -> bool:
        """Say whether the host answers for an address."""
        return self.address is not None and self.address.ip == address

    def reply(self, heard: Heard, udp: Udp, payload: bytes) -> None:
        """Answer a datagram from the address and port that it was sent to."""
        answer = Udp(
            source_port=udp.destination_port, destination_port=udp.source_port, payload=payload
        )
        source, destination = heard.packet.destination, heard.packet.source
        self.transmit(heard.mac, source, destination, UDP, answer.encode(source, destination))

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
        self.send_frame(mac, frames.ETHERTYPE_IPV4, packet.encode())

    def send_arp(
        self, operation: int, to: MacAddress, sender: IPv4Address, target: IPv4Address
    ) -> None:
        """Send an ARP packet to a neighbour, or to all when `to` is NOBODY."""
        arp = Arp(
            operation=operation, sender_mac=self.mac, sender=sender, target_mac=to, target=target
        )
        destination = frames.BROADCAST if to == frames.NOBODY else to
        self.send_frame(destination, frames.ETHERTYPE_ARP, arp.encode())

    def send_frame(self, mac: MacAddress, ethertype: int, payload: bytes) -> None:
        """Send a frame to a neighbour."""
        frame = Ethernet(destination=mac, source=self.mac, ethertype=ethertype, payload=payload)
        self.link.post(frame.encode())

    def take(self, octets: bytes) -> None:
        """Handle a frame, if it concerns the host."""
        frame = Ethernet.decode(octets)
        if frame.destination in (self.mac, frames.BROADCAST) and frame.vlan is None:
            self.handle(frame)

    def handle(self, frame: Ethernet) -> None:
        """Handle a frame that is for the host."""
        if frame.ethertype == frames.ETHERTYPE_ARP:
            self._handle_arp(Arp.decode(frame.payload))
        elif frame.ethertype == frames.ETHERTYPE_IPV4:
            heard = Heard(mac=frame.source, packet=Ipv4.decode(frame.payload))
            if heard.packet.protocol == ICMP:
                self._handle_echo(heard, Icmp.decode(heard.packet.payload))
            elif heard.packet.protocol == UDP:
                self._handle_datagram(heard, Udp.decode(heard.packet))

    def close(self) -> None:
        """Leave the link."""
        self.loop.remove(self)
        self.link.close()

    def _handle_arp(self, arp: Arp) -> None:
        if arp.sender != UNSPECIFIED:
            self.neighbours[arp.sender] = arp.sender_mac
        own = self.address is not None and self.address.ip == arp.target
        if own and arp.operation == frames.ARP_REQUEST:
            self.send_arp(frames.ARP_REPLY, arp.sender_mac, arp.target, arp.sender)

    def _handle_echo(self, heard: Heard, request: Icmp) -> None:
        source, destination = heard.packet.destination, heard.packet.source
        if request.kind == ECHO_REQUEST and self.owns(source):
            answer = request.with_kind(ECHO_REPLY)
            self.transmit(heard.mac, source, destination, ICMP, answer.encode())

    def _handle_datagram(self, heard: Heard, udp: Udp) -> None:
        handler = self._handlers.get(udp.destination_port)
        destination = heard.packet.destination
        if handler is not None and (destination == LIMITED_BROADCAST or self.owns(destination)):
            handler(heard, udp)
