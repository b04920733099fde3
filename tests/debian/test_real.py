"""The real apt, dpkg, mirror and Nix store of this machine, in private places."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from liminix_gen.debian import store, update
from liminix_gen.debian.apt import Apt
from liminix_gen.debian.download import Download, DownloadEvent, download
from liminix_gen.debian.fetch_script import fetch_script
from liminix_gen.debian.host import installed
from liminix_gen.debian.index import PackageIndex
from liminix_gen.debian.lock import Lock, LockedPackage
from liminix_gen.debian.settings import nix_environment
from liminix_gen.debian.sources import Source, machine_sources
from liminix_gen.debian.suites import BOOKWORM, KERNEL_ARCHITECTURE, KERNEL_RELEASE
from liminix_gen.debian.version import Version
from liminix_gen.errors import BuildError, ConfigurationError
from liminix_gen.events import Download as Downloaded
from liminix_gen.events import Event, Fetched, unheard
from liminix_gen.nix.environment import inspect, private_store
from liminix_gen.nix.verbs import Nix
from liminix_gen.process import CommandError, environment, run
from tests.support.namespaces import with_own_mounts
from tests.support.suites import WITHOUT
from tests.unit.debian_index import no_sources

pytestmark = pytest.mark.nix

SECURITY = "bookworm-security"


@pytest.fixture(scope="module")
def apt(tmp_path_factory: pytest.TempPathFactory) -> Apt:
    """Return a private apt for mipsel with its indexes loaded."""
    found = Apt("mipsel", directory=tmp_path_factory.mktemp("apt"))
    found.update()
    return found


@pytest.fixture(scope="module")
def kernel_index(tmp_path_factory: pytest.TempPathFactory) -> PackageIndex:
    """Return the index that lists the kernel's source."""
    directory = tmp_path_factory.mktemp("kernel")
    found = Apt(KERNEL_ARCHITECTURE, KERNEL_RELEASE, directory=directory, without=WITHOUT)
    found.update()
    return PackageIndex.load(found)


@pytest.fixture(scope="module")
def locked(apt: Apt, kernel_index: PackageIndex) -> Lock:
    """Return a lock of a small system."""
    index = PackageIndex.load(apt)
    lock, _ = update.update(
        Lock(),
        "mipsel",
        ["busybox", "dnsmasq"],
        indexes=update.Indexes(
            release=lambda _: index, common=lambda: kernel_index, sources=no_sources
        ),
    )
    return lock


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def nix(tmp_path: Path) -> Iterator[Nix]:
    """Return Nix with a private store."""
    root = tmp_path / "store"
    yield Nix(environ=nix_environment(store=root))
    run(["chmod", "-R", "u+w", str(root)], check=False)
    shutil.rmtree(root, ignore_errors=True)


def one_package(locked: Lock, name: str = "libc6") -> LockedPackage:
    return locked.architecture("mipsel").packages[name]


def test_mipsel_has_no_security_updates(apt: Apt, locked: Lock) -> None:
    assert SECURITY not in {index.suite for index in apt.indexes()}
    assert not locked.architecture("mipsel").secure


