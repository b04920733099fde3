"""The commands as pages: Markdown for the manual, roff for man(1); both from their own help."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence

import typer.main
from attrs import frozen
from typer.core import TyperCommand, TyperGroup

from liminix_gen import __version__
from liminix_gen.cli.commands import COMMANDS, app, loaded

_NAME = "liminix-gen"


@frozen(kw_only=True)
class Page:
    """What there is to say of a command: ``options`` are words and what they are for."""

    name: str
    summary: str
    usage: str
    about: str
    arguments: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]


def pages() -> tuple[Page, ...]:
    """Return the page of the whole, and that of each command."""
    top = typer.main.get_group(app)
    context = typer.Context(top, info_name=_NAME)
    found = [_page(top, context, _NAME, "build router firmware from one Python file")]
    for name, summary in COMMANDS.items():
        command = loaded(name)
        inner = typer.Context(command, parent=context, info_name=name)
        found.append(_page(command, inner, f"{_NAME}-{name}", summary))
    return tuple(found)


def _page(
    command: TyperCommand | TyperGroup, context: typer.Context, name: str, summary: str
) -> Page:
    usage = re.sub(r"[{}]", "", " ".join(command.collect_usage_pieces(context)))
    arguments: list[tuple[str, str]] = []
    options: list[tuple[str, str]] = []
    for one in command.get_params(context):
        record = one.get_help_record(context)
        if record is not None:
            listed = arguments if one.param_type_name == "argument" else options
            listed.append((record[0].strip(), re.sub(r"\s+", " ", record[1])))
    return Page(
        name=name,
        summary=summary,
        usage=f"{context.command_path} {usage}".strip(),
        about=inspect.cleandoc(command.help or summary).replace("\f", ""),
        arguments=arguments,
        options=options,
    )


def markdown() -> str:
    """Return all commands as one page."""
    top, *commands = pages()
    lines = ["# Commands", "", *_paragraphs(top.about)]
    for page in commands:
        lines += [f"## {page.name.removeprefix(f'{_NAME}-')}", "", *_paragraphs(page.about)]
        lines += ["```sh", page.usage, "```", "", *_rows((*page.arguments, *page.options))]
    lines += ["## Options of every command", "", *_rows(top.options)]
    return "\n".join(lines).rstrip() + "\n"


def _paragraphs(about: str) -> Iterator[str]:
    r"""Yield the paragraphs of a help; one behind ``\b`` keeps its lines."""
    for paragraph in about.split("\n\n"):
        if paragraph.startswith("\b"):
            yield from ("```text", *paragraph.split("\n")[1:], "```", "")
        else:
            yield from (paragraph.replace("\n", " "), "")


def _rows(entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    if entries:
        yield from ("| | |", "|---|---|")
        for words, about in entries:
            cells = (f"`{words}`", about)
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
        yield ""


def man_pages() -> Mapping[str, str]:
    """Return a page for man(1) by its place below share/."""
    top, *commands = pages()
    names = [page.name for page in commands]
    return {f"man/man1/{page.name}.1": _roff(page, names) for page in (top, *commands)}


def _roff(page: Page, commands: Sequence[str]) -> str:
    lines = [f'.TH {page.name.upper()} 1 "" "{_NAME} {__version__}" "{_NAME}"']
    lines += [".SH NAME", f"{_escaped(page.name)} \\- {_escaped(page.summary.rstrip('.'))}"]
    lines += [".SH SYNOPSIS", f".B {_escaped(page.usage)}", ".SH DESCRIPTION"]
    for paragraph in page.about.split("\n\n"):
        if paragraph.startswith("\b"):
            kept = [_escaped(line) for line in paragraph.split("\n")[1:]]
            lines += [".PP", ".nf", *kept, ".fi"]
        else:
            lines += [".PP", _escaped(paragraph)]
    for title, entries in (("ARGUMENTS", page.arguments), ("OPTIONS", page.options)):
        if entries:
            lines.append(f".SH {title}")
            for words, about in entries:
                lines += [".TP", f".B {_escaped(words)}", _escaped(about)]
    others = [name for name in (_NAME, *commands) if name != page.name]
    lines += [".SH SEE ALSO", ",\n".join(f".BR {_escaped(name)} (1)" for name in others)]
    return "\n".join(lines) + "\n"


def _escaped(words: str) -> str:
    """Return text that roff prints as it is."""
    text = words.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(
        f"\\&{line}" if line.startswith((".", "'")) else line for line in text.split("\n")
    )
