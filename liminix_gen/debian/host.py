"""Versions of the build machine's tools, as dpkg has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from liminix_gen.debian.lock import HostTool
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.process import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


# Packages whose version says little: they only name the package that has the program.
_NAMES_ANOTHER = re.compile(r"(gcc)(-[a-z0-9-]+)?|(python3)")


@frozen(kw_only=True)
class Installed:
    """A package of this machine."""

    name: str
    version: str
    depends: str


def installed(packages: Iterable[str]) -> dict[str, Installed]:
    """Return those packages that are installed, by name; names may be patterns of glob(7)."""
    wanted = sorted(set(packages))
    if not wanted:
        return {}
    form = "${Package}\t${Version}\t${db:Status-Status}\t${Depends}\n"
    done = run(["dpkg-query", "-W", "-f", form, *wanted], check=False)
    found: dict[str, Installed] = {}
    for line in done.stdout.splitlines():
        name, version, state, depends = line.split("\t")
        if state == "installed":
            # The machine's own architecture comes first; a foreign one says nothing new.
            found.setdefault(name, Installed(name=name, version=version, depends=depends))
    return found


def real_name(package: Installed) -> str:
    """Return the package behind one that only names it: gcc -> gcc-12, python3 -> python3.11."""
    if match := _NAMES_ANOTHER.fullmatch(package.name):
        compiler, target, python = match.groups(default="")
        form = rf"{compiler}-\d+{target}" if compiler else rf"{python}\.\d+"
        if found := re.search(rf"(?:^|, ){form}(?= |,|$)", package.depends):
            return found[0].removeprefix(", ")
    return package.name


def _behind(name: str) -> str:
    """Return a pattern of the packages that one may only name; asking dpkg twice takes twice."""
    if match := _NAMES_ANOTHER.fullmatch(name):
        compiler, target, python = match.groups(default="")
        return f"{compiler}-[0-9]*{target}" if compiler else f"{python}.[0-9]*"
    return ""


def host_tools(tools: Mapping[str, str]) -> dict[str, HostTool]:
    """Return the record of each tool (lock name -> Debian package).

    Raises ConfigurationError that names the one command which installs all that is missing.
    """
    there = installed({*tools.values(), *filter(None, map(_behind, tools.values()))})
    missing = sorted(set(tools.values()) - there.keys())
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
    real = {name: real_name(package) for name, package in there.items()}
    return {
        tool: HostTool(package=found.name, version=found.version)
        for tool, package in tools.items()
        for found in [there.get(real[package], there[package])]
    }
