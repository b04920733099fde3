"""ARM's Cortex-A55, as a 64-bit processor."""

from . import arm64

SYMBOLS = {
    **arm64.SYMBOLS,
    # The access and dirty bits of a page, in all revisions. What else Kconfig has for this core is
    # of hosts of virtual machines (1530923), or off by its own advice (2441007).
    "ARM64_ERRATUM_1024718": "y",
}
