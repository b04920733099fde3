"""Versions of the build machine's tools, as dpkg has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liminix_gen.debian.lock import HostTool
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.process import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Return name and version of those packages that are installed."""
    wanted = sorted(set(packages))
    if not wanted:
        return {}
    form = "${Package}\t${Version}\t${db:Status-Status}\n"
    done = run(["dpkg-query", "-W", "-f", form, *wanted], check=False)
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        name, version, state = line.split("\t")
        if state == "installed":
            # The machine's own architecture comes first; a foreign one says nothing new.
            found.setdefault(name, version)
    return found


def host_tools(tools: Mapping[str, str]) -> dict[str, HostTool]:
    """Return the record of each tool (lock name -> Debian package).

    Raises ConfigurationError that names the one command which installs all that is missing.
    """
    versions = installed(tools.values())
    missing = sorted(set(tools.values()) - versions.keys())
    if missing:
        plural = "s are" if len(missing) > 1 else " is"
        what = f"{len(missing)} Debian package{plural} missing: {', '.join(missing)}"
        raise ConfigurationError(
            Problem(
                None,
                what,
                "the debian package set builds with the machine's own tools",
                f"apt install {' '.join(missing)}",
            )
        )
    return {
        tool: HostTool(package=package, version=versions[package])
        for tool, package in tools.items()
    }
