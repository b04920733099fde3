"""Programs in a network, or with mounts, of their own."""

from __future__ import annotations

import os


def in_own_network(*command: str, mounts: bool = False) -> list[str]:
    """Return the command; root needs no user of its own for that, and in a chroot gets none."""
    return ["unshare", *_user(), "--net", *(["--mount"] if mounts else []), *command]


def into_network_of(process: int) -> list[str]:
    """Return what puts a command into the network and the mounts of a process."""
    user = ["--user", "--preserve-credentials"] if _user() else []
    return ["nsenter", "--target", str(process), *user, "--net", "--mount"]


def with_own_mounts(mounts: str, *command: str) -> list[str]:
    """Return the command, run behind lines of sh that mount what nobody else sees."""
    return ["unshare", *_user(), "--mount", "sh", "-ec", f'{mounts}\nexec "$@"', "sh", *command]


def _user() -> list[str]:
    return [] if os.geteuid() == 0 else ["--map-root-user"]
