"""ARM's Cortex-A7, with several cores."""

from . import armv7

SYMBOLS = {
    **armv7.SYMBOLS,
    # Cleaning the second cache by set and way overtakes the first: r0p2 to r0p5.
    "ARM_ERRATA_814220": "y",
}
