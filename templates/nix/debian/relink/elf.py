"""The little of ELF that relinking needs: needed libraries, interpreter, dynamic tags.

Source of the layouts: System V ABI, chapters 4 and 5; the MIPS tags are from
binutils' include/elf/mips.h.
"""

import struct
from pathlib import Path

PT_DYNAMIC = 2
PT_INTERP = 3
DT_NEEDED = 1
DT_STRTAB = 5
DT_MIPS_RLD_MAP_REL = 0x70000035
DT_MIPS_XHASH = 0x70000036
EM_MIPS = 8


class Elf:
    """A dynamic ELF file, read whole; `write` puts changed tags back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.image = bytearray(path.read_bytes())
        self.is_64 = self.image[4] == 2
        self.order = "<" if self.image[5] == 1 else ">"
        self.machine = self._unpack("H", 18)[0]
        word = "Q" if self.is_64 else "I"
        _, self._phoff, self._shoff = self._unpack(word * 3, 24)
        (
            self._phentsize,
            self._phnum,
            self._shentsize,
            self._shnum,
            self._shstrndx,
        ) = self._unpack("HHHHH", 54 if self.is_64 else 42)

    def _unpack(self, layout: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(self.order + layout, self.image, offset)

    def _string(self, offset: int) -> str:
        return self.image[offset : self.image.index(0, offset)].decode()

    def segments(self) -> list[tuple[int, int, int, int]]:
        """Return (type, file offset, address, size in the file) of each program header."""
        found: list[tuple[int, int, int, int]] = []
        for index in range(self._phnum):
            at = self._phoff + index * self._phentsize
            if self.is_64:
                kind, _, offset, address, _, size = self._unpack("IIQQQQ", at)
            else:
                kind, offset, address, _, size = self._unpack("IIIII", at)
            found.append((kind, offset, address, size))
        return found

    def sections(self) -> dict[str, int]:
        """Return the address of each section, by name."""
        layout = "IIQQQ" if self.is_64 else "IIIII"
        headers = [
            self._unpack(layout, self._shoff + index * self._shentsize)
            for index in range(self._shnum)
        ]
        names = headers[self._shstrndx][4]
        return {self._string(names + header[0]): header[3] for header in headers}

    def has_interpreter(self) -> bool:
        """Say whether this is a program that the dynamic loader starts."""
        return any(kind == PT_INTERP for kind, _, _, _ in self.segments())

    def dynamic(self) -> list[tuple[int, int, int]]:
        """Return (tag, value, file offset of the value) of each dynamic entry."""
        size = 8 if self.is_64 else 4
        layout = "QQ" if self.is_64 else "II"
        entries: list[tuple[int, int, int]] = []
        for kind, offset, _, length in self.segments():
            if kind != PT_DYNAMIC:
                continue
            for at in range(offset, offset + length, 2 * size):
                tag, value = self._unpack(layout, at)
                if tag == 0:
                    break
                entries.append((tag, value, at + size))
        return entries

    def _offset_of(self, address: int) -> int:
        for kind, offset, start, length in self.segments():
            if kind == 1 and start <= address < start + length:
                return offset + address - start
        raise ValueError(f"{self.path}: address {address:#x} is in no segment")

    def needed(self) -> list[str]:
        """Return the names in DT_NEEDED, in order."""
        entries = self.dynamic()
        tables = [value for tag, value, _ in entries if tag == DT_STRTAB]
        if not tables:
            return []
        strings = self._offset_of(tables[0])
        return [self._string(strings + value) for tag, value, _ in entries if tag == DT_NEEDED]

    def repair_mips(self) -> None:
        """Set right what patchelf 0.14 leaves wrong in a MIPS file that it moved.

        DT_MIPS_RLD_MAP_REL is the distance from the tag to .rld_map; patchelf gets its
        sign wrong (NixOS/patchelf#364). DT_MIPS_XHASH is the address of .MIPS.xhash, and
        stays behind when that section moves. Either kills the program when it starts.
        """
        sections = self.sections()
        starts = [
            (offset, address) for kind, offset, address, _ in self.segments() if kind == PT_DYNAMIC
        ]
        for tag, _, at in self.dynamic():
            if tag == DT_MIPS_RLD_MAP_REL:
                offset, address = starts[0]
                tag_address = address + (at - 4 - offset)
                value = (sections[".rld_map"] - tag_address) & 0xFFFFFFFF
            elif tag == DT_MIPS_XHASH:
                value = sections[".MIPS.xhash"]
            else:
                continue
            struct.pack_into(self.order + "I", self.image, at, value)
        self.path.write_bytes(self.image)


def read(path: Path) -> Elf | None:
    """Return the file as ELF when it is one with a dynamic section, else None."""
    with path.open("rb") as stream:
        if stream.read(4) != b"\x7fELF":
            return None
    elf = Elf(path)
    return elf if elf.dynamic() else None
