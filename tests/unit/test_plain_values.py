"""A value is the same when it arrives: of a plain type, whole, and nobody else's to change.

Seen: a member of an IntEnum is emitted as `<Vlan.GUESTS: 7>`; a mapping that is changed after
build() changes the router. Of the same kind, and tried here: StrEnum, HTTPStatus, classes of str and
int with a `__str__` of their own, numbers by `__index__` as those of numpy, objects of ipaddress,
NaN, infinity, -0.0, small and big floats, numbers beyond 64 bits, bytes, None, Path, half a
surrogate pair, NUL, the nine characters beside "\\n" that str.splitlines() takes for line ends, one
key in two ways to write it, sets, generators, keys that are no text, lists in lists; names, MAC
addresses and IPv6 addresses that differ in how they are written only; addresses with zeros in front.
"""

from __future__ import annotations

import enum
import http
import ipaddress
import math
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liminix_gen import File, Group, Service, User, oneshot, values
from liminix_gen.config import System
from liminix_gen.model.kernel import KernelModule, symbol_value
from liminix_gen.nix.expression import expression
from tests.support.services import Bench


class Vlan(enum.IntEnum):
    GUESTS = 7


class Word(enum.StrEnum):
    LAN = "lan"
    MODE = "0600"


class Loud(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "LOUD"

    def __repr__(self) -> str:
        return "LOUD"

    def encode(self, *_: object, **__: object) -> bytes:  # type: ignore[override]
        return b""


class Odd(int):
    def __index__(self) -> int:
        return 99

    def __str__(self) -> str:
        return "odd"


class Fraction(float):
    def __repr__(self) -> str:
        return "one half"


class Index:
    """A number as those of numpy are."""

    def __index__(self) -> int:
        return 7


TEXT = values.Text()
NUMBER = values.Integer(0, 500)


def exact(value: object) -> bool:
    """Say whether a value consists of plain types only."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return all(type(key) is str and exact(one) for key, one in entries.items())
    if isinstance(value, tuple):
        return type(value) is tuple and all(map(exact, cast("tuple[object, ...]", value)))
    return value is None or type(value) in {str, int, float, bool}


@pytest.mark.parametrize(
    ("type_", "given", "kept"),
    [
        (TEXT, Word.LAN, "lan"),
        (TEXT, Loud("x"), "x"),
        (values.Lines(), Loud("x\ny"), "x\ny"),
        (values.OneOf("lan"), Word.LAN, "lan"),
        (NUMBER, Vlan.GUESTS, 7),
        (NUMBER, http.HTTPStatus.OK, 200),
        (NUMBER, Odd(3), 3),
        (NUMBER, Index(), 7),
        (values.Number(), Vlan.GUESTS, 7),
        (values.Number(), Fraction(0.5), 0.5),
        (values.Number(), -0.0, 0.0),
        (values.Optional(NUMBER), Vlan.GUESTS, 7),
        (values.ListOf(NUMBER), [Vlan.GUESTS, Odd(3)], (7, 3)),
        (values.ListOf(TEXT), (one for one in [Word.LAN, "b"]), ("lan", "b")),
        (values.ListOf(TEXT), {"b": 1, "a": 2}.keys(), ("b", "a")),
        (values.ListOf(TEXT), {1: "b", 2: "a"}.values(), ("b", "a")),
        (values.MappingOf(TEXT, NUMBER), {Word.LAN: Vlan.GUESTS, Loud("b"): 1}, {"b": 1, "lan": 7}),
        (values.Record({"lan": values.Field(NUMBER, "a number")}), {Word.LAN: Vlan.GUESTS}, {"lan": 7}),
        (values.IPAddress(), ipaddress.ip_address("192.0.2.1"), "192.0.2.1"),
        (values.IPAddress(6), ipaddress.ip_address("2001:DB8::1"), "2001:db8::1"),
        (values.IPNetwork(), ipaddress.ip_network("10.0.0.0/8"), "10.0.0.0/8"),
        (values.IPNetwork(), ipaddress.ip_address("10.0.0.1"), "10.0.0.1/32"),
        (values.IPNetwork(), "10.0.0.0/255.0.0.0", "10.0.0.0/8"),
    ],
)  # fmt: skip
def test_what_is_kept_is_plain(
    type_: values.ValueType[object], given: object, kept: object
) -> None:
    converted = type_.convert(given)
    assert converted == kept
    assert exact(converted)
    assert expression(converted) == expression(kept)


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        *((NUMBER, one) for one in (True, 1.0, "1", None, math.nan, b"1", [1], object())),
        *((values.Number(), one) for one in (math.nan, math.inf, -1, 1e300, True, "1", None)),
        *((TEXT, one) for one in (b"x", None, 1, PurePosixPath("/x"), "\ud800", "a\0", "a\nb", "a\rb")),
        (values.Boolean(), 1),
        (values.Boolean(), "yes"),
        *((values.ListOf(TEXT), one) for one in ("ab", b"ab", {"a"}, frozenset("a"), {"a": "b"}, None, [None], [["a"]])),
        (values.ListOf(NUMBER), b"ab"),
        (values.ListOf(NUMBER), bytearray(b"ab")),
        (values.MappingOf(TEXT, NUMBER), {1: 1}),
        (values.MappingOf(TEXT, NUMBER), {None: 1}),
        (values.MappingOf(TEXT, NUMBER), [("a", 1)]),
        (values.MappingOf(values.IPAddress(), NUMBER), {"2001:db8::1": 1, "2001:DB8:0::1": 2}),
        (values.MappingOf(values.IPNetwork(), NUMBER), {"10.0.0.0/8": 1, "10.0.0.0/255.0.0.0": 2}),
        (values.Record({"a": values.Field(NUMBER, "a number")}), {"a": 1, 2: 3}),
        *((values.IPAddress(), one) for one in ("192.168.019.1", "\uff11\uff19\uff12.0.2.1", "192.0.2.1 ", 3221225985, b"\xc0\0\2\1", ipaddress.ip_interface("192.0.2.1/24"), ipaddress.ip_address("fe80::1%lan"))),
        *((values.IPNetwork(), one) for one in (10, "10.0.0.0/\uff108", "fe80::%lan/64", "10.0.0.1/8")),
        *((values.Lines(), f"a{end}b") for end in "\x0b\x0c\x1c\x1d\x1e\r\0"),
    ],
)  # fmt: skip
def test_what_is_refused(type_: values.ValueType[object], given: object) -> None:
    with pytest.raises(ValueError, match=r"must|has no key|twice"):
        type_.convert(given)


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_only_a_line_end_ends_a_line(end: str) -> None:
    bench = Bench()
    comment = f"# one{end}cmdport 323"
    service = bench.good(
        "ntp", servers={"192.0.2.1": []}, extra_config=f"{comment}\nmaxdistance 2\n"
    )
    (part,) = service.parts()
    assert str(part.parameters["configuration"]).endswith(
        f"\ncmdport 0\n{comment}\nmaxdistance 2\n"
    )


def test_models_keep_what_is_plain() -> None:
    user = User(name=Word.LAN, uid=Vlan.GUESTS, description=Loud("me"))
    group = Group(name=Loud("x"), gid=Odd(5), members=[Loud("a")])  # type: ignore[arg-type]
    file = File(path=Loud("/x"), content=(Loud("text"),), mode=Word.MODE)
    module = KernelModule(Loud("m"), {Loud("A"): Loud("m")})
    assert (user.name, user.uid, user.description) == ("lan", 7, "me")
    assert all(exact(getattr(user, name)) for name in ("name", "uid", "description"))
    assert (group.name, group.gid, group.members) == ("x", 5, ("a",))
    assert all(exact(getattr(group, name)) for name in ("name", "gid", "members"))
    assert all(exact(getattr(file, name)) for name in ("path", "content", "mode"))
    assert exact(module.name)
    assert exact(module.symbols)
    with pytest.raises(ValueError, match="no order"):
        Group(name="x", members={"a", "b"})  # type: ignore[arg-type]


def test_parts_hold_what_is_plain() -> None:
    numbers = [Vlan.GUESTS, -0.0]
    part = oneshot("a.nix", text=Loud("x"), numbers=numbers, deep={Loud("k"): [Odd(3)]})
    numbers.append(1)
    assert part.parameters == {"deep": {"k": (3,)}, "numbers": (7, 0.0), "text": "x"}
    assert exact(part.parameters)
    for bad in (math.nan, 2**63, {1: 2}, {"a"}, b"x", Path("/x"), "\ud800", "\0"):
        with pytest.raises(ValueError, match="parameters of a part"):
            oneshot("a.nix", value=bad)


def test_the_configuration_keeps_what_is_plain() -> None:
    config = System(device=Loud("qemu-mipsel"), hostname=Loud("router"))
    lan = config.hardware.network_interfaces[Loud("lan")]
    assert exact(lan.output(Loud("ifname")).name)
    config.console = Loud("shell")
    config.packages = [Loud("iproute2")]  # type: ignore[assignment]
    config.trial_seconds = Vlan.GUESTS
    config.sysctl["net.ipv4.ip_forward"] = Vlan.GUESTS  # type: ignore[assignment]
    config.kernel.config[Loud("A")] = Vlan.GUESTS  # type: ignore[assignment]
    config.kernel.config["B"] = Loud("text")
    assert not config.problems.found
    for value in (config.hostname, config.console, *config.packages, config.trial_seconds):
        assert exact(value)
    assert exact(dict(config.sysctl))
    assert dict(config.kernel.config) == {"A": "7", "B": '"text"'}
    assert exact(dict(config.kernel.config))


@pytest.mark.parametrize("value", [None, 1.5, b"x", "a\nb", "a\rb", "\ud800", 2**64, ["y"]])
def test_a_symbol_is_a_line_of_text(value: object) -> None:
    with pytest.raises(ValueError, match="must"):
        symbol_value(value)


def test_what_is_given_is_frozen() -> None:
    bench = Bench()
    host = {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5", "v6": ["fd00::5"]}
    hosts, ranges = {"printer": host}, ["192.168.19.10,192.168.19.20"]
    service = bench.good(
        "dnsmasq", interface=bench.link(), domain="lan", hosts=hosts, ranges=ranges
    )
    before = service.parts()
    host["v4"], cast("list[str]", host["v6"])[0] = "192.168.19.9", "fd00::9"
    hosts["laptop"] = host
    ranges.clear()
    assert service.parts() == before
    kept = cast("dict[str, dict[str, object]]", vars(service)["hosts"])
    with pytest.raises(TypeError):
        kept["laptop"] = host
    with pytest.raises(TypeError):
        kept["printer"]["v4"] = "192.168.19.9"
    other = bench.good("dnsmasq", interface=bench.link(), domain="lan")
    with pytest.raises(TypeError):  # the default, which all of them have
        cast("dict[str, object]", vars(other)["hosts"])["laptop"] = host


def test_a_generator_is_taken_once() -> None:
    bench = Bench()

    def ports() -> Iterator[Service]:
        yield bench.link()
        yield bench.link()

    bridge = bench.good("bridge.primary", ifname="int")
    service = bench.good("bridge.members", primary=bridge, members=ports())
    assert len(service.parts()) == len(service.parts()) == 3


@pytest.mark.parametrize(
    "value",
    [Vlan.GUESTS, Loud("x"), Odd(3), Fraction(0.5), 2**63, math.nan, math.inf, {"a"}, b"x", Path(), {1: 2}, {Loud("a"): 1}, object()],
)  # fmt: skip
def test_the_writer_refuses_what_is_not_plain(value: object) -> None:
    for whole in (value, [value], {"a": value}):
        with pytest.raises(TypeError):
            expression(whole)
    for text in ("\0", "\ud800"):
        with pytest.raises(ValueError, match=r"NUL|surrogates"):
            expression(text).at(0)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.5, "0.5"), (1e-9, "0.000000001"), (1e16, "10000000000000000.0"), (3.0, "3.0"), (-0.25, "(-0.25)"), (0.1, "0.1"), (-7, "(-7)")],
)  # fmt: skip
def test_numbers_keep_every_digit(number: float, text: str) -> None:
    assert expression(number).at(0) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_written_as_what_it_is(number: float) -> None:
    text = expression(number).at(0).strip("()")
    assert "." in text
    assert "e" not in text
    assert float(text) == number


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"mac": "02:00:00:00:00:0A"}, {"mac": "02:00:00:00:00:0a"}, "mac 02:00:00:00:00:0a"),
        ({"v6": ["fd00::A"]}, {"v6": ["fd00:0::a"]}, "v6 fd00::a"),
        ({"v4": "192.168.19.7"}, {"v4": "192.168.19.7"}, "v4 192.168.19.7"),
        ({}, {}, "name printer"),
    ],
)
def test_two_ways_to_write_one_host(
    one: dict[str, object], other: dict[str, object], same: str
) -> None:
    bench = Bench()
    first = {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5", **one}
    second = {"mac": "02:00:00:00:00:06", "v4": "192.168.19.6", **other}
    names = ("printer", "Printer" if same.startswith("name") else "laptop")
    hosts = dict(zip(names, (first, second), strict=True))
    message = bench.refused("dnsmasq", interface=bench.link(), domain="lan", hosts=hosts)
    assert f"have the same {same}" in message


def test_ranges_do_not_overlap() -> None:
    bench = Bench()
    one, other = "192.168.19.10,192.168.19.20", "192.168.19.20,192.168.19.30,12h"
    link = bench.link()
    message = bench.refused("dnsmasq", interface=link, domain="lan", ranges=[other, one])
    assert message == f"dnsmasq: ranges {one!r} and {other!r} overlap"
    good = [
        one,
        "192.168.19.21,192.168.19.30",
        f"set:x,{one}",
        "fd00::1,fd00::9",
        "192.168.20.0,static",
    ]
    bench.good("dnsmasq", interface=link, domain="lan", ranges=good)


@pytest.mark.parametrize("address", ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1"])  # noqa: S104  an address, not a listener
def test_an_address_is_one_that_a_machine_can_have(address: str) -> None:
    bench = Bench()
    family, length = ("inet6", 128) if ":" in address else ("inet", 32)
    message = bench.refused(
        "network.address",
        interface=bench.link(), family=family, address=address, prefix_length=length,
    )  # fmt: skip
    assert "must be an IP address that a machine can have" in message
