"""The service types by name, as a configuration and a board reach them."""

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from attrs import field, frozen

from liminix_gen.catalog import Catalog
from liminix_gen.errors import ConfigurationError, Problem, Where, suggestion
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

    def parts(self) -> tuple[Part, ...]:
        return ()

    def output(self, name: str) -> OutputReference:
        return OutputReference(self, name)


@frozen
class ServiceTypes:
    """The service types by name: ``service.network.address.build(...)``."""

    catalog: Catalog
    problems: Problems
    prefix: str = ""
    built: list[Service] = field(factory=list[Service])

    def __getattr__(self, name: str) -> "ServiceTypes":
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.prefix}.{name}" if self.prefix else name
        types = self.catalog.service_types
        if full in types or any(known.startswith(f"{full}.") for known in types):
            return self.of(full)
        raise ConfigurationError(
            *self.problems.found,
            Problem(
                where=caller(),
                what=f"there is no service type {full!r}",
                why=suggestion(full, types),
                remedy="`liminix-gen services` lists them",
            ),
        )

    def of(self, name: str) -> "ServiceTypes":
        """Return a service type by its whole name."""
        return ServiceTypes(self.catalog, self.problems, name, self.built)

    def build(self, *, dependencies: Iterable[Service] = (), **arguments: object) -> Service:
        """Configure a service: check every argument now, remember the caller's line."""
        return self.build_at(caller(), arguments, dependencies)

    def build_at(
        self, where: Where, arguments: Mapping[str, object], dependencies: Iterable[Service] = ()
    ) -> Service:
        """Configure a service on behalf of a line."""
        if self.prefix not in self.catalog.service_types:
            self.problems.note(where, f"{self.prefix!r} is a group of service types, not one")
            return configured(InvalidService, where, (), {})
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
        needed = self._converted(where, "dependencies", ListOf(ServiceWith()), tuple(dependencies))
        if len(self.problems.found) > before:
            return configured(InvalidService, where, (), {})
        service = configured(cls, where, cast("tuple[Service, ...]", needed), values)
        self.built.append(service)
        for sentence in service.check():
            self.problems.note(where, f"{self.prefix}: {sentence}")
        return service

    def _converted(self, where: Where, name: str, type_: ValueType[V], value: object) -> V | None:
        if isinstance(value, InvalidService):
            return cast("V", value)
        try:
            return type_.convert(value)
        except ValueError as error:
            self.problems.note(where, f"{self.prefix}.{name} {error}")
            return None
