"""A private apt for one target architecture: the machine's mirror and settings, a state of its own.

Nothing of the system's apt is changed and no root is needed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import time
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from liminix_gen import files
from liminix_gen.cache import OTHER_CACHE, cache_directory
from liminix_gen.debian.architectures import RELEASE_OF
from liminix_gen.debian.sources import Source, machine_sources
from liminix_gen.debian.suites import SOURCE_ARCHITECTURE, Release, part_of
from liminix_gen.errors import BuildError, CheckError, ConfigurationError, Problem
from liminix_gen.locking import locked
from liminix_gen.process import CommandError, CommandTimeoutError, Completed, run

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

APT_HELPER = "/usr/lib/apt/apt-helper"
_UPDATE_LIMIT_S = 600.0
_FRESH_S = 900.0

# Read after the machine's own settings, which hold for all that is not named here (proxies...).
_CONFIGURATION = """\
#clear APT::Architectures;
#clear APT::Update;
#clear DPkg;
#clear Acquire::Languages;
APT::Architectures {{ "{architecture}"; }};
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::GzipIndexes "true";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{directory}/sources";
Dir::State "{directory}/state";
Dir::State::lists "{directory}/lists";
Dir::State::status "/dev/null";
Dir::Cache "{directory}/cache";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""


@frozen(kw_only=True)
class Index:
    """One package index that apt has loaded."""

    suite: str
    component: str
    uri: str
    file: Path


