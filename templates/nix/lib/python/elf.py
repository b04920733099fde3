"""ELF files: their header, program headers, sections, symbols and dynamic tags.

Source of the layouts: System V ABI, chapters 4 and 5.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

MAGIC = b"\x7fELF"
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NEEDED, DT_STRTAB = 1, 5
SHT_SYMTAB, SHT_NOBITS = 2, 8
STT_OBJECT = 1

HEADER_32, ENTRY_32 = 52, 32  # bytes of the header and of a program header of a 32-bit file


class Segment(NamedTuple):
    """What a program header says. ``place`` is where it lies in the file, with ``file_bytes``."""

    kind: int
    place: int
    address: int
    physical: int
    file_bytes: int
    memory_bytes: int
    flags: int


class Section(NamedTuple):
    """What a section header says. ``place`` is where it lies in the file."""

    name: str
    kind: int
    address: int
    place: int
    bytes: int
    link: int


class Symbol(NamedTuple):
    """An entry of the symbol table; ``section`` is the index of the section that it lies in."""

    name: str
    kind: int
    value: int
    bytes: int
    section: int


class Elf:
    """An ELF file, read whole; ``image`` may be changed."""

    def __init__(self, content: bytes) -> None:
        self.image = bytearray(content)
        self.is_64 = self.image[4] == 2
        self.order = "<" if self.image[5] == 1 else ">"
        (self.machine,) = self.unpack("H", 18)
        word = "Q" if self.is_64 else "I"
        _, self._headers, self._sections = self.unpack(word * 3, 24)
        (
            self._header_bytes,
            self._header_count,
            self._section_bytes,
            self._section_count,
            self._section_names,
        ) = self.unpack("HHHHH", 54 if self.is_64 else 42)

    def unpack(self, layout: str, offset: int) -> tuple[int, ...]:
        """Read numbers of the file's byte order (``struct``)."""
        return struct.unpack_from(self.order + layout, self.image, offset)

    def _string(self, offset: int) -> str:
        return self.image[offset : self.image.index(0, offset)].decode()

    def segments(self) -> Iterator[Segment]:
        """Yield what each program header says."""
        for index in range(self._header_count):
            at = self._headers + index * self._header_bytes
            if self.is_64:
                kind, flags, place, address, physical, size, memory, _ = self.unpack("IIQQQQQQ", at)
            else:
                kind, place, address, physical, size, memory, flags, _ = self.unpack("8I", at)
            yield Segment(kind, place, address, physical, size, memory, flags)

    def loaded(self) -> list[Segment]:
        """Return what is put into memory."""
        return [segment for segment in self.segments() if segment.kind == PT_LOAD]

    def content(self, segment: Segment) -> bytes:
        """Return what the file has of a segment."""
        return bytes(self.image[segment.place : segment.place + segment.file_bytes])

    def sections(self) -> list[Section]:
        """Return what each section header says, in their order."""
        layout = "IIQQQQI" if self.is_64 else "IIIIIII"
        headers = [
            self.unpack(layout, self._sections + index * self._section_bytes)
            for index in range(self._section_count)
        ]
        names = headers[self._section_names][4] if headers else 0
        return [
            Section(self._string(names + name), kind, address, place, size, link)
            for name, kind, _, address, place, size, link in headers
        ]

    def held(self, section: Section) -> bytes:
        """Return the content of a section."""
        if section.kind == SHT_NOBITS:
            return bytes(section.bytes)
        return bytes(self.image[section.place : section.place + section.bytes])

    def symbols(self) -> Iterator[Symbol]:
        """Yield the symbols; none where the file is stripped."""
        sections = self.sections()
        layout = struct.Struct(self.order + ("IBBHQQ" if self.is_64 else "IIIBBH"))
        for table in sections:
            if table.kind != SHT_SYMTAB:
                continue
            names = self.held(sections[table.link])
            for fields in layout.iter_unpack(self.held(table)):
                if self.is_64:
                    name, info, _, section, value, size = fields
                else:
                    name, value, size, info, _, section = fields
                text = names[name : names.index(0, name)].decode()
                yield Symbol(text, info & 0xF, value, size, section)

    def without_sections(self) -> bytes:
        """Return the file without section headers and what lies behind its segments (elf(5)).

        A program runs without them.
        """
        end = max(one.place + one.file_bytes for one in self.segments())
        header = bytearray(self.image[:end])
        # e_shoff; e_shentsize, e_shnum and e_shstrndx
        place, size = (40, 8) if self.is_64 else (32, 4)
        counts = 58 if self.is_64 else 46
        header[place : place + size] = bytes(size)
        header[counts : counts + 6] = bytes(6)
        return bytes(header)

    def has_interpreter(self) -> bool:
        """Say whether this is a program that the dynamic loader starts."""
        return any(segment.kind == PT_INTERP for segment in self.segments())

    def dynamic(self) -> list[tuple[int, int, int]]:
        """Return (tag, value, file offset of the value) of each dynamic entry."""
        size = 8 if self.is_64 else 4
        layout = "QQ" if self.is_64 else "II"
        entries: list[tuple[int, int, int]] = []
        for one in self.segments():
            if one.kind != PT_DYNAMIC:
                continue
            for at in range(one.place, one.place + one.file_bytes, 2 * size):
                tag, value = self.unpack(layout, at)
                if tag == 0:
                    break
                entries.append((tag, value, at + size))
        return entries

    def place_of(self, address: int) -> int:
        """Return where in the file an address is."""
        for one in self.loaded():
            if one.address <= address < one.address + one.file_bytes:
                return one.place + address - one.address
        raise ValueError(f"address {address:#x} is in no segment")

    def needed(self) -> list[str]:
        """Return the names in DT_NEEDED, in order."""
        entries = self.dynamic()
        tables = [value for tag, value, _ in entries if tag == DT_STRTAB]
        if not tables:
            return []
        strings = self.place_of(tables[0])
        return [self._string(strings + value) for tag, value, _ in entries if tag == DT_NEEDED]


def of_segments(model: Elf, segments: list[tuple[int, bytes, int, int]]) -> bytes:
    """Return a 32-bit file with the header of another, and segments in this order; no sections.

    A segment is its address, its content, its size in memory and its flags.
    """
    header = bytearray(model.image[:HEADER_32])
    struct.pack_into(f"{model.order}II", header, 28, HEADER_32, 0)
    struct.pack_into(f"{model.order}HHHHH", header, 42, ENTRY_32, len(segments), 0, 0, 0)
    place = HEADER_32 + ENTRY_32 * len(segments)
    table, body = b"", b""
    for address, content, memory_bytes, flags in segments:
        sizes = (len(content), memory_bytes)
        fields = (PT_LOAD, place + len(body), address, address, *sizes, flags, 1)
        table += struct.pack(f"{model.order}8I", *fields)
        body += content
    return bytes(header) + table + body
