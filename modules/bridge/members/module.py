"""The ports of a bridge."""

from collections.abc import Iterator, Mapping
from typing import cast

from liminix_gen import (
    INTERFACE,
    INTERFACES,
    Claim,
    Example,
    KernelModule,
    KernelNeeds,
    Mistake,
    Needs,
    Output,
    Outside,
    Part,
    Service,
    bridge_port,
    interface_of,
    longrun,
    mistake,
    no_addresses,
    on_ethernet,
    oneshot,
    parameter,
    service_type,
    values,
)

_UNTAGGED = 1  # where packets without a tag are unless something else is said
_PORTS = values.ListOf(INTERFACE)
_VLAN = values.Record(
    {
        "untagged": values.Field(_PORTS, "members where its packets have no tag", default=()),
        "tagged": values.Field(_PORTS, "members where its packets have its tag", default=()),
    }
)


def _ports(vlan: Mapping[str, object], key: str) -> tuple[Service, ...]:
    return cast("tuple[Service, ...]", vlan[key])


def _below(member: Service) -> Iterator[str | Service]:
    """Yield the interfaces that a member is made of."""
    primary: object = getattr(member, "primary", None)
    while isinstance(primary, Service):
        yield interface_of(primary)
        primary = getattr(primary, "primary", None)


