"""Pages that are made from the models: of boards a table and a section each, of images a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from liminix_gen.boards import best_first, facts
from liminix_gen.catalog import Catalog
from liminix_gen.model import hardening
from liminix_gen.model.device import Device
from liminix_gen.model.output import Image
from liminix_gen.proof import LEVELS, Proof

_MADE = "<!-- Made by `make docs` from devices/ and docs/proof.json. -->"
_HARDENING = "<!-- Made by `make docs` from liminix_gen/model/hardening.py. -->"


def table(boards: Iterable[Device], proofs: Sequence[Proof]) -> str:
    """Return the table of all boards as Markdown, those first of which most was seen."""

    def rank(board: Device) -> int:
        return next((LEVELS.index(one.level) for one in best_first(board, proofs)), len(LEVELS))

    lines = [_MADE, "| device | what it is | kernel | proven |", "|---|---|---|---|"]
    lines += [
        f"| [{board.name}](docs/boards.md#{board.name}) | {board.description} "
        f"| {board.kernel.source} | {_seen(board, proofs)} |"
        for board in sorted(boards, key=lambda board: (rank(board), board.name))
    ]
    return "\n".join(lines) + "\n"


def table_of_images(images: Iterable[Image]) -> str:
    """Return the table of images as Markdown."""
    lines = ["<!-- Made by `make docs` from outputs/. -->", "| Output | |", "|---|---|"]
    lines += [f"| `{image.name}` | {image.help} |" for image in images]
    return "\n".join(lines) + "\n"


def table_on_request(catalog: Catalog) -> str:
    """Return the table of symbols that a kernel for every configuration of a board leaves out."""
    lines = [
        "<!-- Made by `make docs` from modules/. -->",
        '| left out of `"all"` | comes with the service type | why |',
        "|---|---|---|",
    ]
    lines += [
        f"| `{symbol}` | `{name}` | {reason} |"
        for name in catalog.service_types
        for symbol, reason in catalog.service_type(name).KERNEL.on_request.items()
    ]
    return "\n".join(lines) + "\n"


def table_of_hardening() -> str:
    """Return the table of symbols that make faults of a kernel harder to use."""
    lines = ["| symbols | on | why | bytes |", "|---|---|---|---|"]
    for architecture, group in hardening.groups_by_architecture():
        cost = "not measured" if group.cost_bytes is None else f"{group.cost_bytes:,}"
        where = architecture or "every processor"
        lines.append(f"| {' '.join(group.names)} | {where} | {group.reason} | {cost} |")
    return "\n".join([_HARDENING, *lines]) + "\n"


def table_of_settings() -> str:
    """Return the table of settings of the kernel that every image has."""
    lines = ["| below /proc/sys | value | why | cost |", "|---|---|---|---|"]
    lines += [
        f"| `{path}` | {one.value} | {one.reason} | {one.cost} |"
        for path, one in hardening.SETTINGS.items()
    ]
    return "\n".join([_HARDENING, *lines]) + "\n"


def page(catalog: Catalog, proofs: Sequence[Proof]) -> str:
    """Return the page with a section for each board, as Markdown."""
    boards = map(catalog.device, catalog.devices)
    lines = (line for board in boards for line in _board(board, catalog, proofs))
    return "\n".join(["# Boards", "", _MADE, *lines])


def _seen(board: Device, proofs: Sequence[Proof]) -> str:
    best = next(iter(best_first(board, proofs)), None)
    return f"{best.level} {best.date}" if best else "nothing yet"


def _board(board: Device, catalog: Catalog, proofs: Sequence[Proof]) -> Iterator[str]:
    yield from ("", f"## {board.name}", "", f"{board.description}.", "")
    if board.about:
        yield from (board.about.strip(), "")
    yield from ("| | |", "|---|---|")
    for key, value in facts(board, catalog, proofs):
        yield f"| {key} | {value} |"
    for proof in best_first(board, proofs):
        yield f"| {proof.level} | {proof.date}, by `{proof.command}` |"
    if board.install:
        yield from ("", "### Installation", "", board.install.strip())
    if not board.install:
        yield ""
