"""`liminix-gen check`: what a configuration comes to, and what is wrong with it."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

import typer

from liminix_gen import text
from liminix_gen.cli.options import Configuration, Json, common_options
from liminix_gen.cli.story import story
from liminix_gen.errors import ConfigurationError, printable

if TYPE_CHECKING:
    from liminix_gen.errors import Problem
    from liminix_gen.model.kernel import Asked
    from liminix_gen.plan import Plan


def check(context: typer.Context, config: Configuration, json: Json = False) -> None:
    """Check a configuration and say what it comes to.

    Nothing is locked, fetched or built.
    """
    from liminix_gen.workflow.load import load, planned  # noqa: PLC0415  not needed for --help

    try:
        with story() as telling:
            options = common_options(context).steps(telling)
            found = planned(load(config, options), options)
            found.packages.look_up(found.plan, options.choices, options.listen)
    except ConfigurationError as error:
        if not json:
            raise
        problems = [_problem(problem) for problem in error.problems]
        typer.echo(dumps({"problems": problems}, indent=2))
        raise typer.Exit(error.exit_code) from None
    if json:
        typer.echo(dumps(_described(found.plan), indent=2))
        return
    _print(found.plan)


def _print(plan: Plan) -> None:
    modules = {module for loader in plan.loaders for module in loader.modules}
    counts = ", ".join(
        text.count(number, noun)
        for number, noun in (
            (len(plan.services), "service"),
            (len(modules), "kernel module"),
            (len(plan.symbols), "kernel symbol"),
            (len(plan.packages), "package"),
            (len(plan.files), "file"),
        )
    )
    typer.echo(f"{plan.hostname} on {plan.device.name}: {counts}")
    for notice in plan.notices:
        typer.echo(printable(notice))
    if plan.pruned:
        typer.echo("pruned, for no service of config.services refers to it:")
        rows = [(one.what, str(one.asked)) for one in plan.pruned]
        typer.echo(printable(text.columns(rows, indent="  ")))


def _described(plan: Plan) -> dict[str, object]:
    return {
        "problems": [],
        "device": plan.device.name,
        "hostname": plan.hostname,
        "package_set": plan.package_set.name,
        "notices": list(plan.notices),
        "services": [
            {
                "name": service.name,
                "type": service.type,
                "kind": service.kind,
                "needs": list(service.needs),
                "controlled": service.name in plan.controlled,
                **_asked(service.asked),
            }
            for service in plan.services
        ],
        "kernel_modules": sorted({name for loader in plan.loaders for name in loader.modules}),
        "symbols": [
            {
                "name": symbol.name,
                "value": symbol.value,
                "asked": [_asked(asked) for asked in symbol.asked],
            }
            for symbol in plan.symbols
        ],
        "packages": [package.name for package in plan.packages],
        "files": [planned.file.path for planned in plan.files],
        "pruned": [{"what": one.what, **_asked(one.asked)} for one in plan.pruned],
    }


def _asked(asked: Asked) -> dict[str, str | None]:
    return {"by": asked.by, "where": str(asked.where) if asked.where else None}


def _problem(problem: Problem) -> dict[str, str | None]:
    return {
        "where": str(problem.where) if problem.where is not None else None,
        "what": problem.what,
        "why": problem.why,
        "hint": problem.hint,
    }
