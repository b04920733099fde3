"""Addresses and networks of IP, as claims and as what must lie in these or must not."""

from __future__ import annotations

import ipaddress
from collections.abc import Hashable, Iterator

import attrs

from liminix_gen.errors import Where
from liminix_gen.model.claim import Claim, HomeOf, Inside, Outside, addressed, port_words

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def subnet(interface: Hashable, address: str, prefix_length: int) -> Iterator[Claim]:
    """Claim an address, and its network for one interface.

    Networks that overlap on one interface are in order. A link-local network is on every interface
    (RFC 4291 section 2.5.6, RFC 3927), and an address alone leads to no other host: an interface
    may borrow that of another one.
    """
    network = ipaddress.ip_network(f"{address}/{prefix_length}", strict=False)
    yield addressed(interface)
    yield uses_ip(interface, network.version)
    words = ("the address", address, "on", interface)
    home = (HomeOf(address), interface)
    yield Claim(words=words, text=" ".join(map(str, words)), home=home)
    yield _shared(_of_the_router(address))
    yield _shared(_addresses_on(interface))
    if prefix_length == network.max_prefixlen:
        return
    yield _shared(_networks(network.version, "on", interface), _bits(network))
    if network.version == 4 and prefix_length < 31:  # RFC 3021
        for end in (network.network_address, network.broadcast_address):
            yield _shared(_of_nobody(str(end)))
    if not network.is_link_local:
        yield Claim(
            words=_networks(network.version),
            text=f"the network {network} on {interface}",
            place=_bits(network),
            holder=interface,
        )


def leased(interface: Hashable, *versions: int) -> Iterator[Claim]:
    """Claim that an interface gets addresses of these versions of IP when the device runs."""
    yield _shared(_addresses_on(interface))
    for version in versions:
        yield uses_ip(interface, version)
        yield _shared(_networks(version, "leased"))
        yield _shared(_networks(version, "on", interface))


def routed(network: str) -> Claim:
    """Claim a network that a router of one's own leads to; any number may."""
    to = ipaddress.ip_network(network)
    return _shared(_networks(to.version, "routed"), _bits(to))


def in_a_network(address: str, text: str, where: Where, *, hint: str = "") -> Inside:
    """Say that an address must be in a network of an interface, or of a route."""
    host = ipaddress.ip_network(address)
    words = (_networks(host.version), _networks(host.version, "routed"))
    return Inside(words=words, place=_bits(host), text=text, where=where, hint=hint)


def in_a_smaller_network(
    address: str, network: str, text: str, where: Where, *, hint: str = ""
) -> Inside:
    """Say that an address must be in a network as of ``in_a_network`` inside of another one."""
    least = ipaddress.ip_network(network).prefixlen + 1
    return attrs.evolve(in_a_network(address, text, where, hint=hint), least=least)


def on_the_link(
    address: str, text: str, where: Where, *, interface: Hashable = None, hint: str = ""
) -> Inside:
    """Say that an address must be in a network of an interface, of any one unless it is given."""
    host = ipaddress.ip_network(address)
    every = (_networks(host.version), _networks(host.version, "leased"))
    words = every if interface is None else (_networks(host.version, "on", interface),)
    return Inside(words=words, place=_bits(host), text=text, where=where, hint=hint)


def is_network_of(
    network: str, interface: Hashable, text: str, where: Where, *, hint: str = ""
) -> Inside:
    """Say that a network must be one of an interface, neither smaller nor larger."""
    one = ipaddress.ip_network(network)
    return Inside(
        words=(_networks(one.version, "on", interface),),
        place=_bits(one),
        least=one.prefixlen,
        text=text,
        where=where,
        hint=hint,
    )


def not_a_network(network: str, text: str, where: Where, *, but: Hashable = None) -> Outside:
    """Say that a network must be that of no interface but one; an address, none of the router's."""
    one = ipaddress.ip_network(network)
    if one.prefixlen == one.max_prefixlen:
        own = _of_the_router(str(one.network_address))
        return Outside(words=own, text=text, where=where)
    words = _networks(one.version)
    return Outside(words=words, place=_bits(one), text=text, where=where, holder=but)


def of_the_router(address: str, text: str, where: Where, *, hint: str = "") -> Inside:
    """Say that an address must be one that the router has by its configuration."""
    words = (_of_the_router(address),)
    return Inside(words=words, place=(), text=text, where=where, hint=hint)


def of_another(address: str, what: str, where: Where, *, hint: str = "") -> tuple[Outside, Outside]:
    """Say that an address must be that of another machine; ``what`` names it.

    ``hint`` is for one that is the router's.
    """
    own = f"{what} is the router's own address"
    nobody = f"{what} names a whole network, or all in it"
    return (
        Outside(words=_of_the_router(address), text=own, where=where, hint=hint),
        Outside(words=_of_nobody(address), text=nobody, where=where),
    )


def answered(
    protocol: str, port: int, address: str, text: str, where: Where, *, hint: str = ""
) -> Inside:
    """Say that somebody must listen on a port of an address, if that is one of the router's."""
    on = ipaddress.ip_address(address)
    return Inside(
        words=(port_words(protocol, port, on.version),),
        place=(HomeOf(address), address),
        given=_of_the_router(address),
        text=text,
        where=where,
        hint=hint,
    )


def not_on(interface: Hashable, address: str, text: str, where: Where) -> Outside:
    """Say that an address must not be one of an interface."""
    return Outside(words=("the address", address, "on", interface), text=text, where=where)


def no_addresses(interface: Hashable, text: str, where: Where, *, hint: str = "") -> Outside:
    """Say that an interface must have no addresses of IP."""
    return Outside(words=_addresses_on(interface), text=text, where=where, hint=hint)


def uses_ip(interface: Hashable, version: int) -> Claim:
    """Claim that packets of a version of IP are sent on an interface."""
    words = (f"IPv{version} on", interface)
    return Claim(words=words, text=" ".join(map(str, words)), holder="IP")


def without_ip(interface: Hashable, version: int) -> Claim:
    """Claim that an interface carries no packets of a version of IP."""
    words = (f"IPv{version} on", interface)
    return Claim(words=words, text=f"{interface} without IPv{version}")


def without_ethernet(interface: Hashable) -> Claim:
    """Claim that an interface carries packets of IP alone."""
    return _shared(("no Ethernet on", interface))


def on_ethernet(interface: Hashable, text: str, where: Where) -> Outside:
    """Say that an interface must carry Ethernet."""
    return Outside(words=("no Ethernet on", interface), text=text, where=where)


def _shared(words: tuple[Hashable, ...], place: str = "") -> Claim:
    """Return what any number may claim, for others to lie in it or not."""
    return Claim(words=words, text=" ".join(map(str, words)), place=place, holder="anybody")


def _of_the_router(address: str) -> tuple[Hashable, ...]:
    # Each machine has all of 127.0.0.0/8 (RFC 1122 section 3.2.1.3).
    own = "127.0.0.1" if address.startswith("127.") else address
    return ("the router's address", own)


def _of_nobody(address: str) -> tuple[Hashable, ...]:
    return ("nobody's address", address)


def _addresses_on(interface: Hashable) -> tuple[Hashable, ...]:
    return ("addresses on", interface)


def _networks(version: int, *more: Hashable) -> tuple[Hashable, ...]:
    return (f"the networks of IPv{version}", *more)


def _bits(network: _Network) -> str:
    every = f"{int(network.network_address):0{network.max_prefixlen}b}"
    return every[: network.prefixlen]
