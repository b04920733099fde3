"""ARM's Cortex-A76, revision 4, as a 64-bit processor."""

from . import arm64

# What else Kconfig has for this core ended with revision 3.
_ERRATA = {
    # A change of SSBS, which stops speculation, is late.
    "ARM64_ERRATUM_3194386": "y",
    # A memory access ends after the TLB says that it did: 4193800 of this core.
    "ARM64_ERRATUM_4118414": "y",
}

SYMBOLS = {**arm64.SYMBOLS, **_ERRATA}
