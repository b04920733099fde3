"""What an emitted tree copies: folders byte for byte, and which packages are the project's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from liminix_gen import catalog
from liminix_gen.plan import Plan


def copied(folder: Path, below: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a folder, as they lie in a folder of the tree."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and not is_hidden(file, folder):
            yield f"{below}/{file.relative_to(folder).as_posix()}", file.read_bytes()


def is_hidden(file: Path, folder: Path) -> bool:
    """Say whether a file is somebody else's: an editor's, or Git's."""
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def foreign_packages(plan: Plan) -> tuple[str, ...]:
    """Return the planned packages that come from the package set, by their nixpkgs names."""
    own = own_packages(plan)
    return tuple(package.name for package in plan.packages if package.name not in own)


def own_packages(plan: Plan) -> tuple[str, ...]:
    """Return the planned packages that this project makes itself."""
    folder = catalog.share_folder() / "packages"
    return tuple(
        package.name
        for package in plan.packages
        if (folder / package.name / "package.nix").is_file()
    )
