"""Options of DHCP by their names (`dnsmasq --help dhcp`) or numbers, with their values."""

import ipaddress
import re
from collections.abc import Iterator, Mapping

from liminix_gen import values

# Those that a network may say; what the daemon itself takes care of is not among them.
_NUMBERS = {
    2: "time-offset",
    3: "router",
    6: "dns-server",
    7: "log-server",
    9: "lpr-server",
    13: "boot-file-size",
    15: "domain-name",
    16: "swap-server",
    17: "root-path",
    18: "extension-path",
    19: "ip-forward-enable",
    20: "non-local-source-routing",
    21: "policy-filter",
    22: "max-datagram-reassembly",
    23: "default-ttl",
    26: "mtu",
    27: "all-subnets-local",
    31: "router-discovery",
    32: "router-solicitation",
    33: "static-route",
    34: "trailer-encapsulation",
    35: "arp-timeout",
    36: "ethernet-encap",
    37: "tcp-ttl",
    38: "tcp-keepalive",
    40: "nis-domain",
    41: "nis-server",
    42: "ntp-server",
    44: "netbios-ns",
    45: "netbios-dd",
    46: "netbios-nodetype",
    47: "netbios-scope",
    48: "x-windows-fs",
    49: "x-windows-dm",
    64: "nis+-domain",
    65: "nis+-server",
    66: "tftp-server",
    67: "bootfile-name",
    68: "mobile-ip-home",
    69: "smtp-server",
    70: "pop3-server",
    71: "nntp-server",
    74: "irc-server",
    100: "posix-timezone",
    101: "tzdb-timezone",
    108: "ipv6-only",
    119: "domain-search",
    120: "sip-server",
    121: "classless-static-route",
}
_BY_NAME = {name: number for number, name in _NUMBERS.items()}
# Of the exchange itself (RFC 2132 section 9, RFC 3046), which the daemon fills in.
_ITS_OWN = {0, 1, 12, 28, *range(50, 60), 61, 81, 82, 255}
_ADDRESSES = {3, 6, 7, 9, 16, 41, 42, 44, 45, 48, 49, 65, 68, 69, 70, 71, 74}


class Option(values.ValueType[str]):
    """The number of an option, by that or by its name; of DHCPv6 with '6:' before it."""

    TAKES = (str, int)

    def convert(self, value: object) -> str:
        number = values.plain_integer(value)
        text = str(number) if number is not None else values.plain_text(value)
        if text is None:
            raise self.refuse(value)
        if text in _BY_NAME:
            return str(_BY_NAME[text])
        match = re.fullmatch(r"(6:)?([1-9][0-9]{0,4})", text)
        if match is None:
            raise self.refuse(value)
        if int(match[2]) > (65535 if match[1] else 254):
            raise ValueError(f"must be a number that an option can have, not {value!r}")
        if not match[1] and int(match[2]) in _ITS_OWN:
            raise ValueError(f"must not be {text}, which the server itself fills in")
        return text

    def describe(self) -> str:
        return (
            "a DHCP option: its number such as 42 or, for DHCPv6, '6:31'; or its name, such as "
            "'ntp-server'"
        )


OPTION = Option()
VALUE = values.Text(pattern="[^,]+", description="a value without ','", max_bytes=255)


def mistakes(options: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield options whose values cannot be theirs, each with a sentence."""
    for option, several in options.items():
        if not several:
            yield option, "has no value"
        if option.startswith("6:") or int(option) not in _ADDRESSES:
            continue
        for one in several:
            if _version(one) != 4:
                yield option, f"its values are IPv4 addresses, and {one!r} is none"


def words(options: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the arguments of dnsmasq(8)."""
    for option, several in options.items():
        name = f"option6:{option[2:]}" if option.startswith("6:") else option
        # An address of IPv6 stands in brackets.
        bare = (f"[{one}]" if _version(one) == 6 else one for one in several)
        yield f"--dhcp-option={','.join((name, *bare))}"


def _version(text: str) -> int | None:
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return None
