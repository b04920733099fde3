"""Services for tests of service types: built from few words, and compared by what they become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, cast

import attrs
import pytest

from liminix_gen import (
    File,
    Group,
    KernelModule,
    Needs,
    OrOutput,
    Part,
    Service,
    ServiceWith,
    System,
    User,
    values,
)
from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.reference import OutputReference, Secret
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan
from liminix_gen.plan.accounts import USERS
from liminix_gen.recording import caller

if TYPE_CHECKING:
    from liminix_gen.model.parameter import Parameter
    from liminix_gen.model.values import ValueType


MODULES = Path(__file__).parents[2] / "modules"

# What must be given though no parameter alone is required.
_ALWAYS: Mapping[str, Mapping[str, object]] = {
    "health_check": {"tcp": {"192.0.2.99": 22}},
    "ntp": {"pools": {"pool.ntp.org": ["iburst"]}},
    "network.link": {"ifname": "it"},
    "network.resolver": {"nameservers": ["192.0.2.99"]},
    "qos.cake": {"upload": "1 Mbit/s", "download": "1 Mbit/s"},
}
# Parameters whose example is about that of another one.
BESIDE = {
    ("bridge.members", "vlans"): ("members",),
    ("firewall", "offload_to_hardware"): ("offload",),
    ("ssh", "allow_password_login_for_root"): ("allow_password_login",),
    **{
        ("firewall", name): ("zones",)
        for name in ("open", "allow", "port_forward", "before", "after")
    },
}
# The board that an example of a parameter is for, if it is not that of the type.
BOARDS = {("firewall", "offload_to_hardware"): "banana-pi-r3"}
# An address of one family cannot be said to be of the other, and a link has a name or is like another: both change
# together.
_TOGETHER: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("network.address", "family"): {"family": "inet6", "address": "2001:db8::1"},
    ("network.link", "like"): {"ifname": None},
}


class Bench:
    """A System to build services in, and the messages that this gives.

    Its board is one that a type, and perhaps a parameter of it, is for.
    """

    def __init__(self, type_: str = "", parameter: str = "") -> None:
        example = Catalog.of().service_type(type_).EXAMPLE if type_ else None
        usual = example.device if example is not None else "qemu-mipsel"
        self.system = System(device=BOARDS.get((type_, parameter), usual))
        self.types = self.system.catalog.service_types
        self._links = 0
        self._named: dict[str, Service] = {}
        # Whether one name in several examples is one interface.
        self.one_for_each_name = False

    def build(self, type_: str, **arguments: object) -> Service:
        """Build a service; its mistakes are in ``messages``."""
        return self.system.types.build(type_, caller(), arguments)

    def good(self, type_: str, **arguments: object) -> Service:
        """Build a service that must have no mistake."""
        service = self.build(type_, **arguments)
        assert self.messages == []
        return service

    def refused(self, type_: str, **arguments: object) -> str:
        """Build a service that must have exactly one mistake, and return the message.

        A plan is asked for, as a run does: it must not make anything of what is wrong.
        """
        self.build(type_, **arguments)
        (message,) = self.messages
        with pytest.raises(ConfigurationError) as caught:
            plan(self.system, NIXPKGS)
        assert [problem.what for problem in caught.value.problems] == [message]
        self.system.problems.found.clear()
        self.system.types.refused.clear()
        return message

    @property
    def messages(self) -> list[str]:
        """What was found wrong so far."""
        return [problem.what for problem in self.system.problems.found]

    def link(self) -> Service:
        """Build a network interface of its own name."""
        self._links += 1
        return self.good("network.link", ifname=f"eth{self._links}")

    def radio(self, *bands: str) -> Service:
        """Build the interface of a radio, of its own name."""
        self._links += 1
        wanted = list(bands) or ["2.4 GHz", "5 GHz"]
        return self.good("network.link", ifname=f"wlan{self._links}", bands=wanted)

    def bridge(self) -> Service:
        """Build a bridge of its own name."""
        self._links += 1
        return self.good("bridge.primary", ifname=f"br{self._links}")

    def dhcp(self) -> Service:
        """Build a service that has every output of a DHCP lease."""
        return self.good("network.dhcp.client", interface=self.link())

    def with_outputs(self, outputs: set[str]) -> Service:
        """Build a service that publishes certain outputs."""
        if outputs <= {"ifname"}:
            return self.link()
        if outputs == {"ifname", "router"}:  # a line of failover
            return self.good("health_check", service=self.dhcp(), ping=["192.0.2.99"])
        catalog = self.system.catalog
        type_ = next(
            name
            for name in sorted(catalog.service_types)
            if outputs <= {output.name for output in catalog.service_type(name).OUTPUTS}
        )
        return self.good(type_, **self.required(type_))

    def example(self, type_: ValueType[object], example: object) -> object:
        """Put services in an example, if it has names of some."""
        match type_:
            case Secret():
                self._links += 1
                path = f"/state/secret{self._links}"
                return self.good("secret.file", path=path).output("value")
            case ServiceWith():
                if not set(type_.outputs) <= {"ifname"}:
                    return self.with_outputs(set(type_.outputs))
                name = str(example)
                if not self.one_for_each_name or name not in self._named:
                    kind = name.rpartition("_")[2]
                    make = {"bridge": self.bridge, "radio": self.radio}.get(kind, self.link)
                    self._named[name] = make()
                return self._named[name]
            case values.Optional() | OrOutput():
                return self.example(type_.inner, example)
            case values.ListOf():
                elements = cast("Sequence[object]", example)
                return [self.example(type_.inner, element) for element in elements]
            case values.Short() if not isinstance(example, Mapping):
                return self.example(type_.inner.fields[type_.key].type, example)
            case values.Short():
                return self.example(type_.inner, example)
            case values.Record():
                entries = cast("Mapping[str, object]", example)
                return {
                    key: self.example(type_.fields[key].type, value)
                    for key, value in entries.items()
                }
            case values.MappingOf():
                entries = cast("Mapping[str, object]", example)
                return {key: self.example(type_.inner, value) for key, value in entries.items()}
            case _:
                return example

    def put(self, service: Service) -> None:
        """Put a service into the system as "it", with the networks and users that it speaks of."""
        needs = service.needs()
        self.system.state = "state" if needs.state_required else None
        self.system.services.clear()
        self.system.services["it"] = service
        for name in needs.existing_users:
            if name not in {user.name for user in (*needs.users, *USERS)}:
                self.system.users[name] = User(name=name)
        if not needs.inside:
            return
        own = getattr(service, "interface", None)
        interface = own if own is not None else self.good("network.link", ifname="net")
        for number, address in enumerate(("192.168.19.1", "192.0.2.97")):
            self.system.services[f"net{number}"] = self.good(
                "network.address",
                interface=interface,
                family="inet",
                address=address,
                prefix_length=24,
            )

    def required(self, type_: str) -> dict[str, object]:
        """Return an argument for each parameter that must be given."""
        declared = parameters_of(self.system.catalog.service_type(type_))
        return {
            **_ALWAYS.get(type_, {}),
            **{
                parameter.name: self.example(parameter.type, parameter.example)
                for parameter in declared
                if parameter.required
            },
        }

    def variants(
        self, type_: str, parameter: Parameter
    ) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Return arguments without and with the example of a parameter, or with two values of it."""
        declared = {one.name: one for one in parameters_of(self.system.catalog.service_type(type_))}
        key = (type_, parameter.name)
        self.one_for_each_name = key in BESIDE
        first = self.required(type_)
        for name in BESIDE.get(key, ()):
            first[name] = self.example(declared[name].type, declared[name].example)
        value = self.example(parameter.type, parameter.example)
        second = {**first, parameter.name: value, **_TOGETHER.get(key, {})}
        if second == first:
            second[parameter.name] = another(parameter.type, value)
        return first, second


