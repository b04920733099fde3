"""Debian's architectures that images are made for; templates/nix/debian has more of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from liminix_gen.debian.suites import BOOKWORM, TRIXIE, Release


@frozen(kw_only=True)
class Architecture:
    """What Debian fixes for a target architecture."""

    name: str
    processor: str  # as in `cross.config`; uname -m of a build machine that is one
    triplet: str
    release: Release  # that its images take their packages from, whatever the build machine runs
    tools: Sequence[str] = ()  # optional host tools that the kernel needs


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        one.name: one
        for one in (
            Architecture(
                name="amd64",
                processor="x86_64",
                triplet="x86_64-linux-gnu",
                release=TRIXIE,
                tools=("elfutils",),
            ),
            Architecture(
                name="mipsel",
                processor="mipsel",
                triplet="mipsel-linux-gnu",
                # It ended with bookworm, and so did its security updates.
                release=BOOKWORM,
            ),
            Architecture(
                name="arm64",
                processor="aarch64",
                triplet="aarch64-linux-gnu",
                release=TRIXIE,
            ),
            Architecture(
                name="armhf",
                processor="armv7l",
                triplet="arm-linux-gnueabihf",
                release=TRIXIE,
            ),
        )
    }
)

RELEASE_OF: Mapping[str, Release] = MappingProxyType(
    {name: one.release for name, one in ARCHITECTURES.items()}
)
