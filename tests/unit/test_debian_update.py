"""A lock grows by what is missing and otherwise changes only when asked to."""

from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.debian import host, update
from liminix_gen.debian.architectures import RELEASE_OF
from liminix_gen.debian.firmware import FirmwarePackage
from liminix_gen.debian.index import PackageIndex
from liminix_gen.debian.lock import ArchitectureLock, HostTool, Lock, dump, parse
from liminix_gen.debian.packages import host_tools
from liminix_gen.debian.suites import BOOKWORM, TRIXIE, Release
from liminix_gen.errors import CheckError, ConfigurationError
from liminix_gen.process import Completed
from tests.unit.debian_index import index, no_sources, stanza

C_LIBRARY = (
    stanza("libc6", section="libs"),
    stanza("libc6-dev", section="devel", depends="libc6"),
    stanza("libgcc-s1", section="libs", depends="libc6"),
    stanza("linux-libc-dev", section="devel"),
    stanza("linux-source-6.12", section="kernel", version="6.12.10-1"),
)
FIRST = index(
    *C_LIBRARY,
    stanza("busybox", depends="libc6"),
    stanza("dnsmasq-base", depends="libc6, libidn2", version="2.90-1"),
    stanza("libidn2", section="libs", depends="libc6", version="2.0-1"),
)
LATER = index(
    *C_LIBRARY[:-1],
    stanza("linux-source-6.12", section="kernel", version="6.12.20-1"),
    stanza("busybox", depends="libc6", version="2.0-1"),
    stanza("dnsmasq-base", depends="libc6, libidn2", version="2.91-1"),
    stanza("libidn2", section="libs", depends="libc6", version="2.3-1"),
    stanza("chrony", depends="libc6 (>= 0.9), libidn2 (>= 2.1)"),
    stanza("iw", depends="libc6, libidn2 (>= 1.0)"),
)


def opens(packages: PackageIndex) -> update.Indexes:
    return update.Indexes(release=lambda _: packages, common=lambda: packages, sources=no_sources)


def _never(*_: object) -> PackageIndex:
    raise AssertionError("the index was opened")


NEVER = update.Indexes(release=_never, common=_never, sources=no_sources)


def changed(
    lock: Lock, names: list[str], packages: PackageIndex, **options: object
) -> tuple[Lock, list[str]]:
    new, notices = update.update(
        lock,
        "mipsel",
        names,
        indexes=opens(packages),
        **options,  # type: ignore[arg-type]
    )
    return new, [str(notice) for notice in notices]


@pytest.fixture
def first() -> Lock:
    return changed(Lock(), ["busybox", "dnsmasq"], FIRST)[0]


def versions(lock: Lock) -> dict[str, str]:
    return {name: one.version for name, one in lock.architecture("mipsel").packages.items()}


def test_new_lock_has_the_closure_and_the_names(first: Lock) -> None:
    section = first.architecture("mipsel")
    assert section.names["dnsmasq"] == "dnsmasq-base"
    assert section.packages["dnsmasq-base"].libraries == ("libc6", "libidn2")
    assert section.linux_source is not None
    assert {"busybox", "dnsmasq-base", "libc6", "libc6-dev"} <= set(section.roots)
    assert "libidn2" not in section.roots


def test_each_new_entry_is_told() -> None:
    _, notices = changed(Lock(), ["busybox"], FIRST)
    assert "added busybox (mipsel) 1.0-1" in notices
    assert "added linux-source-6.12 (mipsel) 6.12.10-1" in notices


def test_lock_that_covers_opens_no_index(first: Lock) -> None:
    for names in (["busybox", "dnsmasq"], ["dnsmasq"]):
        assert update.update(first, "mipsel", names, indexes=NEVER) == (first, ())


def test_existing_entries_stay(first: Lock) -> None:
    new, notices = changed(first, ["busybox", "dnsmasq", "iw"], LATER)
    assert notices == ["added iw (mipsel) 1.0-1"]
    assert versions(new) == {**versions(first), "iw": "1.0-1"}


def test_library_too_old_for_a_new_package_follows(first: Lock) -> None:
    _, notices = changed(first, ["chrony"], LATER)
    assert notices == ["added chrony (mipsel) 1.0-1", "changed libidn2 (mipsel) 2.0-1 -> 2.3-1"]


