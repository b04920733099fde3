"""Router advertisements of a provider: radvd."""

from liminix_gen import INTERFACE, Part, Service, longrun, parameter, service_type, values


@service_type
class Radvd(Service):
    """Advertise on an interface (radvd.conf(5)); /run/provider/radvd.conf has precedence."""

    interface: Service = parameter(INTERFACE, "where to advertise", example="line")
    configuration: str = parameter(values.Lines(), "radvd.conf", example="interface lan { };\n")

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "radvd.nix",
                packages=("radvd",),
                interface=self.interface,
                configuration=self.configuration,
            ),
        )
