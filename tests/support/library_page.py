"""docs/fennel.md: the library that programs in Fennel have, from its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path("packages/lua/router")
_HEAD = """\
# The library for programs in Fennel

What `(require :router.NAME)` gives, on a device and at the prompt of `liminix-gen repl`
([a program of your own](services.md#a-program-of-your-own)). Square brackets hold the arguments; one
that begins with `?` may be left out. What cannot be done returns nil and the reason, unless it says
otherwise.

<!-- Made by `make docs` from packages/lua/router. -->
"""
_FUNCTION = re.compile(
    r'^\(fn (?P<name>[^\s\[]+) \[(?P<arguments>[^\]]*)\]\n\s*(?:"(?P<text>(?:[^"\\]|\\.)*)")?',
    re.MULTILINE,
)


def page() -> str:
    """Return the page."""
    lines = [_HEAD]
    for file in sorted(_FOLDER.glob("*.fnl")):
        if not file.stem.endswith("-test"):
            lines += _module(file)
    lines += ["## router.system\n", "What the others stand on: calls of the system.\n"]
    lines += ["| function | what it does |\n| --- | --- |"]
    lines += [
        f"| `{call.partition('.')[2]}` | {what} |" for call, what in sorted(_calls().values())
    ]
    return "\n".join(lines) + "\n"


def _module(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    about = re.match(r"(?:;;.*\n)+", text)
    functions = dict(_functions(text))
    yield f"## router.{file.stem}\n"
    if about:
        yield " ".join(line.lstrip("; ") for line in about[0].splitlines()) + "\n"
    yield "| function | what it does |\n| --- | --- |"
    for name, defined in _exported(text):
        call, what = functions.get(defined) or _calls().get(defined, (name, ""))
        yield f"| `{call.replace(defined, name, 1)}` | {what} |"
    # What `new` returns has these, as `loop:after`.
    for call, what in functions.values():
        if call.partition("[")[2].split(" ")[0].rstrip("]") == file.stem and what:
            name, _, given = call.partition(f" [{file.stem}")
            yield f"| `{file.stem}:{name} [{given.lstrip()}` | {what} |"
    yield ""


@cache
def _calls() -> Mapping[str, tuple[str, str]]:
    """Return the functions of router.system, by the comments before them in its source."""
    found: dict[str, tuple[str, str]] = {}
    for file in sorted(_FOLDER.parent.glob("*.c")):
        text = file.read_text(encoding="utf-8")
        for name, given, said in re.findall(r"/\* (\w+)\(([A-Z_, ]*)\): ([^*]*?)\s*\*/", text):
            call = f"system.{name} [{given.replace(',', '').lower().replace('_', '-')}]"
            found[f"system.{name}"] = call, re.sub(r"\s+", " ", f"{said[0].upper()}{said[1:]}")
    return found


def _functions(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each function with how it is called, and what its docstring says."""
    for found in _FUNCTION.finditer(text):
        call = f"{found['name']} [{' '.join(found['arguments'].split())}]"
        said = re.sub(r"\s+", " ", (found["text"] or "").replace('\\"', '"'))
        yield found["name"], (call, said.replace("|", "\\|"))


def _exported(text: str) -> Iterator[tuple[str, str]]:
    """Yield the keys of the table that a module ends with, each with the name of its value."""
    table = text[text.rindex("\n{") :]
    for key, name in re.findall(r":\s?(\S*?)\s+([^\s{}:]+)", table.replace("}", " ")):
        yield key or name, name
