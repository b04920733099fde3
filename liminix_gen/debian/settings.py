"""The Nix settings that the debian package set needs, and whether this user may set them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from liminix_gen.debian.sandbox import SANDBOX_PATHS
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.nix.environment import NixMachine, environment, settings, without_build_users
from liminix_gen.nix.verbs import Nix


def nix_config(machine: NixMachine, own: str = "") -> str:
    """Return the NIX_CONFIG for builds; `own` is the user's, whose settings stay.

    Paths that the user adds to the sandbox are added to those of builds.
    """
    theirs = settings(own)
    ours = {"sandbox": "true", "substituters": "", **without_build_users(machine)}
    ours = {name: value for name, value in ours.items() if name not in theirs}
    paths = " ".join(dict.fromkeys((*SANDBOX_PATHS, *theirs.get("sandbox-paths", "").split())))
    lines = [
        *(f"{name} = {value}".rstrip() for name, value in sorted(ours.items())),
        *(line for line in own.splitlines() if next(iter(settings(line)), "") != "sandbox-paths"),
        f"sandbox-paths = {paths}",
    ]
    return "".join(f"{line}\n" for line in lines if line.strip())


def nix(store: Path | None = None) -> Nix:
    """Return the Nix that builds with the machine's own tools."""
    return Nix(environ=nix_environment(store=store))


def nix_environment(
    *, store: Path | None = None, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment for Nix commands; ``store`` is the root of a private store.

    Raises ConfigurationError when the machine's Nix does not let this user set the sandbox.
    """

    def configure(machine: NixMachine, own: str) -> str:
        require_sandbox(machine, own)
        return nix_config(machine, own)

    return environment(configure, store=store, environ=environ)


def require_sandbox(machine: NixMachine, own: str = "") -> None:
    """Raise ConfigurationError if a daemon would ignore the sandbox settings."""
    if not machine.daemon or machine.trusted:
        return
    there = {path.rstrip("?").partition("=")[0] for path in machine.sandbox_paths}
    theirs = settings(own).get("sandbox-paths", "").split()
    there -= {path.rstrip("?").partition("=")[0] for path in theirs}
    lacking = [path for path in SANDBOX_PATHS if path.rstrip("?") not in there]
    if not machine.sandbox or not lacking:
        return
    raise ConfigurationError(
        Problem(
            None,
            f"the Nix daemon does not let the user {machine.user} set the build sandbox",
            "builds of the debian package set use the machine's own tools, so their sandbox "
            "must show /usr",
            f"add to /etc/nix/nix.conf and restart nix-daemon:  "
            f"extra-sandbox-paths = {' '.join(lacking)}\n"
            f"or, there:  extra-trusted-users = {machine.user}\n"
            "or use a private store, without the daemon:  --store DIR",
            kind="package-set",
        )
    )