def test_indexes_are_not_loaded_twice(apt: Apt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    apt.update()


@pytest.mark.parametrize(
    ("name", "stamp"),
    [("InRelease", True), ("InRelease", False), ("Packages", True), ("Packages", False)],
)
def test_a_damaged_list_is_fetched_again(apt: Apt, name: str, stamp: bool) -> None:
    """Seen: a truncated InRelease, which apt kept, so that every run failed.

    Others of the kind: a list of packages that was cut, or holds garbage, within the quarter of an
    hour in which nobody looked at it again; an apt.conf that is not text.
    """
    lists = apt.directory / "lists"
    before = {file.name: file.read_bytes() for file in lists.glob("*_*")}
    (damaged,) = (lists / one for one in before if name in one and "_bookworm_" in one)
    damaged.write_bytes(before[damaged.name][:1000] + b"\0\xff")
    (apt.directory / "apt.conf").write_bytes(b"\xff")
    if not stamp:
        apt._stamp.unlink()
    apt.update()
    assert {file.name: file.read_bytes() for file in lists.glob("*_*")} == before
    assert PackageIndex.load(apt).get("busybox") is not None


def test_lock_of_a_small_system(locked: Lock) -> None:
    section = locked.architecture("mipsel")
    assert section.names["dnsmasq"] == "dnsmasq-base"
    assert {"libc6", "libdbus-1-3", "libnettle8"} <= section.packages.keys()
    assert not {"adduser", "debconf", "perl-base"} & section.packages.keys()
    # Linux has security updates on mipsel, too: its source is one package for all.
    assert section.linux_source is not None
    assert section.linux_source.version.startswith("6.12.")
    closure = section.closure(section.roots)
    assert closure is not None
    assert set(closure) == section.packages.keys()


def broken(tmp_path: Path, **change: str) -> str:
    sources = list(machine_sources(BOOKWORM))
    sources[0] = evolve(sources[0], **change)
    with pytest.raises(BuildError) as caught:
        Apt("mipsel", directory=tmp_path, sources=sources).update()
    return str(caught.value)


def test_missing_suite_is_named(tmp_path: Path) -> None:
    said = broken(tmp_path, suite="bookwurm")
    assert "the package index of bookwurm (mipsel) could not be loaded" in said
    assert "use a mirror that still has bookworm" in said


def test_mirror_out_of_reach_is_named(tmp_path: Path) -> None:
    said = broken(tmp_path, uri="http://127.0.0.1:9/debian")
    assert "the package index of bookworm (mipsel) could not be loaded" in said
    assert "http://127.0.0.1:9/debian" in said


def test_missing_key_is_named(tmp_path: Path) -> None:
    said = broken(tmp_path, options=(("Signed-By", "/nonexistent.gpg"),))  # type: ignore[arg-type]
    assert "the package index of bookworm (mipsel) could not be loaded" in said


def test_missing_component_is_named(tmp_path: Path) -> None:
    apt = Apt("mipsel", directory=tmp_path, components=("no-such",), without=WITHOUT)
    with pytest.raises(BuildError, match="go without: --without no-such"):
        apt.update()


def local_mirror(tmp_path: Path, architecture: str, listed: str) -> Source:
    """Return an unsigned mirror on disk whose Release file promises an index."""
    suite = tmp_path / "mirror/dists/bookworm-security"
    suite.mkdir(parents=True)
    lines = f" {'0' * 64} 1000 main/binary-{listed}/Packages.xz\n" if listed else ""
    text = f"Suite: bookworm-security\nComponents: main\nArchitectures: {architecture}\n"
    (suite / "Release").write_text(f"{text}SHA256:\n{lines}")
    return Source(uri=f"file:{tmp_path}/mirror", suite=SECURITY, options=(("Trusted", "yes"),))


def test_security_that_never_has_the_architecture_is_no_error(tmp_path: Path) -> None:
    sources = [one for one in machine_sources(BOOKWORM) if one.suite == "bookworm"]
    sources.append(local_mirror(tmp_path, "amd64 arm64", ""))
    found = Apt("mipsel", directory=tmp_path / "apt", sources=sources)
    found.update()
    assert SECURITY not in {index.suite for index in found.indexes()}


def test_security_that_failed_to_load_is_an_error(tmp_path: Path) -> None:
    sources = [one for one in machine_sources(BOOKWORM) if one.suite == "bookworm"]
    sources.append(local_mirror(tmp_path, "mipsel", "mipsel"))
    with pytest.raises(BuildError, match="index of bookworm-security") as caught:
        Apt("mipsel", directory=tmp_path / "apt", sources=sources).update()
    assert "--without bookworm-security" in str(caught.value)
    Apt("mipsel", directory=tmp_path / "apt", sources=sources, without=[SECURITY]).update()


def test_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="XDG_CACHE_HOME"):
        Apt("mipsel", directory=tmp_path / "file").update()


