"""A VLAN."""

from liminix_gen import (
    INTERFACE,
    KernelModule,
    KernelNeeds,
    Needs,
    Output,
    Part,
    Service,
    claim,
    interface_of,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class Vlan(Service):
    """Make an interface of the packets that carry a VLAN's tag on another one (IEEE 802.1Q)."""

    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)
    KERNEL = KernelNeeds(modules=(KernelModule("8021q", {"VLAN_8021Q": "m"}),))

    ifname: str = parameter(
        values.INTERFACE_NAME, "name of the interface that is made", example="guest"
    )
    primary: Service = parameter(
        INTERFACE, "interface that carries the tagged packets", example="lan"
    )
    # 0 and 4095 are reserved (IEEE 802.1Q table 9-2).
    vid: int = parameter(values.Integer(1, 4094), "number of the VLAN", example=20)

    def subject(self) -> str:
        return self.ifname

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=(
                claim("the interface", self.ifname),
                claim("the VLAN", self.vid, "on", interface_of(self.primary)),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("vlan.nix", ifname=self.ifname, primary=self.primary, vid=self.vid),)
