"""Names of services: the user's key where there is one, else the type's own choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liminix_gen.config import System
from liminix_gen.definitions import default_name_of
from liminix_gen.model.service import Service


def name_services(
    system: System, base: Mapping[str, Service], reached: Iterable[Service]
) -> Mapping[Service, str]:
    """Give each service its one name; whether it has that for itself is another question."""
    names: dict[Service, str] = {}
    for key, service in (*base.items(), *system.services.items()):
        names.setdefault(service, key)
    for service in reached:
        if service not in names:
            names[service] = default_name_of(service)
    return names
