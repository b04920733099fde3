"""What stands for a service that is not there, so that the rest can be checked too."""

from __future__ import annotations

from liminix_gen.errors import Where
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.service import Part, Service, configured, service_type


@service_type
class InvalidService(Service):
    """What ``build`` returns if a call was wrong; every type of a parameter takes it."""

    STANDS_FOR_ANY = True

    def parts(self) -> tuple[Part, ...]:
        return ()

    def output(self, name: str) -> OutputReference:
        return OutputReference(self, name)


def invalid_service(where: Where) -> Service:
    """Return what stands for a service that could not be made."""
    return configured(InvalidService, where, (), {})
