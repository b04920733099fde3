"""The debian package set, as the plan sees it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from liminix_gen.debian.firmware import FIRMWARE, FREE, NON_FREE
from liminix_gen.debian.suites import RELEASES
from liminix_gen.errors import ConfigurationError, Problem, suggestion
from liminix_gen.model.package_set import PackageSet

# What Debian's programs need of a kernel that no default of allnoconfig gives them.
_SYMBOLS = {
    "mips": {
        # System calls with 32-bit time: utimensat and futex of a 32-bit userland.
        "COMPAT_32BIT_TIME": "y",
        # mipsel is hard float (FPXX): an FPU, or the kernel's emulator of one.
        "MIPS_FP_SUPPORT": "y",
        # glibc 2.35 and later register restartable sequences.
        "RSEQ": "y",
    },
    "arm64": {"RSEQ": "y"},
    "x86": {"RSEQ": "y"},
    "arm": {
        "COMPAT_32BIT_TIME": "y",
        # Every armhf program is Thumb-2; without it exec gives ENOEXEC.
        "ARM_THUMB": "y",
        "KUSER_HELPERS": "y",
        "RSEQ": "y",
        "VFP": "y",
    },
}

DEBIAN = PackageSet(
    name="debian",
    kernels=frozenset({"6.12"}),
    firmware=frozenset(FIRMWARE),
    elsewhere="use --package-set nixpkgs",
    symbols=_SYMBOLS,
    # Paths that are compiled into s6 and execline.
    root_links={"/usr/lib/execline": ("execline", "lib/execline")},
)

# What of Debian's archive an image can do without: updates, and firmware that is not free.
OPTIONAL_PARTS = (*(suite for one in RELEASES for suite in one.suites[1:]), NON_FREE)


def without(parts: Iterable[str]) -> PackageSet:
    """Return the set without parts of Debian's archive that a user leaves out.

    Raises ConfigurationError for a name that is not such a part: a misspelt one would leave out
    nothing, and nobody would see it.
    """
    parts = tuple(parts)
    unknown = [part for part in parts if part not in OPTIONAL_PARTS]
    if unknown:
        known = f"known are {', '.join(OPTIONAL_PARTS)}"
        raise ConfigurationError(
            *(
                Problem(
                    None,
                    f"--without {part}: nothing of this name can be left out",
                    hint=suggestion(part, OPTIONAL_PARTS) or known,
                )
                for part in unknown
            )
        )
    if NON_FREE not in parts:
        return DEBIAN
    return evolve(DEBIAN, left_out=frozenset(FIRMWARE) - FREE)
