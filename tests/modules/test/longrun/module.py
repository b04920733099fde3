"""A process that writes its own history."""

from liminix_gen import Part, Service, longrun, service_type


@service_type
class Longrun(Service):
    """Write `up NAME` and `down NAME` to /run/test/history."""

    def parts(self) -> tuple[Part, ...]:
        return (longrun("longrun.nix"),)
