"""What the DHCP client makes of every kind of answer: a working default route, or a failure that `services` names and
that the next good answer mends by itself.

Of this kind (what a server says is taken as the textbook has it): addresses that no host can have, or that are a
network of this router; routers and name servers that are not valid; masks, routes, names, times and identifiers that are
absent, empty, short, long, doubled, out of range or hostile; messages without an end; refusals and silence in each
state of the client; another server; a server that is away for long.

The parts are the modules' own, with the machine's busybox, whose udhcpc is in a hurry (faster.c).
test_dhcp_life.py has what happens later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface
from typing import Any, NamedTuple

import attrs
import pytest

from tests.runtime.wan import GOOD, PROVIDER, WEB_SERVER, Wan
from tests.support.peer import dhcp
from tests.support.peer.dhcp import packed, routes
from tests.support.peer.dhcp_server import Offer

pytestmark = [pytest.mark.nix, pytest.mark.usefixtures("at_the_end_all_is_well")]
TIMES_FASTER = 30
LAN = "192.168.19.1"
OTHER = IPv4Interface("192.0.2.10/24")


class Row(NamedTuple):
    name: str
    offer: Offer | None = GOOD
    router: str = str(PROVIDER)  # the default route's, if there is to be one
    problem: str = ""  # else what `services` says, a pattern
    server: str = str(PROVIDER)
    refuses: bool = False
    deaf_to: frozenset[int] = frozenset()
    also: Callable[[Wan], object] = lambda _: True
    reaches: bool = True


def given(options: dict[int, bytes | None] | None = None, **fields: Any) -> Offer:
    """The good answer with something else in it; an option that is None is absent."""
    return attrs.evolve(GOOD, options=options or {}, **fields)


def address(text: str) -> Offer:
    return given(address=IPv4Interface(text))


def soon(options: dict[int, bytes | None]) -> Offer:
    """An answer without a router: the next one comes when the lease is renewed."""
    return given(options, seconds=240)


def servers(*texts: str) -> bytes:
    return packed(IPv4Address(text) for text in texts)


def nothing_but(resolv_conf: str) -> Callable[[Wan], bool]:
    """/etc/resolv.conf, and dnsmasq's, are exactly that."""
    return lambda wan: (
        wan.resolv_conf.read_text() == resolv_conf and wan.upstreams.read_text() == resolv_conf
    )


def mtu(wan: Wan) -> bool:
    return wan.run("cat /sys/class/net/wan/mtu").stdout == "1500\n"


def has(*texts: str) -> Callable[[Wan], bool]:
    """These routes are there."""
    return lambda wan: all(any(text in route for route in wan.routes()) for text in texts)


def only(*targets: str) -> Callable[[Wan], bool]:
    """Nothing but these is routed to the provider; the LAN is where it was."""

    def holds(wan: Wan) -> bool:
        found = {route.split()[0]: route for route in wan.routes()}
        assert "dev lan" in found["192.168.19.0/24"]
        return {target for target, route in found.items() if "dev wan" in route} == set(targets)

    return holds


def address_is(text: str) -> Callable[[Wan], bool]:
    return lambda wan: wan.addresses() == [text]


