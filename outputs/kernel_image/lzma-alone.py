"""Compress a file to the LZMA format that boot loaders read (lzma_alone, `.lzma`).

usage: lzma-alone.py FILE COMPRESSED

xz and Python write a header that says "size unknown" and an end mark. U-Boot of old refuses the
first, and its lzmadec command, at least until 2023.01, never ends if there are a size and a
mark. The LZMA SDK, which vendors use, writes the size and no mark, and so does this; liblzma does
it to callers in C (LZMA_FILTER_LZMA1EXT of lzma/lzma12.h, since 5.4).

lc, lp and pb are those that OpenWrt's images have: they suit instructions of four bytes. The
memory of a decoder depends on lc + lp alone, because it writes straight to where the kernel
belongs.
"""

import _lzma
import ctypes
import struct
import sys
from pathlib import Path

LZMA1EXT = 0x4000000000000002
NO_FILTER = 2**64 - 1
OK = 0
NORMAL_MODE, BINARY_TREE_4 = 2, 0x14
LC, LP, PB = 1, 2, 2
DICTIONARY_BYTES = 1 << 23


class Options(ctypes.Structure):
    """lzma_options_lzma: what `xz -9e` has, if it is not said otherwise above."""

    _fields_ = (
        ("dict_size", ctypes.c_uint32),
        ("preset_dict", ctypes.c_void_p),
        ("preset_dict_size", ctypes.c_uint32),
        ("lc", ctypes.c_uint32),
        ("lp", ctypes.c_uint32),
        ("pb", ctypes.c_uint32),
        ("mode", ctypes.c_int),
        ("nice_len", ctypes.c_uint32),
        ("mf", ctypes.c_int),
        ("depth", ctypes.c_uint32),
        ("ext_flags", ctypes.c_uint32),
        ("ext_size_low", ctypes.c_uint32),
        ("ext_size_high", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32 * 9),
        ("reserved_pointers", ctypes.c_void_p * 2),
    )


class Filter(ctypes.Structure):
    """lzma_filter."""

    _fields_ = (("id", ctypes.c_uint64), ("options", ctypes.c_void_p))


def compressed(content: bytes) -> bytes:
    """Return an LZMA stream without an end mark."""
    size = len(content)
    options = Options(
        dict_size=DICTIONARY_BYTES,
        lc=LC,
        lp=LP,
        pb=PB,
        mode=NORMAL_MODE,
        nice_len=273,
        mf=BINARY_TREE_4,
        depth=512,
        ext_size_low=size & 0xFFFFFFFF,
        ext_size_high=size >> 32,
    )
    filters = (Filter * 2)(
        Filter(LZMA1EXT, ctypes.cast(ctypes.byref(options), ctypes.c_void_p)), Filter(NO_FILTER)
    )
    stream = ctypes.create_string_buffer(size + size // 3 + 1024)
    length = ctypes.c_size_t()
    # liblzma is what Python's own module is linked with, wherever that lies.
    result = ctypes.CDLL(_lzma.__file__).lzma_raw_buffer_encode(
        filters,
        None,
        ctypes.c_char_p(content),
        ctypes.c_size_t(size),
        stream,
        ctypes.byref(length),
        ctypes.c_size_t(len(stream)),
    )
    if result != OK:
        sys.exit(f"liblzma cannot compress ({result}); it has to be 5.4 or later")
    return stream.raw[: length.value]


def main() -> None:
    """Read the command line; write COMPRESSED."""
    content = Path(sys.argv[1]).read_bytes()
    header = struct.pack("<BIQ", (PB * 5 + LP) * 9 + LC, DICTIONARY_BYTES, len(content))
    Path(sys.argv[2]).write_bytes(header + compressed(content))


main()
