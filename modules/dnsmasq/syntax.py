"""Values of dnsmasq's options, checked where a comma or a slash too many would change them."""

import ipaddress
import re
from collections.abc import Iterator

from liminix_gen import values

_TAG = re.compile(r"(?:tag|set):!?[A-Za-z0-9_-]+")
_CONSTRUCTOR = re.compile(r"constructor:[A-Za-z0-9_.*-]+")
_LEASE_TIME = re.compile(r"[0-9]{1,9}[wdhm]?|infinite|deprecated")
_MODES_4 = {"static", "proxy"}
_MODES_6 = {
    "static", "off-link", "ra-only", "slaac", "ra-names", "ra-stateless", "ra-advrouter",
}  # fmt: skip

_UPSTREAM = re.compile(
    r"(?P<domains>/(?:[A-Za-z0-9*_.-]*/)+)?"
    r"(?:(?P<address>[0-9A-Fa-f.:]+)(?:%[A-Za-z0-9_.-]+)?(?:#(?P<port>[0-9]{1,5}))?"
    r"(?:@(?P<source>[A-Za-z0-9_.:-]+)(?:#(?P<source_port>[0-9]{1,5}))?)?)?"
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if not _TAG.fullmatch(word)]


def version_of(text: str) -> int | None:
    """Return 4 or 6, the version of IP that a range is of."""
    first = _address(_words(text)[0])
    return first.version if first else None


def addresses_of(text: str) -> Iterator[Address]:
    """Yield the first and, if there is one, the last address of a range."""
    if "constructor:" in text:
        return  # only the host part: the network comes from the interface
    for word in _words(text)[:2]:
        address = _address(word)
        if address is not None:
            yield address


def server_of(text: str) -> tuple[str, int] | None:
    """Return the address and the port of an upstream server; None if it has none."""
    match = _UPSTREAM.fullmatch(text)
    if match is None or not match["address"]:
        return None
    return str(ipaddress.ip_address(match["address"])), int(match["port"] or 53)


def network_of(text: str) -> str | None:
    """Return the network that the mask in a range of IPv4 makes; None if it has no mask."""
    words = _words(text)
    if version_of(text) != 4 or len(words) < 3 or _address(words[2]) is None:
        return None
    return str(ipaddress.ip_network(f"{words[0]}/{words[2]}", strict=False))


def is_proxy(text: str) -> bool:
    """Say whether a range gives no addresses, and only helps another server with what is booted."""
    return "proxy" in _words(text)


class DhcpRange(values.ValueType[str]):
    """A value of --dhcp-range (dnsmasq(8)): [TAG,]START,END or MODE[,...][,LEASE TIME].

    What stands where is what one_opt() of dnsmasq 2.90 (src/option.c) takes.
    """

    def convert(self, value: object) -> str:
        text = values.Text().convert(value)
        words = text.split(",")
        while words and _TAG.fullmatch(words[0]):
            del words[0]
        if text.count("set:") > 1:
            raise ValueError(f"{text!r} sets two tags")
        first = _address(words[0]) if words else None
        if first is None:
            raise ValueError(f"{text!r} must start with an IP address; it is {self.describe()}")
        if len(words) == 1:
            raise ValueError(f"{text!r} lacks its last address, or a mode such as 'static'")
        after = _after_range_4 if first.version == 4 else _after_range_6
        last, length, rest = after(text, words[1:])
        if rest and _LEASE_TIME.fullmatch(rest[0]):
            del rest[0]
        if rest:
            raise ValueError(f"{text!r}: {rest[0]!r} is not an address, mode or lease time")
        if last is not None and int(last) < int(first):
            raise ValueError(f"{text!r} ends before it starts")
        if last is not None and length is not None and not _same(first, last, length):
            raise ValueError(f"{text!r} is more than one network of {length} bits")
        return text

    def describe(self) -> str:
        return "a range such as '192.168.19.10,192.168.19.250,12h'"


_After = tuple[Address | None, int | None, list[str]]


def _after_range_4(text: str, words: list[str]) -> _After:
    """Take last address or mode, mask and broadcast address; return what is left."""
    last = _address(words[0])
    if last is not None and last.version == 6:
        raise ValueError(f"{text!r} mixes IPv4 and IPv6")
    if last is None and words[0] not in _MODES_4:
        raise ValueError(f"{text!r}: {words[0]!r} is neither an address nor static or proxy")
    rest = words[1:]
    length = None
    if rest and _address(rest[0]) is not None:
        try:
            length = ipaddress.IPv4Network(f"0.0.0.0/{rest.pop(0)}").prefixlen
        except ValueError:
            raise ValueError(f"{text!r} holds a mask that is not valid") from None
        if rest and isinstance(_address(rest[0]), ipaddress.IPv4Address):
            del rest[0]
    return last, length, rest


def _after_range_6(text: str, words: list[str]) -> _After:
    """Take last address, modes and the bits of the network; return what is left."""
    rest = list(words)
    last = _address(rest[0])
    if last is not None:
        if last.version == 4:
            raise ValueError(f"{text!r} mixes IPv4 and IPv6")
        del rest[0]
    constructed = False
    while rest and (rest[0] in _MODES_6 or _CONSTRUCTOR.fullmatch(rest[0])):
        constructed |= rest.pop(0).startswith("constructor:")
    length = 64
    if rest and rest[0].isascii() and rest[0].isdigit() and int(rest[0]) <= 128:
        length = int(rest.pop(0))
        if length < 64:
            raise ValueError(f"{text!r}: a network of IPv6 has 64 bits or more, not {length}")
        if length > 64 and (constructed or _advertised(words)):
            raise ValueError(f"{text!r}: a network that is advertised has 64 bits, not {length}")
    return last, length, rest


def _advertised(words: list[str]) -> bool:
    return not {"ra-only", "slaac", "ra-names", "ra-stateless", "ra-advrouter"}.isdisjoint(words)


def _same(first: Address, last: Address, length: int) -> bool:
    shift = first.max_prefixlen - length
    return int(first) >> shift == int(last) >> shift


class Upstream(values.ValueType[str]):
    """A value of --server (dnsmasq(8)): [/DOMAIN/...]ADDRESS[#PORT][@INTERFACE or SOURCE]."""

    def convert(self, value: object) -> str:
        text = values.Text().convert(value)
        match = _UPSTREAM.fullmatch(text)
        if match is None or not (match["domains"] or match["address"]):
            raise self.refuse(value)
        address, source = _address(match["address"] or ""), _address(match["source"] or "")
        if match["address"] and address is None:
            raise ValueError(f"{text!r}: {match['address']!r} is no IP address")
        if address is not None:
            values.HostAddress().convert(str(address))
        if address is not None and source is not None and address.version != source.version:
            raise ValueError(f"{text!r} mixes IPv4 and IPv6")
        if max(int(match["port"] or 0), int(match["source_port"] or 0)) > 65535:
            raise ValueError(f"{text!r} holds a port that is not valid")
        return text

    def describe(self) -> str:
        return "a name server such as '192.0.2.53' or '/example.org/192.0.2.53#5353'"


DHCP_RANGE = DhcpRange()
UPSTREAM = Upstream()
