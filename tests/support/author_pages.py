"""docs/service-types.md: the interface of a service type's author, from docstrings and comments."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import liminix_gen
from liminix_gen.model import values
from liminix_gen.plan import accounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SERVICE_SH = Path("templates/nix/lib/services/service.sh")
_MADE = "<!-- Made by `make docs` from the docstrings of liminix_gen and the comments of service.sh. -->"

_INTRODUCTION = """\
What `module.py` and the bodies beside it may use. How they go together, with an example, is in
[services.md](services.md#a-type-of-your-own); all names but those of `values` come from
`liminix_gen`.
"""

# Title and names; what `values` has comes in the order of its text.
GROUPS = {
    "Declare a type": (
        "service_type",
        "Service",
        "parameter",
        "mistake",
        "Mistake",
        "Example",
        "Output",
        "OutputReference",
    ),
    "Values of a parameter": ("INTERFACE", "INTERFACES", "ServiceWith", "OrOutput", "SECRET"),
    "Parts": ("longrun", "oneshot", "Part", "boot_parts", "common_outputs"),
    "What else comes into the image": ("Needs", "KernelModule", "KernelNeeds"),
    "Files, users, groups": (
        "File",
        "text_file",
        "link",
        "hard_link",
        "directory",
        "device_node",
        "PackagePath",
        "RuntimePath",
        "User",
        "Group",
    ),
    "Claims": (
        "Admission",
        "Claim",
        "claim",
        "interface_of",
        "bands_of",
        "listening",
        "addressed",
        "subnet",
        "bridge_port",
        "radio",
        "setting",
        "routed",
        "leased",
        "uses_ip",
        "without_ethernet",
        "without_ip",
        "in_a_network",
        "in_a_smaller_network",
        "on_the_link",
        "is_network_of",
        "of_the_router",
        "answered",
        "Inside",
        "of_another",
        "not_a_network",
        "not_on",
        "not_of_the_board",
        "no_addresses",
        "on_ethernet",
        "Outside",
    ),
}
BOARDS = {
    "Boards": (
        "Device",
        "KernelBuild",
        "OpenWrt",
        "CrossSystem",
        "Root",
        "BootImage",
        "Flash",
        "Ubi",
        "Tftp",
        "Place",
        "Qemu",
    ),
    "Outputs": ("Image", "Fact"),
}
# For configurations.
OTHERS = {"ServiceNamespace", "System", "values"}
_METHODS = {
    "Method that a type may have": ("parts", "needs", "check", "outputs", "subject"),
    "Of every service": ("output", "publishes", "where", "line_of", "dependencies"),
}


def page() -> str:
    """Return the page as Markdown."""
    lines = ["# What a service type is made of", "", _MADE, "", *_INTRODUCTION.splitlines()]
    for title, names in GROUPS.items():
        lines += ["", f"## {title}"]
        if title.startswith("Values"):
            lines += ["", *_table(("Of `values`", "What it is"), _values())]
        for name in names:
            lines += _described(name, getattr(liminix_gen, name))
    lines += ["", "## Functions of a body", ""]
    lines += _table(("In `up`, `run`, `ready`, `down`", "What it does"), _functions())
    lines += ["", "## Numbers of users and groups", "", _NUMBERS, ""]
    lines += _table(("User or group", "Number", "Of"), numbers())
    return "\n".join(lines) + "\n"


def board_page() -> str:
    """Return the page of boards and outputs as Markdown."""
    lines = ["# What a board and an output are made of", "", _MADE, "", *_OF_BOARDS.splitlines()]
    for title, names in BOARDS.items():
        lines += ["", f"## {title}"]
        for name in names:
            lines += _described(name, getattr(liminix_gen, name))
    lines += ["", *_OF_OUTPUTS.splitlines(), ""]
    lines += _table(("Formal of `output.nix`", "What it is"), _FORMALS.items())
    return "\n".join(lines) + "\n"


_OF_BOARDS = """\
What `device.py` and `output.py` may state. How a board is made is in
[adding-a-board.md](adding-a-board.md); all names come from `liminix_gen`."""

_OF_OUTPUTS = """\
### output.nix

A function from any of these to a derivation, whose folder `build` links to. Beside them it may take
other images by their names, and each of the image's `facts`. `outputs/ubimage/` is a short one."""

_FORMALS = {
    "`board`": "facts of the board: `name`, `bigEndian`, `root`, and those of `boot`, `flash`, "
    "`tftp` and `ubi` that it has, with names in camel case; `state`, the label of the partition "
    "that the configuration has for its state",
    "`commandLine`": "the kernel's command line",
    "`hardware`": "a folder with `board.dtb`, the board's device tree, and `hardware.json`",
    "`kernel`": "a folder with `kernel`, what boots, as `image` of KernelBuild names it",
    "`qemu`": "the command that runs the board, or an empty list",
    "`rootfs`": "the root file system, of the type that the configuration chose; its `closure` is "
    "a file that says what takes which room",
    "`root`": "`root.tree`, what the root holds, as JSON",
    "`scripts`": "`scripts.NAME` is NAME.py of `templates/nix/lib/python/`, which images share",
    "`system`": "what an update copies, for a root that can be written",
    "`buildPackages`, `lib`, `runCommand`, `writeText`": "of the package set; "
    "`buildPackages.NAME` are the `tools` of `output.py`",
}

_NUMBERS = """\
A daemon's own user has a fixed number below 1000, so that files of a state stay its own. Take the
next one above those here; `make docs` adds it."""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, tuple("---" for _ in head), *rows)]


