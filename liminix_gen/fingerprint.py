"""The hash of what a proof was made with: a board, what it takes of its families, service types.

Python counts by its syntax, so that comments and layout do not matter, and without a board's texts
for people. Of a family only the definitions that the board reaches count, so that those of another
board do not matter either.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from attrs import frozen

# A definition by its file and its name; without a name it is all of the file.
_Definition = tuple[Path, str | None]


def of_board(folder: Path) -> str:
    """Return the hash of a board's files, and of what they reach in files beside its folder."""
    todo: list[_Definition] = [(file, None) for file in _files(folder)]
    parts: dict[_Definition, str] = {}
    while todo:
        file, name = definition = todo.pop()
        if definition in parts:
            continue
        if file.suffix != ".py":
            parts[definition] = _of_bytes(file)
            continue
        if not file.is_file():
            continue  # it is the project's, which has another folder
        module = _module(file)
        parts[definition] = module.text(name)
        todo += module.reached(name)
    named = {
        f"{path.relative_to(folder.parent)} {name or ''}": text
        for (path, name), text in parts.items()
    }
    return _digest(f"{name}\0{named[name]}" for name in sorted(named))


def of_service_type(folder: Path) -> str:
    """Return the hash of a service type's files, but of none of types in folders below."""
    others = {file.parent for file in folder.glob("*/**/module.py")}
    files = [file for file in _files(folder) if file.parent not in others]
    return _digest(
        f"{file.name}\0{_module(file).text() if file.suffix == '.py' else _of_bytes(file)}"
        for file in files
    )


@frozen
class _Module:
    """A Python file: its statements by the name that they bind, and what it takes of others.

    What binds no name (a loop, say) has the name "", and is reached by every other. Absolute
    imports and the docstring are left out.
    """

    path: Path
    statements: Mapping[str, Sequence[_Statement]]
    taken: Mapping[str, _Definition]

    def text(self, name: str | None = None) -> str:
        """Return a definition, or the file, in the form that Python itself writes."""
        return "\n".join(statement.text for statement in self._of(name))

    def reached(self, name: str | None) -> Iterator[_Definition]:
        """Yield what a definition, or the file, mentions of this file and of others."""
        if name:
            yield self.path, ""
        for statement in self._of(name):
            for mentioned, attribute in statement.mentions:
                if mentioned in self.taken:
                    path, one = self.taken[mentioned]
                    yield path, one or attribute
                elif name is not None and mentioned in self.statements:
                    yield self.path, mentioned

    def _of(self, name: str | None) -> Sequence[_Statement]:
        if name is not None:
            return self.statements.get(name, ())
        return [statement for each in self.statements.values() for statement in each]


@frozen
class _Statement:
    """A statement, and the names in it, each with the attribute that is taken of it, if one is."""

    text: str
    mentions: Sequence[tuple[str, str | None]]


def _module(file: Path) -> _Module:
    return _parsed(file, file.read_bytes())


@cache
def _parsed(file: Path, content: bytes) -> _Module:
    statements: dict[str, list[_Statement]] = {}
    taken: dict[str, _Definition] = {}
    for statement in _ForPeople().visit(ast.parse(content)).body:
        match statement:
            case ast.ImportFrom(level=level) if level:
                taken |= _taken(file, statement)
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                read = _Statement(ast.unparse(statement), tuple(_mentions(statement)))
                for name in _bound(statement):
                    statements.setdefault(name, []).append(read)
    return _Module(file, statements, taken)


class _ForPeople(ast.NodeTransformer):
    """Leaves out what a board tells people: nothing is made of it."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.keywords = [one for one in node.keywords if one.arg not in _TEXTS]
        return self.generic_visit(node)


_TEXTS = frozenset({"about", "description", "install"})


def _taken(file: Path, statement: ast.ImportFrom) -> Iterator[tuple[str, _Definition]]:
    """Yield what a relative import binds: whole files, and definitions of one."""
    folder = file.parents[statement.level - 1].joinpath(*(statement.module or "").split("."))
    for alias in statement.names:
        whole = folder / f"{alias.name}.py"
        bound = alias.asname or alias.name
        yield bound, (whole, None) if whole.is_file() else (folder.with_suffix(".py"), alias.name)


def _bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            nodes = (node for target in targets for node in ast.walk(target))
            found = [node.id for node in nodes if isinstance(node, ast.Name)]
            return found or [""]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return [""]


def _mentions(node: ast.AST) -> Iterator[tuple[str, str | None]]:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            yield name, attribute
        case ast.Name(id=name):
            yield name, None
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _mentions(child)


def _files(folder: Path) -> list[Path]:
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]


def _of_bytes(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part}\0".encode())
    return digest.hexdigest()
