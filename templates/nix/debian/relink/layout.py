"""From the file system hierarchy of a Debian package to the flat one of a store path."""

import fnmatch
import os
import shutil
from pathlib import Path, PurePosixPath

# Documentation, translations, packaging and headers: never used on a device.
UNWANTED = (
    "include",
    "lib/*.a",
    "lib/*.o",
    "lib/cmake",
    "lib/pkgconfig",
    "lib/systemd",
    "lib/tmpfiles.d",
    "lib/sysusers.d",
    "lib/udev",
    "share/bash-completion",
    "share/bug",
    "share/doc",
    "share/doc-base",
    "share/gdb",
    "share/info",
    "share/initramfs-tools",
    "share/lintian",
    "share/locale",
    "share/man",
    "share/metainfo",
    "share/polkit-1",
    "share/zsh",
)


def flat_name(path: PurePosixPath, triplet: str) -> PurePosixPath | None:
    """Say where `path` of the package goes below $out; None when it is of no use there."""
    parts = path.parts
    if parts[:1] == ("usr",):
        parts = parts[1:]
    if not parts or parts[0] == "var":
        return None
    if parts[0] in ("bin", "sbin"):
        return PurePosixPath("bin", *parts[1:])
    if parts[:2] == ("lib", triplet):
        return PurePosixPath("lib", *parts[2:])
    return PurePosixPath(*parts)


def is_dropped(path: PurePosixPath, patterns: tuple[str, ...]) -> bool:
    """Say whether the path, or a directory above it, matches one of the globs."""
    names = [str(path), *map(str, path.parents)]
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)


def flatten(source: Path, target: Path, triplet: str, drop: tuple[str, ...]) -> None:
    """Move the files of an unpacked package to their flat places.

    Files go before links: in libc6, /lib/ld.so.1 is a link to the loader in the triplet's
    directory, and both have the same flat name.
    """
    links: list[tuple[PurePosixPath, PurePosixPath]] = []
    for folder, folders, files in os.walk(source):
        folders.sort()
        for name in sorted([*files, *folders]):
            path = Path(folder, name)
            relative = PurePosixPath(path.relative_to(source))
            flat = flat_name(relative, triplet)
            if flat is None or is_dropped(flat, UNWANTED + drop):
                continue
            if path.is_symlink():
                links.append((relative, flat))
            elif not path.is_dir() and not (target / flat).exists():
                (target / flat).parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, target / flat)
    for relative, flat in links:
        place = target / flat
        if not os.path.lexists(place):
            link(place, source, relative, target, triplet)


def link(place: Path, source: Path, relative: PurePosixPath, target: Path, triplet: str) -> None:
    """Make the package's link `relative` again at `place`, between flat names."""
    wanted = (source / relative).readlink()
    if wanted.is_absolute():
        inside = PurePosixPath(*wanted.parts[1:])
    else:
        inside = PurePosixPath(os.path.normpath(relative.parent / wanted))
    flat = flat_name(inside, triplet)
    if flat is None or flat == PurePosixPath(place.relative_to(target)):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(os.path.relpath(target / flat, place.parent))


def remove_dangling(target: Path) -> None:
    """Remove links whose end is not in the package, until none is left."""
    found = True
    while found:
        dangling = [path for path in target.rglob("*") if path.is_symlink() and not path.exists()]
        for path in dangling:
            path.unlink()
        found = bool(dangling)
