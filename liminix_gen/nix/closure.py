"""What a file of Nix reaches: the relative paths in it, and in what those lead to.

A path is found where Nix sees one: in code, and in what stands between ``${`` and ``}`` of a
string; not in a comment or in the text of a string. One that is computed (``./files + "/${name}"``,
``./${name}.nix``) leads to the whole folder that it begins with. A folder with a default.nix leads
to that alone. A script of Python reaches the modules beside it that it imports, and a source of
Fennel the tests beside it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

# What is in a tree: its content, or None; and what lies in a folder.
Read = Callable[[str], bytes | None]
Listed = Callable[[str], Iterable[str]]

_CODE = re.compile(
    r"""(?P<comment>\#[^\n]*|/\*.*?\*/)
    |(?P<text>"|'')
    |(?P<path>(?<![\w.+/~<-])(?:\.\.?|[\w+][\w.+-]*)/[\w.+/-]*)
    |(?P<open>\$?\{)
    |(?P<close>\})""",
    re.VERBOSE | re.DOTALL,
)
# What lib/python.nix, too, takes for the module of a script.
_IMPORT = re.compile(r"^(?:import|from) ([a-z_]+)", re.MULTILINE)
# In a string: what is escaped, what ends it, and where code begins.
_TEXT = {
    '"': re.compile(r'(?P<escaped>\\.|\$\$)|(?P<close>")|(?P<open>\$\{)', re.DOTALL),
    "''": re.compile(r"(?P<escaped>''['$]|''\\.|\$\$)|(?P<close>'')|(?P<open>\$\{)", re.DOTALL),
}
_COMPUTED = re.compile(r"\$\{|\s*\+(?!\+)")


def closure(start: Iterable[str], read: Read, listed: Listed) -> Mapping[str, bytes]:
    """Return the files that those of ``start`` reach, themselves too, by their paths.

    What a path leads to and is not there is left to Nix, which reports it with its line.
    """
    read = cache(read)  # a default.nix is looked for before it is read
    files: dict[str, bytes] = {}
    todo = list(start)
    while todo:
        path = todo.pop()
        if path in files or (content := read(path)) is None:
            continue
        files[path] = content
        text = content.decode(errors="replace")
        if path.endswith(".nix"):
            todo += _reached(path, text, read, listed)
        if path.endswith(".py"):
            beside = posixpath.dirname(path)
            todo += (posixpath.join(beside, f"{name}.py") for name in _IMPORT.findall(text))
        if path.endswith(".fnl"):
            todo.append(f"{path.removesuffix('.fnl')}-test.fnl")
    return dict(sorted(files.items()))


def _reached(path: str, text: str, read: Read, listed: Listed) -> Iterator[str]:
    for written, is_computed in dict.fromkeys(paths(text)):
        place = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
        default = posixpath.normpath(posixpath.join(place, "default.nix"))
        if is_computed:
            yield from listed(place)
        elif read(default) is not None:
            yield default
        else:
            yield place
            yield from listed(place)


def paths(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the relative paths in a text of Nix; of one that is computed, its folder."""
    # Where code ends: at the brace of a string's ${, or of a set.
    around: list[str] = []
    position, inside = 0, ""
    while match := (_TEXT[inside] if inside else _CODE).search(text, position):
        position, word = match.end(), match[0]
        match match.lastgroup:
            case "text":
                inside = word
                around.append("")
            case "open":
                around.append(inside)
                inside = ""
            case "close" if inside:
                around.pop()
                inside = ""
            case "close" if around:
                inside = around.pop()
            case "path" if _COMPUTED.match(text, position):
                yield (word if text[position] != "$" else posixpath.dirname(word)), True
            case "path":
                yield word, False
            case _:
                pass
