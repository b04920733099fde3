"""What packages take, measured before: packages/sizes.json has it, by architecture of the kernel.

It is what there is to say of a package that is not in the store. `make sizes` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from attrs import frozen

from liminix_gen.catalog import share_folder
from liminix_gen.model.package_set import Binary

# A kernel module with those that it needs.
MODULE_BYTES = 25_000


@frozen(kw_only=True)
class Taken:
    """Bytes of a store path: in a squashfs, and when `update` copies it."""

    packed: int
    copied: int


# What was never measured: a program of this project, and of what is fetched the shares.
_OWN = Taken(packed=4_000, copied=13_000)
_PACKED, _COPIED = 0.62, 3.0


@frozen(kw_only=True)
class KnownSizes:
    """Sizes for an architecture: ``own`` by the name of a package that this project makes.

    ``fetched`` is by the name of a binary, as shares of what was fetched of it, for other versions
    have much the same: packed and copied.
    """

    own: Mapping[str, Sequence[int]]
    fetched: Mapping[str, Sequence[float]]

    def of_package(self, name: str) -> Taken:
        """Return what a package takes that is made here."""
        if name not in self.own:
            return _OWN
        packed, copied = self.own[name]
        return Taken(packed=packed, copied=copied)

    def of_binary(self, one: Binary) -> Taken:
        """Return what a binary takes."""
        packed, copied = self.fetched.get(one.name, (_PACKED, _COPIED))
        return Taken(packed=round(packed * one.size_bytes), copied=round(copied * one.size_bytes))


def of_architecture(name: str) -> KnownSizes:
    """Return the sizes for an architecture of the kernel: "mips", "arm64"."""
    file = share_folder() / "packages" / "sizes.json"
    known = cast("Mapping[str, Mapping[str, object]]", json.loads(file.read_text())).get(name, {})
    return KnownSizes(
        own=cast("Mapping[str, Sequence[int]]", known.get("own", {})),
        fetched=cast("Mapping[str, Sequence[float]]", known.get("fetched", {})),
    )
