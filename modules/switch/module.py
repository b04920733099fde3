"""A switch whose ports are not interfaces."""

from collections.abc import Iterator, Mapping

from liminix_gen import (
    Example,
    KernelNeeds,
    Needs,
    Output,
    Part,
    Service,
    claim,
    oneshot,
    parameter,
    service_type,
    values,
)

_PORT = values.Text(
    pattern=r"[0-9]{1,2}t?",
    description="a port's number, with a t behind it if packets keep the tag",
)
_SYMBOL = "SWCONFIG"


@service_type
class Switch(Service):
    """Set up the VLANs of a switch whose ports are not network interfaces (OpenWrt's swconfig).

    Boards build it for switches that only OpenWrt's kernels drive. The port that leads to the
    processor keeps the tags, so each VLAN is a `vlan` on the interface there. The switch keeps its
    settings when the service stops.
    """

    EXAMPLE = Example(device="gl-mt300n-v2")

    OUTPUTS = (Output("switch", "the kernel's name of the switch"),)
    KERNEL = KernelNeeds(on_request={_SYMBOL: "only OpenWrt's kernels have it"})

    device: str = parameter(
        values.Text(pattern=r"[a-z][a-z0-9]{0,15}", description="a switch's name"),
        "the kernel's name of the switch",
        default="switch0",
        example="switch1",
    )
    vlans: Mapping[str, tuple[str, ...]] = parameter(
        values.MappingOf(values.VLAN_KEY, values.ListOf(_PORT)),
        "number of each VLAN to its ports; packets without a tag belong to the VLAN with their "
        "port without a t",
        example={"1": ["1", "6t"], "2": ["0", "6t"]},
    )

    def subject(self) -> str:
        return self.device

    def check(self) -> Iterator[str]:
        if not self.vlans:
            yield "vlans must name a VLAN"
        inside: dict[str, str] = {}
        for vlan, ports in self.vlans.items():
            if not ports:
                yield f"vlans[{vlan!r}] must name a port"
            if len({port.rstrip("t") for port in ports}) < len(ports):
                yield f"vlans[{vlan!r}] names a port twice"
            for port in ports:
                if not port.endswith("t") and inside.setdefault(port, vlan) != vlan:
                    yield f"port {port} is without a t in the VLANs {inside[port]} and {vlan}"

    def needs(self) -> Needs:
        return Needs(
            kernel_symbols={_SYMBOL: "y"},
            board_symbols={_SYMBOL: "a switch that is set up in this way"},
            claims=(claim("the switch", self.device),),
        )

    def parts(self) -> tuple[Part, ...]:
        vlans = tuple(f"{vlan}={','.join(ports)}" for vlan, ports in self.vlans.items())
        return (oneshot("switch.nix", packages=("switch-vlans",), device=self.device, vlans=vlans),)