def callback(folder: Path, script: Path) -> Path:
    """Write the whole of a script that a daemon runs, as the image has it."""
    common = MODULES / "network" / "callback.sh"
    whole = folder / script.name
    texts = (common.read_text(encoding="utf-8"), script.read_text(encoding="utf-8"))
    whole.write_text("".join(texts), encoding="utf-8")
    whole.chmod(0o755)
    return whole


def another(type_: ValueType[object], value: object) -> object:
    """Return a value that the type takes, too."""
    for other in type_.words if isinstance(type_, values.OneOf) else _others(value):
        if other == value:
            continue
        with suppress(ValueError):
            type_.convert(other)
            return other
    raise AssertionError(f"no value like {value!r} is {type_.describe()}")


def _others(value: object) -> Iterator[object]:
    """Yield values that differ in one place: a digit, a letter, a number."""
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
            yield value - 1
        case str():
            for characters in ("0123456789", ascii_lowercase, ascii_uppercase):
                for at, character in reversed(tuple(enumerate(value))):
                    if character in characters:
                        following = characters[(characters.index(character) + 1) % len(characters)]
                        yield value[:at] + following + value[at + 1 :]
        case Mapping():
            entries = cast("Mapping[object, object]", value)
            for key, element in entries.items():
                yield from ({**entries, key: other} for other in _others(element))
        case tuple() | list():
            elements = cast("Sequence[object]", value)
            for at, element in enumerate(elements):
                for other in _others(element):
                    yield [*elements[:at], other, *elements[at + 1 :]]
        case _:
            return


def shape(value: object) -> object:
    """Return a value in which services are their lines and arguments, to compare by."""
    match value:
        case Service():
            return (value.TYPE, id(value))
        case OutputReference():
            return (shape(value.service), value.name)
        case Mapping():
            entries = cast("Mapping[object, object]", value)
            return {str(key): shape(element) for key, element in entries.items()}
        case tuple() | list():
            return [shape(element) for element in cast("Sequence[object]", value)]
        case Part() | Needs() | KernelModule() | User() | Group() | File():
            return shape(attrs.asdict(value, recurse=False))
        case _:
            return value


def becomes(service: Service) -> object:
    """Return all that a service becomes part of an image by."""
    return shape((service.parts(), service.needs()))
