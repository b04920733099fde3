"""32-bit ARM, version 7."""

# On by default, and left out by allnoconfig.
_PROTECTION = {
    # The kernel reads and writes a program's memory only where it means to.
    "ARM_PAN": "y",
    "HARDEN_BRANCH_HISTORY": "y",
    "HARDEN_BRANCH_PREDICTOR": "y",
    "STACKPROTECTOR_PER_TASK": "y",
    "STRICT_KERNEL_RWX": "y",
    "STRICT_MODULE_RWX": "y",
    # An overrun of a kernel stack ends in a fault.
    "VMAP_STACK": "y",
}

SYMBOLS = {
    **_PROTECTION,
    "AEABI": "y",
    "ARCH_MULTIPLATFORM": "y",
    "ARCH_MULTI_V7": "y",
    # RAM starts where the kernel was not linked for; without this it hangs without a word.
    "ARM_PATCH_PHYS_VIRT": "y",
    # WARN names its file and line, as it always does on MIPS: 1.5 % of the kernel.
    "DEBUG_BUGVERBOSE": "y",
    "MMU": "y",
    "NEON": "y",
    # NEON has VFP as its parent.
    "VFP": "y",
}
