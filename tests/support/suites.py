"""The suites that tests leave out: those that change every day."""

from __future__ import annotations

from liminix_gen.debian.suites import RELEASES

# A mirror that is being updated has broken indexes of these for hours.
WITHOUT = tuple(suite for release in RELEASES for suite in release.suites[1:])

OPTIONS = tuple(word for suite in WITHOUT for word in ("--without", suite))
