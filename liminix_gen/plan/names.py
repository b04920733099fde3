"""Names of services: the user's key if there is one, else the type's own choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liminix_gen.config import System
from liminix_gen.definitions import default_name_of
from liminix_gen.model import base
from liminix_gen.model.kernel import Asked
from liminix_gen.model.service import Service
from liminix_gen.model.values import LONGEST_NAME
from liminix_gen.plan.claims import name_claim
from liminix_gen.plan.requests import Claimed
from liminix_gen.plan.system import EVERY
from liminix_gen.recording import Problems


def name_services(
    system: System, every: Mapping[str, Service], reached: Iterable[Service], problems: Problems
) -> Mapping[Service, str]:
    """Give each service its one name; whether it has that for itself is another question.

    ``every`` are the services of every image, and of every image of the board.
    """
    names = {service: key for key, service in every.items()}
    for key, service in system.services.items():
        if (name := names.setdefault(service, key)) != key:
            problems.note(
                system.services.where(key),
                f"config.services[{key!r}] is already config.services[{name!r}]",
                hint="a service has one name: remove one of the lines, or build another",
            )
    return {**names, **default_names(reached, names)}


def default_names(
    services: Iterable[Service], names: Mapping[Service, str]
) -> Mapping[Service, str]:
    """Return a name for each service that has none; of equal names the later ones have a number."""
    taken = set(names.values())
    found: dict[Service, str] = {}
    for service in services:
        if service in names:
            continue
        name = default = default_name_of(service)
        number = 1
        while name in taken:
            number += 1
            ending = f"-{number}"
            name = default[: LONGEST_NAME - len(ending)] + ending
        taken.add(name)
        found[service] = name
    return found


def claims_of_names(
    wanted: Mapping[Service, Asked], names: Mapping[Service, str]
) -> Iterator[Claimed]:
    """Claim the name of each service, and those that are not for services."""
    for name in base.RESERVED_NAMES:
        yield Claimed(name_claim(name), EVERY)
    for service, name in names.items():
        asked = Asked(by=service.TYPE, where=service.where)
        yield Claimed(name_claim(name), wanted.get(service, asked), service)


def roots(
    system: System,
    every: Mapping[str, Service],
    of_board: Mapping[str, Service],
    names: Mapping[Service, str],
) -> Mapping[Service, Asked]:
    """Return the services that are in the image because somebody named them, with who did."""
    found: dict[Service, Asked] = {}
    for service, name in names.items():
        if service in every.values():
            found[service] = EVERY
        elif service in of_board.values():
            found[service] = Asked(by=f"device {system.device.name}", where=service.where)
        elif name in system.services and system.services[name] is service:
            where = system.services.where(name)
            found[service] = Asked(by=f"config.services[{name!r}]", where=where)
    return found