@pytest.mark.parametrize("name", ["dnsmasq", "dnsmasq-base"])
def test_one_package_is_refreshed_by_either_name(first: Lock, name: str) -> None:
    _, notices = changed(first, ["busybox"], LATER, refresh=[name])
    assert notices == ["changed dnsmasq-base (mipsel) 2.90-1 -> 2.91-1"]


def test_library_and_kernel_source_are_refreshed(first: Lock) -> None:
    _, notices = changed(first, ["busybox"], LATER, refresh=["libidn2", "linux-source"])
    assert notices == [
        "changed libidn2 (mipsel) 2.0-1 -> 2.3-1",
        "changed linux-source-6.12 (mipsel) 6.12.10-1 -> 6.12.20-1",
    ]


def test_everything_is_refreshed(first: Lock) -> None:
    new, _ = changed(first, ["busybox"], LATER, refresh_all=True)
    assert versions(new) == versions(changed(Lock(), ["busybox", "dnsmasq"], LATER)[0])


def test_unknown_name_to_refresh_offers_near_ones(first: Lock) -> None:
    with pytest.raises(ConfigurationError, match=r"dnsmaq is not in the lock\n.*dnsmasq"):
        changed(first, ["busybox"], LATER, refresh=["dnsmaq"])


def test_all_unknown_packages_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        changed(Lock(), ["busibox", "nothing"], FIRST)
    assert len(caught.value.problems) == 2


def test_prune_drops_what_is_not_reached(first: Lock) -> None:
    new, notices = update.update(first, "mipsel", ["busybox"], indexes=NEVER, prune=True)
    assert {str(notice) for notice in notices} == {
        "removed dnsmasq-base (mipsel) 2.90-1",
        "removed libidn2 (mipsel) 2.0-1",
    }
    assert update.covers(new, "mipsel", ["busybox"])
    assert not update.covers(new, "mipsel", ["dnsmasq"])


def test_locked_refuses_and_lists(first: Lock) -> None:
    with pytest.raises(CheckError, match="chrony: chrony is not in the lock"):
        update.update(first, "mipsel", ["busybox", "chrony"], indexes=NEVER, locked=True)
    with pytest.raises(CheckError, match="libidn2 would be updated"):
        update.update(first, "mipsel", ["busybox"], indexes=NEVER, refresh=["libidn2"], locked=True)
    with pytest.raises(CheckError, match="every package would be updated"):
        update.update(first, "mipsel", ["busybox"], indexes=NEVER, refresh_all=True, locked=True)
    assert update.update(first, "mipsel", ["busybox"], indexes=NEVER, locked=True)[0] == first


def test_unknown_architecture() -> None:
    with pytest.raises(ConfigurationError, match=r"no architecture mips\n.*mipsel"):
        update.update(Lock(), "mips", [], indexes=NEVER)


