"""A package set is a behaviour: what a tree, and the steps before a build, ask of one."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from liminix_gen.nix.expression import Expression


@frozen(kw_only=True)
class Carried:
    """What a tree holds for its package set.

    ``files`` are all that it brings, its own Nix included. ``arguments`` are those of default.nix,
    with the value that each has if it is not given; the one named ``pkgs`` has the packages.
    ``manifest`` is what the manifest says besides the name of the set.
    """

    files: Mapping[str, bytes]
    arguments: Mapping[str, Expression]
    manifest: Mapping[str, object] = field(factory=dict[str, object])
