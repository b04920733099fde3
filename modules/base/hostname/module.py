"""The name of the machine."""

from liminix_gen import (
    Needs,
    Part,
    Service,
    claim,
    oneshot,
    parameter,
    service_type,
    setting,
    values,
)


@service_type
class Hostname(Service):
    """Give the kernel the machine's name; part of every image."""

    EXAMPLE = None

    hostname: str = parameter(values.HOST_NAME, "the name", default="liminix", example="hello")

    def needs(self) -> Needs:
        return Needs(
            claims=(setting("kernel/hostname"), claim("the host name", self.hostname.lower()))
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("hostname.nix", hostname=self.hostname),)
