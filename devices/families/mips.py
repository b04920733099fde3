"""MIPS boards with an old U-Boot: it starts a raw kernel that carries its device tree."""

IMAGE = "arch/mips/boot/vmlinux.bin"

SYMBOLS = {
    "CPU_MIPS32_R2": "y",
    "EARLY_PRINTK": "y",
    "HZ_100": "y",
    # What the boot loader says is for the maker's kernel.
    "MIPS_CMDLINE_FROM_DTB": "y",
    "MIPS_RAW_APPENDED_DTB": "y",
    "PAGE_SIZE_4KB": "y",
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "SERIAL_OF_PLATFORM": "y",
}
