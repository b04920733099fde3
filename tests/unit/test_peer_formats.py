"""Formats of the network peer: known byte strings, and laws."""

from __future__ import annotations

import contextlib
from ipaddress import IPv4Address, IPv4Interface, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liminix_gen.qemu.wire.frames import Arp, Ethernet, MacAddress, MalformedError
from liminix_gen.qemu.wire.ip import UDP, Ipv4, checksum
from liminix_gen.qemu.wire.messages import Icmp, Udp
from tests.support.peer import dhcp, dns, neighbours
from tests.support.peer.dhcp import Lease, Message
from tests.support.peer.tcp import TCP, Tcp

addresses = st.integers(0, 2**32 - 1).map(IPv4Address)
macs = st.binary(min_size=6, max_size=6).map(MacAddress)
ports = st.integers(0, 65535)
payloads = st.binary(max_size=200)


def test_checksum_of_the_example_in_rfc_1071() -> None:
    # Section 3: the sum of these words is ddf2.
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == ~0xDDF2 & 0xFFFF


@given(st.binary(max_size=64).filter(lambda octets: len(octets) % 2 == 0))
def test_a_checksum_over_itself_is_zero(octets: bytes) -> None:
    assert checksum(octets + checksum(octets).to_bytes(2, "big")) == 0


@given(st.binary(min_size=2, max_size=64))
def test_a_flipped_bit_changes_the_checksum(octets: bytes) -> None:
    flipped = bytes((octets[0] ^ 0x10,)) + octets[1:]
    assert checksum(flipped) != checksum(octets)


def test_arp_request_as_it_is_on_the_wire() -> None:
    arp = Arp(
        operation=1,
        sender_mac=MacAddress.parse("52:54:00:00:00:01"),
        sender=IPv4Address("192.168.19.1"),
        target_mac=MacAddress(bytes(6)),
        target=IPv4Address("192.168.19.10"),
    )
    wire = "0001 0800 06 04 0001 525400000001 c0a81301 000000000000 c0a8130a"
    assert arp.encode() == bytes.fromhex(wire)


def test_ipv4_header_as_it_is_on_the_wire() -> None:
    # A well-known example; its checksum is b861.
    header = "4500 0073 0000 4000 40 11 b861 c0a80001 c0a800c7"
    with pytest.raises(MalformedError, match="lengths"):
        Ipv4.decode(bytes.fromhex(header))
    packet = Ipv4.decode(bytes.fromhex(header) + bytes(0x73 - 20))
    assert packet.source == IPv4Address("192.168.0.1")
    assert packet.protocol == UDP


@given(
    destination=macs,
    source=macs,
    ethertype=st.integers(0x0800, 0x80FF),
    payload=st.binary(min_size=46, max_size=99),
)
@pytest.mark.parametrize("vlan", [None, 5, 4094])
def test_frames_come_back(
    destination: MacAddress, source: MacAddress, ethertype: int, payload: bytes, vlan: int | None
) -> None:
    frame = Ethernet(
        destination=destination, source=source, ethertype=ethertype, payload=payload, vlan=vlan
    )
    assert Ethernet.decode(frame.encode()) == frame


def test_short_frames_are_padded() -> None:
    mac = MacAddress(bytes(6))
    frame = Ethernet(destination=mac, source=mac, ethertype=0x0806, payload=b"x")
    assert len(frame.encode()) == 60


@given(addresses, addresses, st.integers(0, 255), payloads)
def test_packets_come_back(
    source: IPv4Address, destination: IPv4Address, protocol: int, payload: bytes
) -> None:
    packet = Ipv4(source=source, destination=destination, protocol=protocol, payload=payload)
    assert Ipv4.decode(packet.encode() + b"padding") == packet


@given(addresses, addresses, ports, ports, payloads)
def test_datagrams_come_back_and_their_checksum_counts(
    source: IPv4Address, destination: IPv4Address, from_port: int, to_port: int, payload: bytes
) -> None:
    udp = Udp(source_port=from_port, destination_port=to_port, payload=payload)
    octets = udp.encode(source, destination)
    packet = Ipv4(source=source, destination=destination, protocol=UDP, payload=octets)
    assert Udp.decode(packet) == udp
    bad = Ipv4(
        source=source,
        destination=destination,
        protocol=UDP,
        payload=bytes((octets[0] ^ 1,)) + octets[1:],
    )
    with pytest.raises(MalformedError):
        Udp.decode(bad)


@given(st.integers(0, 255), ports, ports, payloads)
def test_icmp_comes_back(kind: int, identifier: int, sequence: int, payload: bytes) -> None:
    message = Icmp(kind=kind, identifier=identifier, sequence=sequence, payload=payload)
    assert Icmp.decode(message.encode()) == message


@given(addresses, addresses, ports, ports, st.integers(0, 2**32 - 1))
def test_segments_come_back(
    source: IPv4Address, destination: IPv4Address, from_port: int, to_port: int, sequence: int
) -> None:
    segment = Tcp(
        source_port=from_port,
        destination_port=to_port,
        sequence=sequence,
        acknowledgement=7,
        flags=2,
    )
    octets = segment.encode(source, destination)
    packet = Ipv4(source=source, destination=destination, protocol=TCP, payload=octets)
    assert Tcp.decode(packet) == segment


