"""`liminix-gen init`: a first configuration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen.cli.options import common_options, completing
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from liminix_gen.cli.options import Common
    from liminix_gen.profiles.first import Answers


def init(  # noqa: PLR0917  typer gives each by its name
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="[FILE]", help="Where the configuration goes.")
    ] = Path("router.py"),
    board: Annotated[
        str | None,
        typer.Option(
            "--board",
            "--device",
            metavar="NAME",
            help="The board; else one of QEMU's.",
            autocompletion=completing("devices"),
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="[gateway|access-point]", help="What the board is for."),
    ] = None,
    hostname: Annotated[str | None, typer.Option(metavar="NAME", help="Its name.")] = None,
    wan: Annotated[
        str | None,
        typer.Option(
            metavar="[dhcp|pppoe|static]", help="How the provider gives a gateway its address."
        ),
    ] = None,
    wan_vlan: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="The VLAN of the line, if it has one.")
    ] = None,
    username: Annotated[
        str | None, typer.Option(metavar="NAME", help="pppoe: the user's name.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(metavar="ADDRESS/LENGTH", help="static: the router's address.")
    ] = None,
    router: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="static: the provider's router.")
    ] = None,
    name_server: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="static: a name server; may be repeated."),
    ] = None,
    lan: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS/LENGTH", help="The address of a gateway in its LAN."),
    ] = None,
    guests: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS/LENGTH", help="And among guests, who are in VLAN 20."),
    ] = None,
    wifi: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The name of its wireless network."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(metavar="COUNTRY", help="wifi: where the radio is, such as DE.")
    ] = None,
    ssh_key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY", help="A public key that lets you in, or its file; may be repeated."
        ),
    ] = None,
) -> None:
    """Write a first configuration, with comments.

    It is a gateway or an access point. On a terminal it asks for what no option says; Enter takes
    what stands in brackets. A file that exists is never overwritten.
    """
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415  not for --help
    from liminix_gen.profiles import first  # noqa: PLC0415  not needed for --help

    if file.exists():
        problem = Problem(str(file), "exists already", hint="choose another name")
        raise ConfigurationError(problem)
    catalog = common_options(context).catalog()
    given = {
        "board": board,
        "profile": profile,
        "hostname": hostname,
        "wan": wan,
        "wan_vlan": wan_vlan,
        "username": username,
        "address": address,
        "router": router,
        "name_servers": name_server or None,
        "lan": lan,
        "guests": guests,
        "wifi": wifi,
        "country": country,
        "ssh_keys": ssh_key or None,
    }
    ask = _asked if sys.stdin.isatty() and sys.stderr.isatty() else None
    answers = first.answers(catalog, given, ask)
    _require_right(answers.text(), common_options(context))
    _write(file, answers.text())
    typer.echo(printable(str(file)))
    _say_what_next(file, answers)


def _asked(question: str, default: str, refusal: str) -> str:
    """Ask on the terminal; ``refusal`` is what was wrong with the answer before."""
    if refusal:
        typer.echo(f"  {printable(refusal)}", err=True)
    return str(typer.prompt(question, default=default, err=True, show_default=bool(default)))


def _require_right(text: str, common: Common) -> None:
    """Refuse, before it is written, what `check` would refuse."""
    import re  # noqa: PLC0415  not needed for --help

    from attrs import evolve  # noqa: PLC0415

    from liminix_gen import files  # noqa: PLC0415
    from liminix_gen.errors import ConfigurationError  # noqa: PLC0415
    from liminix_gen.workflow.load import load, planned  # noqa: PLC0415
    from liminix_gen.workflow.options import Options  # noqa: PLC0415

    options = Options(modules=tuple(common.modules or ()), devices=tuple(common.devices or ()))
    with files.temporary_folder() as folder:
        file = folder / "router.py"
        file.write_text(text, encoding="utf-8")
        try:
            planned(load(file, options), options)
        except ConfigurationError as error:
            # Nobody has the file whose lines these are.
            lines = re.compile(rf" \({re.escape(str(file))}:\d+\)")
            raise ConfigurationError(
                *(evolve(one, where=None, why=lines.sub("", one.why)) for one in error.problems)
            ) from None


def _write(file: Path, text: str) -> None:
    from liminix_gen import files  # noqa: PLC0415  not needed for --help
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415

    try:
        files.create(file, text.encode())
    except OSError as error:
        raise ConfigurationError(Problem(str(file), error.strerror or str(error))) from None


def _say_what_next(file: Path, answers: Answers) -> None:
    from liminix_gen import text  # noqa: PLC0415  not needed for --help

    shown = printable(text.operand(file))
    then = f"{'run' if answers.runs_here else 'build'} {shown}"
    typer.echo(f"next: liminix-gen check {shown}, then liminix-gen {then}", err=True)
