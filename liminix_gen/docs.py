"""Pages that are made from the models: of boards a table and a section each, of images a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from liminix_gen import package_sets
from liminix_gen.model.device import Device
from liminix_gen.model.output import Image
from liminix_gen.proof import LEVELS, Proof

_MADE = "<!-- Made by `make docs` from devices/ and docs/proof.json. -->"


def table(boards: Iterable[Device], proofs: Sequence[Proof]) -> str:
    """Return the table of all boards as Markdown: what each is, and the best that was seen."""
    lines = [_MADE, "| device | what it is | kernel | proven |", "|---|---|---|---|"]
    lines += [
        f"| [{board.name}](docs/boards.md#{board.name}) | {board.description} "
        f"| {board.kernel.source} | {_best(board, proofs)} |"
        for board in boards
    ]
    return "\n".join(lines) + "\n"


def table_of_images(images: Iterable[Image]) -> str:
    """Return the table of images as Markdown."""
    lines = ["<!-- Made by `make docs` from outputs/. -->", "| Output | |", "|---|---|"]
    lines += [f"| `{image.name}` | {image.help} |" for image in images]
    return "\n".join(lines) + "\n"


def page(boards: Iterable[Device], proofs: Sequence[Proof]) -> str:
    """Return the page with a section for each board, as Markdown."""
    return "\n".join(["# Boards", "", _MADE, *(line for b in boards for line in _board(b, proofs))])


def _of(board: Device, proofs: Sequence[Proof]) -> Sequence[Proof]:
    own = (proof for proof in proofs if proof.board == board.name)
    return sorted(own, key=lambda proof: LEVELS.index(proof.level))


def _best(board: Device, proofs: Sequence[Proof]) -> str:
    return next((f"{proof.level} {proof.date}" for proof in _of(board, proofs)), "nothing yet")


def _board(board: Device, proofs: Sequence[Proof]) -> Iterator[str]:
    yield from ("", f"## {board.name}", "", f"{board.description}.", "")
    if board.about:
        yield from (board.about.strip(), "")
    yield from ("| | |", "|---|---|")
    for key, value in _facts(board):
        yield f"| {key} | {value} |"
    for proof in _of(board, proofs):
        yield f"| {proof.level} | {proof.date}, by `{proof.command}` |"
    if board.install:
        yield from ("", "### Installation", "", board.install.strip())
    if not board.install:
        yield ""


def _facts(board: Device) -> Iterator[tuple[str, str]]:
    build = board.kernel
    openwrt = f", with OpenWrt's `{build.openwrt.target}` patches" if build.openwrt else ""
    yield "kernel", f"{build.source}{openwrt}"
    yield "compiled for", f"`{board.cross.config}`"
    for packages in package_sets.every():
        yield from packages.facts(board)
    if build.device_tree:
        yield "device tree", f"`{build.device_tree}`"
    if board.boot:
        load = f", loaded at {board.boot.load}" if board.boot.load else ""
        yield "boot image", f"{board.boot.format}{load}"
    if board.flash:
        yield (
            "flash for kernel and root",
            f"{board.flash.size_bytes} bytes at {board.flash.address}",
        )
    if board.ubi:
        yield "UBI", f"{board.ubi.size_bytes} bytes"
    roots = (f"{type_} on `{root.device}`" for type_, root in board.roots.items())
    yield "root", "; ".join(roots)
    yield "images", ", ".join(f"`{name}`" for name in sorted(board.outputs))
    if board.qemu:
        yield "QEMU", f"`{board.qemu.executable} -machine {board.qemu.machine}`"