@service_type
class Members(Service):
    """Attach interfaces to a bridge, each while its link runs.

    A port without a cable blocks nothing: it joins when it is plugged in, and leaves when it is
    pulled out.

    With ``vlans`` the bridge, or the switch that its ports are of, keeps VLANs apart (IEEE 802.1Q).
    A member that is untagged in none is so in VLAN 1, unless that is among them. The router takes
    part in each: in VLAN 1 with the bridge itself, in another one with a `vlan` on the bridge.
    """

    EXAMPLE = Example(parameters=("members",))

    KERNEL = KernelNeeds(
        modules=(
            KernelModule(
                "bridge", {"BRIDGE": "m", "BRIDGE_VLAN_FILTERING": "y", "VLAN_8021Q": "m"}
            ),
        )
    )

    OUTPUTS = (Output("ifname", "the kernel's name of the bridge"),)

    primary: Service = parameter(INTERFACE, "the bridge", example="bridge")
    members: tuple[Service, ...] = parameter(
        INTERFACES, "interfaces to attach", default=(), example=["lan0", "lan1"]
    )

    vlans: Mapping[str, Mapping[str, object]] = parameter(
        values.MappingOf(values.VLAN_KEY, _VLAN),
        "the members that are in each VLAN, by its number",
        default={},
        example={20: {"untagged": ["lan1"], "tagged": ["lan0"]}},
    )

    def check(self) -> Iterator[str | Mistake]:
        bridge = interface_of(self.primary)
        names = [interface_of(member) for member in self.members]
        for i, member in enumerate(self.members):
            if names[i] == bridge:
                yield "the bridge cannot be a member of itself"
            elif bridge in _below(member):
                said = f"the {member.TYPE} of {member.where} is on the bridge itself: a loop"
                yield mistake(said, "members", i)
        yield from self._mistakes_of_vlans(names)

    def _mistakes_of_vlans(self, names: list[str | Service]) -> Iterator[Mistake]:
        inside: dict[str | Service, str] = {}
        for number, vlan in self.vlans.items():
            found: list[str | Service] = []
            for key in ("untagged", "tagged"):
                for place, port in enumerate(_ports(vlan, key)):
                    name = interface_of(port)
                    if name not in names:
                        said = f"the {port.TYPE} of {port.where} is not among the members"
                        yield mistake(said, "vlans", number, key, place)
                    elif name in found:
                        said = f"the {port.TYPE} of {port.where} is in this VLAN twice"
                        yield mistake(said, "vlans", number, key, place)
                    elif key == "untagged" and inside.setdefault(name, number) != number:
                        said = f"the {port.TYPE} of {port.where} is untagged in {inside[name]} too"
                        yield mistake(said, "vlans", number, key, place)
                    found.append(name)
        if self.vlans:
            for place, member in enumerate(self.members):
                if not self._vlans_of(member):
                    said = f"the {member.TYPE} of {member.where} is in no VLAN"
                    yield mistake(said, "members", place)

    def _vlans_of(self, member: Service) -> str:
        """Return the VLANs of a member as bridge-vlans(8) has them, such as 1u,20t."""
        found = self._numbers_of(member)
        return ",".join(f"{number}{found[number]}" for number in sorted(found))

    def _numbers_of(self, member: Service) -> dict[int, str]:
        name = interface_of(member)
        found = {
            int(number): letter
            for number, vlan in self.vlans.items()
            for key, letter in (("untagged", "u"), ("tagged", "t"))
            if name in map(interface_of, _ports(vlan, key))
        }
        if "u" not in found.values() and str(_UNTAGGED) not in self.vlans:
            found[_UNTAGGED] = "u"
        return found

    def _vlans_of_bridge(self) -> str:
        numbers = sorted({_UNTAGGED, *map(int, self.vlans)})
        return ",".join(f"{one}{'u' if one == _UNTAGGED else 't'}" for one in numbers)

    def needs(self) -> Needs:
        bridge = interface_of(self.primary)
        ports = Claim(
            words=("the ports of", bridge),
            text=f"all ports of {bridge}" if self.vlans else f"ports of {bridge}",
            holder=None if self.vlans else "ports without VLANs",
            hint="one bridge.members names all ports of a bridge with VLANs",
        )
        names = tuple(map(interface_of, self.members))
        return Needs(
            kernel_modules=self.KERNEL.modules if self.vlans else (),
            claims=(
                ports,
                *(bridge_port(name, bridge) for name in names),
                *(
                    Claim(
                        words=("the VLANs of", bridge),
                        text=f"VLAN {number} of {bridge}",
                        place=(int(number),),
                    )
                    for number in self.vlans
                    if int(number) != _UNTAGGED
                ),
            ),
            outside=(
                *(
                    on_ethernet(
                        name,
                        f"bridge.members: {name} cannot be a port, as it does not carry Ethernet",
                        self.line_of("members", place),
                    )
                    for place, name in enumerate(names)
                ),
                *self._addresses_of_nobody(bridge),
            ),
        )

    def _addresses_of_nobody(self, bridge: str | Service) -> Iterator[Outside]:
        if self.vlans and not any(_UNTAGGED in self._numbers_of(one) for one in self.members):
            yield no_addresses(
                bridge,
                f"bridge.members: no member is in VLAN {_UNTAGGED}, where {bridge} itself is, so "
                "nobody reaches its addresses",
                self.line_of("vlans"),
                hint="give the addresses to a vlan on the bridge",
            )

    def parts(self) -> tuple[Part, ...]:
        if not self.vlans:
            ports = tuple(
                longrun(
                    "port.nix",
                    name=f"port{number}",
                    packages=("interface-wait",),
                    primary=self.primary,
                    member=member,
                )
                for number, member in enumerate(self.members)
            )
            after = tuple(port.name for port in ports)
            return (*ports, oneshot("members.nix", after=after, primary=self.primary))
        vlans = oneshot(
            "vlans.nix",
            name="vlans",
            packages=("bridge-vlans",),
            primary=self.primary,
            vlans=self._vlans_of_bridge(),
        )
        ports = tuple(
            longrun(
                "vlan-port.nix",
                name=f"port{number}",
                packages=("interface-wait", "bridge-vlans"),
                after=("vlans",),
                primary=self.primary,
                member=member,
                vlans=self._vlans_of(member),
            )
            for number, member in enumerate(self.members)
        )
        after = ("vlans", *(port.name for port in ports))
        return (vlans, *ports, oneshot("members.nix", after=after, primary=self.primary))
