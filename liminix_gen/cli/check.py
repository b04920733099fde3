"""`liminix-gen check`: what a configuration comes to, and what is wrong with it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen import text
from liminix_gen.cli.options import Configuration, Json, common_options, print_json
from liminix_gen.cli.story import story
from liminix_gen.errors import ConfigurationError, Problem, printable

if TYPE_CHECKING:
    from liminix_gen.cli.answers import Asker, Checked, Mistake, Refused
    from liminix_gen.model.kernel import Asked
    from liminix_gen.plan import Plan
    from liminix_gen.workflow.check_kernel import KernelCheck
    from liminix_gen.workflow.load import Planned
    from liminix_gen.workflow.options import Options


def check(
    context: typer.Context,
    config: Configuration,
    *,
    kernel: Annotated[
        bool,
        typer.Option(
            "--kernel", help="Ask the Kconfig of the kernel's source about every symbol too."
        ),
    ] = False,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="With --kernel: write the missing symbols to CONFIG."),
    ] = False,
    json: Json = False,
) -> None:
    """Check a configuration and say what it comes to.

    Nothing is locked, fetched or built; but for --kernel, which needs the kernel's source.
    """
    if fix and config.suffix == ".json":
        what, hint = "--fix writes lines of Python", "without it they are shown"
        raise ConfigurationError(Problem(str(config), what, hint=hint))
    if fix and not kernel:
        what, hint = "--fix is an option of --kernel", "liminix-gen check --kernel --fix CONFIG"
        raise ConfigurationError(Problem(None, what, hint=hint))
    from liminix_gen.workflow.load import load, planned  # noqa: PLC0415  not needed for --help

    try:
        with story() as telling:
            options = common_options(context).steps(telling)
            found = planned(load(config, options), options)
            found.packages.look_up(found.plan, found.lock, options.choices, options.listen)
            of_kernel = _of_kernel(found, options) if kernel else None
    except ConfigurationError as error:
        if not json:
            raise
        refused: Refused = {"problems": [_problem(problem) for problem in error.problems]}
        print_json(refused)
        raise typer.Exit(error.exit_code) from None
    if of_kernel is not None:
        from liminix_gen.cli.check_kernel import report  # noqa: PLC0415  only for --kernel

        report(of_kernel, config, fix=fix, json=json)
        return
    if json:
        print_json(_described(found.plan, _root_bytes(found)))
        return
    _print(found.plan, _root_bytes(found))


def _root_bytes(found: Planned) -> int | None:
    """Return about what the root takes, if the lock says what its packages are."""
    from liminix_gen.workflow.size import foreseen_bytes  # noqa: PLC0415  not needed for --help

    return foreseen_bytes(found)


def _of_kernel(found: Planned, options: Options) -> KernelCheck:
    from liminix_gen.workflow.check_kernel import check_kernel  # noqa: PLC0415  only for --kernel

    return check_kernel(found, options)


def _wrapped(word: str, names: list[str]) -> str:
    return fill(
        ", ".join(names),
        width=100,
        initial_indent=f"{word:<9} ",
        subsequent_indent=" " * 10,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _print(plan: Plan, root_bytes: int | None) -> None:
    from liminix_gen.plan.requests import ports_of  # noqa: PLC0415  not needed for --help

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
    for word, names in (
        ("services", [member.name for member in plan.members]),
        ("listens", list(ports_of(plan))),
        ("packages", [package.name for package in plan.packages]),
    ):
        if names:
            typer.echo(printable(_wrapped(word, names)))
    if root_bytes is not None:
        typer.echo(f"{'root':<9} about {text.size(root_bytes)} as squashfs")
    for notice in plan.notices:
        typer.echo(printable(notice))
    if plan.pruned:
        typer.echo("pruned, for no service of config.services refers to it:")
        rows = [(one.what, str(one.asked)) for one in plan.pruned]
        typer.echo(printable(text.columns(rows, indent="  ")))


def _described(plan: Plan, root_bytes: int | None) -> Checked:
    from liminix_gen.plan.requests import ports_of  # noqa: PLC0415  not needed for --help

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
        "ports": {port: [_asked(one) for one in asked] for port, asked in ports_of(plan).items()},
        "pruned": [{"what": one.what, **_asked(one.asked)} for one in plan.pruned],
        "root_bytes": root_bytes,
    }


def _asked(asked: Asked) -> Asker:
    return {"by": asked.by, "where": str(asked.where) if asked.where else None}


def _problem(problem: Problem) -> Mistake:
    return {
        "where": str(problem.where) if problem.where is not None else None,
        "what": problem.what,
        "why": problem.why,
        "hint": problem.hint,
        "kind": problem.kind,
    }
