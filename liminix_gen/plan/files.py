"""Files of an image: what may be where, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from attrs import frozen

from liminix_gen.catalog import users
from liminix_gen.errors import suggestion
from liminix_gen.model.claim import claim
from liminix_gen.model.image import File, PackagePath, directory, link, text_file
from liminix_gen.model.kernel import Asked
from liminix_gen.plan.requests import Asks, Claimed, Package
from liminix_gen.plan.value import PlannedFile
from liminix_gen.recording import Problems

# Where system.nix puts the store and the programs, the marks of a writable root
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


# What can be written though the root cannot; the links are those of ``base_files``.
_WRITABLE = ("/run/", "/state/", "/tmp/", "/var/log/", "/var/run/")  # noqa: S108  on the device


@frozen
class Files:
    """The files that were asked for, by path; of those that are not alike, the first."""

    by_path: Mapping[str, tuple[File, Asked]]
    claims: tuple[Claimed, ...]

    @classmethod
    def of(cls, asks: Asks[File], problems: Problems) -> Files:
        """Merge files; who asks for the same path with other content claims it too."""
        by_path: dict[str, tuple[File, Asked]] = {}
        for file, asked in asks:
            if place := _taken(file.path):
                problems.note(
                    asked.where,
                    f"{file.path} cannot be a file of the image",
                    why=f"what is in {place} is written by the image itself",
                    hint="config.files is for paths elsewhere, such as /etc/motd",
                )
            else:
                by_path.setdefault(file.path, (file, asked))
        claims = (Claimed(claim("the file", file.path, holder=file), asked) for file, asked in asks)
        return cls(by_path, tuple(claims))

    @property
    def packages(self) -> Iterator[tuple[Package, Asked]]:
        """The packages that files refer to, and who asked for the file."""
        for file, asked in self.by_path.values():
            for atom in file.content:
                if isinstance(atom, PackagePath):
                    yield Package(atom.package), asked

    def refuse_files_as_folders(self, problems: Problems) -> None:
        """Note each path that is to lie in something that is not a directory."""
        reported: set[str] = set()
        for path, (_, asked) in self.by_path.items():
            for parent in map(str, PurePosixPath(path).parents):
                if parent in reported or parent not in self.by_path:
                    continue
                file, other = self.by_path[parent]
                if file.kind != "directory":
                    reported.add(parent)
                    problems.note(
                        users(other.where, asked.where),
                        f"{parent} is not a directory, and {path} is to be in it",
                        why=f"{parent} is asked for by {other}, {path} by {asked}",
                        hint=f"remove one of them, or have {parent} be a directory",
                    )

    def refuse_dangling_hard_links(self, problems: Problems) -> None:
        """Note each hard link to what is not a file of the configuration."""
        for path, (file, asked) in self.by_path.items():
            if file.kind != "hardlink":
                continue
            target = str(file.content[0])
            other = self.by_path.get(target)
            if other is None or other[0].kind != "file":
                problems.note(
                    asked.where,
                    f"{path} cannot be a hard link to {target}",
                    why=f"{target} is not a file of the configuration",
                    hint=f"add config.files[{target!r}], or make {path} a symbolic link",
                )

    def refuse_read_only(self, written: Asks[str], problems: Problems) -> None:
        """Note each path that somebody is to write, and that lies on the root."""
        for path, asked in written:
            if path not in self.by_path and not path.startswith(_WRITABLE):
                problems.note(
                    asked.where,
                    f"{path} is on the root, which is read-only: nobody can put it there",
                    hint="/state/... stays, /run/... lasts for a boot; or choose config.root",
                )

    def owned(
        self, ids: Mapping[str, Mapping[str, int]], problems: Problems
    ) -> Iterator[PlannedFile]:
        """Yield the files in the order of paths, with the numbers of their owners."""
        for path in sorted(self.by_path):
            file, asked = self.by_path[path]
            missing = [
                (kind, name)
                for kind, name in (("user", file.user), ("group", file.group))
                if name not in ids[f"{kind}s"]
            ]
            for kind, name in missing[:1]:
                what = f"{path} belongs to {kind} {name!r}, which does not exist"
                made = f'config.{kind}s["{name}"] = {kind.capitalize()}(name="{name}")'
                known = suggestion(name, ids[f"{kind}s"])
                problems.note(asked.where, what, hint=known or made)
            if missing:
                continue
            yield PlannedFile(
                file=file, uid=ids["users"][file.user], gid=ids["groups"][file.group], asked=asked
            )


def _taken(path: str) -> str:
    """Return where the image itself has a path, or nothing."""
    return next((one for one in _OWN if path == one or path.startswith(f"{one}/")), "")


def base_files(hostname: str, hosts: Mapping[str, tuple[str, ...]]) -> Iterable[File]:
    """Yield the files of every image, accounts aside."""
    own = f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {hostname}\n"
    others = (f"{one} {name.rstrip('.')}\n" for name in sorted(hosts) for one in hosts[name])
    yield text_file("/etc/hosts", "".join((own, *others)))
    yield text_file("/etc/profile", "export PATH=/bin\nPS1='\\u@\\h:\\w\\$ '\n")
    yield text_file("/etc/hostname", f"{hostname}\n")
    for path in ("/home", "/root", "/var"):
        yield directory(path, mode="0755" if path != "/root" else "0700")
    yield link("/var/log", "/run/log")
    yield link("/var/run", "/run")
