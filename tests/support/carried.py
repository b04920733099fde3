"""What a tree carries for its package set, with nothing in its lock: no mirror is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from liminix_gen.debian.boards import architecture_of
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.debian.tree import packages_of
from liminix_gen.nix.render import Emission
from liminix_gen.nixpkgs import tree as nixpkgs
from liminix_gen.package_set import Carried

if TYPE_CHECKING:
    from liminix_gen.plan import Plan


def emission(plan: Plan, source: Path) -> Emission:
    """Return what a tree is made of, for either package set."""
    return Emission(plan=plan, source=source, version="0", carried=_carried(plan, source))


def _carried(plan: Plan, source: Path) -> Carried:
    if plan.package_set.name != DEBIAN.name:
        return nixpkgs.carried(plan, source.name)
    made = {"lock.json": b"{}\n", "fetch.sh": b"#!/bin/sh\n", "nix.conf": b"\n"}
    return Carried(
        files=made,
        arguments={"pkgs": packages_of(plan, architecture_of(plan.device))},
        manifest={"debian": {"name": "trixie"}},
    )
