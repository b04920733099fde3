"""Claims: what only one of an image can have."""

from __future__ import annotations

import ipaddress
from collections.abc import Hashable, Iterator, Sequence
from typing import cast

from attrs import field, frozen

from liminix_gen.errors import Where
from liminix_gen.model.values import (
    PORT,
    Instance,
    Integer,
    ListOf,
    OneOf,
    Optional,
    ValueType,
    conforms,
    converted,
)

_TEXT = Instance(str, "text")
_WHERE = Instance(Where, "a line, as line_of() returns it")
_PROTOCOL = OneOf("TCP", "UDP")
_STEPS = Integer(0, 128)  # the bits of an address


def _elements(value: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()


class _Word(ValueType[Hashable]):
    """What two claims are compared by."""

    def convert(self, value: object) -> Hashable:
        try:
            hash(value)
        except TypeError:
            raise self.refuse(value) from None
        return value

    def describe(self) -> str:
        return "text, a number, a service or a tuple of these"


class _Words(ValueType[tuple[Hashable, ...]]):
    """What a claim is about."""

    def convert(self, value: object) -> tuple[Hashable, ...]:
        words = ListOf(_Word()).convert(value)
        if not words:
            raise self.refuse(value)
        return words

    def describe(self) -> str:
        return "one word or several"


class _Place(ValueType[Sequence[Hashable]]):
    """Where a claim is, step by step; each letter of a text is one."""

    def convert(self, value: object) -> Sequence[Hashable]:
        return value if isinstance(value, str) else ListOf(_Word()).convert(value)

    def describe(self) -> str:
        return f"a list, each element {_Word().describe()}"


@frozen
class HomeOf:
    """The interface that has an address, if a claim does not know which one that is."""

    address: str = field(validator=conforms("HomeOf.address", _TEXT))


class _Home(ValueType[tuple[HomeOf, Hashable]]):
    """Which interface has an address."""

    def convert(self, value: object) -> tuple[HomeOf, Hashable]:
        match _elements(value):
            case (HomeOf() as home, interface):
                return home, _Word().convert(interface)
            case _:
                raise self.refuse(value)

    def describe(self) -> str:
        return "a HomeOf and an interface"


@frozen(kw_only=True)
class Claim:
    """Something that only one can have.

    Claims of equal ``words`` clash if the ``place`` of one is that of the other, or the beginning
    of it: (), ("lan",) and ("lan", "192.0.2.1") all do, ("lan",) and ("guest",) do not. Claims of
    one ``holder`` never clash; a claim without one is held by the service that makes it. ``text``
    names it to the user, ``home`` says which interface has an address, and ``hint`` what to do
    about a clash.
    """

    words: tuple[Hashable, ...] = field(validator=conforms("Claim.words", _Words()))
    text: str = field(validator=conforms("Claim.text", _TEXT))
    place: Sequence[Hashable] = field(default=(), validator=conforms("Claim.place", _Place()))
    holder: Hashable = field(default=None, validator=conforms("Claim.holder", _Word()))
    home: tuple[HomeOf, Hashable] | None = field(
        default=None, eq=False, validator=conforms("Claim.home", Optional(_Home()))
    )
    hint: str = field(default="", eq=False, validator=conforms("Claim.hint", _TEXT))


@frozen(kw_only=True)
class Inside:
    """Something that must lie in what somebody claims, by any of several words.

    ``text`` says what is wrong if it does not, and ``where`` the line that it is about. ``least``
    steps of the place must be claimed; ``given`` are words that it counts for nothing without.
    """

    words: tuple[tuple[Hashable, ...], ...] = field(
        validator=conforms("Inside.words", ListOf(_Words()))
    )
    place: Sequence[Hashable] = field(validator=conforms("Inside.place", _Place()))
    text: str = field(validator=conforms("Inside.text", _TEXT))
    where: Where = field(validator=conforms("Inside.where", _WHERE))
    hint: str = field(default="", validator=conforms("Inside.hint", _TEXT))
    least: int = field(default=0, validator=conforms("Inside.least", _STEPS))
    given: tuple[Hashable, ...] = field(
        default=(), validator=conforms("Inside.given", ListOf(_Word()))
    )


@frozen(kw_only=True)
class Outside:
    """Something that must not be what another ``holder`` claims, by these words and this place.

    ``text`` says what is wrong if it is, and ``where`` the line that it is about.
    """

    words: tuple[Hashable, ...] = field(validator=conforms("Outside.words", _Words()))
    place: Sequence[Hashable] = field(default=(), validator=conforms("Outside.place", _Place()))
    text: str = field(validator=conforms("Outside.text", _TEXT))
    where: Where = field(validator=conforms("Outside.where", _WHERE))
    hint: str = field(default="", validator=conforms("Outside.hint", _TEXT))
    holder: Hashable = field(default=None, validator=conforms("Outside.holder", _Word()))


def claim(*words: Hashable, holder: Hashable = None) -> Claim:
    """Claim what words name: ``claim("the VLAN", 20, "on", interface)``."""
    return Claim(words=words, text=" ".join(map(str, words)), holder=holder)


# Two names of one variable, in net/ipv4/devinet.c of the kernel.
_SAME_SETTING = {"net/ipv4/ip_forward": "net/ipv4/conf/all/forwarding"}


def setting(path: str) -> Claim:
    """Claim a setting of the kernel, by its path below /proc/sys.

    A default, over which ``config.sysctl`` wins, needs no claim.
    """
    words = ("the kernel's setting", _SAME_SETTING.get(path, path))
    hint = "leave out one: a service owns what it sets, and config.sysctl what no service does"
    return Claim(words=words, text=" ".join(words), hint=hint)


def addressed(interface: Hashable) -> Claim:
    """Claim an interface for IP: it has addresses or asks for one, so it is not a bridge's port."""
    text = f"IP addresses on {interface}"
    return Claim(words=("the use of", interface), text=text, holder="IP")


def bridge_port(interface: Hashable, bridge: Hashable) -> Claim:
    """Claim an interface as the port of a bridge, which takes all that it receives."""
    return Claim(words=("the use of", interface), text=f"{interface} as a port of {bridge}")


def of_the_board(interface: Hashable) -> Claim:
    """Claim an interface that a service of the board would find, and nobody else does."""
    words = ("the board's port", interface)
    return Claim(words=words, text=" ".join(map(str, words)), holder="board")


def not_of_the_board(interface: Hashable, text: str, where: Where, *, hint: str = "") -> Outside:
    """Say that an interface must be none that only an unused service of the board would find."""
    return Outside(words=("the board's port", interface), text=text, where=where, hint=hint)


def radio(interface: Hashable) -> Claim:
    """Claim an interface as a radio: what stations send there is for an access point."""
    return Claim(
        words=("the use of", interface),
        text=f"{interface} as a radio",
        holder="radio",
        hint="wifi.access_point puts the stations of a radio in a bridge, which has the addresses",
    )


def port_words(protocol: str, port: int, version: int) -> tuple[Hashable, ...]:
    """Return the words of a port for one version of IP."""
    return (
        converted("the protocol of a port", _PROTOCOL, protocol),
        converted("the number of a port", PORT, port),
        version,
    )


def listening(
    protocol: str, port: int, *, interface: Hashable = None, address: str | None = None
) -> Iterator[Claim]:
    """Claim a port of "TCP" or "UDP": on one interface, on one address, or everywhere.

    0.0.0.0 and :: are every address of one version of IP.
    """
    on = None if address is None else ipaddress.ip_address(address)
    place: tuple[Hashable, ...] = () if interface is None else (interface,)
    where = "" if interface is None else f" on {interface}"
    if on is not None:
        where = f" of {on}"
        if not on.is_unspecified:
            place = (HomeOf(str(on)) if interface is None else interface, str(on))
    claims = [
        Claim(
            words=port_words(protocol, port, version),
            text=f"{protocol} port {port}{where or ' of every address'}",
            place=place,
        )
        for version in ((4, 6) if on is None else (on.version,))
    ]
    if interface is not None:
        # What a bridge's port receives is the bridge's.
        text = f"{protocol} port {port} on {interface}"
        claims.append(Claim(words=("the use of", interface), text=text, holder="IP"))
    return iter(claims)


class _Ports(ValueType[tuple[str, int, int]]):
    """Ports of a protocol, from the first to the last."""

    def convert(self, value: object) -> tuple[str, int, int]:
        match _elements(value):
            case (str(protocol), int(first), int(last)) if protocol in {"tcp", "udp"}:
                return protocol, first, last
            case _:
                raise self.refuse(value)

    def describe(self) -> str:
        return "'tcp' or 'udp', the first port and the last, as ('tcp', 80, 80)"


@frozen(kw_only=True)
class Admission:
    """What a packet filter lets in to the router from an interface.

    ``ports`` are of a protocol ("tcp", "udp"), from the first to the last; None is everything.
    ``rescue`` are the ports of TCP that are open while its rules are not loaded.
    """

    interface: Hashable = field(validator=conforms("Admission.interface", _Word()))
    ports: tuple[tuple[str, int, int], ...] | None = field(
        validator=conforms("Admission.ports", Optional(ListOf(_Ports())))
    )
    rescue: tuple[int, ...] = field(
        default=(), validator=conforms("Admission.rescue", ListOf(PORT))
    )

    def lets_in(self, protocol: str, port: int) -> bool:
        """Say whether a port is reached from there."""
        return self.ports is None or any(
            of == protocol and first <= port <= last for of, first, last in self.ports
        )