def _described(name: str, thing: object) -> Iterator[str]:
    yield from ("", f"### {name}", "")
    if not callable(thing):
        yield f"{_sentence(thing.describe())} The type of a parameter."  # type: ignore[attr-defined]
        return
    if name != "Service":
        yield from ("```", *_call(name, thing), "```", "")
    yield from _text(thing)
    if name == "Service":
        for title, methods in _METHODS.items():
            rows = [(f"`{one}`", " ".join(_text(getattr(thing, one)))) for one in methods]
            yield from ("", *_table((title, "What it does"), rows))


def _call(name: str, thing: object) -> list[str]:
    """Return how it is called, in one line or a line for each parameter."""
    signature = inspect.signature(thing)  # type: ignore[arg-type]
    words: list[str] = []
    keyword_only = False
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not keyword_only:
            words.append("*")
            keyword_only = True
        star = {one.VAR_KEYWORD: "**", one.VAR_POSITIONAL: "*"}.get(one.kind, "")
        written = f"{star}{one.name}: {_written(one.annotation)}"
        if one.default is not one.empty:
            known = isinstance(one.default, str | int | tuple | None)
            written += f" = {one.default!r}" if known else " = ..."
        words.append(written)
    returned = "" if isinstance(thing, type) else f" -> {_written(signature.return_annotation)}"
    line = f"{name}({', '.join(words)}){returned}"
    if len(line) <= 96:
        return [line]
    return [f"{name}(", *(f"    {word}," for word in words), f"){returned}"]


def _written(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "object")


def _text(thing: object) -> list[str]:
    return (inspect.getdoc(thing) or "").replace("``", "`").splitlines()


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _values() -> Iterator[tuple[str, str]]:
    for name, thing in vars(values).items():
        if inspect.isclass(thing) and thing.__module__ == values.__name__:
            if name in {"ValueType", "Instance", "Required"}:
                continue
            yield f"`{name}({', '.join(_names(thing))})`", " ".join(_text(thing))
        elif isinstance(thing, values.ValueType) and name.isupper() and name[0] != "_":
            yield f"`{name}`", _sentence(thing.describe()).replace("|", "\\|")


def _names(thing: type) -> Iterator[str]:
    for one in inspect.signature(thing).parameters.values():
        optional = "" if one.default is one.empty else "=..."
        yield f"{'*' if one.kind is one.VAR_POSITIONAL else ''}{one.name}{optional}"


def _functions() -> Iterator[tuple[str, str]]:
    """Yield the functions that service.sh has for bodies, with the comments before them."""
    text = _SERVICE_SH.read_text(encoding="utf-8")
    section = text.partition("--- for the bodies ---")[2].partition("\n# --- ")[0]
    ready = text.partition("right before its last command")[2].partition("# When `ready`")[0]
    names: list[str] = []
    comment: list[str] = []
    for line in [*section.splitlines(), *ready.splitlines()[1:], "# "]:
        if line.startswith("#"):
            if names:
                yield _shown(names, " ".join(comment).replace("|", "\\|"))
                names, comment = [], []
            comment.append(line.lstrip("# "))
        elif (name := line.partition("() {")[0]) != line and name not in _INTERNAL:
            names.append(name)


_INTERNAL = {"end_wait"}


def _shown(names: list[str], comment: str) -> tuple[str, str]:
    """Return how they are called, and what they do."""
    call, colon, rest = comment.partition(": ")
    if colon and call.split()[0] == names[0]:
        return f"`{call}`", f"{rest[0].upper()}{rest[1:]}"
    return ", ".join(f"`{name}`" for name in names), comment


def numbers() -> list[tuple[str, str, str]]:
    """Return who has a fixed number: name, number, and where that is said."""
    found = {(user.uid or 0, user.name, "every image") for user in accounts.USERS}
    found |= {(group.gid or 0, group.name, "every image") for group in accounts.GROUPS}
    for file in sorted(Path("modules").rglob("module.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"User", "Group"}:
                given = {word.arg: word.value for word in call.keywords}
                number = given.get("uid") or given.get("gid")
                if isinstance(number, ast.Constant):
                    type_ = ".".join(file.parent.parts[1:])
                    name = given["name"]
                    said = name.value if isinstance(name, ast.Constant) else type_
                    found.add((int(number.value), str(said), f"`{type_}`"))
    return [(name, str(number), where) for number, name, where in sorted(found)]
