"""Packages on their way to the store, where something fails: the real apt-helper and Nix.

The mirror is a folder, so that no network is needed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.debian import store
from liminix_gen.debian.apt import Apt
from liminix_gen.debian.fetch_script import fetch_script
from liminix_gen.debian.lock import LockedPackage
from liminix_gen.debian.settings import nix_environment
from liminix_gen.debian.sources import Source
from liminix_gen.errors import BuildError, ConfigurationError
from liminix_gen.events import Download, Event, unheard
from liminix_gen.nix.verbs import Nix
from liminix_gen.package_set import GoneError
from liminix_gen.process import run
from tests.support.namespaces import with_own_mounts

pytestmark = pytest.mark.nix

SIZE_BYTES = 200_000
FULL = """\
import sys
from pathlib import Path
from liminix_gen.debian import store
from liminix_gen.errors import BuildError
from liminix_gen.nix.verbs import Nix
from tests.debian.test_store import apt_of, package_of, unheard
from liminix_gen.debian.settings import nix_environment

place = Path(sys.argv[1])
nix = Nix(environ=nix_environment(store=place / "store"))
try:
    store.fetch([package_of(place, "big")], lambda: apt_of(place), nix, unheard)
except BuildError as error:
    print(error)
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def nix(tmp_path: Path) -> Iterator[Nix]:
    root = tmp_path / "store"
    yield Nix(environ=nix_environment(store=root))
    run(["chmod", "-R", "u+w", str(root)], check=False)
    shutil.rmtree(root, ignore_errors=True)


def apt_of(place: Path) -> Apt:
    mirror = Source(uri=f"file:{place}/mirror", suite="bookworm")
    return Apt("mipsel", directory=place / "apt", sources=[mirror])


def package_of(place: Path, name: str) -> LockedPackage:
    """Put a package on the mirror of a place."""
    path = f"pool/{name}_1_mipsel.deb"
    content = name.encode() * (SIZE_BYTES // len(name))
    (place / "mirror/pool").mkdir(parents=True, exist_ok=True)
    (place / "mirror" / path).write_bytes(content)
    return LockedPackage(
        name=name,
        version="1",
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        suite="bookworm",
    )


def test_what_arrives_is_counted_and_kept(tmp_path: Path, nix: Nix) -> None:
    packages = [package_of(tmp_path, name) for name in ("one", "two")]
    events: list[Event] = []
    store.fetch(packages, lambda: apt_of(tmp_path), nix, events.append)
    assert store.missing(packages, nix) == ()
    downloads = [one for one in events if isinstance(one, Download)]
    assert {(one.name, one.total) for one in downloads} == {("one", 2), ("two", 2)}
    assert [one.done for one in downloads] == sorted(one.done for one in downloads)
    assert not list((tmp_path / "cache/liminix-gen").glob("fetch-*"))


def test_another_file_than_the_locked_one_is_refused(tmp_path: Path, nix: Nix) -> None:
    good, bad = package_of(tmp_path, "good"), package_of(tmp_path, "bad")
    changed = evolve(bad, sha256="0" * 64)
    with pytest.raises(BuildError) as caught:
        store.fetch([good, changed], lambda: apt_of(tmp_path), nix, unheard)
    assert not isinstance(caught.value, GoneError)
    told = str(caught.value)
    assert "the package bad 1 could not be fetched" in told
    assert "hint: try again later, or name another mirror in apt's sources" in told
    assert store.missing([good], nix) == ()


def test_the_script_of_a_tree_has_the_same_mirror(tmp_path: Path, nix: Nix) -> None:
    one = package_of(tmp_path, "one")
    (tmp_path / "fetch.sh").write_text(fetch_script([one]))
    env = {**nix.environ, "TMPDIR": str(tmp_path)}
    run(["sh", str(tmp_path / "fetch.sh"), f"file:{tmp_path}/mirror"], env=env)
    assert store.missing([one], nix) == ()


def test_a_package_that_the_mirror_has_no_more(tmp_path: Path, nix: Nix) -> None:
    gone = package_of(tmp_path, "gone")
    (tmp_path / "mirror" / gone.path).unlink()
    with pytest.raises(GoneError) as caught:
        store.fetch([gone], lambda: apt_of(tmp_path), nix, unheard)
    assert caught.value.names == ("gone",)
    assert "hint: it is gone from the mirror" in str(caught.value)


def test_a_cache_that_cannot_be_written(
    tmp_path: Path, nix: Nix, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ConfigurationError) as caught:
        store.fetch([package_of(tmp_path, "one")], lambda: apt_of(tmp_path), nix, unheard)
    assert "hint: set XDG_CACHE_HOME to a directory that you can write to" in str(caught.value)


def test_a_store_that_cannot_be_opened(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "store").touch()
    nix = Nix(environ=nix_environment(environ={"PATH": "/usr/bin:/bin"}))
    broken = evolve(nix, environ={**nix.environ, "NIX_REMOTE": f"local?root={tmp_path}/store"})
    with pytest.raises(BuildError, match="nix-store --check-validity failed") as caught:
        store.fetch([package_of(tmp_path, "one")], lambda: apt_of(tmp_path), broken, unheard)
    assert "is not a directory" in str(caught.value)


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    """The cache is a file system that holds half of the package."""
    cache = tmp_path / "cache/liminix-gen"
    cache.mkdir(parents=True)
    mount = f"mount -t tmpfs -o size={SIZE_BYTES // 2} none {cache}"
    command = with_own_mounts(mount, sys.executable, "-c", FULL, str(tmp_path))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"no space is left for 1 packages in {cache}" in done.stdout, done.stderr
    assert "hint: free some, or set XDG_CACHE_HOME to a directory" in done.stdout
