"""Names of services: the user's key where there is one, else the type's own choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liminix_gen.catalog import users
from liminix_gen.config import System
from liminix_gen.definitions import default_name_of
from liminix_gen.model.service import Service
from liminix_gen.recording import Problems


def name_services(
    system: System, base: Mapping[str, Service], reached: Iterable[Service], problems: Problems
) -> Mapping[Service, str]:
    """Give each service its one name; two services of one name are a mistake."""
    names: dict[Service, str] = {}
    owners: dict[str, Service] = {}
    for key, service in (*base.items(), *system.services.items()):
        where = system.services.where(key) if key in system.services else None
        if key in owners:
            problems.note(
                where, f"config.services[{key!r}] is the name of a service of every image"
            )
        elif service in names:
            problems.note(
                where, f"config.services[{key!r}] is already config.services[{names[service]!r}]"
            )
        else:
            names[service] = key
            owners[key] = service
    for service in reached:
        if service in names:
            continue
        name = default_name_of(service)
        if name in owners:
            problems.note(
                users(service.where, owners[name].where),
                f"two services would be named {name!r}",
                why=f"the other is built at {owners[name].where}",
                remedy="assign one of them to a key of config.services",
            )
        names[service] = name
        owners[name] = service
    return names
