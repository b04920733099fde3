"""DHCPv6 of a provider: dhcp6s of WIDE."""

from liminix_gen import (
    INTERFACE,
    Needs,
    Part,
    Service,
    link,
    longrun,
    parameter,
    service_type,
    values,
)


@service_type
class Dhcp6(Service):
    """Give addresses and delegate prefixes (dhcp6s.conf(5)); /run/provider/NAME.conf wins.

    The daemon begins when there is an interface of that name.
    """

    interface: Service = parameter(INTERFACE, "which it needs", example="line")
    ifname: str = parameter(values.INTERFACE_NAME, "where to answer", example="ppp0")
    configuration: str = parameter(values.Lines(), "dhcp6s.conf", example="interface lan { };\n")

    def needs(self) -> Needs:
        return Needs(files=(link("/var/lib/dhcpv6", "/run/provider"),))

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "dhcp6.nix",
                packages=("wide-dhcpv6-server",),
                interface=self.interface,
                ifname=self.ifname,
                configuration=self.configuration,
            ),
        )
