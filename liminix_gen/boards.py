"""What there is to say of a board, for a terminal and for the manual."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from liminix_gen import package_sets, text
from liminix_gen.catalog import Catalog
from liminix_gen.model.device import Device
from liminix_gen.model.service import bands_of, interface_of
from liminix_gen.proof import LEVELS, Proof
from liminix_gen.service_types import interfaces_of


@frozen
class Interfaces:
    """A board's network interfaces by their names in a configuration, each with the kernel's name.

    ``radios`` are those that are radios, each with its bands.
    """

    names: Mapping[str, str]
    radios: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, board: Device, catalog: Catalog) -> Interfaces:
        """Build those of a board."""
        built = interfaces_of(board, catalog)
        return cls(
            {name: str(interface_of(one)) for name, one in built.items()},
            {name: bands for name, one in built.items() if (bands := bands_of(one))},
        )


def matching(word: str, catalog: Catalog) -> tuple[str, ...]:
    """Return the boards that have a word in what is said of them; "glinet" is in "GL.iNet"."""
    wanted = _letters(word)

    def has(board: Device) -> bool:
        return any(wanted in _letters(line) for line in _said(board, catalog))

    return tuple(name for name in catalog.devices if wanted and has(catalog.device(name)))


def _said(board: Device, catalog: Catalog) -> Iterator[str]:
    """Yield what a board may be looked for by: its name, what it has, and not how it was proven."""
    yield board.name
    yield board.description
    yield board.about.strip().partition("\n\n")[0]
    yield from (fact for _, fact in _had(board, catalog))


def facts(board: Device, catalog: Catalog, proofs: Sequence[Proof]) -> Iterator[tuple[str, str]]:
    """Yield what a board is and has, each under a word, and what was found of its hardware."""
    yield from _had(board, catalog)
    yield from _hardware(board, proofs)


def _had(board: Device, catalog: Catalog) -> Iterator[tuple[str, str]]:
    build = board.kernel
    openwrt = f", with OpenWrt's patches for {build.openwrt.target}" if build.openwrt else ""
    yield "package sets", ", ".join(one.name for one in package_sets.serving(board))
    for packages in package_sets.every():
        yield from packages.facts(board)
    yield "kernel", f"{build.source}, {build.architecture}{openwrt}"
    yield "compiled for", board.cross.config
    if build.device_tree:
        yield "device tree", build.device_tree
    interfaces = Interfaces.of(board, catalog)
    yield (
        "interfaces",
        ", ".join(
            name if name == kernels else f"{name} ({kernels})"
            for name, kernels in interfaces.names.items()
        ),
    )
    radios = (f"{name} ({', '.join(bands)})" for name, bands in interfaces.radios.items())
    yield "radios", ", ".join(radios) or "none that is driven"
    if board.boot:
        load = f", loaded at {board.boot.load}" if board.boot.load else ""
        yield "boot image", f"{board.boot.format}{load}"
    if board.flash:
        yield "flash", f"{text.size(board.flash.size_bytes)} for kernel and root"
    if board.ubi:
        yield "flash", f"{text.size(board.ubi.size_bytes)} of UBI"
    yield "roots", ", ".join(f"{type_} on {root.device}" for type_, root in board.roots.items())
    yield "images", ", ".join(sorted(board.outputs))
    if board.qemu:
        yield "QEMU", f"{board.qemu.executable} -machine {board.qemu.machine}"


def _hardware(board: Device, proofs: Sequence[Proof]) -> Iterator[tuple[str, str]]:
    """Yield what the last build found of the board's hardware."""
    if board.kernel.device_tree is None:
        return
    found = next((one.hardware for one in best_first(board, proofs) if one.hardware), None)
    if found is None:
        yield "hardware", "not held against a kernel yet"
        return
    yield "hardware", f"{found.driven} parts have a driver, {found.handled} need none of their own"
    for name, reason in found.undriven.items():
        yield "not driven", f"{name}: {reason}"


def best_first(board: Device, proofs: Sequence[Proof]) -> Sequence[Proof]:
    """Return what was seen of a board, the strongest first."""
    own = (proof for proof in proofs if proof.board == board.name)
    return sorted(own, key=lambda proof: LEVELS.index(proof.level))


def _letters(words: str) -> str:
    return re.sub(r"[^a-z0-9]", "", words.lower())
