"""What a tree carries for the nixpkgs package set."""

from __future__ import annotations

from liminix_gen.nix.expression import (
    AttributeSet,
    Call,
    Comment,
    Identifier,
    expression,
)
from liminix_gen.nix.sources import foreign_packages, place_in
from liminix_gen.nix.template import filled
from liminix_gen.nixpkgs.source import OLDEST
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan

_MISSING = (
    "liminix-gen: this tree takes its library from liminix-gen: build it by lib.mkSystem of that "
    "flake, or with --arg project and the folder of liminix-gen's source"
)


def carried(plan: Plan, source: str, *, thin: bool = False) -> Carried:
    """Return what a tree carries: a flake, unless it is thin; ``source`` names the user's file."""
    place = place_in(plan, "project" if thin else None)
    cross = plan.device.cross
    given = {
        "crossSystem": expression(
            {"config": cross.config} | ({"gcc": cross.gcc} if cross.gcc else {})
        ),
        "oldest": expression(OLDEST),
        "packages": expression(foreign_packages(plan)),
    }
    made = AttributeSet(given, inherited=("nixpkgs", "system"))
    flake = filled(
        "flake.nix.in",
        source=Comment(source),
        nixpkgs=expression(f"github:NixOS/nixpkgs/nixos-{OLDEST}"),
        description=expression(f"{plan.hostname}, a router on {plan.device.name}"),
    )
    return Carried(
        files={} if thin else {"flake.nix": flake},
        arguments={
            **({"project": Call(Identifier("throw"), (expression(_MISSING),))} if thin else {}),
            "nixpkgs": Identifier("<nixpkgs>"),
            "system": Identifier("builtins.currentSystem"),
            "pkgs": Call(Identifier("import"), (place("nixpkgs"), made)),
        },
        thin=thin,
    )
