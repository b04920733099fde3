"""The reference manual: a page for each service type, pages of the options and the images."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pprint import pformat
from typing import cast

from liminix_gen.catalog import Catalog
from liminix_gen.docs import pages as boards
from liminix_gen.docs.examples import example
from liminix_gen.docs.services import contents, description, fields, summary
from liminix_gen.model import options
from liminix_gen.model.example import parameter_example
from liminix_gen.model.output import Image
from liminix_gen.model.parameter import Parameter, parameters_of
from liminix_gen.model.values import Field
from liminix_gen.proof import Proof

_SERVICES = "services"


def pages(catalog: Catalog, proofs: Sequence[Proof]) -> Mapping[str, str]:
    """Return the pages of a catalog by their paths, as Markdown."""
    types = {f"{_SERVICES}/{name}.md": _service(name, catalog) for name in catalog.service_types}
    return {
        "services.md": _services(catalog),
        **types,
        "boards.md": boards.page(catalog, proofs),
        "outputs.md": _outputs(catalog),
        "options.md": _options(),
    }


def _services(catalog: Catalog) -> str:
    lines = ["# Service types", "", "| | |", "|---|---|"]
    for name in catalog.service_types:
        first = summary(catalog.service_type(name))
        lines.append(f"| [{name}]({_SERVICES}/{name}.md) | {_cell(first)} |")
    return "\n".join(lines) + "\n"


def _service(name: str, catalog: Catalog) -> str:
    cls = catalog.service_type(name)
    lines = [f"# {name}", "", description(cls), ""]
    if text := example(name, cls):
        lines += ["## Example", "", *_code(text), ""]
    else:
        lines += ["Every router has one: no configuration builds it.", ""]
    if parameters := parameters_of(cls):
        lines += ["## Parameters", ""]
        for one in sorted(parameters, key=lambda one: not one.required):
            lines += _parameter(one)
    if cls.OUTPUTS:
        lines += ["## Outputs", ""]
        rows = ((f"`{one.name}`", one.description) for one in cls.OUTPUTS)
        lines += [*_table(("output", "what it holds"), rows), ""]
    if found := contents(name, catalog):
        brought = tuple(found.rows())
        if brought:
            lines += ["## What the example brings into the image", ""]
            lines += [*_table(("", ""), brought), ""]
    return "\n".join(lines).rstrip() + "\n"


def _parameter(parameter: Parameter) -> Iterator[str]:
    yield from (f"### {parameter.name}", "")
    yield from (_sentence(parameter.description), "")
    needed = "required" if parameter.required else f"default {_value(parameter.default)}"
    yield f"- {_sentence(parameter.type.describe())}"
    yield f"- {_sentence(needed)}"
    shown = parameter_example(parameter)
    if "\n" in shown:
        yield from ("", *_code(f"{parameter.name} = {shown}\n"))
    else:
        yield f"- Example: `{parameter.name}={shown}`"
    yield ""
    if keys := fields(parameter.type):
        yield from (*_table(("key", "default", "what it is"), map(_key, keys.items())), "")


def _key(item: tuple[str, Field]) -> tuple[str, ...]:
    name, field = item
    default = "required" if field.required else _value(field.default)
    about = f"{_sentence(field.description)} {_sentence(field.type.describe())}"
    return f"`{name}`", default, about


def _value(value: object) -> str:
    """Return a default as Markdown; a long one is a list of its own in the type's file."""
    plain = _plain(value)
    text = " ".join(pformat(plain, width=200, sort_dicts=False).split())
    return f"`{text}`" if len(text) < 200 else "of the type's own, as `liminix-gen services` shows"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value)
        return {key: _plain(one) for key, one in entries.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in cast("Sequence[object]", value)]
    return value


def _outputs(catalog: Catalog) -> str:
    lines = ["# Outputs", "", "What `liminix-gen build --output NAME` can make of a router.", ""]
    for name in catalog.outputs:
        lines += _image(catalog.image(name), catalog)
    return "\n".join(lines).rstrip() + "\n"


def _image(image: Image, catalog: Catalog) -> Iterator[str]:
    devices = map(catalog.device, catalog.devices)
    offered = [one.name for one in devices if image.name in (*one.outputs, *one.roots)]
    # A link of the project's own pages leads nowhere from here.
    about = re.sub(r"\[([^]]+)\]\([\w-]+\.md[^)]*\)", r"\1", image.help)
    yield from (f"## {image.name}", "", _sentence(about), "")
    rows = [
        ("boards", ", ".join(offered)),
        ("roots", ", ".join(image.roots) if image.roots is not None else "each"),
        ("made of", ", ".join(image.made_of)),
        ("kernel symbols", ", ".join(f"{key}={value}" for key, value in image.symbols.items())),
        ("what a board states", ", ".join(image.parts)),
        *((f"`{name}`", one.description) for name, one in image.facts.items()),
    ]
    yield from (*_table(("", ""), [row for row in rows if row[1]]), "")


def _options() -> str:
    lines = [
        "# Options of `config`",
        "",
        *_made(),
    ]
    assigned = (*options.settings(), options.KERNEL_MODULES)
    for option in sorted(assigned, key=lambda one: one.name):
        type_ = (
            "one of those that the board has" if option.name == "root" else option.type.describe()
        )
        lines += [f"## config.{option.name}", "", _sentence(option.description), ""]
        lines += [f"- {_sentence(type_)}", f"- Default {_value(option.default)}."]
        lines += ["", *_code(f"config.{option.name} = {_python(option.example)}\n"), ""]
    for table in (*options.TABLES, options.KERNEL_SYMBOLS):
        lines += [f"## config.{table.name}", "", _sentence(table.description), ""]
        lines += [f"- Key: {table.keys.describe()}.", f"- Value: {table.type.describe()}."]
        lines += ["", *_code(table.assignment), ""]
    return "\n".join(lines).rstrip() + "\n"


def _made() -> Iterator[str]:
    """Yield what `System` takes, and what `config` offers from then on."""
    yield from ("`System` makes `config`. Four of its attributes are only read:", "")
    yield from (*_code('config = System(device="qemu-mipsel", hostname="hello")\n'), "")
    for name, about in options.FIXED.items():
        yield from (f"## config.{name}", "", _sentence(about), "")


def _python(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else pformat(value).replace("'", '"')


def _code(text: str) -> Iterator[str]:
    yield from ("```python", *text.rstrip("\n").split("\n"), "```")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield "|---" * len(head) + "|"
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


def _sentence(words: str) -> str:
    whole = words.strip()
    return f"{whole[:1].upper()}{whole[1:]}{'' if whole.endswith('.') else '.'}"
