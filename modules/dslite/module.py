"""IPv4 over a line that has IPv6 alone."""

from liminix_gen import (
    INTERFACE,
    KernelModule,
    KernelNeeds,
    Needs,
    OrOutput,
    Output,
    OutputReference,
    Part,
    Service,
    interface_of,
    longrun,
    parameter,
    service_type,
    uses_ip,
    values,
)

from ..network.clamp import TABLES, clamp, clamped


@service_type
class Dslite(Service):
    """Carry IPv4 to the provider inside of IPv6, where its AFTR translates addresses (RFC 6333).

    The router itself has the address 192.0.0.2 there, and translates nothing: the zone of the
    interface is ``{"interfaces": [...], "like": "wan", "masquerade": False}`` in a firewall.
    ``network.route`` with the output ``router`` makes it the default route of IPv4. TCP is told
    what fits through the tunnel.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("router", "0.0.0.0: everything is behind the other end", family="inet"),
        Output("end", "the address of the other end", family="inet6"),
    )
    KERNEL = KernelNeeds(
        modules=(KernelModule("ip6_tunnel", {"IPV6_TUNNEL": "m"}), TABLES),
    )

    ifname: str = parameter(
        values.INTERFACE_NAME,
        "name of the interface that is made",
        default="dslite",
        example="tunnel",
    )
    interface: Service = parameter(
        INTERFACE, "interface with IPv6 that leads to the provider", example="wan"
    )
    aftr: str | OutputReference = parameter(
        OrOutput(values.Host(6)),
        "the other end: a name, an IPv6 address, or an output that holds one, such as `aftr` of "
        "dhcp6.client",
        example="aftr.provider.example",
    )
    mtu: int = parameter(
        values.Integer(1280, 65495, "bytes"),
        "largest packet inside, 40 bytes less than outside",
        default=1460,
        example=1452,
    )

    def subject(self) -> str:
        return self.ifname

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=(*clamped(self.ifname, 4), uses_ip(interface_of(self.interface), 6)),
        )

    def parts(self) -> tuple[Part, ...]:
        tunnel = longrun(
            "dslite.nix",
            packages=("ip6-tunnel",),
            after=("clamp",),
            # When one of them changes, the name may have an address at last, or the router another.
            observes=(
                "network.resolver",
                "network.route",
                "network.address",
                "ipv6.autoconfig",
                "dhcp6.address",
            ),
            aftr=self.aftr,
            ifname=self.ifname,
            interface=self.interface,
            mtu=self.mtu,
        )
        return (clamp(self.ifname, self.mtu), tunnel)
