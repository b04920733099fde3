"""Where the files of an emitted tree come from, and which packages are the project's own."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from attrs import frozen

from liminix_gen import catalog
from liminix_gen.model.device import Device
from liminix_gen.model.output import Image
from liminix_gen.nix.expression import Below, Expression
from liminix_gen.nix.expression import Path as NixPath
from liminix_gen.plan import Plan

# How the generated files name a path of the tree.
PathWriter = Callable[[str], Expression]
# What of the project a tree names as the project does; the rest of a tree is in templates/nix.
_SAME = ("devices", "modules", "outputs", "packages")


@frozen
class Sources:
    """The files that a tree can hold, by their paths in it.

    ``made`` are those that no file stands for; ``folders`` are those of the board, of service types
    and of images, and ``roots`` what these lie in, by the first word of a path. What is in neither
    is the project's.
    """

    made: Mapping[str, bytes]
    folders: Mapping[str, Path]
    roots: Mapping[str, tuple[Path, ...]]

    @classmethod
    def of(cls, plan: Plan, made: Mapping[str, bytes]) -> Sources:
        """Return those of a plan."""
        folders = _folders(plan)
        roots: dict[str, dict[Path, None]] = {}
        for path, folder in folders.items():
            kind, _, below = path.partition("/")
            roots.setdefault(kind, {})[folder.parents[below.count("/")]] = None
        return cls(made, folders, {kind: tuple(found) for kind, found in roots.items()})

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None if there is none."""
        if path in self.made:
            return self.made[path]
        source = self._source(path)
        return source.read_bytes() if source.is_file() else None

    def listed(self, folder: str) -> Iterator[str]:
        """Yield what lies below a folder; not what is somebody else's: an editor's, or Git's."""
        source = self._source(folder)
        for file in sorted(source.rglob("*")):
            below = file.relative_to(source)
            if file.is_file() and not any(map(is_left_out, below.parts)):
                yield f"{folder}/{below.as_posix()}"

    def is_users(self, path: str) -> bool:
        """Say whether a file is the user's own."""
        return self.users_file(path) is not None

    def users_file(self, path: str) -> Path | None:
        """Return the file that stands for a path in the tree, if it is the user's own."""
        source = self._source(path)
        return None if source.is_relative_to(catalog.share_folder()) else source

    def _source(self, path: str) -> Path:
        """Return where a file is: beside another one of its kind, or in the project."""
        own = project_path(path)
        return next((one for one in self._places(path) if one.exists()), own)

    def _places(self, path: str) -> Iterator[Path]:
        above = path
        while above:
            if folder := self.folders.get(above):
                yield folder / path[len(above) + 1 :]
            above = posixpath.dirname(above)
        kind, _, below = path.partition("/")
        for root in self.roots.get(kind, ()):
            yield root / below


def body_folder(type_: str) -> str:
    """Return where the tree has the bodies of a service type."""
    return "modules/" + type_.replace(".", "/")


def board_folder(device: Device) -> str:
    """Return where the tree has what is in the board's folder."""
    return f"devices/{device.name.replace('-', '_')}"


def image_folder(image: Image) -> str:
    """Return where the tree has what makes an image."""
    return f"outputs/{image.folder.name}"


def place_in(plan: Plan, project: str | None) -> PathWriter:
    """Return the writer of paths; ``project`` is how a thin tree names the project's folder.

    Such a tree has only modules and images of the user's own.
    """
    sources = Sources.of(plan, {})

    def place(path: str) -> Expression:
        if project is None or sources.is_users(path):
            return NixPath(path)
        return Below(project, in_project(path))

    return place


def _folders(plan: Plan) -> Mapping[str, Path]:
    """Return the folders of what a plan is made of, by their paths in a tree."""
    bodies = {body_folder(one.type): one.folder for one in plan.services}
    images = {image_folder(one): one.folder for one in plan.images.values()}
    own = plan.device.own_tree
    return bodies | images | ({board_folder(plan.device): own.parent} if own else {})


def project_path(path: str) -> Path:
    """Return where the project has a file of a tree."""
    return catalog.share_folder() / in_project(path)


def in_project(path: str) -> str:
    """Return the path below the project's folder of a file of a tree."""
    return path if path.partition("/")[0] in _SAME else f"templates/nix/{path}"


def is_left_out(name: str) -> bool:
    """Say whether a file is an editor's, or Git's, or declares what it lies beside."""
    return name.startswith(".") or name in _left_out()


@cache
def _left_out() -> frozenset[str]:
    """Return the names that nix/pinned.nix leaves out, too: it must hash the same files."""
    file = catalog.share_folder() / "templates" / "nix" / "left-out.json"
    return frozenset(json.loads(file.read_bytes()))


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
