"""Indexes are read, and only libraries are followed."""

import pytest

from liminix_gen.debian import resolve
from liminix_gen.debian.index import Dependency, PackageIndex, dependencies
from liminix_gen.errors import BuildError, ConfigurationError
from tests.unit.debian_index import index, stanza


def names(packages: PackageIndex, name: str) -> list[str]:
    return [one.name for one in resolve.libraries(packages, resolve.package(packages, name))]


def test_depends_field() -> None:
    text = "libc6 (>= 2.36), debconf (>= 0.5) | debconf-2.0, python3:any, perl:any (<< 6)"
    assert dependencies(text) == (
        (Dependency("libc6", ">=", "2.36"),),
        (Dependency("debconf", ">=", "0.5"), Dependency("debconf-2.0")),
        (Dependency("python3"),),
        (Dependency("perl", "<<", "6"),),
    )


def test_only_libraries_are_followed() -> None:
    found = index(
        stanza("tool", depends="libone1, adduser, libtool-bin, datalib, libodd2"),
        stanza("libone1", section="libs"),
        stanza("adduser"),
        stanza("libtool-bin", section="devel"),
        stanza("datalib", section="oldlibs"),
        stanza("libodd2", section="net"),
    )
    assert names(found, "tool") == ["datalib", "libodd2", "libone1"]


def test_first_alternative_that_exists() -> None:
    found = index(
        stanza("tool", depends="libgone1 | libold1 | libnew2, pre | libnew2"),
        stanza("libold1", section="libs"),
        stanza("libnew2", section="libs"),
        stanza("pre"),
    )
    assert names(found, "tool") == ["libold1"]


def test_virtual_package_is_what_provides_it() -> None:
    found = index(
        stanza("tool", depends="libvirtual1"),
        stanza("libreal2", section="libs", provides="other, libvirtual1 (= 3)"),
        stanza("libalso3", section="libs", provides="libvirtual1"),
    )
    assert names(found, "tool") == ["libalso3"]


def test_the_cycle_of_the_c_library_is_cut() -> None:
    found = index(
        stanza("libc6", section="libs", depends="libgcc-s1"),
        stanza("libgcc-s1", section="libs", depends="libc6 (>= 2.35)"),
    )
    assert names(found, "libc6") == []
    assert names(found, "libgcc-s1") == ["libc6"]


def test_undeclared_library_is_added() -> None:
    found = index(
        stanza("libext2fs2", section="libs", depends="libc6"),
        stanza("libc6", section="libs"),
        stanza("libcom-err2", section="libs"),
    )
    assert names(found, "libext2fs2") == ["libc6", "libcom-err2"]


def test_library_that_no_index_has_is_an_error() -> None:
    found = index(stanza("tool", depends="libgone1 (>= 2) | libgone2"))
    with pytest.raises(BuildError, match=r"tool needs libgone1 >= 2"):
        names(found, "tool")


def test_unknown_package_offers_near_names() -> None:
    found = index(stanza("dnsmasq-base"), stanza("busybox"))
    with pytest.raises(ConfigurationError, match="did you mean dnsmasq-base"):
        resolve.package(found, "dnsmask-base")


def test_newest_version_of_all_suites_counts() -> None:
    found = index(stanza("tool", version="1.9"), stanza("tool", version="1.10"))
    newest = found.get("tool")
    assert newest is not None
    assert newest.version == "1.10"


def test_broken_entry_is_named() -> None:
    text = stanza("tool").replace("SHA256: ", "SHA256: nonsense")
    with pytest.raises(BuildError, match="index of bookworm has a broken entry: tool"):
        index(text).get("tool")
