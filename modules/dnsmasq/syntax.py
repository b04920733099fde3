"""Values of dnsmasq's options, checked where a comma or a slash too many would change them."""

import ipaddress
import re
from collections.abc import Iterator

from attrs import frozen

from liminix_gen import values

_TAG = re.compile(r"(?:tag|set):!?[A-Za-z0-9_-]+")
_WORD = re.compile(r"constructor:[A-Za-z0-9_.*-]+|[a-z][a-z-]*|[0-9]+[mhdw]?")
_MODES = {
    "static", "proxy", "infinite", "deprecated", "off-link",
    "ra-only", "slaac", "ra-names", "ra-stateless", "ra-advrouter",
}  # fmt: skip

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
    """Yield the first and, where there is one, the last address of a range."""
    if "constructor:" in text:
        return  # only the host part: the network comes from the interface
    for word in _words(text)[:2]:
        address = _address(word)
        if address is not None:
            yield address


@frozen
class DhcpRange(values.ValueType[str]):
    """A value of --dhcp-range (dnsmasq(8)): START[,END or MODE][,...][,LEASE TIME]."""

    def convert(self, value: object) -> str:
        text = values.Text().convert(value)
        words = _words(text)
        first = _address(words[0]) if words else None
        if first is None:
            raise ValueError(f"{text!r} must start with an IP address; it is {self.describe()}")
        for word in words[1:]:
            address = _address(word)
            if address is not None and address.version != first.version:
                raise ValueError(f"{text!r} mixes IPv4 and IPv6")
            if address is None and not (_WORD.fullmatch(word) and _known(word)):
                raise ValueError(f"{text!r}: {word!r} is no address, mode or lease time")
        last = _address(words[1]) if len(words) > 1 else None
        if last is not None and int(last) < int(first):
            raise ValueError(f"{text!r} ends before it starts")
        return text

    def describe(self) -> str:
        return "a range such as '192.168.19.10,192.168.19.250,12h'"


def _known(word: str) -> bool:
    return word in _MODES or word.startswith("constructor:") or word[0].isdigit()


@frozen
class Upstream(values.ValueType[str]):
    """A value of --server (dnsmasq(8)): [/DOMAIN/...]ADDRESS[#PORT][@INTERFACE or SOURCE]."""

    def convert(self, value: object) -> str:
        text = values.Text().convert(value)
        match = re.fullmatch(
            r"(?P<domains>/(?:[A-Za-z0-9*_.-]*/)+)?"
            r"(?P<address>[0-9A-Fa-f.:]+)?(?:%[A-Za-z0-9_.-]+)?"
            r"(?:#(?P<port>[0-9]{1,5}))?(?:@[A-Za-z0-9_.:-]+(?:#[0-9]{1,5})?)?",
            text,
        )
        if match is None or not (match["domains"] or match["address"]):
            raise self.refuse(value)
        if match["address"] and _address(match["address"]) is None:
            raise ValueError(f"{text!r}: {match['address']!r} is no IP address")
        return text

    def describe(self) -> str:
        return "a name server such as '192.0.2.53' or '/example.org/192.0.2.53#5353'"


DHCP_RANGE = DhcpRange()
UPSTREAM = Upstream()
