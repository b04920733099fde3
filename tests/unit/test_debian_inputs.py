"""What programs are compiled from: found in indexes, kept in the lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.debian import inputs, update
from liminix_gen.debian.fetch_script import fetch_script
from liminix_gen.debian.inputs import Input
from liminix_gen.debian.lock import Lock, dump, parse
from liminix_gen.debian.source_index import SourceIndex
from liminix_gen.debian.sources import Source
from liminix_gen.debian.suites import SOURCE_ARCHITECTURE
from liminix_gen.errors import BuildError, CheckError, ConfigurationError
from tests.unit.debian_index import index, stanza

HASHES = {name: f"{number:064x}" for number, name in enumerate(("dsc", "orig", "debian", "asc"))}


def source(version: str, *, name: str = "lua5.4", folder: str = "pool/main/l/lua5.4") -> str:
    upstream = version.partition("-")[0]
    return f"""\
Package: {name}
Binary: lua5.4, liblua5.4-dev
Version: {version}
Format: 3.0 (quilt)
Files:
 00000000000000000000000000000000 9 {name}_{version}.dsc
Checksums-Sha256:
 {HASHES["dsc"]} 9 {name}_{version}.dsc
 {HASHES["orig"]} 374097 {name}_{upstream}.orig.tar.gz
 {HASHES["asc"]} 801 {name}_{upstream}.orig.tar.gz.asc
 {HASHES["debian"]} 13108 {name}_{version}.debian.tar.xz
Directory: {folder}
Section: interpreters
"""


SOURCES = SourceIndex(
    (
        ("trixie", "\n".join((source("5.4.7-1"), source("1.0-1", name="lua5.4-x")))),
        ("trixie-security", source("5.4.7-1+deb13u1")),
    )
)
COMPILED = (Input(name="fennel"), Input(name="lua5.4", is_source=True))
PACKAGES = index(
    stanza("libc6", section="libs"),
    stanza("libc6-dev", section="libdevel"),
    stanza("libgcc-s1", section="libs"),
    stanza("linux-libc-dev", section="devel"),
    stanza("linux-source-6.12", section="kernel", version="6.12.10-1"),
    stanza("fennel", version="1.5.3-2"),
)
INDEXES = update.Indexes(
    release=lambda _: PACKAGES, common=lambda: PACKAGES, sources=lambda: SOURCES
)


def test_a_source_is_its_newest_archives() -> None:
    files = SOURCES.files("lua5.4")
    assert [(one.path, one.sha256, one.suite) for one in files] == [
        (
            "pool/main/l/lua5.4/lua5.4_5.4.7-1+deb13u1.debian.tar.xz",
            HASHES["debian"],
            "trixie-security",
        ),
        ("pool/main/l/lua5.4/lua5.4_5.4.7.orig.tar.gz", HASHES["orig"], "trixie-security"),
    ]
    assert {one.version for one in files} == {"5.4.7-1+deb13u1"}
    assert files[1].size_bytes == 374097


def test_a_source_that_there_is_not() -> None:
    with pytest.raises(ConfigurationError, match=r"no source package lua5\.5"):
        SOURCES.files("lua5.5")
    broken = SourceIndex((("trixie", "Package: lua5.4\nVersion: 1\n"),))
    with pytest.raises(BuildError, match="it has no Directory"):
        broken.files("lua5.4")


def test_apt_reads_sources() -> None:
    text = Source(uri="http://mirror.example/debian", suite="trixie").stanza(SOURCE_ARCHITECTURE)
    assert "Types: deb-src\n" in text
    assert "Targets: Sources\n" in text
    assert "Architectures" not in text


def test_inputs_are_locked_beside_the_packages() -> None:
    first, _ = update.update(Lock(), "mipsel", [], indexes=INDEXES)
    assert first.architecture("mipsel").inputs == {}
    new, notices = update.update(first, "mipsel", [], indexes=INDEXES, inputs=COMPILED)
    assert [str(notice) for notice in notices] == [
        "added fennel (mipsel) 1.5.3-2",
        "added lua5.4 (mipsel) 5.4.7-1+deb13u1",
    ]
    assert parse(dump(new), Path("x.lock")) == new
    section = new.architecture("mipsel")
    assert len(section.fetched) == len(first.architecture("mipsel").fetched) + 3
    assert "lua5.4_5.4.7.orig.tar.gz" in fetch_script(section.fetched)
    # A tree carries them only if something is compiled from them.
    assert section.restricted([]).inputs == {}
    assert section.restricted([], [], ["lua5.4"]).inputs.keys() == {"lua5.4"}
    with pytest.raises(CheckError, match="fennel is not in the lock"):
        update.update(first, "mipsel", [], indexes=INDEXES, inputs=COMPILED, locked=True)
    again, notices = update.update(new, "mipsel", [], indexes=INDEXES, inputs=COMPILED, locked=True)
    assert (again, notices) == (new, ())


def test_an_input_is_refreshed_by_its_name() -> None:
    old = evolve(INDEXES, sources=lambda: SourceIndex((("trixie", source("5.4.6-1")),)))
    kept, _ = update.update(Lock(), "mipsel", [], indexes=old, inputs=COMPILED)
    new, notices = update.update(
        kept, "mipsel", [], indexes=INDEXES, inputs=COMPILED, refresh=["lua5.4"]
    )
    assert [str(one) for one in notices] == ["changed lua5.4 (mipsel) 5.4.6-1 -> 5.4.7-1+deb13u1"]
    assert (
        new.architecture("mipsel").inputs["fennel"] == kept.architecture("mipsel").inputs["fennel"]
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("pool/main/l/lua5.4/../x.tar.gz", "does not have the form"),
        ("pool/main/l/lua5.4/x.sh", "does not have the form"),
    ],
)
def test_what_is_no_archive_is_refused(path: str, told: str) -> None:
    lock, _ = update.update(Lock(), "mipsel", [], indexes=INDEXES, inputs=COMPILED)
    text = dump(lock).replace("pool/main/l/lua5.4/lua5.4_5.4.7.orig.tar.gz", path)
    with pytest.raises(ConfigurationError, match=told):
        parse(text, Path("x.lock"))


def test_programs_of_this_project_say_what_they_are_compiled_from() -> None:
    assert inputs.needed(["busybox", "dnsmasq"]) == ()
    assert {one.name for one in inputs.needed(["lua"])} == {"fennel", "lua5.4"}
