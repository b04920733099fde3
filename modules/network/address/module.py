"""An address on an interface."""

import ipaddress
from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Needs,
    Output,
    Part,
    Service,
    interface_of,
    oneshot,
    parameter,
    service_type,
    subnet,
    values,
)


@service_type
class Address(Service):
    """Add an address to an interface, and take it away when the service stops (ip-address(8))."""

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("family", "inet or inet6"),
        Output("address", "the address", holds="address"),
        Output("prefix-length", "bits of the address that name the network"),
    )

    interface: Service = parameter(INTERFACE, "where to add the address", example="link")
    family: str = parameter(values.OneOf("inet", "inet6"), "IPv4 or IPv6", example="inet")
    address: str = parameter(values.HostAddress(), "the address", example="192.168.19.1")
    prefix_length: int = parameter(
        values.Integer(0, 128, "bits"), "bits that name the network", example=24
    )

    def check(self) -> Iterator[str]:
        version = 6 if ":" in self.address else 4
        if version != {"inet": 4, "inet6": 6}[self.family]:
            yield f"address {self.address} is not of the family {self.family}"
        if version == 4 and self.prefix_length > 32:
            yield f"prefix_length {self.prefix_length} is more than the 32 bits of IPv4"
        elif version == 4 and self.prefix_length < 31:  # RFC 3021: /31 has no such addresses
            network = ipaddress.ip_network(f"{self.address}/{self.prefix_length}", strict=False)
            if self.address in {str(network.network_address), str(network.broadcast_address)}:
                yield f"address {self.address} names the whole network {network}, or all in it"

    def needs(self) -> Needs:
        claims = subnet(interface_of(self.interface), self.address, self.prefix_length)
        return Needs(claims=tuple(claims))

    def subject(self) -> str:
        return f"{self.interface.subject()}.{self.address}"

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot(
                "address.nix",
                interface=self.interface,
                family=self.family,
                address=self.address,
                prefix_length=self.prefix_length,
            ),
        )
