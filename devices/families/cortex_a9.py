"""ARM's Cortex-A9, revision 4, with several cores."""

from . import armv7

SYMBOLS = {
    **armv7.SYMBOLS,
    # Cleaning a cache line may not reach memory, in all revisions. What else Kconfig has for this
    # core ended with revision 3, is the boot loader's to set, or is of debug registers.
    "ARM_ERRATA_764369": "y",
}
