"""A package set, as Python sees it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class PackageSet:
    """Where packages come from.

    ``provides`` are the nixpkgs names it has; None means any. ``symbols`` (kernel architecture to
    symbols) is what its programs need of a kernel, ``root_links`` (path to package and path in
    it) what they need outside the store.
    """

    name: str
    provides: frozenset[str] | None
    symbols: Mapping[str, Mapping[str, str]] = field(factory=dict[str, Mapping[str, str]])
    root_links: Mapping[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])
