"""An address on an interface."""

import ipaddress
from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Mistake,
    Needs,
    Output,
    Part,
    Service,
    interface_of,
    mistake,
    of_another,
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
        Output("router", "the router that is behind it, if `router` is given", family="inet"),
    )

    interface: Service = parameter(INTERFACE, "where to add the address", example="link")
    family: str = parameter(values.OneOf("inet", "inet6"), "IPv4 or IPv6", example="inet")
    address: str = parameter(values.HostAddress(), "the address", example="192.168.19.1")
    prefix_length: int = parameter(
        values.Integer(0, 128, "bits"), "bits that name the network", example=24
    )
    router: str | None = parameter(
        values.Optional(values.HostAddress(4)),
        "of a line with a fixed address: the provider's router, which is published for "
        "network.route, health_check and failover",
        default=None,
        example="192.168.19.2",
    )

    def outputs(self) -> tuple[Output, ...]:
        """Return the router only if there is one."""
        return tuple(one for one in self.OUTPUTS if self.router or one.name != "router")

    def check(self) -> Iterator[str | Mistake]:
        version = 6 if ":" in self.address else 4
        if version != {"inet": 4, "inet6": 6}[self.family]:
            yield f"address {self.address} is not of the family {self.family}"
        if version == 4 and self.prefix_length > 32:
            yield f"prefix_length {self.prefix_length} is more than the 32 bits of IPv4"
        elif version == 4 and self.prefix_length < 31:  # RFC 3021: /31 has no such addresses
            network = ipaddress.ip_network(f"{self.address}/{self.prefix_length}", strict=False)
            if self.address in {str(network.network_address), str(network.broadcast_address)}:
                yield f"address {self.address} names the whole network {network}, or all in it"
        yield from self._mistakes_of_router(version)

    def _mistakes_of_router(self, version: int) -> Iterator[Mistake]:
        if self.router is None or (version == 4 and self.prefix_length > 32):
            return
        if version == 6:
            yield mistake("is for addresses of IPv4", "router")
            return
        network = ipaddress.ip_network(f"{self.address}/{self.prefix_length}", strict=False)
        # Beside an address alone it may be anywhere.
        if self.prefix_length < 32 and ipaddress.ip_address(self.router) not in network:
            yield mistake(f"{self.router} is not in the network {network}", "router")

    def needs(self) -> Needs:
        claims = subnet(interface_of(self.interface), self.address, self.prefix_length)
        what = f"network.address: router: {self.router}"
        outside = of_another(self.router, what, self.line_of("router")) if self.router else ()
        return Needs(claims=tuple(claims), outside=outside)

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
                router=self.router,
            ),
        )
