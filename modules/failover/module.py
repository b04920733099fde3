"""Several lines to the internet."""

from collections.abc import Iterator

from liminix_gen import (
    Example,
    KernelModule,
    KernelNeeds,
    Mistake,
    Needs,
    Output,
    Part,
    Service,
    ServiceWith,
    claim,
    common_outputs,
    interface_of,
    longrun,
    mistake,
    parameter,
    service_type,
    values,
)

_CONNECTIONS = KernelModule(
    "nf_conntrack_netlink",
    {
        "NETFILTER": "y",
        "NETFILTER_ADVANCED": "y",
        "NETFILTER_NETLINK": "m",
        "NF_CONNTRACK": "m",
        "NF_CT_NETLINK": "m",
    },
)


@service_type
class Failover(Service):
    """Send what is for the internet by the best line that is good, with IPv4.

    Each line is a ``health_check`` of what publishes an interface and its router:
    ``network.dhcp.client``, ``pppoe``, or ``network.address`` with a ``router``. The last one may
    be that itself, which is good while it is up. All lines stay up. Each that is good has a default
    route, the first with ``metric`` and every other one with the next higher: the kernel takes the
    lowest. When another line takes over connections over the one before are forgotten, so that
    their hosts notice at once and begin others.

    It is up from the start, with the outputs of the line that is used: name servers for
    ``network.resolver`` and ``dnsmasq``, for example.
    """

    KERNEL = KernelNeeds(modules=(_CONNECTIONS,))
    EXAMPLE = Example(
        before=(
            "fibre = service.health_check.build(",
            "    service=service.network.dhcp.client.build(",
            '        interface=config.hardware.network_interfaces["wan"]',
            "    ),",
            '    ping=["192.0.2.1", "198.51.100.1"],',
            ")",
            "mobile = service.network.dhcp.client.build(",
            '    interface=config.hardware.network_interfaces["lan"]',
            ")",
        )
    )

    lines: tuple[Service, ...] = parameter(
        values.ListOf(ServiceWith("ifname", "router")),
        "the lines, the best one first",
        example=["fibre", "mobile"],
    )
    metric: int = parameter(
        values.Integer(1, 2**31), "metric of the first line's route", default=100, example=10
    )

    def outputs(self) -> tuple[Output, ...]:
        """Return what every line has."""
        return common_outputs(self.lines)

    def check(self) -> Iterator[str | Mistake]:
        if len(self.lines) < 2:
            yield "needs two lines or more"
        for number, line in enumerate(self.lines):
            same = next(
                (one for one in self.lines[:number] if interface_of(one) == interface_of(line)),
                None,
            )
            if same is not None:
                said = f"is the same line as the {same.TYPE} of {same.where}"
                yield mistake(f"the {line.TYPE} of {line.where} {said}", "lines", number)
            elif number < len(self.lines) - 1 and line.TYPE != "health_check":
                said = (
                    f"nothing probes the {line.TYPE} of {line.where}, so the lines after it are "
                    "used only when it is down; service.health_check.build(service=...) stands in "
                    "for it while it is healthy"
                )
                yield mistake(said, "lines", number)

    def subject(self) -> str:
        return ""

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=tuple(
                claim("the", "inet", "route to", "default", "with metric", self.metric + number)
                for number in range(len(self.lines))
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "failover.nix",
                packages=("forget-connections",),
                observes=self.lines,
                lines=self.lines,
                metric=self.metric,
            ),
        )
