"""Debian's releases, and the suites of each.

A release has three suites: what it was released with, updates, and security updates. Sources:
the Release files of the archive (`Architectures:`), and the project's announcements of the end of
security support.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

Part = Literal["release", "updates", "security"]
PARTS: tuple[Part, ...] = ("release", "updates", "security")


@frozen(kw_only=True)
class Release:
    """A release of Debian.

    ``supported_until`` is the day (ISO 8601) after which Debian's security team leaves it.
    """

    name: str
    number: int
    supported_until: str

    def suite(self, part: Part) -> str:
        """Return the name of one of its suites."""
        return self.name if part == "release" else f"{self.name}-{part}"

    @property
    def suites(self) -> tuple[str, ...]:
        """Its suites, the release itself first."""
        return tuple(self.suite(part) for part in PARTS)

    @property
    def security(self) -> str:
        """The suite of its security updates."""
        return self.suite("security")

    @property
    def standing(self) -> str:
        """Which one it is, and how long it is kept safe, for people."""
        return f"{self}, security updates until {self.supported_until}"

    def __str__(self) -> str:
        return f"Debian {self.number} ({self.name})"


BOOKWORM = Release(name="bookworm", number=12, supported_until="2026-07-11")
TRIXIE = Release(name="trixie", number=13, supported_until="2028-08-09")

RELEASES = (BOOKWORM, TRIXIE)

# Every suite that a lock may name.
SUITES = tuple(suite for release in RELEASES for suite in release.suites)

# The kernel's source is one package for all architectures, so every board has the newest one; the
# index of this architecture lists it, with its security updates.
KERNEL_RELEASE = TRIXIE
KERNEL_ARCHITECTURE = "amd64"
# What Debian calls the architecture of source packages.
SOURCE_ARCHITECTURE = "source"


def release_of(suites: Iterable[str]) -> Release | None:
    """Return the release that suites are of; None if there are none."""
    found = set(suites)
    return next((release for release in RELEASES if found & set(release.suites)), None)


def part_of(suite: str) -> Part:
    """Return which part of its release a suite is."""
    for part in reversed(PARTS):
        if suite.endswith(f"-{part}"):
            return part
    return "release"
