"""The service types by name, as a configuration and a board reach them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar, cast

from attrs import field, frozen

from liminix_gen.catalog import Catalog
from liminix_gen.errors import Where, suggestion
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import (
    OutputReference,
    Part,
    Service,
    ServiceWith,
    configured,
    service_type,
)
from liminix_gen.model.values import ListOf, ValueType
from liminix_gen.recording import Problems, caller

V = TypeVar("V")


@service_type
class InvalidService(Service):
    """What ``build`` returns where a call was wrong, so that the rest is checked too."""

    STANDS_FOR_ANY = True

    def parts(self) -> tuple[Part, ...]:
        return ()

    def output(self, name: str) -> OutputReference:
        return OutputReference(self, name)


def _listed(dependencies: object) -> object:
    """Return what a generator gives as a list; anything else as it is, to be checked."""
    return (
        list(cast("Iterator[object]", dependencies))
        if isinstance(dependencies, Iterator)
        else dependencies
    )


def invalid_service(where: Where) -> Service:
    """Return what stands for a service that could not be made."""
    return configured(InvalidService, where, (), {})


@frozen(repr=False)
class ServiceTypes:
    """The service types by name: ``service.network.address.build(...)``."""

    catalog: Catalog
    problems: Problems
    prefix: str = ""
    built: list[Service] = field(factory=list[Service])

    def __getattr__(self, name: str) -> ServiceTypes:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.of(f"{self.prefix}.{name}" if self.prefix else name)

    def of(self, name: str) -> ServiceTypes:
        """Return a service type by its whole name."""
        return ServiceTypes(self.catalog, self.problems, name, self.built)

    def build(
        self, *unnamed: object, dependencies: Iterable[Service] = (), **arguments: object
    ) -> Service:
        """Configure a service: check every argument now, remember the caller's line."""
        where = caller()
        if unnamed:
            self.problems.note(where, f"{self.prefix}: parameters of build() are given by name")
            return invalid_service(where)
        return self.build_at(where, arguments, dependencies)

    def __call__(self, *_unnamed: object, **_arguments: object) -> Service:
        """Note what was meant to be a call of ``build``."""
        where = caller()
        self.problems.note(
            where,
            f"service.{self.prefix}(...) is no call that there is",
            remedy="a service is made by service.TYPE.build(...)",
        )
        return invalid_service(where)

    def __repr__(self) -> str:
        return f"service.{self.prefix}"

    def build_at(
        self, where: Where, arguments: Mapping[str, object], dependencies: Iterable[Service] = ()
    ) -> Service:
        """Configure a service on behalf of a line."""
        if self.prefix not in self.catalog.service_types:
            self._note_unknown(where)
            return invalid_service(where)
        cls = self.catalog.service_type(self.prefix)
        declared = {parameter.name: parameter for parameter in parameters_of(cls)}
        before = len(self.problems.found)
        for name in arguments.keys() - declared.keys():
            self.problems.note(
                where,
                f"{self.prefix} has no parameter {name!r}",
                why=suggestion(name, declared) or f"its parameters are {', '.join(declared)}",
            )
        values: dict[str, object] = {}
        for name, parameter in declared.items():
            if name in arguments:
                values[name] = self._converted(where, name, parameter.type, arguments[name])
            elif parameter.required:
                self.problems.note(
                    where, f"{self.prefix} lacks the parameter {name!r} ({parameter.description})"
                )
        needed = self._converted(
            where, "dependencies", ListOf(ServiceWith()), _listed(dependencies)
        )
        if len(self.problems.found) > before:
            return invalid_service(where)
        service = configured(cls, where, cast("tuple[Service, ...]", needed), values)
        self.built.append(service)
        for sentence in service.check():
            self.problems.note(where, f"{self.prefix}: {sentence}")
        return service

    def _note_unknown(self, where: Where) -> None:
        types = self.catalog.service_types
        if any(known.startswith(f"{self.prefix}.") for known in types):
            self.problems.note(where, f"{self.prefix!r} is a group of service types, not one")
            return
        self.problems.note(
            where,
            f"there is no service type {self.prefix!r}",
            why=suggestion(self.prefix, types),
            remedy="`liminix-gen services` lists them",
        )

    def _converted(self, where: Where, name: str, type_: ValueType[V], value: object) -> V | None:
        if isinstance(value, InvalidService):
            return cast("V", value)
        try:
            return type_.convert(value)
        except ValueError as error:
            self.problems.note(where, f"{self.prefix}.{name} {error}")
            return None
