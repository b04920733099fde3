"""Store paths as a tar stream, and what they take on a board's root."""

from __future__ import annotations

import os
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from liminix_gen.events import Listener, Sent

Locate = Callable[[str], Path]
"""Returns where a store path lies on this machine."""

LIST = "list"
"""The archive's last member: the store paths that are in it, a line each."""

_PIECE = 65536

# JFFS2 has data in nodes of a page at most, each with a header; a name is a node too
# (include/uapi/linux/jffs2.h). UBIFS is much the same.
_PAGE = 4096
_NODE_BYTES = 68
_NAME_BYTES = 40

# The least that a block of ext4 is.
_BLOCK = 1024


def pack(paths: Iterable[str], locate: Locate) -> Iterator[bytes]:
    """Yield a tar archive of store paths, owned by root, with time 0 and their modes.

    The last member is the list of paths: an archive without it was cut off.
    """
    listed = tuple(paths)
    for path in listed:
        place = locate(path)
        for file in _below(place):
            name = path + str(file)[len(str(place)) :]
            yield from member(name.lstrip("/"), file)
    yield from end(LIST, "".join(f"{path}\n" for path in listed))


def members_bytes(path: str, locate: Locate) -> int:
    """Return what a store path takes in an archive: bytes of its members."""
    place = locate(path)
    return sum(_member_bytes(path + str(file)[len(str(place)) :], file) for file in _below(place))


def _member_bytes(name: str, file: Path) -> int:
    return sum(map(len, member(name.lstrip("/"), file)))


def end(name: str, text: str) -> Iterator[bytes]:
    """Yield the last member, a text, and the end of the archive."""
    content = text.encode()
    found = tarfile.TarInfo(name)
    found.size = len(content)
    yield found.tobuf(tarfile.GNU_FORMAT) + _padded(content) + bytes(2 * tarfile.BLOCKSIZE)


def least_bytes(paths: Iterable[str], locate: Locate, root: str) -> int:
    """Return what store paths take at the least on a root of a type.

    A root that has less than this cannot hold them; one that has more may still turn out too small.
    """
    return sum(
        _least(file, compressed=root in {"jffs2", "ubifs"})
        for path in paths
        for file in _below(locate(path))
    )


class Meter:
    """Counts the bytes of a stream that goes to a board."""

    def __init__(self, listen: Listener) -> None:
        self._listen = listen
        self.sent_bytes = 0

    def measured(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces, and report how far it is."""
        for piece in pieces:
            yield piece
            self.sent_bytes += len(piece)
            self._listen(Sent(size_bytes=self.sent_bytes))


def _below(top: Path) -> Iterator[Path]:
    """Yield a store path and all that is in it, sorted, folders before what is in them."""
    yield top
    if top.is_dir() and not top.is_symlink():
        for folder, folders, files in os.walk(top):
            folders.sort()
            yield from (Path(folder, name) for name in sorted([*folders, *files]))


def member(name: str, file: Path) -> Iterator[bytes]:
    """Yield a file, link or folder as a member of the archive."""
    status = file.lstat()
    found = tarfile.TarInfo(name)
    found.mode = stat.S_IMODE(status.st_mode)
    if file.is_symlink():
        found.type = tarfile.SYMTYPE
        found.linkname = str(file.readlink())
    elif file.is_dir():
        found.type = tarfile.DIRTYPE
    else:
        found.size = status.st_size
    yield found.tobuf(tarfile.GNU_FORMAT)
    if found.isreg():
        with file.open("rb") as content:
            while piece := content.read(_PIECE):
                yield _padded(piece)


def _padded(content: bytes) -> bytes:
    """Fill up to whole blocks; every piece of a file but the last one is of whole blocks."""
    return content.ljust(-(-len(content) // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE, b"\0")


def _least(file: Path, *, compressed: bool) -> int:
    name = _NAME_BYTES + len(os.fsencode(file.name)) if compressed else 0
    if file.is_symlink() or file.is_dir():
        return name + (_NODE_BYTES if compressed else 0)
    content = file.read_bytes()
    if not compressed:
        return -(-len(content) // _BLOCK) * _BLOCK
    pages = (content[start : start + _PAGE] for start in range(0, len(content), _PAGE))
    return name + sum(_NODE_BYTES + min(len(page), len(zlib.compress(page, 9))) for page in pages)
