"""The service types by name, as a configuration and a board reach them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import cast

from attrs import evolve, field, frozen

from liminix_gen.catalog import Catalog, authored, home_of
from liminix_gen.definitions import complaints_of, network_interfaces_of, require_outputs
from liminix_gen.errors import DefinitionError, Problem, Where, nearest, suggestion
from liminix_gen.model.device import Device
from liminix_gen.model.example import hint_of, parameter_example
from liminix_gen.model.invalid import InvalidService, invalid_service
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import (
    LineOf,
    Service,
    ServiceWith,
    configured,
    services_in,
)
from liminix_gen.model.values import InnerError, ListOf, ValueType, is_hidden
from liminix_gen.recording import Problems, calling

_DEPENDENCIES = ListOf(ServiceWith())


@frozen
class ServiceTypes:
    """The service types, and the services that were made of them.

    ``refused`` are those of ``built`` that something is wrong with between their parameters.
    """

    catalog: Catalog
    problems: Problems
    built: list[Service] = field(factory=list[Service])
    refused: list[Service] = field(factory=list[Service])

    def build(
        self,
        type_: str,
        where: Where,
        arguments: Mapping[str, object],
        dependencies: Iterable[Service] = (),
        *,
        line_of: LineOf | None = None,
    ) -> Service:
        """Configure a service on behalf of a line; ``line_of`` returns that of an argument.

        It may be given keys too, which lead to something inside of the argument.
        """
        if type_ not in self.catalog.service_types:
            self._note_unknown(type_, where)
            return invalid_service(where)
        try:
            return self._built(
                type_, where, arguments, dependencies, line_of or (lambda *_names: where)
            )
        except DefinitionError as error:
            asker = f"for the {type_} of {where}"
            self.problems.add(*(evolve(one, why=one.why or asker) for one in error.problems))
            return invalid_service(where)

    def _built(
        self,
        type_: str,
        where: Where,
        arguments: Mapping[str, object],
        dependencies: Iterable[Service],
        line_of: LineOf,
    ) -> Service:
        cls = self.catalog.service_type(type_)
        declared = {parameter.name: parameter for parameter in parameters_of(cls)}
        wrong = False
        misspelt: set[str] = set()
        for name in arguments:
            if name not in declared:
                wrong = True
                misspelt.update(nearest(name, declared)[:1])
                self.problems.note(
                    line_of(name),
                    f"{type_} has no parameter {name!r}",
                    hint=suggestion(name, declared)
                    or f"its parameters are {', '.join(declared) or 'none'}",
                )
        for name, parameter in declared.items():
            # One that is there under another name was reported already.
            if parameter.required and name not in {*arguments, *misspelt}:
                wrong = True
                shown = parameter_example(parameter)
                self.problems.note(
                    where,
                    f"{type_} lacks the parameter {name!r} ({parameter.description})",
                    hint=f"{name}={shown}" if "\n" not in shown else "",
                )
        types: dict[str, ValueType[object]] = {
            **{name: one.type for name, one in declared.items() if name in arguments},
            "dependencies": _DEPENDENCIES,
        }
        given = {**arguments, "dependencies": dependencies}
        values: dict[str, object] = {}
        for name, wanted in types.items():
            value = given[name]
            is_noted = isinstance(value, InvalidService)
            try:
                values[name] = wanted.convert(() if is_noted and name == "dependencies" else value)
            except ValueError as error:
                wrong = True
                if is_noted:
                    continue
                keys = error.keys if isinstance(error, InnerError) else ()
                what = f"{type_}.{name} {error}"
                hint = hint_of(declared[name], value) if name in declared else ""
                problem = Problem(
                    line_of(name, *keys), what, hint=hint, is_quoted=not is_hidden(error)
                )
                self.problems.add(problem)
        if wrong or (
            # What it publishes is not known.
            cls.outputs is not Service.outputs
            and any(other.STANDS_FOR_ANY for other in services_in(values))
        ):
            return invalid_service(where)
        needed = cast("tuple[Service, ...]", values.pop("dependencies"))
        with authored(partial(home_of, cls)):
            service = configured(cls, where, needed, values, line_of)
        if cls.outputs is not Service.outputs:
            require_outputs(service)
        self.built.append(service)
        # What stands for a service that could not be made was reported already.
        if not any(other.STANDS_FOR_ANY for other in services_in(values)) and (
            complaints := complaints_of(service)
        ):
            self.problems.add(*complaints)
            self.refused.append(service)
        return service

    def _note_unknown(self, type_: str, where: Where) -> None:
        types = self.catalog.service_types
        if any(known.startswith(f"{type_}.") for known in types):
            what = f"{type_!r} is a group of service types, not one"
            inside = [known for known in types if known.startswith(f"{type_}.")]
            self.problems.note(where, what, hint=f"it has {', '.join(inside)}")
            return
        beside = where.path.parent / "modules"
        if beside.joinpath(*type_.split("."), "module.py").is_file():
            hint = f"`--modules {beside}` adds the service types of that folder"
        else:
            hint = suggestion(type_, types) or "`liminix-gen services` lists them"
        self.problems.note(where, f"there is no service type {type_!r}", hint=hint)


class ServiceNames:
    """The service types as a configuration reaches them: ``service.network.address.build(...)``.

    Every attribute is the beginning of a name, so that a service type may have any.
    """

    __slots__ = ("__name", "__types")

    def __init__(self, types: ServiceTypes, name: str = "") -> None:
        self.__types = types
        self.__name = name

    def __getattr__(self, name: str) -> ServiceNames:
        if name.startswith("__"):
            raise AttributeError(name)
        return ServiceNames(self.__types, f"{self.__name}.{name}" if self.__name else name)

    def __call__(
        self, *unnamed: object, dependencies: Iterable[Service] = (), **arguments: object
    ) -> Service:
        """Configure a service; note what is not a call of ``build``."""
        call = calling()
        where = call.where
        problems = self.__types.problems
        type_, _, called = self.__name.rpartition(".")
        if called != "build":
            problems.note(
                where,
                f"service.{self.__name}(...) is not a valid call",
                hint="make a service with service.TYPE.build(...)",
            )
            return invalid_service(where)
        if unnamed:
            what = f"{type_}: parameters of build() are given by name"
            problems.note(where, what, hint=f"service.{type_}.build(NAME=VALUE)")
            return invalid_service(where)
        return self.__types.build(type_, where, arguments, dependencies, line_of=call.line_of)

    def __repr__(self) -> str:
        return f"service.{self.__name}"


def interfaces_of(board: Device, catalog: Catalog) -> Mapping[str, Service]:
    """Build the network interfaces of a board without a configuration. Raises DefinitionError."""
    problems = Problems()
    namespace = ServiceNames(ServiceTypes(catalog, problems))
    here = Where(catalog.devices[board.name] / "device.py", 1)
    built = network_interfaces_of(board, namespace, catalog, here)
    if problems.found:
        raise DefinitionError(*problems.found)
    return built