DNS = "nameserver 203.0.113.53\n"
SEARCH = "search provider.example\n"
WAN_NETWORK = "203.0.113.0/24"
HOSTILE = (
    b"$(reboot)",
    b"`id`",
    b"a b",
    b"a\nnameserver 6.6.6.6",
    b"a;reboot",
    b"\x1b[2J\x9b31m",
    b"a'b",
    b'a"b',
    b"../../etc/passwd",
    b".",
    b"-rf",
    b"a..b",
    b"*",
    b"\xff\xfe",
    b"a\0b",
    b"x" * 255,
)
ROWS = [
    Row("plain", also=nothing_but(SEARCH + DNS)),
    # --- the network ----------------------------------------------------------------------------
    Row("one address", address("203.0.113.10/32"), also=address_is("203.0.113.10/32")),
    Row("two addresses", address("203.0.113.0/31"), also=address_is("203.0.113.0/31")),
    Row("a router outside of the network", given(address=OTHER), also=address_is("192.0.2.10/24")),
    Row(
        "a link-local router",
        given(router=IPv4Address("169.254.1.1")),
        router="169.254.1.1",
        server="169.254.1.1",
    ),
    Row(
        "a network around the LAN's",
        address("192.168.0.5/16"),
        also=has("192.168.19.0/24 dev lan", "192.168.0.0/16 dev wan"),
    ),
    *(
        Row(f"mask {mask!r}", given({dhcp.SUBNET_MASK: mask}), also=address_is("203.0.113.10/32"))
        for mask in (
            None,
            b"",
            b"\xff\xff\xff",
            bytes(4),
            b"\xff\0\xff\0",
            b"\xfe\0\0\0",
            b"\0\0\0\xff",
            b"\xff\xff\xff\xff",
        )
    ),
    Row(
        "a mask that is too long",
        given({dhcp.SUBNET_MASK: b"\xff\xff\xff\0" * 2}),
        also=address_is("203.0.113.10/24"),
    ),
    *(
        Row(f"broadcast {value!r}", given({dhcp.BROADCAST_ADDRESS: value}))
        for value in (b"", bytes(4), servers("127.0.0.1"), servers("203.0.113.255"), b"\1\2\3")
    ),
    *(
        Row(f"MTU {value!r}", given({dhcp.MTU: value}), also=mtu)
        for value in (
            b"",
            b"\0\0",
            b"\0\1",
            b"\0\x43",
            b"\2\x3f",
            b"\5\xd4",
            b"\x23\x28",
            b"\xff\xff",
            b"\5",
            b"\5" * 9,
        )
    ),
    # --- addresses that cannot be taken -----------------------------------------------------------
    *(
        Row(f"address {text}", address(text), problem=rf"refused the address {text}.*: {why}")
        for text, why in {
            "0.1.2.3/24": "no server gives that to a host",
            "127.0.0.1/8": "no server gives that to a host",
            "169.254.3.4/16": "no server gives that to a host",
            "224.0.0.1/24": "no server gives that to a host",
            "239.255.255.250/24": "no server gives that to a host",
            "240.0.0.1/24": "no server gives that to a host",
            "255.255.255.255/32": "no server gives that to a host",
            "203.0.113.0/24": "that is the name of its network",
            "203.0.113.255/24": "that is the broadcast address of its network",
            "203.0.113.8/30": "that is the name of its network",
            "192.168.19.1/24": r"that is in the network of lan \(192.168.19.1/24\)",
            "192.168.19.77/24": "that is in the network of lan",
            "192.168.19.77/32": "that is in the network of lan",
            "192.168.19.77/16": "that is in the network of lan",
        }.items()
    ),
    Row(
        "address 0.0.0.0",
        address("0.0.0.0/24"),
        problem="refused the address 0.0.0.0|no DHCP server",
    ),
    # --- routers -----------------------------------------------------------------------------------
    *(
        Row(f"router {value!r}", soon({dhcp.ROUTER: value}), problem="names no router")
        for value in (
            None,
            b"",
            b"\xcb\0\x71",
            servers("0.0.0.0"),
            servers("127.0.0.1"),
            servers("224.0.0.1"),
            servers("255.255.255.255"),
            servers("203.0.113.10"),
            servers(LAN),
            servers("192.168.19.9"),
        )
    ),
    *(
        Row(f"routers {text}", given({dhcp.ROUTER: servers(*text.split())}))
        for text in (
            f"{PROVIDER} 203.0.113.2",
            f"0.0.0.0 {PROVIDER}",
            f"203.0.113.10 {LAN} {PROVIDER}",
            f"{PROVIDER} {PROVIDER}",
        )
    ),
    Row("63 routers", given({dhcp.ROUTER: servers(*[str(PROVIDER)] * 63)})),
    Row("a router and a bit of one", given({dhcp.ROUTER: PROVIDER.packed + b"\1\2"})),
    # --- routes with targets (RFC 3442) ------------------------------------------------------------
    *(
        row
        for option in (dhcp.ROUTES, dhcp.MICROSOFT_ROUTES)
        for row in (
            Row(
                f"{option}: the default route alone",
                given({dhcp.ROUTER: None, option: routes(("0.0.0.0/0", str(PROVIDER)))}),
                also=only("default", WAN_NETWORK),
            ),
            Row(
                f"{option}: the router option is not looked at",
                given(
                    {
                        dhcp.ROUTER: servers("203.0.113.9"),
                        option: routes(("0.0.0.0/0", str(PROVIDER))),
                    }
                ),
            ),
            Row(
                f"{option}: no default route",
                soon({option: routes(("10.0.0.0/8", str(PROVIDER)))}),
                problem="names no router",
                also=only("10.0.0.0/8", WAN_NETWORK),
            ),
            Row(
                f"{option}: several",
                given(
                    {
                        option: routes(
                            ("10.0.0.0/8", "203.0.113.2"),
                            ("192.0.2.0/25", "0.0.0.0"),
                            ("198.18.5.4/32", "10.1.1.1"),
                            ("172.16.0.0/12", str(PROVIDER)),
                            ("0.0.0.0/0", str(PROVIDER)),
                        )
                    }
                ),
                also=has(
                    "10.0.0.0/8 via 203.0.113.2 dev wan",
                    "192.0.2.0/25 dev wan",
                    "198.18.5.4 via 10.1.1.1 dev wan",
                    "172.16.0.0/12 via 203.0.113.1 dev wan",
                ),
            ),
        )
    ),
    Row(
        "both kinds of routes",
        given(
            {
                dhcp.ROUTES: routes(("0.0.0.0/0", str(PROVIDER))),
                dhcp.MICROSOFT_ROUTES: routes(("0.0.0.0/0", "203.0.113.9")),
            }
        ),
    ),
    Row(
        "everything is on the link",
        given({dhcp.ROUTES: routes(("0.0.0.0/0", "0.0.0.0"))}),
        router="link",
        reaches=False,
    ),
    Row(
        "a lease of one address, its router reached by a route",
        given(
            {dhcp.ROUTES: routes((f"{PROVIDER}/32", "0.0.0.0"), ("0.0.0.0/0", str(PROVIDER)))},
            address=IPv4Interface("203.0.113.10/32"),
        ),
        also=only("default", str(PROVIDER)),
    ),
    Row(
        "the world in two halves",
        soon({dhcp.ROUTES: routes(("0.0.0.0/1", str(PROVIDER)), ("128.0.0.0/1", str(PROVIDER)))}),
        problem="names no router",
        also=only("0.0.0.0/1", "128.0.0.0/1", WAN_NETWORK),
    ),
    Row(
        "routes to what is not the server's",
        given(
            {
                dhcp.ROUTES: routes(
                    ("192.168.19.0/24", str(PROVIDER)),
                    ("192.168.19.128/25", str(PROVIDER)),
                    ("192.168.19.5/32", "0.0.0.0"),
                    ("127.0.0.0/8", str(PROVIDER)),
                    ("127.0.0.1/32", str(PROVIDER)),
                    ("224.0.0.0/4", str(PROVIDER)),
                    ("240.0.0.0/4", str(PROVIDER)),
                    ("255.255.255.255/32", str(PROVIDER)),
                    ("0.0.0.0/32", str(PROVIDER)),
                    ("0.0.0.0/0", str(PROVIDER)),
                )
            }
        ),
        also=only("default", WAN_NETWORK),
    ),
    Row(
        "routes by routers that are not valid",
        given(
            {
                dhcp.ROUTES: routes(
                    ("10.1.0.0/16", LAN),
                    ("10.2.0.0/16", "127.0.0.1"),
                    ("10.3.0.0/16", "224.0.0.1"),
                    ("10.4.0.0/16", "203.0.113.10"),
                    ("0.0.0.0/0", "255.255.255.255"),
                    ("0.0.0.0/0", LAN),
                    ("0.0.0.0/0", str(PROVIDER)),
                )
            }
        ),
        also=only("default", WAN_NETWORK),
    ),
    Row(
        "a route around the LAN",
        given(
            {dhcp.ROUTES: routes(("192.168.0.0/16", str(PROVIDER)), ("0.0.0.0/0", str(PROVIDER)))}
        ),
        also=only("default", WAN_NETWORK, "192.168.0.0/16"),
    ),
    Row(
        "fifty routes",
        given(
            {
                dhcp.ROUTES: routes(
                    ("0.0.0.0/0", str(PROVIDER)),
                    *((f"{n}.0.0.0/8", "0.0.0.0") for n in range(60, 100)),
                )
            }
        ),
        also=has("60.0.0.0/8 dev wan"),
    ),
    *(
        Row(f"routes {what}", given({dhcp.ROUTES: value}))
        for what, value in {
            "empty": b"",
            "with 33 bits": bytes((33, 10, 1, 2, 3, 4)) + PROVIDER.packed,
            "with 255 bits": bytes((255,)) * 40,
            "without a router": bytes((8, 10)),
            "cut in the router": bytes((8, 10, 203, 0)),
            "of one byte": bytes((24,)),
        }.items()
    ),
    Row(
        "routes that end too early",
        given(
            {
                dhcp.ROUTER: None,
                dhcp.ROUTES: routes(("0.0.0.0/0", str(PROVIDER))) + bytes((24, 10, 1)),
            }
        ),
        also=only("default", WAN_NETWORK),
    ),
    # --- name servers, names, time ------------------------------------------------------------------
    *(
        Row(f"name servers {value!r}", given({dhcp.DNS_SERVERS: value}), also=nothing_but(SEARCH))
        for value in (
            None,
            b"",
            b"\1\2\3",
            servers("0.0.0.0"),
            servers("127.0.0.1", "127.0.0.53"),
            servers("224.0.0.251"),
            servers("255.255.255.255"),
            servers(LAN),
            servers("203.0.113.10"),
        )
    ),
    Row(
        "a name server among others",
        given({dhcp.DNS_SERVERS: servers("0.0.0.0", "203.0.113.53", "127.0.0.1") + b"\1"}),
        also=nothing_but(SEARCH + DNS),
    ),
    Row(
        "63 name servers",
        given({dhcp.DNS_SERVERS: servers(*(f"198.51.100.{n}" for n in range(1, 64)))}),
        also=lambda wan: wan.resolv_conf.read_text().count("nameserver") == 32,
    ),
    Row("no domain", given({dhcp.DOMAIN: None}), also=nothing_but(DNS)),
    Row("an empty domain", given({dhcp.DOMAIN: b""}), also=nothing_but(DNS)),
    Row(
        "a domain with an end",
        given({dhcp.DOMAIN: b"provider.example\0"}),
        also=nothing_but(SEARCH + DNS),
    ),
    *(
        Row(
            f"hostile {text[:20]!r}",
            given(
                {
                    dhcp.DOMAIN: text,
                    dhcp.HOST_NAME: text,
                    dhcp.TEXT: text,
                    14: text,
                    17: text,
                    40: text,
                    43: text,
                    64: text,
                    66: text,
                    67: text,
                    100: text,
                    101: text,
                    119: text,
                    209: text,
                    210: text,
                    252: text,
                }
                if len(text) < 100
                else {dhcp.DOMAIN: text}
            ),
            also=lambda wan: (
                wan.resolv_conf.read_text() in (DNS, "search a\n" + DNS)
                and "\x1b" not in wan.router.call("list").stdout
            ),
        )
        for text in HOSTILE
    ),
    *(
        Row(
            f"time servers {value!r}",
            given({dhcp.NTP_SERVERS: value}),
            also=lambda wan: not ntp(wan),
        )
        for value in (b"", b"\1", servers("0.0.0.0"), servers("127.0.0.1"), servers(LAN))
    ),
    Row(
        "a time server",
        given({dhcp.NTP_SERVERS: servers("198.51.100.123")}),
        also=lambda wan: ntp(wan) == "198.51.100.123\n",
    ),
    # --- how long ---------------------------------------------------------------------------------
    *(
        Row(f"lease of {value!r}", given({dhcp.LEASE_SECONDS: value}))
        for value in (
            None,
            b"",
            b"\0\0\0\0",
            b"\0\0\0\1",
            b"\0\0\0\x0f",
            b"\xff\xff\xff\xff",
            b"\x7f\xff\xff\xff",
            b"\x80\0\0\0",
            b"\1\2\3",
            b"\0\0\x0e\x10" * 2,
        )
    ),
    *(
        Row(
            f"renewal {first!r}, {second!r}",
            given({dhcp.RENEWAL_SECONDS: first, dhcp.REBINDING_SECONDS: second}),
        )
        for first, second in (
            (b"\xff\xff\xff\xff", b"\0\0\1\0"),
            (b"\0\0\0\0", b"\0\0\0\0"),
            (b"", b""),
            (b"\1", b"\2"),
            (b"\0\0\x20\0",) * 2,
        )
    ),
    # --- who ---------------------------------------------------------------------------------------
    *(
        Row(f"server {value!r}", given({dhcp.SERVER_IDENTIFIER: value}))
        for value in (
            None,
            bytes(4),
            servers("198.51.100.7"),
            servers("127.0.0.1"),
            servers(LAN),
            servers("255.255.255.255"),
        )
    ),
    # --- the message -------------------------------------------------------------------------------
    Row("no end", given(tail=b"")),
    Row("an end and more", given(tail=b"\xff\3\4\1\2\3\4" + b"\xff" * 20)),
    Row("filled up", given(tail=bytes(200) + b"\xff")),
    # A client that does not say more takes 576 bytes (RFC 2132, section 9.10).
    Row("too long", given(tail=bytes(400) + b"\xff"), problem="no DHCP server"),
    Row("a router again", given(tail=bytes((dhcp.ROUTER, 4)) + servers("203.0.113.2") + b"\xff")),
    Row("a mask again", given(tail=bytes((dhcp.SUBNET_MASK, 4, 255, 0, 0, 0)) + b"\xff")),
    Row(
        "routes in two parts",
        given(
            {dhcp.ROUTER: None, dhcp.ROUTES: routes(("0.0.0.0/0", str(PROVIDER)))},
            tail=bytes((dhcp.ROUTES, 6)) + routes(("10.0.0.0/8", str(PROVIDER))) + b"\xff",
        ),
    ),
    Row("more options in the fields for names", given({52: b"\3"})),
    Row("that field absurd", given({52: b"\xff"})),
    *(
        Row(
            f"options {first} to {first + 39}",
            given({n: b"\1\2\3\4" for n in range(first, first + 40) if n not in (121, 249)}),
        )
        for first in (60, 100, 140, 180, 214)
    ),
    # --- refusals and silence -----------------------------------------------------------------------
    Row("silence", None, problem="no DHCP server"),
    Row(
        "no answer to the request",
        deaf_to=frozenset((dhcp.REQUEST_ADDRESS,)),
        problem="no DHCP server",
    ),
    Row("every request is refused", refuses=True, problem=r"203.0.113.1 refused the request"),
    Row(
        "refused with a reason",
        given({dhcp.TEXT: b"not in my network"}),
        refuses=True,
        problem=r"refused the request: not in my network",
    ),
    Row(
        "refused with a hostile reason",
        given({dhcp.TEXT: b"\x1b[2J\nroot"}),
        refuses=True,
        problem=r"refused the request$",
    ),
    Row(
        "refused by nobody",
        given({dhcp.SERVER_IDENTIFIER: None}),
        refuses=True,
        problem="refused the request|no DHCP server",
    ),
]


def ntp(wan: Wan) -> str:
    file = wan.router.run / "outputs" / "wan" / "ntpsrv"
    return file.read_text() if file.exists() else ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_answer(wan: Wan, row: Row) -> None:
    wan.server.offer, wan.server.refuses, wan.server.deaf_to = row.offer, row.refuses, row.deaf_to
    wan.provider.address = IPv4Interface(f"{row.server}/24")
    wan.ask_again()
    if row.problem:
        named = re.compile(row.problem)
        wan.until(lambda: named.search(wan.note("wan")), f"wan says {row.problem}")
        wan.until(lambda: named.search(wan.note("default-route")), "so does what waits for it")
        assert wan.default_route() == ""
    else:
        wan.until(lambda: wan.works(row.router), f"a default route by {row.router}")
        assert wan.note("wan") == ""
        assert not row.reaches or wan.reaches(WEB_SERVER)
    wan.until(lambda: row.also(wan), "the rest of the answer", 10)
    if row.problem:
        wan.set_right()
        wan.until(wan.works, "the next good answer mends it")
        assert wan.note("wan") == wan.note("default-route") == ""
        assert wan.addresses() == [str(GOOD.address)]
        assert wan.reaches(WEB_SERVER)
