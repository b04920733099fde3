"""What an interface learns from router advertisements."""

from collections.abc import Mapping

from liminix_gen import (
    INTERFACE,
    Needs,
    Output,
    Part,
    Service,
    claim,
    interface_of,
    leased,
    oneshot,
    parameter,
    service_type,
    uses_ip,
    values,
)

_SETTING = values.Text(
    pattern=r"[a-z][a-z0-9_]*", description="a setting below net/ipv6/conf, such as 'use_tempaddr'"
)

# Settings of an interface by its role (ip-sysctl.rst of the kernel). 2: also while packets are
# forwarded, which is when a default route is needed most.
_ROLES: Mapping[str, Mapping[str, str]] = {
    "host": {"accept_ra": "2", "autoconf": "1"},
    "router": {"accept_ra": "0", "autoconf": "0"},
}


@service_type
class Autoconfig(Service):
    """Configure IPv6 on an interface as a host does, or as a router does (RFC 4862).

    As a host the kernel asks for router advertisements, and takes addresses, the default route and
    the MTU from them, also while it forwards packets: that is the side of the provider. As a
    router it takes nothing from others. Until such a service says otherwise, no interface does.
    """

    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)

    interface: Service = parameter(INTERFACE, "interface to configure", example="uplink")
    role: str = parameter(
        values.OneOf("host", "router"),
        "whether router advertisements are taken there",
        default="host",
        example="router",
    )
    sysctl: Mapping[str, str] = parameter(
        values.MappingOf(_SETTING, values.Text()),
        "more settings of the interface, by their names below net/ipv6/conf/INTERFACE",
        default={},
        example={"use_tempaddr": "2"},
    )

    def needs(self) -> Needs:
        interface = interface_of(self.interface)
        route = claim("the default route of IPv6 on", interface, holder="anybody")
        learned = (*leased(interface, 6), route) if self.role == "host" else ()
        own = claim("the autoconfiguration of", interface)
        return Needs(claims=(own, uses_ip(interface, 6), *learned))

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot(
                "autoconfig.nix",
                interface=self.interface,
                settings={**_ROLES[self.role], **self.sysctl},
                solicits=self.role == "host",
            ),
        )
