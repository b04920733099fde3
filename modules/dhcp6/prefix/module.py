"""A network of a delegated prefix."""

from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Inside,
    Mistake,
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
    mistake,
    parameter,
    service_type,
    values,
)


@service_type
class Prefix(Service):
    """Give an interface a network of 64 bits of every prefix that a DHCPv6 client is delegated.

    The service is up from the start. The addresses have the lifetimes of the lease, and follow it:
    what a new lease no longer has is taken off at once, and hosts are told by ``dnsmasq``, if its
    parameter ``ipv6`` is given (RFC 7084 section 4.3, L-13). What is not renewed grows old.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("addresses", "the router's address in each network", family="inet6"),
    )

    client: Service = parameter(
        ServiceWith("prefixes", "acquired"),
        "DHCPv6 client whose prefixes are used",
        example="wan6",
    )
    interface: Service = parameter(INTERFACE, "where the network is", example="lan")
    subnet: int = parameter(
        values.Integer(0, 0xFFFF),
        "which of the networks of 64 bits in the prefix, counted from 0",
        default=0,
        example=1,
    )
    host: int = parameter(
        values.Integer(1, 0xFFFF),
        "last 16 bits of the router's address there; those before are 0",
        default=1,
        example=0x53,
    )

    def check(self) -> Iterator[str | Mistake]:
        interface = interface_of(self.interface)
        if interface == interface_of(self.client):
            said = (
                f"the client of {self.client.where} asks on {interface} too, and what it is "
                "delegated is for other networks (RFC 8415 section 6.3)"
            )
            yield mistake(said, "interface")
        length: object = getattr(self.client, "prefix_length", None)
        if isinstance(length, int) and self.subnet >= 1 << (64 - length):
            count = 1 << (64 - length)
            yield (
                f"subnet {self.subnet} is not in a prefix of {length} bits, which holds {count}: "
                f"the client of {self.client.where} has prefix_length {length}"
            )

    def subject(self) -> str:
        return f"{self.interface.subject()}.{self.client.subject()}"

    def _expected(self) -> Inside:
        interface = interface_of(self.interface)
        return Inside(
            words=(("router advertisements on", interface),),
            place=(),
            text=f"no host on {interface} learns of the prefix of dhcp6.prefix ({self.where})",
            where=self.where,
            hint="dnsmasq with its parameter ipv6 advertises it",
        )

    def needs(self) -> Needs:
        return Needs(
            expected=(self._expected(),),
            claims=(
                addressed(interface_of(self.interface)),
                *leased(interface_of(self.interface), 6),
                claim("subnet", self.subnet, "of the prefixes of", self.client),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        client = self.client
        return (
            longrun(
                "prefix.nix",
                packages=("services",),
                observes=(client,),
                prefixes=client.output("prefixes"),
                acquired=client.output("acquired"),
                interface=self.interface,
                subnet=self.subnet,
                host=self.host,
            ),
        )
