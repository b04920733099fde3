"""Atomic services of a configured service, with names in place of objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from attrs import frozen

from liminix_gen.definitions import needs_of, parts_of
from liminix_gen.model.kernel import Asked, KernelModule
from liminix_gen.model.service import (
    INTERFACE_NAME,
    OutputReference,
    Part,
    Service,
    references,
    services_in,
)
from liminix_gen.plan.value import OutputRef, PlannedService, ServiceRef


def referred(service: Service) -> Iterator[Service]:
    """Yield every service that must be in the image where this one is."""
    yield from references(service)
    yield from service.dependencies
    for part in parts_of(service):
        yield from services_in(dict(part.parameters))
        yield from (other for other in part.after if isinstance(other, Service))
        yield from (other for other in part.observes if isinstance(other, Service))
        yield from part.wants


def part_name(service: str, part: Part) -> str:
    """Return the name of an atomic service."""
    return f"{service}.{part.name}" if part.name else service


def loaders_of(service: Service) -> Mapping[str, tuple[KernelModule, ...]]:
    """Return what loads the kernel modules of all services of this type, by name.

    Where a part does with a few of them, these have a loader of their own; the other comes after.
    """
    modules = needs_of(service).kernel_modules
    few = {one.name for part in parts_of(service) for one in part.kernel_modules}
    name = f"modules.{service.TYPE}"
    if not few:
        return {name: modules} if modules else {}
    rest = tuple(one for one in modules if one.name not in few)
    first = {name: tuple(one for one in modules if one.name in few)}
    return {**first, f"{name}.rest": rest} if rest else first


def closure(roots: Iterator[Service]) -> tuple[Service, ...]:
    """Return the roots and all they refer to, each once, what is referred to first."""
    done: dict[Service, None] = {}
    entered: set[Service] = set()
    # Not by recursion: a chain of services may be long.
    for root in roots:
        waiting = [(root, referred(root))] if root not in entered else []
        entered.add(root)
        while waiting:
            service, others = waiting[-1]
            other = next((one for one in others if one not in entered), None)
            if other is None:
                done[service] = None
                waiting.pop()
            else:
                entered.add(other)
                waiting.append((other, referred(other)))
    return tuple(done)


@frozen
class Translation:
    """Turns the parts of services into planned ones.

    Every interface needs ``guards``, but for those of ``always``, which are in every image.
    ``loaders`` load all kernel modules of the image.
    """

    names: Mapping[Service, str]
    folders: Mapping[str, Path]
    guards: tuple[str, ...] = ()
    always: frozenset[Service] = frozenset()
    loaders: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        names: Mapping[Service, str],
        folders: Mapping[str, Path],
        always: Iterable[Service],
    ) -> Translation:
        """Return a translation, with the guards and the loaders found among the services."""
        guards = (
            part_name(names[service], part)
            for service in names
            for part in parts_of(service)
            if part.guards
        )
        loaders = {loader for one in names for loader in loaders_of(one)}
        return cls(names, folders, tuple(sorted(guards)), frozenset(always), tuple(sorted(loaders)))

    def services(self, service: Service, first: tuple[str, ...]) -> Iterator[PlannedService]:
        """Yield the planned parts of a service; each also needs ``first`` and its loaders."""
        loaders = tuple(loaders_of(service))
        parts = parts_of(service)
        siblings = {part.name: part_name(self.names[service], part) for part in parts}
        for part in parts:
            needs = dict.fromkeys(self._needs(service, part, siblings))
            yield PlannedService(
                name=siblings[part.name],
                type=service.TYPE,
                kind=part.kind,
                folder=self.folders[service.TYPE],
                body=part.body,
                packages=tuple(sorted(part.packages)),
                parameters={
                    name: self._value(value) for name, value in sorted(part.parameters.items())
                },
                needs=tuple(
                    sorted({*needs, *first, *loaders[: 1 if part.kernel_modules else None]})
                ),
                observes=tuple(sorted(dict.fromkeys(self._observed(part)))),
                controlled=part.controlled,
                up_timeout_ms=part.up_timeout_ms,
                down_timeout_ms=part.down_timeout_ms,
                outputs=tuple(output.name for output in service.OUTPUTS) if not part.name else (),
                asked=Asked(by=service.TYPE, where=service.where),
            )

    def _needs(self, service: Service, part: Part, siblings: Mapping[str, str]) -> Iterator[str]:
        unordered = {*part.observes, *part.wants}
        given = (
            *services_in(dict(part.parameters)),
            *(() if part.guards else service.dependencies),
        )
        ordered = [other for other in given if other not in unordered]
        yield from (self.names[other] for other in ordered)
        # One that stands on another interface needs the guards by way of that.
        first = not any(other.publishes(INTERFACE_NAME) for other in ordered)
        if first and service.publishes(INTERFACE_NAME) and service not in self.always:
            yield from self.guards
        if part.after_modules:
            yield from self.loaders
        for earlier in part.after:
            if isinstance(earlier, Service):
                yield self.names[earlier]
            else:
                yield siblings[earlier]

    def _observed(self, part: Part) -> Iterator[str]:
        for other in part.observes:
            if isinstance(other, Service):
                yield self.names[other]
            else:
                yield from (name for one, name in self.names.items() if other == one.TYPE)

    def _value(self, value: object) -> object:
        if isinstance(value, Service):
            return ServiceRef(self.names[value])
        if isinstance(value, OutputReference):
            return OutputRef(self.names[value.service], value.name)
        if isinstance(value, Mapping):
            entries = cast("Mapping[str, object]", value)
            return {name: self._value(element) for name, element in sorted(entries.items())}
        if isinstance(value, tuple | list):
            return tuple(self._value(element) for element in cast("tuple[object, ...]", value))
        return value
