"""What makes a fault of the kernel harder to use, on every board.

Sources: Documentation/security/self-protection.rst of the kernel, and what OpenWrt's kernels have.
Left out for their cost on a router: zeroed memory at each allocation (every packet is one), random
caches for kmalloc (memory), and a vmalloc of its own for each size. docs/security.md says what a
user sees of these.
"""

from __future__ import annotations

from collections.abc import Mapping

# Each line: symbols, and what they are for. ``allnoconfig`` switches them off, also where the
# kernel's own default is y.
_EVERYWHERE = """
STACKPROTECTOR STACKPROTECTOR_STRONG  an overrun of a kernel stack ends in a panic
HARDENED_USERCOPY           a copy from or to a program stays inside of one object
FORTIFY_SOURCE              nor does a copy in the kernel leave the array that it is for
SLAB_FREELIST_RANDOM SLAB_FREELIST_HARDENED  what is free in the heap is not to be guessed
LIST_HARDENED               a list that was tampered with is not followed
PANIC_ON_OOPS               a kernel that went wrong starts again, and does not route on
SECCOMP SECCOMP_FILTER      daemons give up the system calls that they do not need
"""

# Where the processor, or the kernel's port to it, has more.
_BY_ARCHITECTURE = {
    "arm": """
STRICT_KERNEL_RWX STRICT_MODULE_RWX  code cannot be written, what is written cannot be run
VMAP_STACK                  a stack that overflows meets a page that is not there
HARDEN_BRANCH_PREDICTOR HARDEN_BRANCH_HISTORY  Spectre
""",
    "arm64": """
RODATA_FULL_DEFAULT_ENABLED  nor by the second address that memory has
VMAP_STACK                  a stack that overflows meets a page that is not there
RANDOMIZE_KSTACK_OFFSET RANDOMIZE_KSTACK_OFFSET_DEFAULT  where a stack begins is not to be guessed
UNMAP_KERNEL_AT_EL0 MITIGATE_SPECTRE_BRANCH_HISTORY  Meltdown and Spectre
""",
    "x86": """
CPU_MITIGATIONS MITIGATION_SPECTRE_V1 MITIGATION_SPECTRE_V2 MITIGATION_SPECTRE_BHI
MITIGATION_RETPOLINE MITIGATION_RETHUNK MITIGATION_RETBLEED MITIGATION_UNRET_ENTRY
MITIGATION_IBPB_ENTRY MITIGATION_IBRS_ENTRY MITIGATION_SRSO MITIGATION_ITS MITIGATION_TSA
MITIGATION_SSB MITIGATION_L1TF MITIGATION_MDS MITIGATION_TAA MITIGATION_MMIO_STALE_DATA
MITIGATION_GDS MITIGATION_RFDS MITIGATION_SRBDS
MITIGATION_PAGE_TABLE_ISOLATION  what processors leak
X86_KERNEL_IBT X86_UMIP     where a jump may land; tables of the processor are not shown to programs
VMAP_STACK                  a stack that overflows meets a page that is not there
RELOCATABLE RANDOMIZE_BASE RANDOMIZE_MEMORY  where the kernel lies is not to be guessed
RANDOMIZE_KSTACK_OFFSET RANDOMIZE_KSTACK_OFFSET_DEFAULT  nor where a stack begins
""",
}


def symbols(architecture: str) -> Mapping[str, str]:
    """Return the symbols for a kernel of an architecture (the kernel's name of it)."""
    lines = (_EVERYWHERE + _BY_ARCHITECTURE.get(architecture, "")).splitlines()
    words = (word for line in lines for word in line.partition("  ")[0].split())
    return dict.fromkeys(words, "y")
