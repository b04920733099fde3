"""Write a root file system as an archive on standard output.

usage: root_tree.py tar TREE REFERENCES CLOSURE SHIFT
       root_tree.py newc TREE

TREE is JSON: `files` (path -> kind, text, target, mode, user, group, type, major, minor) and
`packages`, store paths whose programs are linked from /bin.

The tar archive holds the store too, for an image. REFERENCES is what Nix's exportReferencesGraph
wrote for TREE: everything that the root needs of the store. CLOSURE gets the size in bytes of each
of these paths, as JSON. SHIFT is added to every owner and group (squashfs-owners.py). Such an
archive can hold any owner, mode and file name, and costs no second copy of the store.

The newc archive (initramfs/buffer-format.rst of the kernel) is for packages/activate, which makes
these files in a root that has only the store.
"""

import io
import json
import os
import sys
import tarfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TypedDict

from archive import ImageArchive, blank, newc, stored


class Entry(TypedDict, total=False):
    """A file of the configuration; a device has `type` "c" or "b", and its numbers."""

    kind: str
    text: str
    target: str
    mode: str
    user: int
    group: int
    type: str
    major: int
    minor: int


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


def entries_of(tree: str) -> dict[str, Entry]:
    """Return all that the root has besides the store, by path."""
    wanted = json.loads(Path(tree).read_text())
    entries = with_parents({**SKELETON, **programs(wanted["packages"]), **wanted["files"]})
    for path, entry in entries.items():
        if entry["kind"] == "hardlink" and entries.get(entry["target"], {}).get("kind") != "file":
            sys.exit(f"{path} cannot be in the image: {entry['target']} is not a file")
    return entries


def in_order(entries: Mapping[str, Entry]) -> list[str]:
    """Return the paths, each directory before what is in it, and hard links at the end."""
    return sorted(entries, key=lambda path: (entries[path]["kind"] == "hardlink", path))


def member(path: str, entry: Entry) -> tuple[tarfile.TarInfo, bytes]:
    """Make one entry of the configuration a member of the archive; return its content too."""
    found = blank(path)
    found.uid = entry.get("user", 0)
    found.gid = entry.get("group", 0)
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
        case "hardlink":
            found.type = tarfile.LNKTYPE
            found.linkname = entry["target"].lstrip("/")
        case "device":
            found.type = {"b": tarfile.BLKTYPE, "c": tarfile.CHRTYPE}[entry["type"]]
            found.mode = int(entry.get("mode", "0600"), 8)
            found.devmajor, found.devminor = entry["major"], entry["minor"]
        case kind:
            sys.exit(f"{path}: an image holds no {kind}")
    return found, content


def write_tar(tree: str, references: str, closure: str, shift: str) -> None:
    """Write the archive of an image, and CLOSURE."""
    entries = entries_of(tree)
    archive = ImageArchive(sys.stdout.buffer, int(shift))
    for path in in_order(entries):
        found, content = member(path, entries[path])
        archive.add(found, io.BytesIO(content))
    for folder in ("/nix", "/nix/store"):
        archive.add(member(folder, DIRECTORY)[0])
    sizes = {
        top: sum(archive.add_stored(path) for path in stored(Path(top)))
        for top in store_paths(Path(references), tree)
    }
    archive.close()
    Path(closure).write_text(json.dumps(sizes, indent=2, sort_keys=True) + "\n")


def write_newc(tree: str) -> None:
    """Write the archive of all files besides the store. Hard links share the number of an inode."""
    entries = entries_of(tree)
    paths = in_order(entries)
    target = {path: entries[path].get("target", "") for path in paths}
    own = {path: path if entries[path]["kind"] != "hardlink" else target[path] for path in paths}
    links = Counter(own.values())
    inodes = {path: number for number, path in enumerate(paths, start=1)}
    for path in paths:
        found, content = member(path, entries[path])
        if own[path] != path:
            # What a link says of the file is what the file says; its content comes once.
            found, _ = member(own[path], entries[own[path]])
            found.name, content = path.lstrip("/"), b""
        elif found.type == tarfile.SYMTYPE:
            content = os.fsencode(found.linkname)
        # A file may have the name that ends an archive.
        found.name = f"./{found.name}"
        sys.stdout.buffer.write(newc(inodes[own[path]], links[own[path]], found, content))
    sys.stdout.buffer.write(newc(0, 1, tarfile.TarInfo("TRAILER!!!"), b""))


def main() -> None:
    """Read the command line."""
    match sys.argv[1:]:
        case ["newc", tree]:
            write_newc(tree)
        case ["tar", tree, references, closure, shift]:
            write_tar(tree, references, closure, shift)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
