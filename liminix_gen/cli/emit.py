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
    thin: Annotated[
        bool,
        typer.Option(
            "--thin",
            help="Leave library, modules and packages to liminix-gen's flake (nixpkgs set).",
        ),
    ] = False,
) -> None:
    """Write the Nix tree of a configuration.

    The tree needs no liminix-gen: ./fetch.sh and nix-build build it. A thin one is built by
    lib.mkSystem of liminix-gen's flake.
    """
    from liminix_gen import text  # noqa: PLC0415  not needed for --help
    from liminix_gen.errors import CheckError, Problem  # noqa: PLC0415
    from liminix_gen.nix import tree  # noqa: PLC0415
    from liminix_gen.package_sets import AUTO  # noqa: PLC0415
    from liminix_gen.workflow.emit import prepare  # noqa: PLC0415
    from liminix_gen.workflow.load import load  # noqa: PLC0415

    with story() as telling:
        options = common_options(context).steps(telling, thin=thin)
        prepared = prepare(load(config, options), options)
        if options.choices.source is not None:
            prepared.packages.look_up(prepared.plan, prepared.lock, options.choices, options.listen)
        for notice in prepared.plan.notices:
            telling.step("note", notice)
    if check is not None:
        changed = tree.differences(prepared.tree, check)
        if changed:
            asked = options.package_set
            words = [
                *(["--package-set", asked] if asked != AUTO else []),
                *(["--thin"] if thin else []),
            ]
            words += [text.operand(config), "-o", text.operand(check)]
            hint = f"liminix-gen emit {' '.join(words)}"
            if check.is_dir() and (kept := tree.in_the_way(prepared.tree, check)):
                gone = " ".join(map(text.operand, kept))
                hint = f"keep what you need of it elsewhere, then:\nrm {gone}\n{hint}"
            what = f"is not what {config} gives" if check.is_dir() else "is not there"
            changed = changed if check.is_dir() else ()
            raise CheckError(Problem(str(check), what, "\n".join(changed), hint))
        return
    target = output or config.with_name(f"{config.stem}-tree")
    changed = tree.write(prepared.tree, target)
    files = f"{text.count(len(prepared.tree), 'file')}, {len(changed)} of them new or changed"
    typer.echo(printable(f"{target}: {files}"))
