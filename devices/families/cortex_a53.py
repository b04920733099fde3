"""ARM's Cortex-A53, as a 64-bit processor."""

from . import arm64

# Of all its revisions: those before r0p3 have the first four, those up to r0p4 the last. What only
# a revision needs, the kernel does only there. 845719 needs programs of 32 bits (COMPAT).
_ERRATA = {
    # A deadlock, overlapping writes to memory, a lost write, wrong data after a store exclusive.
    "ARM64_ERRATUM_826319": "y",
    "ARM64_ERRATUM_827319": "y",
    "ARM64_ERRATUM_824069": "y",
    "ARM64_ERRATUM_819472": "y",
    # A load or store at a wrong address; the linker and the module loader avoid the sequence.
    "ARM64_ERRATUM_843419": "y",
}

SYMBOLS = {**arm64.SYMBOLS, **_ERRATA}
