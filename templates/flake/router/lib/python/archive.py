"""Archives of files that nobody owns yet: tar, with owners that are shifted, and newc."""

import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO


def blank(path: str) -> tarfile.TarInfo:
    """Make a member owned by root, with time 0."""
    return tarfile.TarInfo(path.lstrip("/"))


def stored(top: Path) -> Iterator[Path]:
    """Yield a store path and all that is in it, sorted."""
    yield top
    if top.is_dir() and not top.is_symlink():
        for folder, folders, files in os.walk(top):
            folders.sort()
            yield from (Path(folder, name) for name in sorted([*folders, *files]))


class ImageArchive:
    """A tar archive whose owners and groups are shifted."""

    def __init__(self, stream: BinaryIO, shift: int) -> None:
        self._archive = tarfile.open(  # noqa: SIM115 - closed by close()
            fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT
        )
        self._shift = shift
        self.close = self._archive.close

    def add(self, found: tarfile.TarInfo, content: IO[bytes] | None = None) -> None:
        """Add a member."""
        found.uid += self._shift
        found.gid += self._shift
        self._archive.addfile(found, content)

    def add_stored(self, path: Path) -> int:
        """Copy a file of the store, owned by root; return its size in bytes."""
        status = path.lstat()
        found = blank(str(path))
        found.mode = stat.S_IMODE(status.st_mode)
        if path.is_symlink():
            found.type = tarfile.SYMTYPE
            found.linkname = str(path.readlink())
        elif path.is_dir():
            found.type = tarfile.DIRTYPE
        else:
            found.size = status.st_size
            with path.open("rb") as content:
                self.add(found, content)
            return status.st_size
        self.add(found)
        return 0


TYPES = {
    tarfile.BLKTYPE: stat.S_IFBLK,
    tarfile.CHRTYPE: stat.S_IFCHR,
    tarfile.DIRTYPE: stat.S_IFDIR,
    tarfile.LNKTYPE: stat.S_IFREG,
    tarfile.REGTYPE: stat.S_IFREG,
    tarfile.SYMTYPE: stat.S_IFLNK,
}


def newc(inode: int, links: int, found: tarfile.TarInfo, content: bytes) -> bytes:
    """Return a member of a newc archive."""
    name = os.fsencode(found.name) + b"\0"
    fields = (
        inode,
        TYPES[found.type] | found.mode,
        found.uid,
        found.gid,
        links,
        0,  # time
        len(content),
        *(0, 0),  # the file system
        found.devmajor,
        found.devminor,
        len(name),
        0,
    )
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)