class Apt:
    """apt for one architecture of a release, in a directory of its own; `update` before `indexes`.

    The architecture SOURCE_ARCHITECTURE stands for its source packages.

    `components` are added to main. `without` names suites and components that the user leaves out
    (trixie-security, non-free-firmware).
    """

    def __init__(
        self,
        architecture: str,
        release: Release | None = None,
        *,
        directory: Path | None = None,
        sources: Sequence[Source] | None = None,
        components: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> None:
        self.architecture = architecture
        self.release = release or RELEASE_OF[architecture]
        self._above = directory
        self._sources = None if sources is None else tuple(sources)
        self._without = frozenset(without)
        self._components = ("main", *(one for one in components if one not in self._without))

    @property
    def _is_of_sources(self) -> bool:
        return self.architecture == SOURCE_ARCHITECTURE

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where packages come from; read from the machine at first use."""
        if self._sources is None:
            self._sources = machine_sources(self.release)
        return tuple(
            evolve(source, components=self._components)
            for source in self._sources
            if source.suite not in self._without
        )

    @cached_property
    def _stanzas(self) -> str:
        return "\n".join(source.stanza(self.architecture) for source in self.sources)

    @cached_property
    def directory(self) -> Path:
        """Return the directory of these sources alone: others may be loaded at the same time."""
        digest = hashlib.sha256(self._stanzas.encode()).hexdigest()[:8]
        above = self._above or cache_directory() / "apt"
        return above / f"{self.release.name}-{self.architecture}-{digest}"

    @property
    def options(self) -> list[str]:
        """The options of apt's commands."""
        return ["-q", "-c", str(self.directory / "apt.conf")]

    def bases(self, suite: str) -> tuple[str, ...]:
        """Return the mirrors for a suite of any release, and after them those of other parts."""
        part = part_of(suite)
        own = [source.uri for source in self.sources if part_of(source.suite) == part]
        return tuple(dict.fromkeys((*own, *(source.uri for source in self.sources))))

    def prepare(self) -> None:
        """Write the private settings and sources."""
        name = str(self.directory)
        if '"' in name or "\n" in name or not _is_utf8(name):
            raise ConfigurationError(
                Problem(
                    None, f"apt cannot work in {self.directory}", hint=OTHER_CACHE, kind="mirror"
                )
            )
        with self._reported():
            for name in ("sources", "state", "lists/partial", "cache/archives/partial"):
                (self.directory / name).mkdir(parents=True, exist_ok=True)
            settings = _CONFIGURATION.format(
                architecture=self.architecture, directory=self.directory
            )
            changed = files.write(self.directory / "apt.conf", settings.encode())
            sources = self.directory / "sources" / "liminix-gen.sources"
            changed |= files.write(sources, self._stanzas.encode())
            if changed and self._stamp.exists():
                os.utime(self._stamp, (0, 0))  # loaded long ago

    @contextmanager
    def _reported(self) -> Generator[None]:
        """Report what is wrong with the directory as an error of the user's machine."""
        try:
            yield
        except OSError as error:
            raise ConfigurationError(
                Problem(
                    None,
                    f"{error.filename or self.directory}: {error.strerror}",
                    "apt keeps its package lists in the user's cache directory",
                    OTHER_CACHE,
                    kind="mirror",
                )
            ) from None

    @property
    def _stamp(self) -> Path:
        return self.directory / "updated"

    def update(self, *, max_age_s: float = _FRESH_S) -> None:
        """Load the package indexes, unless this was done less than `max_age_s` seconds ago.

        Raises BuildError that names each index that is missing or broken.
        """
        self.prepare()
        with self._reported(), locked(self.directory / "lock"):
            stamp = self._stamp.read_bytes() if self._stamp.exists() else None
            as_loaded = stamp is not None and stamp == self._sums()
            if as_loaded and time.time() - self._stamp.stat().st_mtime < max_age_s:
                return
            self._stamp.unlink(missing_ok=True)
            if stamp is not None and not as_loaded:
                self._forget()
            problems = self._load()
            if problems and not as_loaded and self._files():
                # A list that was there may be the cause: apt keeps it while there is no newer one.
                self._forget()
                problems = self._load()
            if problems:
                raise BuildError(*problems)
            self._stamp.write_bytes(self._sums())

    def require_loaded(self) -> None:
        """Raise CheckError unless package indexes were loaded before, however long ago."""
        if not self._stamp.exists():
            what = f"no package index of {self.release.name} for {self.architecture} is at hand"
            raise CheckError(Problem(None, what, hint="`liminix-gen lock` loads it"))

    def _load(self) -> list[Problem]:
        """Run apt; return what is wrong then. Raises ConfigurationError if there is no room."""

        def hear(line: str) -> None:
            # It waits for minutes then, and does not say for what.
            if line.startswith(("Ign:", "Err:")):
                self._require_room()

        command = ["apt-get", *self.options, "update"]
        try:
            done = run(command, check=False, timeout_s=_UPDATE_LIMIT_S, on_stdout=hear)
        except CommandTimeoutError as error:
            done = error.completed
        if done.returncode != 0:
            self._require_room()
        try:
            return self._problems(done)
        except CommandError as error:
            said = error.completed.stderr.strip()
            return [
                Problem(
                    None,
                    "apt cannot read its package lists",
                    said,
                    error.completed.shown,
                    kind="mirror",
                )
            ]

    def _require_room(self) -> None:
        """Raise ConfigurationError if a file system is full that apt writes to."""
        files.require_space(self.directory, OTHER_CACHE)
        files.require_space(_temporary_folder(), files.OTHER_TMPDIR)

    def _files(self) -> list[Path]:
        """Return what apt has loaded: its lists."""
        there = (self.directory / "lists").iterdir()
        return sorted(file for file in there if file.is_file() and file.name != "lock")

    def _sums(self) -> bytes:
        """Return the hash and name of each list; what is not as apt has loaded it is useless."""
        lines: list[str] = []
        for file in self._files():
            with file.open("rb") as stream:
                lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {file.name}\n")
        return "".join(lines).encode(errors="surrogateescape")

    def _forget(self) -> None:
        for file in self._files():
            file.unlink()

    def indexes(self) -> tuple[Index, ...]:
        """Return the package indexes that are there."""
        form = "$(RELEASE) $(COMPONENT) $(REPO_URI) $(FILENAME)"
        wanted = ["Created-By: Packages", f"Architecture: {self.architecture}"]
        if self._is_of_sources:
            wanted = ["Created-By: Sources"]
        said = _asked(["apt-get", *self.options, "indextargets", "--format", form, *wanted])
        lines = [line.split(" ", 3) for line in said.splitlines()]
        return tuple(
            Index(suite=suite, component=component, uri=uri.rstrip("/"), file=Path(file))
            for suite, component, uri, file in lines
        )

    def read(self, index: Index) -> str:
        """Return the text of a package index."""
        return _asked([APT_HELPER, *self.options, "cat-file", index.file])

    def _problems(self, done: Completed) -> list[Problem]:
        """Return what is wrong after `apt-get update`: failures, and indexes that are not there."""
        loaded = {(index.suite, index.uri, index.component) for index in self.indexes()}
        said = [line for line in done.stderr.splitlines() if re.match(r"\s|[EW]:", line)]
        problems: list[Problem] = []
        release = self.release.name
        for source in self.sources:
            failed = _about(source, said)
            if done.returncode == 0 and not failed:
                wanted = {
                    (source.suite, source.uri, one)
                    for one in source.components
                    if not self._has_nothing(source, one)
                }
                if wanted <= loaded:
                    continue
                failed = ["apt reported no error, but the index is not there"]
            if not failed:
                continue
            missing = any("404" in line or "does not have a Release" in line for line in failed)
            hint = (
                f"use a mirror that still has {release} in apt's sources"
                if missing
                else "try again later, or name another mirror in apt's sources"
            )
            if any("NO_PUBKEY" in line for line in failed):
                hint = "apt install --only-upgrade debian-archive-keyring, which has newer keys"
            if source.suite != release:
                hint += f"\nor go without these updates: --without {source.suite}"
            if any("doesn't have the component" in line for line in failed):
                hint = f"go without: --without {' '.join(self._components[1:])}"
            what = f"the package index of {source.suite} ({self.architecture}) could not be loaded"
            problems.append(
                Problem(None, f"{what} from {source.uri}", "\n".join(failed), hint, kind="mirror")
            )
        if not problems and done.returncode != 0:
            problems.append(
                Problem(
                    None, "apt-get update failed", done.stderr.strip(), done.shown, kind="mirror"
                )
            )
        if not problems and not any(suite == release for suite, _, _ in loaded):
            what = f"the mirror has no {release} packages for {self.architecture}"
            where = ", ".join(self.bases(release))
            problems.append(
                Problem(None, what, where, "use another mirror in apt's sources", kind="mirror")
            )
        return problems

    def _has_nothing(self, source: Source, component: str) -> bool:
        """Say whether the suite's signed Release file is there and lists nothing to take.

        It does not name it then, or says that the index is empty; apt does not load
        such an index. Updates of non-free-firmware are often none.
        """
        place = file_name(source.uri)
        index = rf"{re.escape(component)}/binary-{re.escape(self.architecture)}/Packages"
        if self._is_of_sources:
            index = rf"{re.escape(component)}/source/Sources"
        for name in ("InRelease", "Release"):
            file = self.directory / "lists" / f"{place}_dists_{source.suite}_{name}"
            if file.is_file():
                text = file.read_text(errors="replace")
                listed = re.search(r"^Architectures:(.*)$", text, re.MULTILINE)
                architectures = listed[1].split() if listed and not self._is_of_sources else []
                if architectures and self.architecture not in architectures:
                    return True
                sizes = re.findall(rf"^ [0-9a-f]+ +(\d+) {index}$", text, re.MULTILINE)
                return bool(sizes) and not any(int(size) for size in sizes)
        return False


def _asked(command: Sequence[str | Path]) -> str:
    """Return what apt says of what it has loaded; meanwhile it writes to TMPDIR alone."""
    try:
        return run(command).stdout
    except CommandError as error:
        if os.strerror(errno.ENOSPC) in error.completed.stderr:
            raise files.no_space(_temporary_folder(), files.OTHER_TMPDIR) from None
        raise


def _temporary_folder() -> Path:
    """Return where apt puts temporary files (GetTempDir in apt)."""
    named = Path(os.environ.get("TMPDIR", ""))
    return named if named.is_absolute() and named.is_dir() else Path("/tmp")  # noqa: S108  apt's


def _about(source: Source, said: Sequence[str]) -> list[str]:
    """Return apt's errors and warnings about one source, with the lines that belong to them."""
    result: list[str] = []
    taken = False
    for line in said:
        if not line[0].isspace():
            at = line.find(source.uri)
            rest = line[at + len(source.uri) :] if at >= 0 else ""
            taken = bool(re.match(rf"/?(/dists/| ){re.escape(source.suite)}(/| |$)", rest))
        if taken:
            result.append(re.sub(r"^[EW]: ", "", line).strip())
    return result


def file_name(uri: str) -> str:
    """Return how apt begins the names of a mirror's files (URItoFileName in apt)."""
    place = re.sub(r"^[a-z+]+:(//)?([^/@]*@)?", "", uri)
    quoted = (f"%{ord(one):02x}" if one in '\\|{}[]<>"^~_=!@#$%&*' else one for one in place)
    return "".join(quoted).replace("/", "_")


def _is_utf8(name: str) -> bool:
    return name == name.encode(errors="replace").decode()
