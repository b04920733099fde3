"""`liminix-gen size`: what an image takes, by service and package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from liminix_gen import text
from liminix_gen.cli.options import Configuration, Json, common_options, print_json
from liminix_gen.cli.story import story
from liminix_gen.errors import ConfigurationError, Problem, printable

if TYPE_CHECKING:
    from liminix_gen.workflow.size import Sizes

_TOP = 10


def size(
    context: typer.Context,
    config: Configuration,
    *,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="OLD",
            help="What to compare with: a file that `size --json` wrote, or a revision of the "
            "configuration in Git (HEAD~1:), where both are estimated.",
        ),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A table for a pull request.")
    ] = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Estimate the root even if it is built.")
    ] = False,
    json: Json = False,
) -> None:
    """Say what an image takes: estimated before a build, measured after it.

    Sizes are those in a squashfs. A service's or package's is what the root would be smaller by
    without it. Nothing is locked, fetched or built.
    """
    from attrs import asdict  # noqa: PLC0415  not needed for --help

    from liminix_gen.workflow.against import revision  # noqa: PLC0415
    from liminix_gen.workflow.load import load, planned  # noqa: PLC0415
    from liminix_gen.workflow.size import sizes  # noqa: PLC0415

    with story() as telling:
        options = common_options(context).steps(telling)
        old: Mapping[str, object] | None = None
        if against is not None and against.endswith(":") and not Path(against).exists():
            # A measure beside an estimate would show their difference.
            estimate = True
            with revision(against, config, options) as (then, options_then):
                old = asdict(sizes(then, options_then, estimate=True))
        elif against is not None:
            old = _read(Path(against))
        found = sizes(planned(load(config, options), options), options, estimate=estimate)
    if json:
        print_json(found)
    elif markdown:
        typer.echo(printable("\n".join(_markdown(found, old))))
    elif old is not None:
        rows = [("", "BEFORE", "NOW", ""), *_differences(old, asdict(found))]
        typer.echo(printable(text.columns(rows)))
    else:
        typer.echo(printable("\n".join(told(found))))


def told(found: Sizes) -> Iterator[str]:
    """Yield the answer, line by line."""
    how = "built" if found.is_built else "estimated"
    yield f"{found.hostname} on {found.device}"
    yield f"root    {text.size(found.root_bytes)} as squashfs, {how}"
    if found.root_type != "squashfs":
        yield f"        the image has {found.root_type}, which takes more than that"
    if found.kernel_bytes is not None:
        whose = "" if found.kernel_is_built else ", of the last kernel of the board here"
        yield f"kernel  {text.size(found.kernel_bytes)}, before its image compresses it{whose}"
    if found.room_bytes is not None:
        kernel = found.kernel_bytes or 0
        left = _signed(found.room_bytes - found.root_bytes - kernel)
        # How far the kernel is compressed is not known before its image is there.
        besides = f"beside both {left} or more" if kernel else f"beside the root {left}"
        yield f"flash   {text.size(found.room_bytes)} for kernel and root; {besides}"
    for title, sizes in (("service", found.services), ("package", found.packages)):
        rows = [(name, f"-{text.size(size)}") for name, size in _largest(sizes) if size]
        if rows:
            yield f"without this {title}"
            yield text.columns(rows, indent="  ")
    yield "largest store paths"
    rows = [(_name(path), text.size(size)) for path, size in _largest(found.paths)]
    yield text.columns(rows, indent="  ")
    if found.estimated:
        yield f"not in the store, so by what it took before: {', '.join(found.estimated)}"


def _largest(sizes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sizes.items(), key=lambda one: (-one[1], one[0]))[:_TOP]


def _name(path: str) -> str:
    return path.rpartition("/")[2].partition("-")[2]


def _signed(value: int) -> str:
    return f"{'-' if value < 0 else '+'}{text.size(abs(value))}"


def _read(file: Path) -> Mapping[str, object]:
    try:
        said = cast("Mapping[str, object]", loads(file.read_text(encoding="utf-8")))
        _totals(said)
    except OSError as error:
        raise ConfigurationError(Problem(str(file), f"cannot be read: {error.strerror}")) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        what, hint = "is not what `size --json` writes", "liminix-gen size --json CONFIG >FILE"
        raise ConfigurationError(Problem(str(file), what, hint=hint)) from None
    return said


def _totals(said: Mapping[str, object]) -> Mapping[str, int]:
    """Return the sizes that are compared, by what they are of."""
    found = {"root": cast("int", said["root_bytes"])}
    for key, kind in (("services", "service"), ("packages", "package")):
        found |= {
            f"{kind} {name}": size for name, size in cast("Mapping[str, int]", said[key]).items()
        }
    if any(not isinstance(size, int) for size in found.values()):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(found)
    return found


def _differences(
    old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[tuple[str, str, str, str]]:
    before, after = _totals(old), _totals(new)
    for what in sorted({*before, *after}, key=lambda what: (what != "root", what)):
        one, other = before.get(what, 0), after.get(what, 0)
        if what == "root" or one != other:
            yield what, text.size(one), text.size(other), _signed(other - one)


def _markdown(found: Sizes, old: Mapping[str, object] | None) -> Iterator[str]:
    from attrs import asdict  # noqa: PLC0415  not needed for --help

    how = "" if found.is_built else " (estimated)"
    yield f"**{found.hostname}** on {found.device}{how}"
    yield ""
    if old is None:
        yield from ("| | bytes |", "|---|---:|")
        for what, size in _totals(asdict(found)).items():
            yield f"| {what} | {size} |"
        return
    yield from ("| | before | now | |", "|---|---:|---:|---:|")
    for row in _differences(old, asdict(found)):
        yield f"| {' | '.join(row)} |"
