"""`liminix-gen services`: service types and their parameters, from the models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pprint import pformat
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, cast

import typer

from liminix_gen import text
from liminix_gen.cli.options import Json, common_options, completing, loadable, print_json
from liminix_gen.errors import ConfigurationError, DefinitionError, Problem, suggestion

if TYPE_CHECKING:
    from liminix_gen.catalog import Catalog
    from liminix_gen.cli.answers import DescribedParameter, DescribedType, Key
    from liminix_gen.model.parameter import Parameter
    from liminix_gen.model.service import Service
    from liminix_gen.model.values import Field, ValueType


def services(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="One type, with its parameters, or a word to look for: wifi.",
            autocompletion=completing("service_types"),
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List the service types, or describe one.

    NAME may be a word of the name or the description: wifi.
    """
    catalog = common_options(context).catalog()
    names = _found(name, catalog) if name is not None else tuple(catalog.service_types)
    types, wrong = loadable(catalog.service_type, list(names))
    if json:
        described = [_described(one, type_) for one, type_ in types.items()]
        if name in names:
            from liminix_gen.docs.services import contents  # noqa: PLC0415  not needed for --help

            # Of one alone: it takes a configuration to know.
            described[0]["brings"] = contents(name, catalog)
        print_json(described[0] if name in names else described)
    elif name is None or len(types) > 1:
        rows = [("TYPE", "WHAT IT DOES")]
        rows += [(one, _description(type_).partition("\n")[0]) for one, type_ in types.items()]
        typer.echo(text.columns(rows))
    else:
        ((one, type_),) = types.items()
        _print(one, type_, catalog)
    if wrong:
        raise DefinitionError(*wrong)


def _found(word: str, catalog: Catalog) -> tuple[str, ...]:
    """Return the type of a name, or those that a word is found in."""
    if word in catalog.service_types:
        return (word,)
    from liminix_gen.docs.services import matching  # noqa: PLC0415  not needed for --help

    if found := matching(word, catalog):
        return found
    what = f"there is no service type {word!r}"
    hint = suggestion(word, catalog.service_types) or "`liminix-gen services` lists them"
    raise ConfigurationError(Problem(None, what, hint=hint))


def _print(name: str, type_: type[Service], catalog: Catalog) -> None:
    from liminix_gen.docs.examples import example  # noqa: PLC0415  not needed for --help
    from liminix_gen.docs.services import contents  # noqa: PLC0415
    from liminix_gen.model.parameter import parameters_of  # noqa: PLC0415

    typer.echo(f"{name}\n")
    typer.echo(_description(type_) or "Its class has no docstring.")
    parameters = list(parameters_of(type_))
    if parameters:
        typer.echo("\nPARAMETERS")
    for parameter in parameters:
        _print_parameter(parameter)
    if type_.OUTPUTS:
        typer.echo("\nOUTPUTS")
        rows = [(output.name, output.description) for output in type_.OUTPUTS]
        typer.echo(text.columns(rows, indent="  "))
    if shown := example(name, type_):
        typer.echo("\nEXAMPLE, a whole configuration")
        typer.echo(indent(shown, "  "), nl=False)
        found = contents(name, catalog)
        if brought := list(found.rows()) if found else []:
            typer.echo("\nWHAT IT BRINGS INTO THE IMAGE")
            typer.echo(text.columns(brought, indent="  "))
    else:
        typer.echo("\nEvery router has one: no configuration builds it.")


def _print_parameter(parameter: Parameter) -> None:
    required = " (required)" if parameter.required else ""
    typer.echo(f"  {parameter.name}{required}")
    typer.echo(f"      {parameter.description}")
    typer.echo(f"      {parameter.type.describe()}")
    for key, field in _fields(parameter.type).items():
        default = "required" if field.required else f"default {_plain(field.default)!r}"
        typer.echo(f"          {key} ({default}): {field.description}; {field.type.describe()}")
    if not parameter.required:
        typer.echo(_shown("default: ", parameter.default))
    typer.echo(_shown("example: ", parameter.example))


def _fields(type_: ValueType[object]) -> Mapping[str, Field]:
    """Return the keys of the dictionaries that a parameter consists of."""
    from liminix_gen.docs.services import fields  # noqa: PLC0415  not needed for --help

    return fields(type_)


def _described(name: str, type_: type[Service]) -> DescribedType:
    from liminix_gen.docs.examples import example  # noqa: PLC0415  not needed for --help
    from liminix_gen.model.parameter import parameters_of  # noqa: PLC0415

    return {
        "name": name,
        "description": _description(type_),
        "parameters": [_parameter(parameter) for parameter in parameters_of(type_)],
        "outputs": [
            {"name": output.name, "description": output.description} for output in type_.OUTPUTS
        ],
        "example": example(name, type_) or None,
    }


def _description(type_: type[Service]) -> str:
    from liminix_gen.docs.services import description  # noqa: PLC0415  not needed for --help

    return description(type_)


def _parameter(parameter: Parameter) -> DescribedParameter:
    described: DescribedParameter = {
        "name": parameter.name,
        "type": parameter.type.describe(),
        "description": parameter.description,
        "required": parameter.required,
        "example": _plain(parameter.example),
    }
    if keys := _fields(parameter.type):
        described["keys"] = {key: _key(field) for key, field in keys.items()}
    if not parameter.required:
        described["default"] = _plain(parameter.default)
    return described


def _key(field: Field) -> Key:
    described: Key = {
        "type": field.type.describe(),
        "description": field.description,
        "required": field.required,
    }
    if not field.required:
        described["default"] = _plain(field.default)
    return described


def _shown(label: str, value: object) -> str:
    lines = pformat(_plain(value), width=90, sort_dicts=False)
    return indent(label + indent(lines, " " * len(label)).lstrip(), " " * 6)


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {str(key): _plain(one) for key, one in entries.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in cast("Sequence[object]", value)]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
