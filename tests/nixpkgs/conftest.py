"""The nixpkgs that these tests evaluate with: LIMINIX_GEN_NIXPKGS names it.

Nothing is built: nixpkgs needs sources or a cache, and Nix 2.18 or later.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.errors import ConfigurationError
from liminix_gen.nix.environment import environment
from liminix_gen.nix.verbs import Nix
from liminix_gen.nixpkgs.source import require_nix

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture(scope="session")
def nixpkgs(env: Mapping[str, str]) -> Path:
    """The folder of nixpkgs; without one, or with an old Nix, all of these tests are skipped."""
    given = os.environ.get("LIMINIX_GEN_NIXPKGS")
    if not given:
        pytest.skip("LIMINIX_GEN_NIXPKGS names no nixpkgs: nothing is evaluated with one")
    try:
        require_nix(Nix(environ=env))
    except ConfigurationError as error:
        pytest.skip(error.problems[0].what)
    return Path(given)


@pytest.fixture(scope="session")
def env() -> Mapping[str, str]:
    """The environment of Nix, with flakes."""
    made = environment()
    made["NIX_CONFIG"] += "extra-experimental-features = nix-command flakes\n"
    return made


@pytest.fixture(scope="session")
def nixpkgs_flake(nixpkgs: Path, env: Mapping[str, str]) -> str:
    """The same as a flake's address: in the store already, so that no command copies it again."""
    command = ["nix", "store", "add-path", "--name", "source", str(nixpkgs)]
    return f"path:{process.run(command, env=env, timeout_s=600).stdout.strip()}"
