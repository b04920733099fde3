"""A bridge."""

from liminix_gen import (
    KernelModule,
    KernelNeeds,
    Needs,
    Output,
    Part,
    Service,
    addressed,
    claim,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class Primary(Service):
    """Make a bridge, an interface that joins others as a switch joins cables (ip-link(8)).

    ``bridge.members`` says which. The bridge is deleted when the service stops.
    """

    OUTPUTS = (Output("ifname", "the kernel's name of the bridge"),)
    KERNEL = KernelNeeds(
        modules=(KernelModule("bridge", {"BRIDGE": "m", "BRIDGE_IGMP_SNOOPING": "y"}),)
    )

    ifname: str = parameter(values.INTERFACE_NAME, "name of the bridge", example="int")

    igmp_snooping: bool = parameter(
        values.Boolean(),
        "whether multicast goes only where somebody asked for it (RFC 4541), for which the router "
        "asks regularly; a host that does not answer gets none",
        default=False,
        example=True,
    )

    def subject(self) -> str:
        return self.ifname

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=self.KERNEL.modules,
            # The kernel makes no bridge the port of another one.
            claims=(claim("the interface", self.ifname), addressed(self.ifname)),
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("primary.nix", ifname=self.ifname, igmp_snooping=self.igmp_snooping),)
