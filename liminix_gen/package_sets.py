"""The package sets, a line each: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from liminix_gen.errors import Where
    from liminix_gen.model.device import Device
    from liminix_gen.package_set import Behaviour

AUTO = "auto"

# Name -> the module whose BEHAVIOUR it is. "auto" takes the first that can serve the board.
TABLE = {
    "debian": "liminix_gen.debian.behaviour",
    "nixpkgs": "liminix_gen.nixpkgs.behaviour",
}


def by_name(name: str) -> Behaviour:
    """Return a package set of the table."""
    return cast("Behaviour", import_module(TABLE[name]).BEHAVIOUR)


def every() -> Iterator[Behaviour]:
    """Yield each package set, the first choice first."""
    return map(by_name, TABLE)


def serving(device: Device) -> tuple[Behaviour, ...]:
    """Return the package sets that can make an image for a board."""
    return tuple(one for one in every() if one.obstacle(device) is None)


def choose(name: str, device: Device, where: Where | None = None) -> tuple[Behaviour, str]:
    """Return a package set, and why it is this one.

    Raises ConfigurationError if the one that was asked for, or each, cannot serve the board;
    ``where`` is the line that chose the board.
    """
    obstacles: list[str] = []
    for one in every() if name == AUTO else (_asked(name),):
        obstacle = one.obstacle(device)
        if obstacle is None:
            reason = "; ".join(obstacles) or one.merit(device)
            return one, reason if name == AUTO else "asked for"
        obstacles.append(obstacle)
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415  not for --help

    others = " or ".join(one.name for one in serving(device))
    refused = "no package set can" if name == AUTO else f"the {name} package set cannot"
    raise ConfigurationError(
        Problem(
            where,
            f"{refused} serve the device {device.name}",
            "\n".join(obstacles),
            f"use --package-set {others}" if others else "",
            kind="package-set",
        )
    )


def _asked(name: str) -> Behaviour:
    if name not in TABLE:
        from liminix_gen.errors import ConfigurationError  # noqa: PLC0415  not needed for --help

        known = ", ".join((AUTO, *TABLE))
        raise ConfigurationError(f"there is no package set {name!r}: there are {known}")
    return by_name(name)