def test_suites_tell_who_gets_security_updates(first: Lock) -> None:
    assert not first.architecture("mipsel").secure
    both = PackageIndex(
        [("bookworm", "\n".join((*C_LIBRARY, stanza("busybox")))), ("bookworm-security", "")]
    )
    assert changed(Lock(), ["busybox"], both)[0].architecture("mipsel").secure


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Packages of a machine: name -> version; what dpkg-query would say of them."""
    packages = dict.fromkeys(host_tools("mipsel").values(), "1.0")

    def query(argv: list[str], **_: object) -> Completed:
        lines = [
            f"{name}\t{packages[name]}\tinstalled\t\n" for name in argv[4:] if name in packages
        ]
        return Completed(
            command=tuple(argv), returncode=0, stdout="".join(lines), stderr="", seconds=0
        )

    monkeypatch.setattr(host, "run", query)
    return packages


def test_host_tools_are_recorded(machine: dict[str, str]) -> None:
    lock, notices = update.update_host(Lock(), "mipsel")
    assert lock.host["kmod"] == HostTool(package="kmod", version="1.0")
    # An image declares its own.
    assert not {"cpio", "e2fsprogs"} & lock.host.keys()
    assert lock.host["gccMipsel"].package == "gcc-mipsel-linux-gnu"
    assert len(notices) == len(machine)


def test_changed_host_tool_is_told_or_refused(machine: dict[str, str]) -> None:
    lock, _ = update.update_host(Lock(), "mipsel")
    machine["kmod"] = "2.0"
    _, notices = update.update_host(lock, "mipsel")
    assert [str(one) for one in notices] == ["changed host tool kmod 1.0 -> 2.0"]
    with pytest.raises(CheckError, match=r"host tool kmod 1\.0 -> 2\.0"):
        update.update_host(lock, "mipsel", locked=True)


def test_missing_host_tools_come_with_one_command(machine: dict[str, str]) -> None:
    del machine["kmod"], machine["squashfs-tools"]
    with pytest.raises(ConfigurationError, match="apt install kmod squashfs-tools"):
        update.update_host(Lock(), "mipsel")


def test_record_names_the_compiler_itself() -> None:
    named = host.Installed(name="gcc", version="4:12", depends="cpp (= 4:12), gcc-12 (>= 12.2)")
    assert host.real_name(named) == "gcc-12"
    cross = host.Installed(
        name="gcc-mipsel-linux-gnu", version="4:12", depends="gcc-12-mipsel-linux-gnu (>= 12)"
    )
    assert host.real_name(cross) == "gcc-12-mipsel-linux-gnu"
    python = host.Installed(name="python3", version="3.11", depends="python3.11 (>= 3.11), libx")
    assert host.real_name(python) == "python3.11"


def of_release(suite: str, version: str) -> PackageIndex:
    library = [stanza("libc6", section="libs", version=version), *C_LIBRARY[1:]]
    return index(*library, stanza("busybox", version=version), suite=suite)


def test_a_new_lock_is_of_the_release_that_has_the_architecture() -> None:
    opened: list[str] = []

    def release(one: Release) -> PackageIndex:
        opened.append(one.name)
        return of_release(one.name, "1.0-1")

    indexes = update.Indexes(release=release, common=lambda: FIRST, sources=no_sources)
    for architecture in ("arm64", "mipsel"):
        lock, _ = update.update(Lock(), architecture, ["busybox"], indexes=indexes)
        assert lock.architecture(architecture).release == RELEASE_OF[architecture]
    assert opened == ["trixie", "bookworm"]


def test_an_old_lock_stays_with_its_release_until_all_is_updated() -> None:
    indexes = update.Indexes(
        release=lambda one: of_release(one.name, f"{one.number}.0-1"),
        common=lambda: FIRST,
        sources=no_sources,
    )
    section = ArchitectureLock(suites=["bookworm"])
    old = Lock().with_architecture("arm64", section)
    kept, _ = update.update(old, "arm64", ["busybox"], indexes=indexes)
    assert kept.architecture("arm64").packages["busybox"].version == "12.0-1"
    again, _ = update.update(kept, "arm64", [], indexes=indexes, refresh=["busybox"])
    assert again.architecture("arm64").release == BOOKWORM
    moved, notices = update.update(kept, "arm64", ["busybox"], indexes=indexes, refresh_all=True)
    assert moved.architecture("arm64").release == TRIXIE
    assert "changed busybox (arm64) 12.0-1 -> 13.0-1" in map(str, notices)


def test_the_source_of_another_series_is_replaced_and_nothing_else(first: Lock) -> None:
    section = first.architecture("mipsel")
    assert section.linux_source is not None
    older = evolve(section.linux_source, name="linux-source-6.1", version="6.1.176-1")
    old = first.with_architecture("mipsel", evolve(section, linux_source=older))
    indexes = update.Indexes(release=_never, common=lambda: FIRST, sources=no_sources)
    new, notices = update.update(old, "mipsel", ["busybox"], indexes=indexes)
    assert new == first
    assert [str(notice) for notice in notices] == [
        "removed linux-source-6.1 (mipsel) 6.1.176-1",
        "added linux-source-6.12 (mipsel) 6.12.10-1",
    ]
    with pytest.raises(CheckError, match=r"linux-source-6\.12 is not in the lock"):
        update.update(old, "mipsel", ["busybox"], indexes=NEVER, locked=True)


COMMON = index(*C_LIBRARY[-1:], stanza("firmware-x", version="5-1", section="non-free-firmware"))
FIRMWARE_X = FirmwarePackage(name="firmware-x", licence="binary-redist-X")


def test_firmware_is_locked_beside_the_packages(first: Lock) -> None:
    indexes = update.Indexes(release=_never, common=lambda: COMMON, sources=no_sources)
    new, notices = update.update(
        first, "mipsel", ["busybox"], indexes=indexes, firmware=[FIRMWARE_X]
    )
    assert [str(notice) for notice in notices] == ["added firmware-x (mipsel) 5-1"]
    section = new.architecture("mipsel")
    assert section.firmware["firmware-x"] in section.fetched
    assert update.covers(new, "mipsel", ["busybox"], ["firmware-x"])
    assert parse(dump(new), Path("x.lock")) == new
    # A tree carries it only if its image has firmware.
    assert section.restricted(["busybox"]).firmware == {}
    assert section.restricted(["busybox"], ["firmware-x"]).firmware == section.firmware
    with pytest.raises(CheckError, match="firmware-x is not in the lock"):
        update.update(
            first, "mipsel", ["busybox"], indexes=NEVER, firmware=[FIRMWARE_X], locked=True
        )


def test_a_boot_loader_is_of_the_boards_architecture(first: Lock) -> None:
    loader = FirmwarePackage(name="u-boot-x", licence="GPL-2+", component="main", of_target=True)
    own = index(*C_LIBRARY, stanza("u-boot-x", version="1-1"))
    indexes = update.Indexes(release=lambda _: own, common=NEVER.common, sources=no_sources)
    new, notices = update.update(first, "mipsel", ["busybox"], indexes=indexes, firmware=[loader])
    assert [str(notice) for notice in notices] == ["added u-boot-x (mipsel) 1-1"]
    assert new.architecture("mipsel").firmware.keys() == {"u-boot-x"}


def test_firmware_is_refreshed_by_its_name(first: Lock) -> None:
    old = update.Indexes(release=_never, common=lambda: COMMON, sources=no_sources)
    kept, _ = update.update(first, "mipsel", ["busybox"], indexes=old, firmware=[FIRMWARE_X])
    later = index(*C_LIBRARY[-1:], stanza("firmware-x", version="6-1"))
    new = update.Indexes(release=_never, common=lambda: later, sources=no_sources)
    _, notices = update.update(
        kept, "mipsel", ["busybox"], indexes=new, firmware=[FIRMWARE_X], refresh=["firmware-x"]
    )
    assert [str(notice) for notice in notices] == ["changed firmware-x (mipsel) 5-1 -> 6-1"]


def test_firmware_that_nobody_takes_any_more_is_not_looked_for(first: Lock) -> None:
    indexes = update.Indexes(release=lambda _: FIRST, common=lambda: COMMON, sources=no_sources)
    kept, _ = update.update(first, "mipsel", ["busybox"], indexes=indexes, firmware=[FIRMWARE_X])
    free = update.Indexes(release=lambda _: FIRST, common=lambda: FIRST, sources=no_sources)
    new, notices = update.update(kept, "mipsel", ["busybox"], indexes=free, refresh_all=True)
    assert new.architecture("mipsel").firmware == {}
    assert "removed firmware-x (mipsel) 5-1" in map(str, notices)


def test_firmware_has_our_name_too(first: Lock) -> None:
    atheros = FirmwarePackage(name="firmware-atheros", licence="binary-redist-Qualcomm-Atheros")
    common = index(*C_LIBRARY[-1:], stanza("firmware-atheros"))
    indexes = update.Indexes(release=_never, common=lambda: common, sources=no_sources)
    kept, _ = update.update(first, "mipsel", ["busybox"], indexes=indexes, firmware=[atheros])
    later = index(*C_LIBRARY[-1:], stanza("firmware-atheros", version="9-1"))
    new = update.Indexes(release=_never, common=lambda: later, sources=no_sources)
    _, notices = update.update(
        kept, "mipsel", ["busybox"], indexes=new, firmware=[atheros], refresh=["qca988x-firmware"]
    )
    assert [str(one) for one in notices] == ["changed firmware-atheros (mipsel) 1.0-1 -> 9-1"]
