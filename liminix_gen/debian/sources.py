"""Which Debian mirror this machine uses, and with which keys: read from its own apt settings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from liminix_gen.debian.suites import PARTS, SOURCE_ARCHITECTURE, Part, Release
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.process import run

# Suites by which a source is known to be Debian's, when its keyring does not say so.
_DEBIAN_SUITES = frozenset(
    [
        "bullseye",
        "bookworm",
        "trixie",
        "forky",
        "duke",
        "sid",
        "oldoldstable",
        "oldstable",
        "stable",
        "testing",
        "unstable",
        "experimental",
    ]
)
_OFF = frozenset(("no", "false", "without", "off", "disable", "0"))
# Fields that `stanza` writes itself.
_OURS = frozenset(
    [
        "types",
        "uris",
        "suites",
        "components",
        "enabled",
        "architectures",
        "languages",
        "targets",
        "pdiffs",
        "arch",
        "lang",
        "target",
        "architectures-add",
        "architectures-remove",
        "arch+",
        "arch-",
    ]
)


@frozen(kw_only=True)
class Source:
    """One place that packages come from: where, which suite, and the options that go with it."""

    uri: str  # without the slash at its end
    suite: str
    components: tuple[str, ...] = ("main",)
    options: tuple[tuple[str, str], ...] = ()  # deb822 fields: Signed-By and the like

    def stanza(self, architecture: str) -> str:
        """Return the deb822 text of this source for one target architecture, or for sources."""
        is_source = architecture == SOURCE_ARCHITECTURE
        fields = [
            ("Types", "deb-src" if is_source else "deb"),
            ("URIs", self.uri),
            ("Suites", self.suite),
            ("Components", " ".join(self.components)),
            *(() if is_source else (("Architectures", architecture),)),
            ("Targets", "Sources" if is_source else "Packages"),
            *self.options,
        ]
        return "".join(f"{name}: {value}\n" for name, value in fields)


@frozen(kw_only=True)
class _Entry:
    """A source as the machine has it."""

    uris: tuple[str, ...]
    suites: tuple[str, ...]
    components: tuple[str, ...]
    options: tuple[tuple[str, str], ...]

    @property
    def signed_by_debian(self) -> bool:
        return "debian-archive" in dict(self.options).get("Signed-By", "")


def machine_sources(release: Release) -> tuple[Source, ...]:
    """Return where this machine gets Debian from, its suites replaced by those of a release.

    Raises ConfigurationError when apt names no Debian mirror.
    """
    text = run(
        ["apt-config", "shell", "F", "Dir::Etc::sourcelist/f", "D", "Dir::Etc::sourceparts/d"]
    )
    places = dict(word.split("=", 1) for word in shlex.split(text.stdout))
    parts = Path(places.get("D", "/nonexistent"))
    files = [Path(places.get("F", "/nonexistent"))]
    if parts.is_dir():
        files += sorted(one for one in parts.iterdir() if one.suffix in {".list", ".sources"})
    texts = {path: path.read_text(errors="replace") for path in files if path.is_file()}
    found = debian_sources(texts, release)
    if not any(source.suite == release.name for source in found):
        looked = ", ".join(str(path) for path in texts) or "no file at all"
        raise ConfigurationError(
            Problem(
                None,
                "apt on this machine names no Debian mirror",
                f"looked in: {looked}",
                f"add a source of Debian's main to apt; packages come from its {release.name}",
                kind="mirror",
            )
        )
    return found


def debian_sources(texts: Mapping[Path, str], release: Release) -> tuple[Source, ...]:
    """Return the Debian sources in the given files of apt, suites replaced by the release's.

    Sources signed by Debian's archive keyring are Debian's; only if there is none, those that
    look like it by their suite.
    """
    entries = [entry for path, text in texts.items() for entry in _entries(path, text)]
    signed = [entry for entry in entries if entry.signed_by_debian]
    found: dict[tuple[str, str], Source] = {}
    for entry in signed or entries:
        if "main" not in entry.components:
            continue
        for suite in entry.suites:
            part = _part(suite)
            if part is None:
                continue
            for uri in entry.uris:
                source = Source(
                    uri=_as_apt_writes(uri), suite=release.suite(part), options=entry.options
                )
                found.setdefault((source.uri, source.suite), source)
    order = release.suites
    return tuple(sorted(found.values(), key=lambda source: order.index(source.suite)))


def _as_apt_writes(uri: str) -> str:
    """Return a place as apt names it in what it says; a folder of this machine has one slash."""
    return re.sub(r"^(file|copy):///", r"\1:/", uri.rstrip("/"))


def _part(suite: str) -> Part | None:
    """Return which part of a release a suite is; None if it is not Debian's."""
    base, slash, rest = suite.strip("/").partition("/")
    if slash:
        return "security" if rest == "updates" and base in _DEBIAN_SUITES else None
    for part in reversed(PARTS):
        ending = "" if part == "release" else f"-{part}"
        if suite.endswith(ending) and suite.removesuffix(ending) in _DEBIAN_SUITES:
            return part
    return None


def _entries(path: Path, text: str) -> Iterator[_Entry]:
    found = _deb822(text) if path.suffix == ".sources" else _one_line(text)
    for entry in found:
        uris = tuple(_resolved(entry.uris))
        if uris:
            yield evolve(entry, uris=uris)


def _resolved(uris: Iterable[str]) -> Iterator[str]:
    """Leave out what cannot be fetched from, and look into mirror lists on this machine."""
    for uri in uris:
        if uri.startswith("cdrom:"):
            continue
        if match := re.fullmatch(r"mirror\+file:(?://)?(/.*)", uri):
            listed = Path(match[1])
            if listed.is_file():
                lines = listed.read_text().splitlines()
                yield from (line.split()[0] for line in lines if line.strip() and line[0] != "#")
            continue
        yield uri


def _deb822(text: str) -> Iterator[_Entry]:
    """Read a *.sources file (deb822, sources.list(5))."""
    for stanza in re.split(r"\n(?:[ \t]*\n)+", text):
        fields: dict[str, str] = {}
        spelled: dict[str, str] = {}
        last = ""
        for line in stanza.split("\n"):
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                if last:
                    fields[last] += f"\n{line}"
                continue
            name, _, value = line.partition(":")
            last = name.strip().lower()
            spelled[last] = name.strip()
            fields[last] = value.strip()
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").strip().lower() in _OFF:
            continue
        yield _Entry(
            uris=tuple(fields.get("uris", "").split()),
            suites=tuple(fields.get("suites", "").split()),
            components=tuple(fields.get("components", "").split()),
            options=tuple(
                (_field(name), value) for name, value in sorted(fields.items()) if name not in _OURS
            ),
        )


def _one_line(text: str) -> Iterator[_Entry]:
    """Read a sources.list file: deb [ option=value ... ] URI suite component..."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if not match:
            continue
        options = [word.partition("=") for word in (match[1] or "").split()]
        yield _Entry(
            uris=(match[2],),
            suites=(match[3],),
            components=tuple(match[4].split()),
            options=tuple(
                (_field(name), value.replace(",", " "))
                for name, _, value in sorted(options)
                if name.lower() not in _OURS
            ),
        )


def _field(name: str) -> str:
    """Return the deb822 spelling of an option: signed-by -> Signed-By."""
    return "-".join(word.capitalize() for word in name.split("-"))
