"""The name of the machine."""

from liminix_gen import Needs, Part, Service, claim, oneshot, parameter, service_type, values


@service_type
class Hostname(Service):
    """Tell the kernel the machine's name; part of every image."""

    hostname: str = parameter(values.HOST_NAME, "the name", default="liminix", example="hello")

    def needs(self) -> Needs:
        return Needs(claims=(claim("the host name"),))

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("hostname.nix", hostname=self.hostname),)
