"""What lies behind a provider."""

from liminix_gen import INTERFACE, Part, Service, longrun, parameter, service_type, values


@service_type
class Internet(Service):
    """Be a computer of the Internet with these addresses, on which a web server answers.

    It says which address asked.
    """

    interface: Service = parameter(INTERFACE, "interface that needs to be there", example="line")
    addresses: tuple[str, ...] = parameter(
        values.ListOf(values.IPAddress()), "its addresses", example=["198.51.100.80"]
    )

    def parts(self) -> tuple[Part, ...]:
        return (longrun("internet.nix", interface=self.interface, addresses=self.addresses),)
