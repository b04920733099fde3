"""A VLAN."""

from collections.abc import Mapping

from liminix_gen import (
    INTERFACE,
    Inside,
    KernelModule,
    KernelNeeds,
    Needs,
    Output,
    Part,
    Service,
    claim,
    interface_of,
    on_ethernet,
    oneshot,
    parameter,
    service_type,
    values,
)

# IEEE 802.1Q has 8 priorities; those of the kernel are 32 bits wide (socket(7), SO_PRIORITY).
_PCP = values.Integer(0, 7)
_CLASS = values.NumberKey(0, 7, "a priority")
_PRIORITY_NUMBER = values.Integer(0, 15)
_PRIORITY = values.NumberKey(0, 15, "a priority")


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
    vid: int = parameter(values.VLAN_NUMBER, "number of the VLAN", example=20)
    egress_qos: Mapping[str, int] = parameter(
        values.MappingOf(_PRIORITY, _PCP),
        "priority of a packet in the kernel, to that in the tag it leaves with (0 unless said)",
        default={},
        example={0: 1, 6: 5},
    )
    ingress_qos: Mapping[str, int] = parameter(
        values.MappingOf(_CLASS, _PRIORITY_NUMBER),
        "priority in the tag a packet comes with, to that in the kernel (0 unless said)",
        default={},
        example={5: 6},
    )

    def subject(self) -> str:
        return self.ifname

    def needs(self) -> Needs:
        primary = interface_of(self.primary)
        kept_apart = ("the VLANs of", primary)
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=(
                claim("the interface", self.ifname),
                claim("the VLAN", self.vid, "on", primary),
            ),
            inside=(
                Inside(
                    words=(kept_apart,),
                    place=(self.vid,),
                    least=1,
                    given=kept_apart,
                    text=f"vlan: the ports of {primary} carry no VLAN {self.vid} with a tag",
                    where=self.line_of("vid"),
                    hint="`vlans` of bridge.members names them; 1 is the bridge itself",
                ),
            ),
            outside=(
                on_ethernet(
                    primary,
                    f"vlan: {primary} has no VLANs, as it does not carry Ethernet",
                    self.line_of("primary"),
                ),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot(
                "vlan.nix",
                ifname=self.ifname,
                primary=self.primary,
                vid=self.vid,
                egress_qos=self.egress_qos,
                ingress_qos=self.ingress_qos,
            ),
        )
