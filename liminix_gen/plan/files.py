"""Files of an image: what may be where, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from liminix_gen.catalog import users
from liminix_gen.model.claim import claim
from liminix_gen.model.image import File, PackagePath, directory, link, text_file
from liminix_gen.model.kernel import Asked
from liminix_gen.plan.claims import Claims
from liminix_gen.plan.value import PlannedFile
from liminix_gen.recording import Problems

# Where system.nix puts the store and the programs, the marks of a root that can be written
# (runtime/activate.sh), and what the boot mounts over.
_OWN = (
    "/activate",
    "/activating",
    "/bin",
    "/dev",
    "/etc/liminix-system",
    "/init",
    "/nix",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",  # noqa: S108  on the device
    "/trial",
    "/usr/bin",
    "/usr/sbin",
)


class Files:
    """The files that were asked for, by path."""

    def __init__(self, claims: Claims, problems: Problems) -> None:
        self._claims = claims
        self._problems = problems
        self._files: dict[str, tuple[File, Asked]] = {}

    def packages(self) -> Iterator[tuple[str, Asked]]:
        """Yield the packages that files refer to, and who asked for the file."""
        for file, asked in self._files.values():
            for atom in file.content:
                if isinstance(atom, PackagePath):
                    yield atom.package, asked

    def add(self, file: File, asked: Asked) -> None:
        """Add a file; who asks for the same path with other content claims it too."""
        self._claims.add(claim("the file", file.path, holder=file), asked)
        taken = [place for place in _OWN if file.path == place or file.path.startswith(f"{place}/")]
        if taken:
            self._problems.note(
                asked.where,
                f"{file.path} cannot be a file of the image",
                why=f"what is in {taken[0]} is made by the image itself",
            )
            return
        self._files.setdefault(file.path, (file, asked))

    def refuse_files_as_folders(self) -> None:
        """Note each path that is to lie in something that is not a directory."""
        told: set[str] = set()
        for path, (_, asked) in self._files.items():
            for parent in map(str, PurePosixPath(path).parents):
                if parent in told or parent not in self._files:
                    continue
                file, other = self._files[parent]
                if file.kind != "directory":
                    told.add(parent)
                    self._problems.note(
                        users(other.where, asked.where),
                        f"{parent} is not a directory, and {path} is to be in it",
                        why=f"{parent} is asked for by {other}, {path} by {asked}",
                    )

    def refuse_dangling_hard_links(self) -> None:
        """Note each hard link to what is not a file of the configuration."""
        for path, (file, asked) in self._files.items():
            if file.kind != "hardlink":
                continue
            target = str(file.content[0])
            other = self._files.get(target)
            if other is None or other[0].kind != "file":
                self._problems.note(
                    asked.where,
                    f"{path} cannot be another name of {target}",
                    why=f"{target} is not a file of the configuration",
                )

    def owned(self, ids: Mapping[str, Mapping[str, int]]) -> Iterator[PlannedFile]:
        """Yield the files in the order of paths, with the numbers of their owners."""
        for path in sorted(self._files):
            file, asked = self._files[path]
            missing = [
                f"{kind} {name!r}"
                for kind, name in (("user", file.user), ("group", file.group))
                if name not in ids[f"{kind}s"]
            ]
            if missing:
                self._problems.note(
                    asked.where, f"{path} belongs to {missing[0]}, which is not there"
                )
                continue
            yield PlannedFile(
                file=file, uid=ids["users"][file.user], gid=ids["groups"][file.group], asked=asked
            )


def base_files(hostname: str) -> Iterable[File]:
    """Yield the files of every image, accounts aside."""
    yield text_file("/etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {hostname}\n")
    yield text_file("/etc/profile", "export PATH=/bin\nPS1='\\u@\\h:\\w\\$ '\n")
    yield text_file("/etc/hostname", f"{hostname}\n")
    for path in ("/home", "/root", "/var"):
        yield directory(path, mode="0755" if path != "/root" else "0700")
    yield link("/var/log", "/run/log")
    yield link("/var/run", "/run")
