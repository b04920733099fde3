"""What builds of the debian package set see of the machine."""

from __future__ import annotations

# The machine's own tools, seen from inside the build sandbox; `?`: if the machine has it.
SANDBOX_PATHS = ("/usr", "/bin", "/lib", "/lib64?", "/etc/alternatives?")


def tree_settings() -> str:
    """Return the nix.conf that an emitted tree carries, for builds without liminix-gen."""
    return f"""\
# Settings of Nix for building this tree with the Debian machine's own tools:
#   NIX_USER_CONF_FILES=$PWD/nix.conf nix-build -A outputs.NAME
# As root without a Nix daemon and without the group nixbld, also: --option build-users-group ''
sandbox = true
sandbox-paths = {" ".join(SANDBOX_PATHS)}
substituters =
"""
