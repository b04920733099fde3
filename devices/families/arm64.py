"""64-bit ARM: what is on by default there, and what allnoconfig leaves out or makes large."""

SYMBOLS = {
    # A processor that waits for an event wakes up also when it missed the event.
    "ARM_ARCH_TIMER_EVTSTREAM": "y",
    # 512 GB are enough for each side: three levels of page tables, not the five of 52 bits.
    "ARM64_VA_BITS_39": "y",
    # WARN names its file and line, as it always does on MIPS: 1.5 % of the kernel.
    "DEBUG_BUGVERBOSE": "y",
    # The mitigations. Each core that does not need one is known, and does without.
    "MITIGATE_SPECTRE_BRANCH_HISTORY": "y",
    "UNMAP_KERNEL_AT_EL0": "y",
    # An overrun of a kernel stack ends in a fault.
    "VMAP_STACK": "y",
}
