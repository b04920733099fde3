"""Write the commands of debugfs(8) that copy a directory into an ext4 file system.

usage: ext4-commands.py DIRECTORY [BYTES] >COMMANDS 2>SIZE

SIZE gets how large the file system should be, as mke2fs(8) reads it: BYTES, or else enough for the
directory three times over.
"""

import sys
from pathlib import Path

BLOCK_BYTES = 4096
MEBIBYTE = 1 << 20
ROOM = 3
# The journal, and the tables.
FIXED_MEBIBYTES = 16


def quoted(text: str) -> str:
    """Return a word as debugfs reads it (lib/ss/parse.c in e2fsprogs)."""
    if "\n" in text:
        sys.exit(f"{text!r}: debugfs reads no name with a line break")
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def size_of(path: Path) -> int:
    """Return how many bytes a file takes, with its inode."""
    return -(-path.lstat().st_size // BLOCK_BYTES) * BLOCK_BYTES + BLOCK_BYTES // 4


def main() -> None:
    """Read the command line; write the commands and the size."""
    top = Path(sys.argv[1])
    total = 0
    commands: list[str] = []
    for path in sorted(top.rglob("*")):
        total += size_of(path)
        name = quoted(f"/{path.relative_to(top)}")
        if path.is_symlink():
            commands.append(f"symlink {name} {quoted(str(path.readlink()))}")
        elif path.is_dir():
            commands.append(f"mkdir {name}")
        else:
            commands.append(f"write {quoted(str(path))} {name}")
    if sys.argv[2:]:
        size = f"{int(sys.argv[2]) // 1024}k"
    else:
        size = f"{-(-ROOM * total // MEBIBYTE) + FIXED_MEBIBYTES}m"
    sys.stdout.write("".join(f"{command}\n" for command in commands))
    sys.stderr.write(size)


main()
