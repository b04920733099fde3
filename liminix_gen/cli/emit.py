"""`liminix-gen emit`: the Nix tree of a configuration."""

from pathlib import Path
from typing import Annotated

import typer

from liminix_gen.cli.options import Configuration, common_options
from liminix_gen.cli.story import story


def emit(
    context: typer.Context,
    config: Configuration,
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="Where the tree goes. Default: hello-tree for hello.py."
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail with 3 if DIR is not what CONFIG gives."),
    ] = False,
) -> None:
    """Write the Nix tree of a configuration.

    The tree needs no liminix-gen: ./fetch.sh and nix-build build it.
    """
    from liminix_gen.cli import making, text  # noqa: PLC0415  not needed for --help
    from liminix_gen.errors import CheckError, Problem  # noqa: PLC0415
    from liminix_gen.nix import tree  # noqa: PLC0415

    target = directory or config.with_name(f"{config.stem}-tree")
    with story() as telling:
        prepared = making.prepare(config, common_options(context), telling)
    if check:
        changed = tree.differences(prepared.tree, target)
        if changed:
            remedy = f"liminix-gen emit {config} {target}"
            what = f"is not what {config} gives"
            raise CheckError(Problem(str(target), what, "\n".join(changed), remedy))
        return
    changed = tree.write(prepared.tree, target)
    files = f"{text.count(len(prepared.tree), 'file')}, {len(changed)} of them new or changed"
    typer.echo(f"{target}: {files}")
