"""Addresses that a DHCPv6 server leased."""

from liminix_gen import (
    INTERFACE,
    Needs,
    Output,
    Part,
    Service,
    ServiceWith,
    addressed,
    claim,
    interface_of,
    leased,
    longrun,
    parameter,
    service_type,
)


@service_type
class Address(Service):
    """Give an interface the addresses that a DHCPv6 client has a lease of.

    The service is up from the start; the addresses follow the lease and have its lifetimes.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("addresses", "the addresses", family="inet6"),
    )

    client: Service = parameter(
        ServiceWith("addresses", "acquired"),
        "DHCPv6 client whose addresses are used",
        example="wan6",
    )
    interface: Service = parameter(INTERFACE, "where the addresses are added", example="uplink")

    def subject(self) -> str:
        return f"{self.interface.subject()}.{self.client.subject()}"

    def needs(self) -> Needs:
        return Needs(
            claims=(
                addressed(interface_of(self.interface)),
                *leased(interface_of(self.interface), 6),
                claim("the addresses of", self.client),
            )
        )

    def parts(self) -> tuple[Part, ...]:
        client = self.client
        return (
            longrun(
                "address.nix",
                packages=("services",),
                observes=(client,),
                leased=client.output("addresses"),
                acquired=client.output("acquired"),
                interface=self.interface,
            ),
        )
