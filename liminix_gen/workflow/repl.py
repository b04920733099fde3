"""The prompt of Fennel: what a device runs programs with, built for this machine."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from liminix_gen.nix import build, tree
from liminix_gen.plan.services import writes_fennel
from liminix_gen.workflow.build import folder_of
from liminix_gen.workflow.emit import prepare
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.load import Loaded
from liminix_gen.workflow.options import Options


@frozen(kw_only=True)
class Repl:
    """The program, and the folders of service types with sources of Fennel."""

    program: Path
    sources: tuple[Path, ...]

    def search_path(self, first: str = "") -> str:
        """Return where modules are looked for, those of the user first (FENNEL_PATH)."""
        return ";".join((*filter(None, (first,)), *(f"{one}/?.fnl" for one in self.sources)))


def make(loaded: Loaded, options: Options) -> Repl:
    """Build it from the packages that a configuration is built from."""
    system = loaded.system
    system.packages.append("lua")
    prepared = prepare(loaded, options)
    prepared.packages.require(options.choices)
    nix = prepared.packages.nix(options.choices)
    prepared, arguments = fetch(prepared, options, nix)
    folder = folder_of(prepared.path)
    folder = folder.with_name(f"{folder.name}-repl")
    folder.parent.mkdir(parents=True, exist_ok=True)
    tree.renew(prepared.tree, folder)
    made = build.build_attribute(nix, folder, "packages.lua.fennelrepl", arguments, options.listen)
    sources = {one.folder for one in prepared.plan.services if writes_fennel(one.folder / one.body)}
    return Repl(program=nix.physical(str(made)) / "bin/fennelrepl", sources=tuple(sorted(sources)))
