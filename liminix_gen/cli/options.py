"""Options that every command takes, before its name or after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass  # attrs would be a fifth of the start of --help
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from liminix_gen import __version__, package_sets

if TYPE_CHECKING:
    from liminix_gen.catalog import Catalog
    from liminix_gen.cli.story import Story
    from liminix_gen.errors import Problem
    from liminix_gen.workflow.options import Options

T = TypeVar("T")


_PACKAGE_SETS = (package_sets.AUTO, *package_sets.TABLE)


def completing(kind: str) -> Callable[[str], list[str]]:
    """Return what offers a shell the names of a catalog: its service_types, devices or outputs."""

    def names(incomplete: str) -> list[str]:
        from liminix_gen.catalog import Catalog  # noqa: PLC0415  not needed for --help

        return [name for name in getattr(Catalog.of(), kind) if name.startswith(incomplete)]

    return names


def _one_of_them(name: str) -> str:
    if name not in _PACKAGE_SETS:
        known = ", ".join(_PACKAGE_SETS)
        raise typer.BadParameter(f"{name!r} is not one of {known}")
    return name


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"liminix-gen {__version__}")
        raise typer.Exit


@dataclass(frozen=True, kw_only=True)
class Common:
    """The options of every command: each is declared here, and nowhere else."""

    modules: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder of additional service types; may be repeated."),
    ] = None
    devices: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder of additional boards; may be repeated."),
    ] = None
    outputs: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="A folder of further images; may be repeated."),
    ] = None
    package_set: Annotated[
        str,
        typer.Option(
            metavar=f"[{'|'.join(_PACKAGE_SETS)}]",
            callback=_one_of_them,
            help="Where packages come from.",
        ),
    ] = package_sets.AUTO
    locked: Annotated[bool, typer.Option("--locked", help="Refuse any change of the lock.")] = False
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SUITE",
            help="Leave out trixie-security, or non-free-firmware; may be repeated.",
        ),
    ] = None
    packages: Annotated[
        Path | None,
        typer.Option(
            "--nixpkgs",
            metavar="DIR",
            help="The nixpkgs of that package set. Default: <nixpkgs> of NIX_PATH.",
        ),
    ] = None
    show_trace: Annotated[
        bool, typer.Option("--show-trace", help="Show all steps of a failed evaluation.")
    ] = False
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A private Nix store below DIR, without the daemon."),
    ] = None
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False

    def catalog(self) -> Catalog:
        """Return the catalog of the built-in folders and the user's."""
        from liminix_gen.catalog import Catalog  # noqa: PLC0415  not needed for --help

        return Catalog.of(
            tuple(self.modules or ()), tuple(self.devices or ()), tuple(self.outputs or ())
        )

    def steps(
        self,
        story: Story,
        *,
        refresh: Sequence[str] = (),
        refresh_all: bool = False,
        thin: bool = False,
    ) -> Options:
        """Return what the steps to an image want to know; a story shows what happens."""
        from liminix_gen.cli.narrate import Narrator  # noqa: PLC0415  not needed for --help
        from liminix_gen.package_set import Choices  # noqa: PLC0415
        from liminix_gen.workflow.options import Options  # noqa: PLC0415

        return Options(
            modules=tuple(self.modules or ()),
            devices=tuple(self.devices or ()),
            outputs=tuple(self.outputs or ()),
            package_set=self.package_set,
            choices=Choices(
                locked=self.locked,
                without=tuple(self.without or ()),
                refresh=tuple(refresh),
                refresh_all=refresh_all,
                source=self.packages,
                store=self.store,
            ),
            thin=thin,
            whole_trace=self.show_trace,
            listen=Narrator(story),
        )


def top(context: typer.Context, **options: Any) -> None:
    """Build router firmware from one Python file.

    Results go to standard output, the story of a run to standard error.

    \b
    Exit codes:
      0    done
      1    a fault of liminix-gen
      2    usage or configuration
      3    a check failed
      4    Nix could not evaluate
      5    Nix could not build, or a package could not be fetched
      6    a run, a boot test, an update or a kexec failed
      130  interrupted
    """  # noqa: D301  \b keeps the lines as they are
    context.obj = Common(**options)


# What typer makes options of: the fields of Common.
_CONTEXT = Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context)
_FIELDS = signature(Common, eval_str=True).parameters.values()
top.__signature__ = Signature([_CONTEXT, *_FIELDS])  # type: ignore[attr-defined]


def loadable(
    load: Callable[[str], T], names: Sequence[str]
) -> tuple[dict[str, T], tuple[Problem, ...]]:
    """Load what has a name: one that is wrong does not keep the others from being listed."""
    from liminix_gen.errors import DefinitionError  # noqa: PLC0415  not needed for --help

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


def refuse_empty(arguments: Sequence[str]) -> None:
    """Raise ConfigurationError for a word without a letter: as a path it would be this folder."""
    before = "liminix-gen"
    for word in arguments:
        if not word or (word.startswith("--") and word.endswith("=") and word.count("=") == 1):
            from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415

            what = f"the word behind {word.rstrip('=') or before} is empty"
            hint = "is a variable of your shell unset?"
            raise ConfigurationError(Problem(None, what, hint=hint))
        before = word


Configuration = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="The configuration: a file of Python, or of JSON.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def print_json(answer: object) -> None:
    """Print what `cli.answers` describes: plain values, and objects of attrs in them."""
    from json import dumps  # noqa: PLC0415  not needed for --help

    from attrs import asdict  # noqa: PLC0415

    typer.echo(dumps(answer, indent=2, default=asdict))
