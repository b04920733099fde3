"""ARM's Cortex-A72, as a 64-bit processor.

Its errata in Kconfig are of hosts of virtual machines (1319367) and of 32-bit programs (1742098).
"""

from . import arm64

SYMBOLS = arm64.SYMBOLS
