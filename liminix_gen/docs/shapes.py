"""JSON Schemas (2020-12) made of annotations: of TypedDicts, and of classes of attrs.

The description of a key is the text of its `Annotated`, that of an object the first line of the
docstring of its class.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from inspect import getdoc
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import attrs

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Mapping[object, Schema] = {
    Any: {},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    int: {"type": "integer"},
    str: {"type": "string"},
    type(None): {"type": "null"},
}


def schema(shape: object, title: str, *, more: object = None) -> Schema:
    """Return the schema of a document of that shape.

    If it is an object, its other keys are all of the shape ``more``.
    """
    definitions: Schema = {}
    found = _of(shape, definitions)
    if more is not None:
        name = found["$ref"].rpartition("/")[2]
        definitions[name]["additionalProperties"] = _of(more, definitions)
    return {
        "$schema": DIALECT,
        "title": title,
        **found,
        "$defs": dict(sorted(definitions.items())),
    }


def _of(shape: object, definitions: Schema) -> Schema:
    """Return the schema of a value; those of classes go to the definitions, each once."""
    arguments = get_args(shape)
    match get_origin(shape):
        case None:
            return _PLAIN[shape] if shape in _PLAIN else _of_class(shape, definitions)
        case origin if origin is Annotated:
            return {**_of(arguments[0], definitions), "description": arguments[1]}
        case origin if origin is NotRequired:
            return _of(arguments[0], definitions)
        case origin if origin is Literal:
            return {"enum": list(arguments)}
        case origin if origin in {types.UnionType, Union}:
            return {"anyOf": [_of(one, definitions) for one in arguments]}
        case origin if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": _of(arguments[1], definitions)}
        case origin if isinstance(origin, type) and issubclass(origin, Iterable):
            return {"type": "array", "items": _of(arguments[0], definitions)}
        case _:
            raise TypeError(f"a shape of JSON is not {shape!r}")


def _of_class(shape: object, definitions: Schema) -> Schema:
    if not isinstance(shape, type) or not (is_typeddict(shape) or attrs.has(shape)):
        raise TypeError(f"a shape of JSON is not {shape!r}")
    if shape.__name__ not in definitions:
        definitions[shape.__name__] = {}  # for what refers to itself
        hints = get_type_hints(shape, include_extras=True)
        if not is_typeddict(shape):
            hints = {one.name: hints[one.name] for one in attrs.fields(shape)}
        definitions[shape.__name__] = {
            "description": (getdoc(shape) or "").partition("\n")[0].rstrip(),
            "type": "object",
            "properties": {name: _of(hint, definitions) for name, hint in hints.items()},
            "required": [
                name for name, hint in hints.items() if get_origin(hint) is not NotRequired
            ],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{shape.__name__}"}
