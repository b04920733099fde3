"""Write a root file system as a tar stream on standard output.

usage: root-tree.py TREE REFERENCES CLOSURE SHIFT

TREE is JSON: `files` (path -> kind, text, target, mode, user, group) and `packages`, store
paths whose programs are linked from /bin. REFERENCES is what Nix's exportReferencesGraph
wrote for TREE: everything that the root needs of the store. CLOSURE gets the size in bytes
of each of these paths, as JSON. SHIFT is added to every owner and group (squashfs-owners.py).

A tar stream can hold any owner, mode and file name, and costs no second copy of the store.
"""

import io
import json
import os
import stat
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TypedDict


class Entry(TypedDict, total=False):
    """A file, link or directory that the configuration puts in the image."""

    kind: str
    text: str
    target: str
    mode: str
    user: int
    group: int


SHIFT = int(sys.argv[4])

DIRECTORY: Entry = {"kind": "directory", "mode": "0755"}

# What every root has; a configuration's own file takes the place of any of these.
SKELETON: Mapping[str, Entry] = {
    **{f"/{name}": DIRECTORY for name in ("bin", "dev", "etc", "proc", "run", "sys", "usr", "var")},
    "/root": {"kind": "directory", "mode": "0700"},
    "/tmp": {"kind": "link", "target": "run/tmp"},  # noqa: S108 - a path of the image
    "/var/log": {"kind": "link", "target": "../run/log"},
    "/var/run": {"kind": "link", "target": "../run"},
    "/var/tmp": {"kind": "link", "target": "../run/tmp"},  # noqa: S108
    "/sbin": {"kind": "link", "target": "bin"},
    "/usr/bin": {"kind": "link", "target": "../bin"},
    "/usr/sbin": {"kind": "link", "target": "../bin"},
}


def store_paths(references: Path, tree: str) -> list[str]:
    """Read a graph file (path, deriver, number of references, these); TREE is left out."""
    lines = iter(references.read_text().splitlines())
    paths: list[str] = []
    for path in lines:
        next(lines)
        for _ in range(int(next(lines))):
            next(lines)
        paths.append(path)
    return sorted(path for path in paths if path != tree)


def programs(packages: list[str]) -> dict[str, Entry]:
    """Make the links in /bin. A program of its own goes before an applet of the same name."""
    found: dict[str, Entry] = {}
    for only_links in (False, True):
        for package in packages:
            for path in sorted(Path(package, "bin").glob("*")):
                if path.is_symlink() == only_links:
                    found.setdefault(f"/bin/{path.name}", {"kind": "link", "target": str(path)})
    return found


def with_parents(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """Add the directories above each entry; refuse an entry below something else."""
    whole = dict(entries)
    for path in sorted(entries):
        for above in map(str, PurePosixPath(path).parents):
            if above != "/" and whole.setdefault(above, DIRECTORY).get("kind") != "directory":
                sys.exit(f"{path} cannot be in the image: {above} is not a directory")
    return whole


def blank(path: str) -> tarfile.TarInfo:
    """Make a member owned by root, with time 0."""
    found = tarfile.TarInfo(path.lstrip("/"))
    found.uid = found.gid = SHIFT
    return found


def member(path: str, entry: Entry) -> tuple[tarfile.TarInfo, bytes]:
    """Make one entry of the configuration a member of the archive; return its content too."""
    found = blank(path)
    found.uid += entry.get("user", 0)
    found.gid += entry.get("group", 0)
    content = b""
    match entry["kind"]:
        case "directory":
            found.type = tarfile.DIRTYPE
            found.mode = int(entry.get("mode", "0755"), 8)
        case "link":
            found.type = tarfile.SYMTYPE
            found.mode = 0o777
            found.linkname = entry["target"]
        case "file":
            content = entry["text"].encode()
            found.size = len(content)
            found.mode = int(entry.get("mode", "0644"), 8)
        case kind:
            sys.exit(f"{path}: an image holds no {kind}")
    return found, content


def stored(top: Path) -> Iterator[Path]:
    """Yield a store path and all that is in it, sorted."""
    yield top
    if top.is_dir() and not top.is_symlink():
        for folder, folders, files in os.walk(top):
            folders.sort()
            yield from (Path(folder, name) for name in sorted([*folders, *files]))


def add_stored(archive: tarfile.TarFile, path: Path) -> int:
    """Copy a file of the store into the archive, owned by root; return its size in bytes."""
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
            archive.addfile(found, content)
        return status.st_size
    archive.addfile(found)
    return 0


def main() -> None:
    """Read the command line; write the archive and CLOSURE."""
    tree, references, closure = sys.argv[1:4]
    wanted = json.loads(Path(tree).read_text())
    entries = with_parents({**SKELETON, **programs(wanted["packages"]), **wanted["files"]})
    sizes: dict[str, int] = {}
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.GNU_FORMAT) as archive:
        for path in sorted(entries):
            found, content = member(path, entries[path])
            archive.addfile(found, io.BytesIO(content))
        for folder in ("/nix", "/nix/store"):
            archive.addfile(member(folder, DIRECTORY)[0])
        for top in store_paths(Path(references), tree):
            sizes[top] = sum(add_stored(archive, path) for path in stored(Path(top)))
    Path(closure).write_text(json.dumps(sizes, indent=2, sort_keys=True) + "\n")


main()
