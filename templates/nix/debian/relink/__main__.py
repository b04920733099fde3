"""Unpack a Debian package, flatten it into $out and relink its programs there.

Every dynamic program or library gets as RUNPATH exactly those directories in which its
DT_NEEDED libraries were found, so Nix's scan for references finds the smallest closure by
itself. A library that is found nowhere is an error: it names the library and the file.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import applets
import elf
import layout
import mips

PAGE_BYTES = 4096  # patchelf would align segments to 64 KiB on MIPS, with zeros in the file


def unpack(package: Path, target: Path) -> None:
    """Unpack without owners and set-id bits: the sandbox refuses both."""
    archive = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
    subprocess.run(
        ["tar", "x", "--no-same-owner", "--no-same-permissions", "-C", target],
        stdin=archive.stdout,
        check=True,
    )
    if archive.wait() != 0:
        sys.exit(f"{package} is not a readable Debian package")


def read(path: Path) -> elf.Elf | None:
    """Return the file as ELF when it is one with a dynamic section, else None."""
    with path.open("rb") as stream:
        if stream.read(4) != elf.MAGIC:
            return None
    file = elf.Elf(path.read_bytes())
    return file if file.dynamic() else None


def run_path(path: Path, file: elf.Elf, package: str, searched: list[Path]) -> list[Path]:
    """Return the directories that hold the libraries of a file, each once, as searched."""
    hits: set[Path] = set()
    for library in file.needed():
        found = next((folder for folder in searched if (folder / library).exists()), None)
        if found is None:
            folders = "\n  ".join(map(str, searched))
            sys.exit(
                f"{package}: {library}, which {path} needs, is in none of\n"
                f"  {folders}\n"
                "Add the package that has it to overrides.nix (libraries), or drop the file."
            )
        hits.add(found)
    return [folder for folder in searched if folder in hits]


def relink(path: Path, file: elf.Elf, folders: list[Path], interpreter: str) -> None:
    """Set RUNPATH and interpreter in one call: each call of patchelf moves segments again."""
    changes: list[str] = []
    if folders:
        changes += ["--set-rpath", ":".join(map(str, folders))]
    if file.has_interpreter():
        changes += ["--set-interpreter", interpreter]
    if not changes:
        return
    path.chmod(path.stat().st_mode | 0o200)
    subprocess.run(["patchelf", "--page-size", str(PAGE_BYTES), *changes, path], check=True)
    if file.machine == mips.EM_MIPS:
        mips.repair(path)


def main() -> None:
    """Build $out from the derivation's environment (package.nix)."""
    given = dict(os.environ)
    out = Path(given["out"])
    out.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        unpack(Path(given["deb"]), Path(scratch))
        layout.flatten(Path(scratch), out, given["triplet"], tuple(given["drop"].split()))
    files = sorted(path for path in out.rglob("*") if path.is_file() and not path.is_symlink())
    if not given["verbatim"]:
        own = sorted({path.parent for path in files if ".so" in path.name})
        searched = own + [Path(folder) for folder in given["searched"].split()]
        for path in files:
            if (file := read(path)) is not None:
                folders = run_path(path, file, given["package"], searched)
                relink(path, file, folders, given["interpreter"])
    layout.remove_dangling(out)
    if given["applets"]:
        applets.link(out / given["applets"])


main()
