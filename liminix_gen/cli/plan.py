"""`liminix-gen plan`: what a build will make, what it costs, and what it takes on a board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from liminix_gen import text
from liminix_gen.cli.options import Configuration, Json, common_options, print_json
from liminix_gen.cli.reaching import SshOption
from liminix_gen.cli.story import story
from liminix_gen.errors import printable

if TYPE_CHECKING:
    from liminix_gen.cli import answers
    from liminix_gen.nix.changes import Change
    from liminix_gen.workflow.forecast import Cost, Forecast

_WORDS = {"+": "add", "~": "change", "-": "remove"}
_ACTIONS = {
    "none": "nothing to do",
    "update": "`liminix-gen update` copies what is new, and reboots",
    "flash": "a new image for its flash",
}
# More of one kind than that are a list of names.
_ROWS = 12
# And of what is known by hundreds, so many names are shown; --json has them all.
_MOST = 8


def plan(
    context: typer.Context,
    config: Configuration,
    *,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="OLD",
            help="What to compare with: an emitted tree, a manifest.json, a revision of the "
            "configuration in Git (HEAD~1:), or a board (root@192.168.19.1).",
        ),
    ] = None,
    ssh_option: SshOption = None,
    json: Json = False,
) -> None:
    """Say what a build will make, what that costs, and what it takes on a board.

    Nothing is locked, fetched or built.
    """
    from liminix_gen.cli import reaching  # noqa: PLC0415  not needed for --help
    from liminix_gen.workflow import against as other  # noqa: PLC0415  not needed for --help
    from liminix_gen.workflow.forecast import forecast, forecast_for  # noqa: PLC0415
    from liminix_gen.workflow.load import load, planned  # noqa: PLC0415

    with story() as telling:
        options = common_options(context).steps(telling)
        found = planned(load(config, options), options)
        if against is not None and other.is_host(against):
            made = forecast_for(found, reaching.board(against, ssh_option), options)
        else:
            old = other.read(against, config, options) if against is not None else None
            made = forecast(found, old, options)
    if json:
        print_json(_described(made))
        return
    typer.echo(printable("\n".join(_told(made, against))))


def _told(made: Forecast, against: str | None) -> Iterator[str]:
    beside = f", against {against.rstrip(':')}" if against is not None else ""
    yield f"{made.plan.hostname} on {made.plan.device.name}{beside}"
    yield from _listed(made.changes, several=against is None)
    yield from _cost(made)
    totals = [
        f"{sum(one.sign == sign for one in made.changes)} to {word}"
        for sign, word in _WORDS.items()
    ]
    if against is not None:
        yield f"on a board that runs {against.rstrip(':')}: {_ACTIONS[made.action]}"
        totals.append(made.action if made.action != "none" else "no action")
        if made.copied_bytes:
            totals.append(f"{text.size(made.copied_bytes)} to copy")
    yield f"plan: {', '.join(totals)}"


def _listed(changes: Sequence[Change], *, several: bool) -> Iterator[str]:
    """Yield a row for each change, or if they are many, their names."""
    rows: list[tuple[str, str, str, str]] = []
    kinds = dict.fromkeys(one.kind for one in changes)
    for kind in kinds:
        if several and kind in {"setting", "source"}:
            continue  # every image has them
        for sign in _WORDS:
            same = [one for one in changes if (one.kind, one.sign) == (kind, sign)]
            if several or len(same) > _ROWS:
                most = _MOST if kind in {"symbol", "version", "source"} else len(same)
                yield from _names(sign, kind, [one.name for one in same], most)
            else:
                rows += [(f"{sign} {kind}", one.name, _values(one), _asker(one)) for one in same]
    yield from text.columns(rows, indent="  ").splitlines()


def _names(sign: str, kind: str, names: Sequence[str], most: int) -> Iterator[str]:
    if names:
        yield from wrap(
            f"  {sign} {text.count(len(names), kind)}: {_first(names, most)}",
            width=100,
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _values(one: Change) -> str:
    if one.before and one.after:
        return f"{one.before} -> {one.after}"
    return one.after or one.before


def _asker(one: Change) -> str:
    more = f" and {len(one.asked) - 1} more" if len(one.asked) > 1 else ""
    return "".join((*one.asked[:1], more))


def _cost(made: Forecast) -> Iterator[str]:
    cost = made.cost
    if made.unlocked:
        count = text.count(made.unlocked, "entry")
        yield f"lock: {count} to add, of the package index that was loaded last"
    if cost is None:
        yield f"cost: not known: {made.unknown}"
        return
    if cost.kernel:
        yield f"kernel: compiled, {_kernel_seconds(cost)}"
    if cost.fetched:
        count, size = text.count(len(cost.fetched), "package"), text.size(cost.fetched_bytes)
        yield f"fetched: {count}, {size}: {_first(cost.fetched)}"
    if cost.built:
        yield f"built: {text.count(len(cost.built), 'derivation')}: {_first(cost.built)}"
        yield f"cached: {text.count(cost.cached, 'derivation')} that these need"
    else:
        yield "built: nothing, all of it is in the store"


def _kernel_seconds(cost: Cost) -> str:
    if cost.kernel_seconds is None:
        return "which takes minutes"
    return f"about {text.seconds(cost.kernel_seconds)}, as the last one of the board here"


def _first(names: Iterable[str], limit: int = 4) -> str:
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more


def _described(made: Forecast) -> answers.Forecast:
    return {
        "hostname": made.plan.hostname,
        "device": made.plan.device.name,
        "changes": list(made.changes),
        "rebuilt": made.rebuilt,
        "copied_bytes": made.copied_bytes,
        "action": made.action,
        "cost": _described_cost(made.cost) if made.cost else None,
        "cost_unknown_because": made.unknown or None,
        "unlocked": made.unlocked,
    }


def _described_cost(cost: Cost) -> answers.Cost:
    return {
        "fetched": cost.fetched,
        "fetched_bytes": cost.fetched_bytes,
        "built": list(cost.built),
        "cached": cost.cached,
        "kernel": cost.kernel,
        "kernel_seconds": cost.kernel_seconds,
    }
