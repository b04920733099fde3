"""The ports of a bridge."""

from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Output,
    Part,
    Service,
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
        for i, member in enumerate(self.members):
            if member in self.members[:i]:
                yield f"the {member.TYPE} of {member.where} is a member twice"
            if member is self.primary:
                yield "the bridge cannot be a member of itself"

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
