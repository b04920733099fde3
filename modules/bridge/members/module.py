"""The ports of a bridge."""

from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Needs,
    Output,
    Part,
    Service,
    bridge_port,
    interface_of,
    longrun,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class Members(Service):
    """Attach interfaces to a bridge, each while its link runs.

    A port without a cable blocks nothing: it joins when it is plugged in, and leaves when it is
    pulled out.
    """

    OUTPUTS = (Output("ifname", "the kernel's name of the bridge"),)

    primary: Service = parameter(INTERFACE, "the bridge", example="bridge")
    members: tuple[Service, ...] = parameter(
        values.ListOf(INTERFACE), "interfaces to attach", default=(), example=["lan0", "lan1"]
    )

    def check(self) -> Iterator[str]:
        bridge = interface_of(self.primary)
        names = [interface_of(member) for member in self.members]
        for i, member in enumerate(self.members):
            if names[i] in names[:i]:
                yield f"the {member.TYPE} of {member.where} is a member twice"
            if names[i] == bridge:
                yield "the bridge cannot be a member of itself"

    def needs(self) -> Needs:
        bridge = interface_of(self.primary)
        return Needs(
            claims=tuple(bridge_port(interface_of(member), bridge) for member in self.members)
        )

    def parts(self) -> tuple[Part, ...]:
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
