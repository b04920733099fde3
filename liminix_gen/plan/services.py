"""What a configured service asks of an image, with names in place of objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import cast

from attrs import frozen

from liminix_gen.catalog import text_of
from liminix_gen.definitions import Definition, definition_of, wrong
from liminix_gen.errors import suggestion
from liminix_gen.model.claim import claim
from liminix_gen.model.kernel import Asked
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.service import (
    INTERFACE_NAME,
    Part,
    Service,
    references,
    services_in,
)
from liminix_gen.plan.claims import name_claim
from liminix_gen.plan.requests import Claimed, Existing, Loader, Member, Package, Requests
from liminix_gen.plan.value import OutputRef, PlannedService, ServiceRef


def closure(roots: Iterable[Service]) -> Mapping[Service, Definition]:
    """Return the roots and all they refer to, what is referred to first; each is asked once."""
    done: dict[Service, Definition] = {}
    entered: set[Service] = set()
    # Not by recursion: a chain of services may be long.
    for root in roots:
        waiting = [_entered(root, entered)] if root not in entered else []
        while waiting:
            service, definition, others = waiting[-1]
            other = next((one for one in others if one not in entered), None)
            if other is None:
                done[service] = definition
                waiting.pop()
            else:
                waiting.append(_entered(other, entered))
    return done


def _entered(
    service: Service, entered: set[Service]
) -> tuple[Service, Definition, Iterator[Service]]:
    entered.add(service)
    definition = definition_of(service)
    return service, definition, referred(service, definition)


def referred(service: Service, definition: Definition) -> Iterator[Service]:
    """Yield every service that must be in the image where this one is."""
    replaced = service.in_place_of()
    yield from (other for other in references(service) if other is not replaced)
    yield from service.dependencies
    for part in definition.parts:
        yield from services_in(dict(part.parameters))
        yield from (other for other in part.after if isinstance(other, Service))
        yield from (other for other in part.observes if isinstance(other, Service))
        yield from part.wants
        yield from part.controls


def _part_name(service: str, part: Part) -> str:
    return f"{service}.{part.name}" if part.name else service


def _loaders(service: Service, definition: Definition) -> tuple[Loader, ...]:
    """Return what loads the kernel modules of all services of this type.

    If a part does with a few of them, these have a loader of their own; the other comes after.
    """
    modules = definition.needs.kernel_modules
    few = {one.name for part in definition.parts for one in part.kernel_modules}
    name = f"modules.{service.TYPE}"
    if not few:
        return (Loader(name, modules),) if modules else ()
    first = Loader(name, tuple(one for one in modules if one.name in few))
    rest = tuple(one for one in modules if one.name not in few)
    return (first, Loader(f"{name}.rest", rest, needs=(name,))) if rest else (first,)


@frozen(slots=False)
class Among:
    """The services of an image, among which each asks for what it needs.

    ``folders`` are those of service types. Every interface needs the guards; those of ``always``,
    which are in every image, need no others than theirs. Who keeps something needs ``state``. Files
    with packages that are ``left_out`` are so, too.
    """

    definitions: Mapping[Service, Definition]
    names: Mapping[Service, str]
    folders: Mapping[str, Path]
    always: frozenset[Service] = frozenset()
    state: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()

    @cached_property
    def guards(self) -> Mapping[str, Service]:
        """The parts that every interface needs, by name."""
        return {
            _part_name(self.names[service], part): service
            for service, definition in self.definitions.items()
            for part in definition.parts
            if part.guards
        }

    @cached_property
    def controllers(self) -> Mapping[Service, str]:
        """The part that starts and stops a service, by its name."""
        return {
            controlled: _part_name(self.names[service], part)
            for service, definition in self.definitions.items()
            for part in definition.parts
            for controlled in part.controls
        }

    @cached_property
    def loaders(self) -> tuple[str, ...]:
        """What loads all kernel modules of the image."""
        every = (
            loader.name
            for service, definition in self.definitions.items()
            for loader in _loaders(service, definition)
        )
        return tuple(sorted(set(every)))

    @cached_property
    def by_type(self) -> Mapping[str, tuple[str, ...]]:
        """The names of all services of a type."""
        found: dict[str, list[str]] = {}
        for service in self.definitions:
            found.setdefault(service.TYPE, []).append(self.names[service])
        return {type_: tuple(names) for type_, names in found.items()}


def requests(service: Service, definition: Definition, among: Among) -> Requests:
    """Return what a service asks of an image."""
    asked = Asked(by=service.TYPE, where=service.where)
    name, needs = among.names[service], definition.needs
    loaders = _loaders(service, definition)
    parts = tuple(_planned(service, definition, among, asked))
    left_out = [file for file in needs.files if among.left_out.intersection(file.packages)]
    modules = (module for loader in loaders for module in loader.modules)
    return Requests(
        described=((name, asked),),
        services=parts,
        loaders=tuple((loader, asked) for loader in loaders),
        symbols=tuple(
            (symbols, asked)
            for symbols in (*(module.symbols for module in modules), needs.kernel_symbols)
        ),
        packages=(
            *((Package(one, login=True), asked) for one in needs.packages),
            *((Package(one), asked) for part in parts for one in part.packages),
            *((Package("lua"), asked) for part in parts if writes_fennel(part.folder / part.body)),
        ),
        accounts=(
            *((user, asked) for user in needs.users),
            *((group, asked) for group in needs.groups),
        ),
        existing=(
            *((Existing("user", one), asked) for one in needs.existing_users),
            *((Existing("group", one), asked) for one in needs.existing_groups),
        ),
        files=tuple((file, asked) for file in needs.files if file not in left_out),
        claims=(
            *(Claimed(name_claim(one.name, one.name), asked, service) for one in loaders),
            *(Claimed(one, asked, service) for one in needs.claims),
            *(
                Claimed(claim("the control of", other), asked, service)
                for part in definition.parts
                for other in part.controls
            ),
            *(
                Claimed(name_claim(part.name), asked, (service, part.name))
                for part in parts
                if part.name != name
            ),
        ),
        admissions=tuple((one, asked) for one in needs.admissions),
        inside=needs.inside,
        expected=needs.expected,
        outside=needs.outside,
        stateful=((name, asked),) if needs.state else (),
        bound_to_state=((name, asked),) if needs.state_required else (),
        logins=(((needs.login, needs.login_as), asked),),
        outputs=tuple((output, asked) for output in needs.outputs),
        board_symbols=tuple((one, asked) for one in needs.board_symbols.items()),
        written=tuple((path, asked) for path in needs.written),
        left_out=tuple((file.path, asked) for file in left_out),
        notices=tuple((notice, asked) for notice in needs.notices),
    )


def member(service: Service, definition: Definition, among: Among) -> Member:
    """Return a service as one of an image."""
    others = dict.fromkeys(among.names[other] for other in referred(service, definition))
    return Member(among.names[service], tuple(others), requests(service, definition, among))


@cache
def writes_fennel(body: Path) -> bool:
    """Say whether a body takes the writer of Fennel: its programs need what runs them."""
    return body.is_file() and "writeFennel" in text_of(body)


def _planned(
    service: Service, definition: Definition, among: Among, asked: Asked
) -> Iterator[PlannedService]:
    """Yield the planned parts of a service; each also needs its loaders."""
    loaders = tuple(loader.name for loader in _loaders(service, definition))
    first = among.state if definition.needs.state else ()
    siblings = {part.name: _part_name(among.names[service], part) for part in definition.parts}
    for part in definition.parts:
        needed = _needed(service, part, among, siblings)
        modules = loaders[: 1 if part.kernel_modules else None]
        yield PlannedService(
            name=siblings[part.name],
            type=service.TYPE,
            kind=part.kind,
            folder=among.folders[service.TYPE],
            body=part.body,
            packages=tuple(sorted(part.packages)),
            parameters={
                name: _value(value, among.names) for name, value in sorted(part.parameters.items())
            },
            needs=tuple(sorted({*needed, *first, *modules})),
            observes=tuple(sorted(set(_observed(service, part, among)))),
            controlled=part.controlled or service in among.controllers,
            up_timeout_ms=part.up_timeout_ms,
            down_timeout_ms=part.down_timeout_ms,
            outputs=tuple(output.name for output in service.outputs()) if not part.name else (),
            asked=asked,
        )


def _needed(
    service: Service, part: Part, among: Among, siblings: Mapping[str, str]
) -> Iterator[str]:
    unordered = {*part.observes, *part.wants, *part.controls}
    if not part.controlled and service in among.controllers:
        yield among.controllers[service]
    given = (
        *services_in(dict(part.parameters)),
        *(() if part.guards else service.dependencies),
    )
    ordered = [other for other in given if other not in unordered]
    yield from (among.names[other] for other in ordered)
    # One that stands on another interface needs the guards by way of that.
    first = not any(other.publishes(INTERFACE_NAME) for other in ordered)
    if first and service.publishes(INTERFACE_NAME):
        for name, guard in among.guards.items():
            if guard in among.always or service not in among.always:
                yield name
    if part.after_modules:
        yield from among.loaders
    for earlier in part.after:
        yield among.names[earlier] if isinstance(earlier, Service) else siblings[earlier]


def _observed(service: Service, part: Part, among: Among) -> Iterator[str]:
    for other in part.observes:
        if isinstance(other, Service):
            yield among.names[other]
        elif other in among.folders:
            yield from among.by_type.get(other, ())
        else:
            what = f"observes {other!r}, which is not a service type"
            raise wrong(service, "parts", what, suggestion(other, among.folders))


def _value(value: object, names: Mapping[Service, str]) -> object:
    if isinstance(value, Service):
        return ServiceRef(names[value])
    if isinstance(value, OutputReference):
        return OutputRef(names[value.service], value.name, value.secret)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return {name: _value(element, names) for name, element in sorted(entries.items())}
    if isinstance(value, tuple | list):
        return tuple(_value(element, names) for element in cast("tuple[object, ...]", value))
    return value