_ASK = """
import sys
from pathlib import Path
from liminix_gen.debian.apt import Apt
from liminix_gen.errors import LiminixGenError
apt = Apt("mipsel", directory=Path(sys.argv[1]))
try:
    getattr(apt, sys.argv[2])()
except LiminixGenError as error:
    print(type(error).__name__, error)
"""


def asked(full: Path, size: str, directory: Path, step: str) -> str:
    """Ask apt while a file system is full, or nearly; return what is said."""
    mounts = f"mount -t tmpfs -o size={size} none {full}\nhead -c 4096 /dev/zero > {full}/fill"
    command = with_own_mounts(mounts, sys.executable, "-c", _ASK, str(directory), step)
    return run(command, env=environment(TMPDIR=str(full)), timeout_s=60).stdout


def test_full_cache_is_told_at_once(tmp_path: Path) -> None:
    """Seen: apt was waited for, for twenty minutes."""
    said = asked(tmp_path, "1m", tmp_path / "apt", "update")
    assert said.startswith(f"ConfigurationError no space left in {tmp_path / 'apt'}")
    assert "hint: free some, or set XDG_CACHE_HOME to" in said


@pytest.mark.parametrize("size", ["8k", "60k"])
@pytest.mark.parametrize("step", ["update", "indexes"])
def test_full_folder_for_temporary_files_is_told(
    apt: Apt, tmp_path: Path, size: str, step: str
) -> None:
    above = apt.directory.parent if step == "indexes" else tmp_path / "apt"
    full = tmp_path / "full"
    full.mkdir()
    said = asked(full, size, above, step)
    assert said.startswith(f"ConfigurationError no space left in {full}\n")
    assert "hint: free some, or set TMPDIR to" in said


def test_download_tells_the_reason_of_each_failure(apt: Apt, locked: Lock, tmp_path: Path) -> None:
    good = one_package(locked, "busybox")
    bases = apt.bases(good.suite)
    files = [
        Download(path=good.path, sha256=good.sha256, target=tmp_path / "good", bases=bases),
        Download(path=good.path, sha256="0" * 64, target=tmp_path / "bad", bases=bases[:1]),
        Download(
            path="pool/main/n/no+ne/no~ne.deb",
            sha256="0" * 64,
            target=tmp_path / "gone",
            bases=bases[:1],
        ),
    ]
    events: list[DownloadEvent] = []
    failed = {event.download.target.name: event for event in download(apt, files[:1])}
    assert failed == {}
    failed = {
        event.download.target.name: event
        for event in download(apt, files[1:], on_event=events.append)
    }
    assert "Hash Sum mismatch" in failed["bad"].reason
    assert not (tmp_path / "bad").exists()
    assert "no~ne.deb: 40" in failed["gone"].reason
    assert [event.state for event in events if event.download is files[2]][-1] == "failed"


def test_packages_reach_the_store_and_stay(apt: Apt, locked: Lock, nix: Nix) -> None:
    packages = [one_package(locked, name) for name in ("busybox", "libc6", "libidn2-0")]
    events: list[Event] = []
    store.fetch(packages[:2], lambda: apt, nix, events.append)
    first = events.pop()
    assert isinstance(first, Fetched)
    assert (first.present, first.fetched) == (0, 2)
    assert [event.state for event in events if isinstance(event, Downloaded)].count("fetched") == 2
    assert first.size_bytes == sum(one.size_bytes for one in packages[:2])
    store.fetch(packages, lambda: apt, nix, events.append)
    *_, downloaded, second = events
    assert isinstance(downloaded, Downloaded)
    assert isinstance(second, Fetched)
    assert (downloaded.name, second.fetched) == ("libidn2-0", 1)

    def never() -> Apt:
        raise AssertionError("apt was opened")

    store.fetch(packages, never, nix, events.append)
    last = events[-1]
    assert isinstance(last, Fetched)
    assert last.present == 3