def test_a_dhcp_lease_is_read_from_the_acknowledgement() -> None:
    message = Message(
        operation=dhcp.REPLY,
        transaction=0x12345678,
        client=MacAddress.parse("52:54:00:00:00:11"),
        your_address=IPv4Address("192.168.19.10"),
        options={
            dhcp.MESSAGE_TYPE: bytes((dhcp.ACK,)),
            dhcp.SUBNET_MASK: IPv4Address("255.255.255.0").packed,
            dhcp.ROUTER: IPv4Address("192.168.19.1").packed,
            dhcp.DNS_SERVERS: dhcp.packed((IPv4Address("192.168.19.1"), IPv4Address("1.1.1.1"))),
            dhcp.DOMAIN: b"lan\0",
            dhcp.LEASE_SECONDS: (7200).to_bytes(4, "big"),
            dhcp.SERVER_IDENTIFIER: IPv4Address("192.168.19.1").packed,
        },
    )
    octets = message.encode()
    assert octets[:8].hex() == "0201060012345678"
    assert octets[236:243].hex() == "63825363350105"  # the cookie, then the type first
    lease = Lease.of(Message.decode(octets + bytes(40)))
    assert lease.address == IPv4Interface("192.168.19.10/24")
    assert lease.router == IPv4Address("192.168.19.1")
    assert lease.dns[1] == IPv4Address("1.1.1.1")
    assert (lease.domain, lease.seconds) == ("lan", 7200)


@given(st.dictionaries(st.integers(1, 254), st.binary(max_size=255)), st.booleans())
def test_dhcp_messages_come_back(options: dict[int, bytes], broadcast: bool) -> None:
    message = Message(
        operation=1,
        transaction=1,
        client=MacAddress(b"abcdef"),
        client_address=IPv4Address(1),
        your_address=IPv4Address(2),
        server_address=IPv4Address(3),
        broadcast=broadcast,
        options=options,
    )
    assert Message.decode(message.encode()) == message


def test_a_dns_question_as_it_is_on_the_wire() -> None:
    wire = "beef 0100 0001 0000 0000 0000 06 726f75746572 03 6c616e 00 0001 0001"
    assert dns.Query(identifier=0xBEEF, name="router.lan").encode() == bytes.fromhex(wire)


labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=63)


@given(st.lists(labels, min_size=1, max_size=3), st.lists(addresses, max_size=3))
def test_dns_messages_come_back(parts: list[str], found: list[IPv4Address]) -> None:
    name = ".".join(parts)
    query = dns.Query(identifier=1, name=name)
    assert dns.Query.decode(query.encode()) == query
    answer = dns.Answer(identifier=1, name=name, code=0, addresses=tuple(found))
    assert dns.Answer.decode(answer.encode()) == answer


def test_a_dns_pointer_loop_is_refused() -> None:
    head = bytes.fromhex("000181800001000100000000")
    with pytest.raises(MalformedError, match="backwards"):
        dns.Answer.decode(head + b"\xc0\x0c" + bytes(8))


@given(st.binary(max_size=400))
@pytest.mark.parametrize(
    "decode",
    [Arp.decode, Ethernet.decode, Ipv4.decode, Icmp.decode, Message.decode, dns.Answer.decode],
)
def test_any_bytes_are_read_or_refused(decode: object, octets: bytes) -> None:
    assert callable(decode)
    with contextlib.suppress(MalformedError):
        decode(octets)


def test_a_neighbour_is_told_where_an_ipv6_address_is() -> None:
    """RFC 4861 sections 4.3 and 4.4; for any address that is not the peer's, nothing is said."""
    mine, asker = IPv6Address("fe80::52"), IPv6Address("fe80::1")
    mac, other = MacAddress(b"\x52" * 6), MacAddress(b"\x01" * 6)
    text = bytes((135, 0, 0, 0)) + bytes(4) + mine.packed
    head = bytes.fromhex("6000000000183aff") + asker.packed + mine.packed
    frame = Ethernet(
        destination=mac, source=other, ethertype=neighbours.ETHERTYPE_IPV6, payload=head + text
    )
    told = neighbours.answer(frame, {mine}, mac)
    assert told is not None
    assert (told.destination, told.source) == (other, mac)
    packet = told.payload
    assert (packet[8:24], packet[24:40], packet[7]) == (mine.packed, asker.packed, 255)
    assert packet[40] == 136
    assert packet[48:] == mine.packed + b"\x02\x01" + mac.octets
    pseudo = packet[8:40] + (32).to_bytes(4, "big") + (58).to_bytes(4, "big")
    assert checksum(pseudo + packet[40:]) == 0
    assert neighbours.answer(frame, {asker}, mac) is None


@given(payloads)
def test_what_is_no_solicitation_is_not_answered(octets: bytes) -> None:
    mac = MacAddress(b"\x52" * 6)
    frame = Ethernet(destination=mac, source=mac, ethertype=0x86DD, payload=octets)
    assert neighbours.answer(frame, set(), mac) is None
