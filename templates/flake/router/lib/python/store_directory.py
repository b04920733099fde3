"""Copy what a system needs of the store into a directory, for the maker of a file system.

usage: store_directory.py DIRECTORY SYSTEM CLOSURE [PATH FILE]

SYSTEM is a store path with the list `store-paths` (outputs/system). DIRECTORY gets those, SYSTEM
itself and /activate, a link into it; and FILE as PATH. The time of each is 0, and owners are left
to whoever makes the file system. CLOSURE gets the size in bytes of each store path, as JSON.
"""

import json
import os
import shutil
import sys
from pathlib import Path


def copied(source: Path, target: Path) -> int:
    """Copy a file, link or directory; return the size of its files in bytes."""
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return 0
    if not source.is_dir():
        shutil.copyfile(source, target)
        target.chmod(0o555 if os.access(source, os.X_OK) else 0o444)
        return source.stat().st_size
    target.mkdir()
    return sum(copied(one, target / one.name) for one in sorted(source.iterdir()))


def main() -> None:
    """Read the command line; write DIRECTORY and CLOSURE."""
    top, system, closure = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    paths = sorted([*Path(system, "store-paths").read_text().split(), system])
    store = top / "nix" / "store"
    store.mkdir(parents=True)
    sizes = {path: copied(Path(path), store / Path(path).name) for path in paths}
    (top / "activate").symlink_to(f"{system}/activate")
    if sys.argv[4:]:
        path, file = sys.argv[4:]
        added = top / path.lstrip("/")
        added.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, added)
    for folder, folders, files in os.walk(top, topdown=False):
        for name in [*folders, *files]:
            os.utime(Path(folder, name), (0, 0), follow_symlinks=False)
    os.utime(top, (0, 0))
    closure.write_text(json.dumps(sizes, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
