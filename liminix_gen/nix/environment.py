"""The environment of Nix: which store it has, and how Nix is set up for this user."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import frozen

from liminix_gen.cache import cache_directory
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.process import CommandError, run
from liminix_gen.process import environment as of_this_process


@frozen(kw_only=True)
class NixMachine:
    """How Nix is set up for this user on this machine."""

    user: str
    is_root: bool
    daemon: bool  # builds are done by a daemon, which has its own idea of who may set what
    trusted: bool
    build_users: bool
    sandbox: bool
    sandbox_paths: tuple[str, ...]


def settings(text: str) -> dict[str, str]:
    """Read the text of a Nix configuration (nix.conf, NIX_CONFIG): the last setting counts."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.partition("#")[0].partition("=")
        if equals:
            found[name.strip()] = value.strip()
    return found


def own_settings(machine: NixMachine, own: str = "") -> str:
    """Return the NIX_CONFIG for builds that use nothing of the machine: the user's own."""
    theirs = settings(own)
    ours = [f"{name} =" for name in without_build_users(machine) if name not in theirs]
    return "".join(f"{line}\n" for line in (*ours, *own.splitlines()))


def without_build_users(machine: NixMachine) -> dict[str, str]:
    """Let root build if no users were made for that."""
    alone = machine.is_root and not machine.daemon and not machine.build_users
    return {"build-users-group": ""} if alone else {}


def environment(
    configure: Callable[[NixMachine, str], str] = own_settings,
    *,
    store: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the environment for Nix commands; ``store`` is the root of a private store.

    Without one, a user who cannot write to the machine's store gets one of their own. ``configure``
    returns the NIX_CONFIG of a machine and the user's own. Raises ConfigurationError if there is no
    store for this user.
    """
    base = of_this_process() if environ is None else dict(environ)
    own = base.get("NIX_CONFIG", "")
    base = in_store(store, base)
    machine = inspect(base)
    config = configure(machine, own)
    if not machine.is_root and not machine.daemon:
        _require_store(base, machine.user)
    base["NIX_CONFIG"] = config
    return base


def _require_store(environ: Mapping[str, str], user: str) -> None:
    """Raise ConfigurationError without a daemon and without a store that this user may write to."""
    command = ["nix", "--extra-experimental-features", "nix-command", "store", "ping"]
    done = run(command, env=environ, check=False)
    if done.returncode != 0:
        raise ConfigurationError(
            Problem(
                None,
                f"Nix has no store here that the user {user} can write to",
                done.stderr.strip(),
                "use a store of your own:  --store DIR\n"
                "or run a Nix daemon:  apt install nix-setup-systemd",
                kind="nix",
            )
        )


def own_store(environ: Mapping[str, str]) -> Path | None:
    """Return where this user's own store lies; None if the machine's, or a daemon, serves.

    Without a daemon only root, or who owns /nix, can build in the machine's store.
    """
    if environ.get("NIX_REMOTE") or os.geteuid() == 0:
        return None
    state = Path(environ.get("NIX_STATE_DIR", "/nix/var/nix"))
    if (state / "daemon-socket" / "socket").exists() or os.access(state, os.R_OK | os.W_OK):
        return None
    return cache_directory() / "store"


def in_store(store: Path | None, environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with a private store, or the store that this user has without one."""
    store = store or own_store(environ)
    return {**environ, **({"NIX_REMOTE": private_store(store)} if store else {})}


def private_store(directory: Path) -> str:
    """Return the Nix store URI of a store below a directory of the user."""
    return f"local?root={directory.absolute()}"


def physical(path: str, environ: Mapping[str, str]) -> Path:
    """Return where a store path lies on this machine; a private store is below a folder."""
    root = environ.get("NIX_REMOTE", "").partition("local?root=")[2].partition("&")[0]
    return Path(root + path)


def inspect(environ: Mapping[str, str]) -> NixMachine:
    """Ask Nix how it is set up."""
    uid = os.geteuid()
    shown = _show_config(environ)
    try:
        user = pwd.getpwuid(uid).pw_name
        group_of_user = grp.getgrgid(os.getegid()).gr_name
    except KeyError:
        user = group_of_user = str(uid)
    groups = {group.gr_name for group in grp.getgrall() if user in group.gr_mem} | {group_of_user}
    trusted = shown.get("trusted-users", "root").split()
    return NixMachine(
        user=user,
        is_root=uid == 0,
        daemon=_uses_daemon(environ, shown.get("store", "auto")),
        trusted="*" in trusted or user in trusted or any(f"@{name}" in trusted for name in groups),
        build_users=_has_members(shown.get("build-users-group", "")),
        sandbox=shown.get("sandbox", "true") == "true",
        sandbox_paths=tuple(shown.get("sandbox-paths", "").split()),
    )


def _show_config(environ: Mapping[str, str]) -> dict[str, str]:
    features = ["--extra-experimental-features", "nix-command"]
    for command in (["nix", "show-config"], ["nix", "config", "show"]):
        try:
            return settings(run([*command, *features], env=environ).stdout)
        except CommandError as error:
            failed = error.completed
    raise ConfigurationError(
        Problem(
            None, "Nix does not show its settings", failed.stderr.strip(), failed.shown, kind="nix"
        )
    )


def _uses_daemon(environ: Mapping[str, str], store: str) -> bool:
    remote = environ.get("NIX_REMOTE") or store
    if remote != "auto":
        return remote == "daemon" or remote.startswith("unix://")
    state = Path(environ.get("NIX_STATE_DIR", "/nix/var/nix"))
    writable = os.access(state, os.R_OK | os.W_OK)
    return not writable and (state / "daemon-socket" / "socket").exists()


def _has_members(group: str) -> bool:
    try:
        return bool(group and grp.getgrnam(group).gr_mem)
    except KeyError:
        return False
