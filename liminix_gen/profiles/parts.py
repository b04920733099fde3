"""What profiles share: their arguments, checked, and the services that they made."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Self, TypeVar

import attrs
from attrs import frozen

from liminix_gen.config import System
from liminix_gen.errors import suggestion
from liminix_gen.model.invalid import invalid_service
from liminix_gen.model.service import Service, bands_of, references
from liminix_gen.model.values import (
    VLAN_NUMBER,
    Integer,
    ListOf,
    Optional,
    Text,
    ValueType,
    plain_text,
)
from liminix_gen.recording import Call, calling

T = TypeVar("T")


@frozen(kw_only=True)
class Profile:
    """The services of a profile; those that it has no use for are None."""

    @property
    def services(self) -> dict[str, Service]:
        """What belongs into ``config.services``, by name."""
        found = ((one.name, getattr(self, one.name)) for one in attrs.fields(type(self)))
        return {name.replace("_", "-"): one for name, one in found if isinstance(one, Service)}

    def but(self, **changes: Service | None) -> Self:
        """Return the same with other services, or without those that are None.

        A name with a ``-`` has ``_`` here. What refers to one that is replaced refers to the old
        one still: what several have to know is a parameter of the profile.
        """
        given = {name.replace("-", "_"): one for name, one in changes.items()}
        names = [one.name for one in attrs.fields(type(self))]
        for name, one in given.items():
            if name not in names:
                near = suggestion(name, names) or f"it has {', '.join(names)}"
                raise ValueError(f"this profile has no service {name!r}: {near}")
            if not isinstance(one, Service | None):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise ValueError(f"{name} must be a service, or None for none, not {one!r}")
        return attrs.evolve(self, **given)


def leases(network: ipaddress.IPv4Network) -> str:
    """Return the range of DHCP in a network, for dnsmasq; the rest is for fixed addresses."""
    first = min(10, network.num_addresses // 4)
    last = network.num_addresses - max(2, min(6, network.num_addresses // 16))
    return f"{network[first]},{network[last]}"


@frozen
class AddressInNetwork(ValueType[str]):
    """An IPv4 address with the length of its network, such as '192.168.19.1/24'.

    ``longest`` is the longest of these.
    """

    longest: int

    def convert(self, value: object) -> str:
        text = plain_text(value)
        if text is None or "/" not in text:
            raise self.refuse(value)
        try:
            interface = ipaddress.IPv4Interface(text)
        except ValueError:
            raise self.refuse(value) from None
        network = interface.network
        if network.prefixlen > self.longest:
            said = f"must have room for hosts (a length of {self.longest} or less): {text}"
            raise ValueError(said)
        # Two hosts can be a network of two addresses (RFC 3021).
        ends = {network.network_address, network.broadcast_address}
        if network.prefixlen < 31 and interface.ip in ends:
            raise ValueError(f"must be the address of a host, not that of the network: {text}")
        return str(interface)

    def describe(self) -> str:
        return "an IPv4 address with the length of its network, such as 192.168.19.1/24"


NETWORK = AddressInNetwork(28)
OF_A_LINE = AddressInNetwork(31)
LAN = "192.168.19.1/24"
# The router of a line that is none.
NOWHERE = "192.0.2.1"


@frozen
class Arguments:
    """The arguments of a profile, and the user's lines of them."""

    name: str
    config: System
    call: Call

    @classmethod
    def of(cls, name: str, config: System) -> Self:
        """Return those of the call of a profile that led here."""
        if not isinstance(config, System):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ValueError(f"{name}(config, ...) takes a System first, not {config!r}")
        return cls(name, config, calling())

    def note(self, argument: str, what: str, *keys: str, hint: str = "") -> None:
        """Note a mistake in an argument, or in what keys lead to in it."""
        where = self.call.line_of(argument, *keys)
        self.config.problems.note(where, f"{self.name}: {argument} {what}", hint=hint)

    def checked(self, argument: str, type_: ValueType[T], value: object, fallback: T) -> T:
        """Convert an argument; note what is wrong with it, and go on with ``fallback``."""
        return self.config.problems.checked(
            type_, value, f"{self.name}: {argument}", fallback, self.call.line_of(argument)
        )

    def of_kind(self, kind: str, given: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
        """Return the arguments that are for a kind of line; note what lacks, or is for another."""
        if not kind:  # was reported
            return {}
        for other, arguments in given.items():
            for argument, value in arguments.items():
                if other == kind and value is None:
                    self.note(argument, f"is needed with wan={kind!r}")
                elif other != kind and value is not None:
                    self.note(
                        argument,
                        f"is for wan={other!r}, and wan is {kind!r}",
                        hint=f"remove {argument}, or wan={other!r}",
                    )
        return given.get(kind, {})

    def nothing(self) -> Service:
        """Return what stands for a service that could not be made."""
        return invalid_service(self.call.where)

    def port(self, argument: str, name: str) -> Service:
        """Return a port of the board; note a name that it does not have."""
        ports = self.config.hardware.network_interfaces
        if name not in ports and len(ports):
            self.note(argument, f"is no port of {self.config.device.name}: {name!r}",
                      hint=f"it has {', '.join(ports)}")  # fmt: skip
            return self.nothing()
        return ports[name] if name in ports else self.nothing()

    def sockets(
        self, argument: str, names: Sequence[str] | None, *, but: Service | None = None
    ) -> list[Service]:
        """Return the ports of these names; without names all sockets of the board but one."""
        given = self.checked(argument, Optional(ListOf(Text())), names, None)
        if given is not None:
            return [self.port(argument, name) for name in given]
        return sockets_of(self.config.hardware.network_interfaces, but=but)


def sockets_of(ports: Mapping[str, Service], *, but: Service | None = None) -> list[Service]:
    """Return the sockets of a board, without one of them; no radios, nor what others are on."""
    every = {id(one): one for one in ports.values()}
    below = {id(one) for port in every.values() for one in references(port)}
    return [
        one
        for number, one in every.items()
        if one is not but and number not in below and not bands_of(one)
    ]


@frozen
class Inside:
    """The router's addresses in the networks of a home."""

    lan: ipaddress.IPv4Interface
    guests: ipaddress.IPv4Interface | None
    guests_vlan: int

    @classmethod
    def of(cls, arguments: Arguments, *, lan: object, guests: object, guests_vlan: object) -> Self:
        """Check the arguments that say so."""
        own = arguments.checked("lan", NETWORK, lan, LAN)
        others = arguments.checked("guests", Optional(NETWORK), guests, None)
        number = Integer(2, VLAN_NUMBER.maximum)
        vlan = arguments.checked("guests_vlan", number, guests_vlan, number.minimum)
        of = ipaddress.IPv4Interface
        return cls(of(own), of(others) if others is not None else None, vlan)


def clock(
    arguments: Arguments,
    servers: Sequence[str],
    interface: Service | None,
    networks: Sequence[ipaddress.IPv4Network] = (),
) -> Service | None:
    """Return the service that keeps the time, for these networks too."""
    pools = arguments.checked("time_servers", ListOf(Text()), servers, ())
    if not pools:
        return None
    return arguments.config.service.ntp.build(
        pools={pool: ["iburst"] for pool in pools},
        allow=[str(network) for network in networks],
        interface=interface,
    )


def shell(arguments: Arguments, keys: Sequence[str], interface: Service) -> Service | None:
    """Return the service that lets root in, if there is a key."""
    given = arguments.checked("ssh_keys", ListOf(Text()), keys, ())
    if not given:
        return None
    return arguments.config.service.ssh.build(
        interfaces=[interface], authorized_keys={"root": given}
    )
