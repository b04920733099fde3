"""What there is to say of a service type, for a terminal and for the manual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from inspect import getdoc
from pathlib import Path
from typing import cast

from attrs import frozen

from liminix_gen import config, files
from liminix_gen.catalog import Catalog
from liminix_gen.definitions import definition_of
from liminix_gen.docs.added import Measured
from liminix_gen.docs.examples import example
from liminix_gen.errors import ConfigurationError, DefinitionError, Problem, Where
from liminix_gen.model.service import Service
from liminix_gen.model.values import (
    Field,
    ListOf,
    MappingOf,
    Optional,
    Record,
    Several,
    Short,
    ValueType,
)


@frozen(kw_only=True)
class Contents:
    """What a service brings into an image by itself, each entry as text.

    Nothing of that is known if there are ``mistakes``, of the example or of the type.
    """

    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield each kind of which there is something, under its word; of packages their sizes."""
        measured = Measured.read()
        for one in self.mistakes:
            yield "not known", one
        for word, entries in (
            ("packages", tuple(map(measured.shown, self.packages))),
            ("kernel modules", self.modules),
            ("kernel symbols", self.symbols),
            ("users", self.users),
            ("claims", self.claims),
        ):
            if entries:
                yield word, ", ".join(entries)
        if measured.bytes.keys() & {*self.packages}:
            yield "sizes", measured.note


def description(cls: type[Service]) -> str:
    """Return what a service type is, as Markdown."""
    own = getdoc(cls)
    return "" if own is None or own == getdoc(Service) else own.replace("``", "`")


def summary(cls: type[Service]) -> str:
    """Return the beginning of that, on one line."""
    return description(cls).partition("\n\n")[0].replace("\n", " ")


def matching(word: str, catalog: Catalog) -> tuple[str, ...]:
    """Return the types with a word in their name or summary; if there is none, in their text."""
    texts = dict[str, str]()
    for name in catalog.service_types:
        with suppress(DefinitionError):
            texts[name] = description(catalog.service_type(name)).casefold()
    wanted = word.casefold()
    summaries = {name: f"{name} {text.partition(chr(10))[0]}" for name, text in texts.items()}
    for searched in (summaries, texts):
        if found := tuple(name for name, text in searched.items() if wanted in text):
            return found
    return ()


def contents(name: str, catalog: Catalog) -> Contents | None:
    """Return what the service of a type's example brings; None if it has none."""
    text = example(name, catalog.service_type(name))
    if not text:
        return None
    with files.temporary_folder() as folder:
        file = folder / "example.py"
        file.write_text(text, encoding="utf-8")
        try:
            system = config.load(file, catalog)
            definition = definition_of(system.services[name.rpartition(".")[2]])
        except ConfigurationError as error:  # an example of an author's own, which does not hold
            return Contents(mistakes=_each(*(_said(one, file) for one in error.problems)))
    needs, parts = definition.needs, definition.parts
    modules = (*needs.kernel_modules, *(one for part in parts for one in part.kernel_modules))
    made = {f"{key}={value}" for one in modules for key, value in one.symbols.items()}
    built_in = {f"{key}={value}" for key, value in needs.kernel_symbols.items()}
    return Contents(
        packages=_each(*needs.packages, *(one for part in parts for one in part.packages)),
        modules=_each(*(one.name for one in modules)),
        symbols=_each(*sorted(made | built_in)),
        users=_each(*(one.name for one in needs.users)),
        claims=_each(*(one.text for one in needs.claims)),
    )


def _said(problem: Problem, file: Path) -> str:
    """Return what is wrong, at its line of the example if it stands there."""
    where = problem.where
    if isinstance(where, Where) and where.path == file:
        return f"line {where.line} of the example: {problem.what}"
    return problem.what if where is None else f"{where}: {problem.what}"


def _each(*words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def fields(type_: ValueType[object]) -> Mapping[str, Field]:
    """Return the keys of the dictionaries that a parameter consists of."""
    if isinstance(type_, Record):
        return type_.fields
    if isinstance(type_, ListOf | Optional | MappingOf | Several | Short):
        return fields(cast("ValueType[object]", type_.inner))
    return {}
