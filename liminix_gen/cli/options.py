"""Options that every command takes, before its name or after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from liminix_gen.errors import ConfigurationError, DefinitionError, Problem

if TYPE_CHECKING:
    from liminix_gen import workflow
    from liminix_gen.catalog import Catalog
    from liminix_gen.errors import Problem
    from liminix_gen.workflow import Notify

T = TypeVar("T")


class PackageSetChoice(StrEnum):
    """Where packages come from."""

    AUTO = "auto"
    NIXPKGS = "nixpkgs"
    DEBIAN = "debian"


class Common:
    """The options of every command, as they were given."""

    def __init__(
        self,
        *,
        modules: Sequence[Path] | None,
        devices: Sequence[Path] | None,
        package_set: PackageSetChoice,
        locked: bool,
        without: Sequence[str] | None,
        nixpkgs: Path | None,
        show_trace: bool,
    ) -> None:
        self.modules = tuple(modules or ())
        self.devices = tuple(devices or ())
        self.package_set = package_set
        self.locked = locked
        self.without = tuple(without or ())
        self.nixpkgs = nixpkgs
        self.show_trace = show_trace

    def catalog(self) -> Catalog:
        """Return the catalog of the built-in folders and the user's."""
        from liminix_gen.catalog import Catalog  # noqa: PLC0415  not needed for --help

        return Catalog.of(self.modules, self.devices)

    def workflow(
        self, notify: Notify, *, refresh: Sequence[str] = (), refresh_all: bool = False
    ) -> workflow.Options:
        """Return what the steps from configuration to tree want to know."""
        from liminix_gen import workflow  # noqa: PLC0415  not needed for --help

        return workflow.Options(
            modules=self.modules,
            devices=self.devices,
            package_set=self.package_set.value,
            locked=self.locked,
            without=self.without,
            refresh=tuple(refresh),
            refresh_all=refresh_all,
            notify=notify,
        )


def loadable(
    load: Callable[[str], T], names: Sequence[str]
) -> tuple[dict[str, T], tuple[Problem, ...]]:
    """Load what has a name: one that is wrong is no reason not to list the others."""
    loaded: dict[str, T] = {}
    wrong: list[Problem] = []
    for name in names:
        try:
            loaded[name] = load(name)
        except DefinitionError as error:
            wrong += error.problems
    if not loaded and wrong:
        raise DefinitionError(*wrong)
    return loaded, tuple(wrong)


def common_options(context: typer.Context) -> Common:
    """Return the options of every command that this run was given."""
    options = context.obj
    if not isinstance(options, Common):
        raise TypeError("the top of the command line did not run")
    return options


FLAGS = frozenset({"--locked", "--show-trace"})
WITH_VALUE = frozenset(
    {"--modules", "--devices", "--package-set", "--without", "--store", "--nixpkgs"}
)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the options of every command moved to the front."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in WITH_VALUE:
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word in FLAGS or word.partition("=")[0] in WITH_VALUE:
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def refuse_empty(arguments: Sequence[str]) -> None:
    """Raise ConfigurationError for a word without a letter: as a path it would be this folder."""
    before = "liminix-gen"
    for word in arguments:
        if not word or (word.startswith("--") and word.endswith("=") and word.count("=") == 1):
            what = f"the word behind {word.rstrip('=') or before} is empty"
            remedy = "is a variable of your shell not set?"
            raise ConfigurationError(Problem(None, what, remedy=remedy))
        before = word


Configuration = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="The configuration: a Python file.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
