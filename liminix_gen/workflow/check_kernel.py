"""The kernel's configuration before any compile: Kconfig itself is asked, of the very source.

Two derivations stand beside that of a kernel (lib/kernel/kernel.nix): `kconfig`, what of the source
Kconfig reads, made once, and `audit`, the same step as in the kernel's own build, in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from liminix_gen import files
from liminix_gen.events import Listener, unheard
from liminix_gen.kconfig.audit import LostSymbol, lost_symbols
from liminix_gen.kconfig.types import types_of
from liminix_gen.model.kernel import Asked
from liminix_gen.nix import build, tree
from liminix_gen.nix.failures import DerivationError
from liminix_gen.nix.verbs import Nix
from liminix_gen.plan import PlannedSymbol
from liminix_gen.plan.symbols import USER
from liminix_gen.workflow.emit import Prepared, emit, rendered
from liminix_gen.workflow.explain import explained
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.load import Planned
from liminix_gen.workflow.options import Options

_ROUNDS = 8
_ADVISED = Asked(by="the advice")
_COMPARED = re.compile(r"(\w+)=([ymn])")
_VALUE = re.compile(r"^CONFIG_(\w+)=(.*)$", re.MULTILINE)


@frozen(kw_only=True)
class KernelCheck:
    """What Kconfig makes of the symbols of a plan.

    ``lost`` are those that it does not grant; with ``lines``, symbols to ask for besides, it
    grants all of them but ``left``. ``selected`` are the user's own that others select.
    """

    symbols: int
    lost: tuple[LostSymbol, ...]
    lines: Mapping[str, str]
    left: tuple[LostSymbol, ...]
    selected: tuple[str, ...]


@frozen
class _Kconfig:
    """Asks Kconfig about the symbols of a plan, and others."""

    prepared: Prepared
    options: Options
    nix: Nix
    arguments: Mapping[str, str]

    def build(self, symbols: Mapping[str, str], attribute: str, listen: Listener) -> Path:
        plan = self.prepared.plan
        asked = {one.name: one.asked for one in plan.symbols}
        of_plan = tuple(
            PlannedSymbol(name=name, value=value, asked=asked.get(name, (_ADVISED,)))
            for name, value in sorted(symbols.items())
        )
        one = self.prepared
        made = rendered(
            one.path, evolve(plan, symbols=of_plan), one.packages, one.lock, self.options
        )
        with files.temporary_folder() as folder:
            tree.write(made.tree, folder / "tree")
            return build.build_attribute(
                self.nix, folder / "tree", attribute, self.arguments, listen
            )

    def lost(
        self, symbols: Mapping[str, str], listen: Listener = unheard
    ) -> tuple[LostSymbol, ...]:
        """Return what is not granted; what fails for another reason is a BuildError."""
        askers = {one.name: [str(who) for who in one.asked] for one in self.prepared.plan.symbols}
        try:
            self.build(symbols, "kernel.audit", listen)
        except DerivationError as error:
            lines = [line for failure in error.failures for line in failure.lines]
            if found := lost_symbols(lines, askers):
                return found
            raise explained(error, self.prepared.plan) from None
        return ()


def check_kernel(found: Planned, options: Options) -> KernelCheck:
    """Ask Kconfig about a plan; what it needs of the kernel's source is fetched, once.

    The lock is written if it changes. Raises BuildError.
    """
    found.packages.require(options.choices)
    prepared = emit(found.path, found.plan, found.packages, found.lock, options)
    nix = found.packages.nix(options.choices)
    prepared, arguments = fetch(prepared, options, nix)
    kconfig = _Kconfig(prepared, options, nix, arguments)
    symbols = {one.name: one.value for one in found.plan.symbols}
    lost = kconfig.lost(symbols, options.listen)
    lines, left = _advice(kconfig, symbols, lost)
    # What is not granted would hide what the rest selects; who took its place is not selected.
    aside = {one.name for one in left}.union(*(one.rivals for one in left))
    granted = {name: value for name, value in {**symbols, **lines}.items() if name not in aside}
    return KernelCheck(
        symbols=len(symbols),
        lost=lost,
        lines=lines,
        left=left,
        selected=tuple(_selected(kconfig, granted)),
    )


def _advice(
    kconfig: _Kconfig, symbols: Mapping[str, str], lost: Sequence[LostSymbol]
) -> tuple[Mapping[str, str], tuple[LostSymbol, ...]]:
    """Return symbols that help, and what is lost even so: each round shows what is missing next."""
    added: dict[str, str] = {}
    if not lost:
        return added, ()
    source = kconfig.build(symbols, "kernel.kconfig", unheard)
    left = tuple(lost)
    for _ in range(_ROUNDS):
        more = {
            name: value
            for name, value in _missing(source, left).items()
            if name not in symbols and added.get(name) != value
        }
        if not more:
            break
        added |= more
        left = kconfig.lost({**symbols, **added})
        if not left:
            break
    # What is lost of the advice is no part of it, nor is what helped none but that.
    helpful = {
        name: value for name, value in added.items() if name not in {one.name for one in left}
    }
    return helpful, tuple(one for one in left if one.name in symbols)


def _missing(source: Path, lost: Sequence[LostSymbol]) -> Mapping[str, str]:
    """Return the parents that are off, with the value that the symbols below them need."""
    wanted: dict[str, str] = {}
    for symbol in lost:
        for parent in symbol.parents:
            match = _COMPARED.fullmatch(parent)
            name, value = (match[1], match[2]) if match else (parent, symbol.asked)
            if re.fullmatch(r"\w+", name) and wanted.get(name) != "y":
                wanted[name] = value if value in {"m", "n"} else "y"
    types = types_of(source, wanted)
    return {
        name: "y" if value == "m" and types.get(name) != "tristate" else value
        for name, value in wanted.items()
    }


def _selected(kconfig: _Kconfig, symbols: Mapping[str, str]) -> Iterator[str]:
    """Yield those of the user's own symbols that have their value because others are asked for."""
    own = [
        one.name
        for one in kconfig.prepared.plan.symbols
        if one.name in symbols and {who.by for who in one.asked} == {USER} and one.value != "n"
    ]
    others = {name: value for name, value in symbols.items() if name not in own}
    if not own or kconfig.lost(others):
        return
    config = kconfig.build(others, "kernel.audit", unheard).read_text(encoding="utf-8")
    there = dict(_VALUE.findall(config))
    yield from (name for name in own if there.get(name) == symbols[name])
