"""MIPS boards with an old U-Boot: it starts a raw kernel that carries its device tree."""

# The command line is in the device tree. What the boot loader says is for the maker's kernel: it is
# added only where it holds the word (templates/nix/lib/kernel/patches).
COMMAND_LINE_SYMBOLS = {
    "MIPS_BOOTLOADER_CMDLINE_COOKIE": '"liminix"',
    "MIPS_BOOTLOADER_CMDLINE_REQUIRE_COOKIE": "y",
    "MIPS_CMDLINE_DTB_EXTEND": "y",
}

IMAGE = "arch/mips/boot/vmlinux.bin"

SYMBOLS = {
    **COMMAND_LINE_SYMBOLS,
    "CPU_MIPS32_R2": "y",
    "EARLY_PRINTK": "y",
    "MIPS_RAW_APPENDED_DTB": "y",
    "PAGE_SIZE_4KB": "y",
    "SERIAL_8250": "y",
    "SERIAL_8250_CONSOLE": "y",
    "SERIAL_OF_PLATFORM": "y",
}
