"""What of the memory a kernel uses when it runs."""

import struct

from elf import Elf
from memory import Region
from u_boot import KSEG_BYTES

# What a MIPS kernel uses behind its file, which a raw binary does not say: the room for a device
# tree, of 1 MiB (arch/mips/kernel/vmlinux.lds.S), and .bss.
BEHIND_KERNEL = 0x200000


def elf_region(kernel: bytes) -> Region:
    """Return where a 32-bit ELF file is put, which its program headers say (elf.h)."""
    loaded = Elf(kernel).loaded()
    first = min(one.physical for one in loaded)
    end = max(one.physical + one.memory_bytes for one in loaded)
    return Region(first % KSEG_BYTES, end - first)


def memory_bytes(kernel: bytes) -> int:
    """Return what a kernel needs from its load address on, with what is zero at the start."""
    # Documentation/arm64/booting.rst: image_size.
    if kernel[56:60] == b"ARM\x64":
        (size,) = struct.unpack_from("<Q", kernel, 16)
        return int(size)
    # arch/arm/boot/compressed/head.S and vmlinux.lds.S: a zImage's table of sizes.
    if kernel[0x24:0x28] == struct.pack("<I", 0x016F2818):
        (table,) = struct.unpack_from("<I", kernel, 0x38)
        _, tag, at, zero = struct.unpack_from("<IIII", kernel, table)
        if tag == 0x5A534C4B:
            (size,) = struct.unpack_from("<I", kernel, at)
            # It is unpacked some pages into the memory (TEXT_OFFSET).
            return int(0x8000 + size + zero)
    return len(kernel) + BEHIND_KERNEL
