"""What a service says of itself: its author's methods, run with care, their answers checked.

A mistake in one is a DefinitionError at the author's line, with the line that built the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal, cast

from attrs import frozen

from liminix_gen.catalog import Catalog, authored, file_of, home_of, home_of_function
from liminix_gen.errors import DefinitionError, Problem, Where, suggestion
from liminix_gen.model.device import Device
from liminix_gen.model.parameter import parameters_of
from liminix_gen.model.service import Mistake, Needs, Output, Part, Service, ServiceNamespace
from liminix_gen.model.values import SERVICE_NAME, twice


@frozen
class Definition:
    """What a service says of itself: its atomic services, and what else it needs."""

    parts: tuple[Part, ...]
    needs: Needs


def definition_of(service: Service) -> Definition:
    """Ask a service for its parts() and its needs()."""
    parts = _parts(service)
    with authored(partial(home_of, type(service), "needs"), partial(_asker, service)):
        needs = cast("object", service.needs())
        if not isinstance(needs, Needs):
            raise wrong(service, "needs", f"must return Needs, not {needs!r}")
    return Definition(parts, needs)


def default_name_of(service: Service) -> str:
    """Return the name of a service that no key of ``config.services`` names."""
    with authored(partial(home_of, type(service), "subject"), partial(_asker, service)):
        name: object = service.default_name()
        try:
            return SERVICE_NAME.convert(name)
        except ValueError as error:
            what = f"the name {error}"
    raise wrong(service, "subject", f"makes no name of a service: {what}")


def require_outputs(service: Service) -> None:
    """Ask a service for its outputs() once: whatever asks later on need not be careful."""
    with authored(partial(home_of, type(service), "outputs"), partial(_asker, service)):
        given = cast("object", service.outputs())
    outputs = cast("tuple[object, ...]", given) if isinstance(given, tuple) else ()
    found = tuple(one for one in outputs if isinstance(one, Output))
    if not isinstance(given, tuple) or len(found) < len(outputs):
        raise wrong(service, "outputs", f"must return a tuple of Output, not {given!r}")
    for name in sorted(twice(one.name for one in found)):
        raise wrong(service, "outputs", f"returns {name!r} twice")


def complaints_of(service: Service) -> tuple[Problem, ...]:
    """Return what is wrong between the parameters of a service."""
    with authored(partial(home_of, type(service), "check"), partial(_asker, service)):
        sentences = cast("object", service.check())
        if isinstance(sentences, Iterable) and not isinstance(sentences, str):
            found = tuple(cast("Iterable[object]", sentences))
            if all(isinstance(one, str | Mistake) for one in found):
                return tuple(_placed(service, cast("str | Mistake", one)) for one in found)
    raise wrong(service, "check", "must yield sentences")


def _placed(service: Service, complaint: str | Mistake) -> Problem:
    if isinstance(complaint, str):
        return Problem(service.where, f"{service.TYPE}: {complaint}")
    known = ["dependencies", *(one.name for one in parameters_of(type(service)))]
    if complaint.argument not in known:
        what = f"yields a mistake of {complaint.argument!r}, which is no parameter"
        raise wrong(service, "check", what, suggestion(complaint.argument, known))
    keys = "".join(f"[{key!r}]" for key in complaint.keys)
    where = service.line_of(complaint.argument, *complaint.keys)
    what = f"{service.TYPE}: {complaint.argument}{keys}: {complaint.sentence}"
    return Problem(where, what, hint=complaint.hint)


def network_interfaces_of(
    device: Device, namespace: ServiceNamespace, catalog: Catalog, asker: Where
) -> Mapping[str, Service]:
    """Build the interfaces of a board."""
    return _built("network_interfaces", device, namespace, catalog, asker)


def services_of(
    device: Device, namespace: ServiceNamespace, catalog: Catalog, asker: Where
) -> Mapping[str, Service]:
    """Build the services that each image of a board has."""
    return _built("services", device, namespace, catalog, asker)


def _built(
    name: Literal["network_interfaces", "services"],
    device: Device,
    namespace: ServiceNamespace,
    catalog: Catalog,
    asker: Where,
) -> Mapping[str, Service]:
    """Have a function of a board build services."""
    why = f"for the device of {asker}"
    function = device.services if name == "services" else device.network_interfaces

    def home() -> Where:
        file = catalog.devices[device.name] / "device.py"
        return home_of_function(function) or Where(file, 1)

    with authored(home, lambda: why):
        built = cast("object", function(namespace))
        if isinstance(built, Mapping):
            entries = cast("Mapping[object, object]", built)
            if all(isinstance(one, str) for one in entries) and all(
                isinstance(one, Service) and one.is_built for one in entries.values()
            ):
                return cast("Mapping[str, Service]", dict(entries))
        what = f"{name} must return a dictionary of services made by build()"
        raise DefinitionError(Problem(home(), f"{what}, not {built!r}", why))


def _parts(service: Service) -> tuple[Part, ...]:
    with authored(partial(home_of, type(service), "parts"), partial(_asker, service)):
        parts = cast("object", service.parts())
        if not isinstance(parts, tuple | list):
            raise wrong(service, "parts", f"must return a tuple of Part, not {parts!r}")
        given = tuple(cast("tuple[object, ...]", parts))
        for part in given:
            if not isinstance(part, Part):
                raise wrong(service, "parts", f"must return a tuple of Part, not of {part!r}")
    checked = cast("tuple[Part, ...]", given)
    for what in _mistakes(checked, file_of(type(service)).parent):
        raise wrong(service, "parts", what)
    return checked


def _mistakes(parts: tuple[Part, ...], folder: Path) -> Iterator[str]:
    """Yield what is wrong between the parts of a service."""
    names = [part.name for part in parts]
    for part in parts:
        if not (folder / part.body).is_file():
            yield f"names {part.body!r}, and there is no such file"
        if names.count(part.name) > 1:
            yield f"has two parts named {part.name!r}"
        for other in part.after:
            if isinstance(other, str) and other not in names:
                yield f"has a part {part.name!r} after {other!r}, which is not a part of the type"
    if "" not in names:
        yield "has no part without a name, on which others depend"


def wrong(service: Service, method: str, what: str, hint: str = "") -> DefinitionError:
    """Return the error of a method that its author has wrong, at its line."""
    where = home_of(type(service), method)
    return DefinitionError(Problem(where, f"{method}() {what}", _asker(service), hint))


def _asker(service: Service) -> str:
    return f"for the {service.TYPE} of {service.where}"
