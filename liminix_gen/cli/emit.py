"""`liminix-gen emit`: the Nix tree of a configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.cli.options import Configuration, common_options
from liminix_gen.cli.story import story
from liminix_gen.errors import printable


def emit(
    context: typer.Context,
    config: Configuration,
    output: Annotated[
        Path | None,
        typer.Option(
            "--directory", "-o", metavar="DIR", help="Where the tree goes. Default: NAME-tree."
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write nothing; fail with 3 if DIR is not what CONFIG gives."
        ),
    ] = None,
) -> None:
    """Write the Nix tree of a configuration.

    The tree needs no liminix-gen: ./fetch.sh and nix-build build it.
    """
    from liminix_gen import workflow  # noqa: PLC0415
    from liminix_gen.cli import preparing, text  # noqa: PLC0415  not needed for --help
    from liminix_gen.errors import CheckError, Problem  # noqa: PLC0415
    from liminix_gen.nix import tree  # noqa: PLC0415

    with story() as telling:
        prepared = preparing.prepare(config, common_options(context), telling)
        if (nixpkgs := common_options(context).nixpkgs) is not None:
            workflow.look_for_packages(prepared.plan, nixpkgs, preparing.Notices(telling))
        for notice in prepared.plan.notices:
            telling.step("note", notice)
    if check is not None:
        changed = tree.differences(prepared.tree, check)
        if changed:
            hint = f"liminix-gen emit {config} -o {check}"
            what = f"is not what {config} gives" if check.is_dir() else "is not there"
            changed = changed if check.is_dir() else ()
            raise CheckError(Problem(str(check), what, "\n".join(changed), hint))
        return
    target = output or config.with_name(f"{config.stem}-tree")
    changed = tree.write(prepared.tree, target)
    files = f"{text.count(len(prepared.tree), 'file')}, {len(changed)} of them new or changed"
    typer.echo(printable(f"{target}: {files}"))
