"""The folder of a build, and what is left of one that was stopped."""

import threading
import time
from pathlib import Path

import pytest

from liminix_gen.errors import ConfigurationError
from liminix_gen.nix.scratch import scratch


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/liminix-gen"


def left(folder: Path) -> None:
    """Leave what a builder may: a folder that cannot be written to."""
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/file").touch()
    (folder / "deep").chmod(0o555)


def test_nothing_is_left_of_a_build_that_ended(tmp_path: Path) -> None:
    with scratch() as place:
        (place.folder / "drv").symlink_to("/nix/store/x.drv")
    assert not list((tmp_path / "temporary").iterdir())


def test_what_a_stopped_build_left_is_moved_and_removed(tmp_path: Path, cache: Path) -> None:
    with scratch() as place:
        left(place.builds / "one")
        place.let_go()
        assert not place.builds.exists()
        assert (cache / "trash" / place.folder.name / "one/deep/file").exists()
    assert not list((cache / "trash").iterdir())
    assert not list((tmp_path / "temporary").iterdir())


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, cache: Path) -> None:
    cache.parent.touch()
    with scratch() as place:
        left(place.builds / "one")
        place.let_go()
        assert (place.here / "one/deep/file").exists()
    assert not list((tmp_path / "temporary").iterdir())


def test_what_nix_was_to_keep_stays() -> None:
    with scratch() as place:
        (place.builds / "kept").mkdir()
    assert (place.builds / "kept").is_dir()


def test_what_takes_long_to_remove_goes_on(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder goes when its removal, which does not end before that, is let go on."""
    monkeypatch.setattr("liminix_gen.nix.scratch._PATIENCE_S", 0.2)
    monkeypatch.setattr("liminix_gen.nix.scratch._REMOVE", 'sleep 1; rm -rf "$@"')
    began = time.monotonic()
    with scratch() as place:
        place.let_go()
    assert time.monotonic() - began < 1
    assert list((cache / "trash").iterdir())
    deadline = time.monotonic() + 60
    while list((cache / "trash").iterdir()) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert not list((cache / "trash").iterdir())


def test_without_a_place_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(ConfigurationError) as caught, scratch():
        pass
    told = str(caught.value)
    assert "cannot create a folder for builds: No such file or directory" in told
    assert "hint: set TMPDIR to a folder with some GB that you can write to" in told
