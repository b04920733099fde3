"""Programs in a network of their own."""

from __future__ import annotations

import os


def in_own_network(*command: str) -> list[str]:
    """Return the command; root needs no user of its own for that, and in a chroot gets none."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, "--net", *command]
