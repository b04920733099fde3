"""Unpack what root-tree.py wrote, as any user, and write a device table of what that loses.

usage: root-tree.py ... 0 | root-directory.py DIRECTORY TABLE [PATH FILE]

Only root may give files away, and Nix lets no builder set a set-user-ID bit. So DIRECTORY gets
all files, and TABLE (mkfs.ubifs(8), --devtable) owner and mode of each that is not root's, or
whose mode a builder could not read or set. FILE is added to DIRECTORY as PATH. The time of each
is 0.
"""

import os
import sys
import tarfile
from pathlib import Path

ROOT = (0, 0)
KINDS = {tarfile.DIRTYPE: "d", tarfile.REGTYPE: "f", tarfile.SYMTYPE: "l"}


def plain_mode(member: tarfile.TarInfo) -> int:
    """Return a mode that any user may set, of a file that they can still read."""
    return (member.mode & 0o777) | (0o500 if member.isdir() else 0o400)


def table_line(member: tarfile.TarInfo) -> str | None:
    """Return what the device table has to say of a file, if anything."""
    owner = (member.uid, member.gid)
    if owner == ROOT and (member.issym() or member.mode == plain_mode(member)):
        return None
    path = f"/{member.name}"
    if path.split() != [path]:
        sys.exit(f"{path}: a UBIFS image holds a path with a space only as root's own plain file")
    mode = 0o777 if member.issym() else member.mode
    return f"{path} {KINDS[member.type]} {mode:o} {member.uid} {member.gid} - - - - -\n"


def main() -> None:
    """Read the command line and the archive; write DIRECTORY and TABLE."""
    top, table, extra = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    top.mkdir()
    lines: list[str] = []
    directories: list[tuple[Path, int]] = [(top, 0o755)]
    paths: list[Path] = []
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
        for member in archive:
            path = top / member.name
            paths.append(path)
            line = table_line(member)
            if line is not None:
                lines.append(line)
            if member.isdir():
                path.mkdir()
                directories.append((path, plain_mode(member)))
            elif member.issym():
                path.symlink_to(member.linkname)
            else:
                content = archive.extractfile(member)
                path.write_bytes(content.read() if content else b"")
                path.chmod(plain_mode(member))
    if extra:
        added = top / extra[0].lstrip("/")
        for above in reversed(added.relative_to(top).parents[:-1]):
            if not (top / above).exists():
                (top / above).mkdir()
                directories.append((top / above, 0o755))
        added.write_bytes(Path(extra[1]).read_bytes())
        added.chmod(0o644)
        paths.append(added)
    for path in paths:
        os.utime(path, (0, 0), follow_symlinks=False)
    for path, mode in reversed(directories):
        os.utime(path, (0, 0))
        path.chmod(mode)
    table.write_text("".join(lines))


main()
