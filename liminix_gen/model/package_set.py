"""A package set, as Python sees it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class PackageSet:
    """Where packages come from.

    ``kernels`` are the sources that it has (KernelBuild.source). ``symbols`` (kernel architecture
    to symbols) is what its programs need of a kernel, ``root_links`` (path to package and path in
    it) what they need outside the store. Without ``firmware`` none of our packages named
    *-firmware can be made.
    """

    name: str
    kernels: frozenset[str]
    firmware: bool
    symbols: Mapping[str, Mapping[str, str]] = field(factory=dict[str, Mapping[str, str]])
    root_links: Mapping[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])
