"""How Nix is set up: programs in its place say what no machine here does."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen.debian.settings import nix_environment
from liminix_gen.errors import ConfigurationError
from liminix_gen.nix.environment import inspect, own_store


def fake(folder: Path, text: str) -> dict[str, str]:
    """Put a program in the place of nix."""
    folder.mkdir()
    (folder / "nix").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "nix").chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def test_a_nix_that_shows_no_settings(tmp_path: Path) -> None:
    environ = fake(tmp_path / "bin", "echo 'error: no such thing' >&2; exit 1")
    with pytest.raises(ConfigurationError) as caught:
        inspect(environ)
    told = str(caught.value)
    assert told.startswith("Nix does not show its settings\n  error: no such thing\n  hint: nix ")


def test_a_nix_that_has_the_newer_command_only(tmp_path: Path) -> None:
    environ = fake(
        tmp_path / "bin",
        'case "$*" in "config show"*) echo "sandbox = false"; echo "trusted-users = *";; *) exit 1;; esac',
    )
    found = inspect(environ)
    assert (found.sandbox, found.trusted) == (False, True)


def test_a_user_without_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    environ = fake(
        tmp_path / "bin",
        'case "$*" in *ping*) echo "error: no permission" >&2; exit 1;; *) echo "sandbox = true";; esac',
    )
    with pytest.raises(ConfigurationError) as caught:
        nix_environment(store=tmp_path / "store", environ=environ)
    told = str(caught.value)
    assert told.startswith("Nix has no store here that the user 12345 can write to")
    assert "error: no permission" in told
    assert "hint: use a store of your own:  --store DIR" in told


def test_who_has_a_store_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"NIX_STATE_DIR": str(tmp_path / "absent")}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert own_store(environ) == tmp_path / "liminix-gen/store"
    assert own_store({**environ, "NIX_REMOTE": "daemon"}) is None
    assert own_store({"NIX_STATE_DIR": str(tmp_path)}) is None
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert own_store(environ) is None
