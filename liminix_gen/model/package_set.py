"""A package set, as Python sees it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class PackageSet:
    """Where packages come from.

    ``kernels`` are the sources that it has (KernelBuild.source). ``symbols`` (kernel architecture
    to symbols) is what its programs need of a kernel, ``root_links`` (path to package and path in
    it) what they need outside the store. ``firmware`` are the packages named *-firmware that it can
    make, None if it can make each, and ``elsewhere`` is what to do about others; those
    ``left_out`` are not in the image though it could.
    """

    name: str
    kernels: frozenset[str]
    firmware: frozenset[str] | None
    elsewhere: str = ""
    left_out: frozenset[str] = frozenset()
    symbols: Mapping[str, Mapping[str, str]] = field(factory=dict[str, Mapping[str, str]])
    root_links: Mapping[str, tuple[str, str]] = field(factory=dict[str, tuple[str, str]])


@frozen(kw_only=True)
class Binary:
    """A package of the image's programs or libraries, as it is fetched.

    ``packages`` are the names by which a plan asks for it, ``libraries`` the binaries that its
    programs load.
    """

    name: str
    version: str
    size_bytes: int
    packages: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
