"""The JSON Schema (2020-12) of a configuration as data, made from the models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from liminix_gen import data
from liminix_gen.catalog import Catalog
from liminix_gen.docs.annotation import taken
from liminix_gen.docs.services import summary
from liminix_gen.docs.shapes import DIALECT, Schema
from liminix_gen.model import options
from liminix_gen.model.options import BuiltService, Option, TableOption
from liminix_gen.model.parameter import Parameter, parameters_of
from liminix_gen.model.reference import Secret
from liminix_gen.model.service import OrOutput, Service, ServiceWith
from liminix_gen.model.values import (
    Boolean,
    Field,
    Instance,
    Integer,
    ListOf,
    MappingOf,
    OneOf,
    Optional,
    Record,
    Several,
    Short,
    ValueType,
)

_SERVICE, _OUTPUT = {"$ref": "#/$defs/reference"}, {"$ref": "#/$defs/output"}
_NAMES: Mapping[type[object], str] = {
    bool: "boolean", float: "number", int: "integer", str: "string",
}  # fmt: skip


def configuration(catalog: Catalog) -> Schema:
    """Return the schema of a configuration with the service types and boards of a catalog."""
    roots = sorted({root for name in catalog.devices for root in catalog.device(name).roots})
    tables = {one.name: _table(one) for one in options.TABLES if one is not options.SERVICES}
    properties: Schema = {
        "$schema": _text("where this schema is, for editors"),
        "device": {"enum": list(catalog.devices), "description": "the board"},
        "hostname": _text("the name of the router"),
        "services": _named(options.SERVICES.description),
        "others": _named("services that are in the image if one of `services` refers to them"),
        "kernel": _object(
            {
                "config": _table(options.KERNEL_SYMBOLS),
                "modules": _setting(options.KERNEL_MODULES),
            },
        ),
        **{one.name: _setting(one) for one in options.settings(roots)},
        **tables,
    }
    return {
        "$schema": DIALECT,
        "title": "A router, as liminix-gen builds it",
        **_object(properties, required=["device"]),
        "$defs": _definitions(catalog),
    }


def of(type_: ValueType[object]) -> Schema:
    """Return the schema of what a parameter of that type takes."""
    match type_:
        case Optional():
            return {"anyOf": [of(type_.inner), {"type": "null"}]}
        case OrOutput():
            return {"anyOf": [of(type_.inner), _OUTPUT]}
        case ListOf() | Several():
            inner = of(cast("ValueType[object]", type_.inner))
            listed = {"type": "array", "items": inner}
            return {"anyOf": [inner, listed]} if isinstance(type_, Several) else listed
        case MappingOf():
            inner = of(cast("ValueType[object]", type_.inner))
            return {"type": "object", "additionalProperties": inner}
        case Short():
            return {"anyOf": [of(type_.inner.fields[type_.key].type), of(type_.inner)]}
        case Record():
            return _fields(type_.fields)
        case _:
            return _plain(type_)


def _plain(type_: ValueType[object]) -> Schema:
    """Return the schema of what holds no values of other types."""
    match type_:
        case OneOf():
            return {"enum": list(type_.words)}
        case ServiceWith() | BuiltService():
            return dict(_SERVICE)
        case Secret():
            return dict(_OUTPUT)
        case Integer():
            return {"type": "integer", "minimum": type_.minimum, "maximum": type_.maximum}
        case Boolean():
            return {"type": "boolean"}
        case Instance():
            return {"type": "object"}
        case _:
            names = sorted({_NAMES.get(one, "string") for one in taken(type_)})
            return {"type": names[0] if len(names) == 1 else names}


def _fields(declared: Mapping[str, Field | Parameter]) -> Schema:
    """Return the schema of an object by what each of its keys takes."""
    properties = {
        name: {**of(one.type), "description": one.description} for name, one in declared.items()
    }
    return _object(properties, [name for name, one in declared.items() if one.required])


def _object(properties: Schema, required: Iterable[str] = ()) -> Schema:
    found = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, **({"required": list(required)} if required else {})}


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _named(description: str) -> Schema:
    inner = {"$ref": "#/$defs/service"}
    return {"type": "object", "additionalProperties": inner, "description": description}


def _setting(option: Option[Any]) -> Schema:
    return {**of(option.type), "description": option.description}


def _table(option: TableOption[Any]) -> Schema:
    inner = of(option.type)
    return {"type": "object", "additionalProperties": inner, "description": option.description}


def _definitions(catalog: Catalog) -> Schema:
    names = {data.SERVICE: _text("its name here"), data.INTERFACE: _text("one of the board's")}
    reference = [_object({name: one}, [name]) for name, one in names.items()]
    output = [
        _object({name: one, data.OUTPUT: _text("what it publishes")}, [name, data.OUTPUT])
        for name, one in names.items()
    ]
    service = _object(
        {
            "type": {"enum": list(catalog.service_types)},
            "parameters": {"type": "object"},
            "dependencies": {
                "type": "array",
                "items": _SERVICE,
                "description": "services that are ready before this one, besides its own",
            },
        },
        ["type"],
    )
    types = {name: catalog.service_type(name) for name in catalog.service_types}
    service["allOf"] = [
        {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": _then(cls)}
        for name, cls in types.items()
    ]
    return {"output": {"oneOf": output}, "reference": {"oneOf": reference}, "service": service}


def _then(cls: type[Service]) -> Schema:
    fields = _fields({one.name: one for one in parameters_of(cls)})
    found: Schema = {"properties": {"parameters": {**fields, "description": summary(cls)}}}
    return {**found, **({"required": ["parameters"]} if "required" in fields else {})}