def test_package_gone_from_the_mirror_is_named(apt: Apt, locked: Lock, nix: Nix) -> None:
    good = one_package(locked, "busybox")
    gone = evolve(good, name="gone", path=good.path.replace("_1.35", "_1.34"), sha256="0" * 64)
    with pytest.raises(store.GoneError, match="liminix-gen lock --update CONFIG gone") as caught:
        store.fetch([gone, good], lambda: apt, nix, unheard)
    assert caught.value.names == ("gone",)
    assert len(caught.value.problems) == 1
    # What could be had is kept.
    assert store.missing([gone, good], nix) == (gone,)


def test_path_in_the_store_is_the_one_nix_computes(locked: Lock) -> None:
    for one in (one_package(locked), one_package(locked, "dnsmasq-base")):
        name = store.store_name(one.path)
        said = run(["nix-store", "--print-fixed-path", "sha256", one.sha256, name]).stdout.strip()
        assert store.store_path(name, one.sha256) == said


def test_fetch_script_alone(locked: Lock, nix: Nix, tmp_path: Path) -> None:
    script = tmp_path / "fetch.sh"
    packages = [one_package(locked, "busybox"), one_package(locked, "dnsmasq-base")]
    script.write_text(fetch_script(packages))
    # What the user has, without our settings.
    env = {**nix.environ, "NIX_CONFIG": os.environ.get("NIX_CONFIG", ""), "TMPDIR": str(tmp_path)}
    run(["sh", str(script)], env=env)
    assert store.missing(packages, nix) == ()
    again = run(["sh", str(script)], env=env)
    assert "every package is in the store" in again.stderr
    assert [one.name for one in tmp_path.glob("fetch.*")] == ["fetch.sh"]


def test_fetch_script_names_what_a_mirror_lacks(locked: Lock, nix: Nix, tmp_path: Path) -> None:
    script = tmp_path / "fetch.sh"
    one = one_package(locked, "busybox")
    script.write_text(fetch_script([one]))
    with pytest.raises(CommandError) as caught:
        run(["sh", str(script), f"file:{tmp_path}/none"], env=nix.environ)
    assert caught.value.completed.returncode == 1
    assert f"{one.path} could not be fetched from: file:{tmp_path}/none" in str(caught.value)


def test_private_store_builds_in_the_sandbox(nix: Nix) -> None:
    text = (
        'derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh";'
        ' args = [ "-c" "/usr/bin/id -u >$out; exit 0" ]; }'
    )
    done = run(["nix-build", "--no-out-link", "-E", text], env=nix.environ, timeout_s=120)
    assert done.stdout.startswith("/nix/store/")


def test_a_daemon_is_noticed(tmp_path: Path) -> None:
    conf = tmp_path / "nix.conf"
    conf.write_text("trusted-users = somebody\n")
    env = environment(NIX_CONF_DIR=str(tmp_path), NIX_REMOTE="daemon", NIX_CONFIG=None)
    found = inspect(env)
    assert (found.daemon, found.trusted) == (True, False)
    with pytest.raises(ConfigurationError, match="does not let the user"):
        nix_environment(environ=env)
    own = nix_environment(environ=env, store=tmp_path / "own")
    assert own["NIX_REMOTE"] == private_store(tmp_path / "own")


def test_installed_packages_are_those_of_dpkg() -> None:
    found = installed(["dpkg", "no-such-package"])
    assert found.keys() == {"dpkg"}
    said = run(["dpkg-query", "-W", "-f", "${Version}", "dpkg"]).stdout
    assert found["dpkg"].version == said


versions = st.from_regex(r"([0-9]:)?[0-9][0-9aZ.+~]{0,5}(-[0-9aZ.+~]{1,3})?", fullmatch=True)


@settings(max_examples=200)
@given(versions, versions)
def test_versions_are_ordered_as_dpkg_orders_them(one: str, two: str) -> None:
    for relation, ours in (
        ("lt", Version(one) < Version(two)),
        ("eq", Version(one) == Version(two)),
    ):
        done = subprocess.run(["dpkg", "--compare-versions", one, relation, two], check=False)
        assert (done.returncode == 0) == ours
