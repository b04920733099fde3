"""What a tree carries for the nixpkgs package set."""

from __future__ import annotations

from liminix_gen.catalog import share_folder
from liminix_gen.nix.expression import (
    AttributeSet,
    Call,
    Comment,
    Identifier,
    Path,
    expression,
)
from liminix_gen.nix.sources import copied, foreign_packages
from liminix_gen.nix.template import filled
from liminix_gen.nixpkgs.source import OLDEST
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan


def carried(plan: Plan, source: str) -> Carried:
    """Return what a tree carries: its Nix, and a flake; ``source`` names the user's file."""
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
        files={
            "flake.nix": flake,
            **dict(copied(share_folder() / "templates" / "nix" / "nixpkgs", "nixpkgs")),
        },
        arguments={
            "nixpkgs": Identifier("<nixpkgs>"),
            "system": Identifier("builtins.currentSystem"),
            "pkgs": Call(Identifier("import"), (Path("nixpkgs"), made)),
        },
    )
