"""An address from a DHCP server."""

from liminix_gen import (
    INTERFACE,
    Needs,
    Output,
    Part,
    Service,
    addressed,
    claim,
    interface_of,
    longrun,
    oneshot,
    parameter,
    service_type,
)


@service_type
class DhcpClient(Service):
    """Ask for an IPv4 address; the service is up while a lease is held (RFC 2131).

    The daemon runs from the start. The lease, and what depends on it, comes up when a server
    gives one, and goes down when it is lost. A renewed lease that says the same changes nothing;
    one with other values restarts what depends on it. When the cable is plugged in again the
    lease is asked for again, and goes if nobody confirms it.

    An address that no host can have, or that is in the network of another interface, is refused
    and asked for again; ``services`` says why. Routes with targets (RFC 3442) are set, and take
    the place of the routers.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("ip", "the address", family="inet"),
        Output("mask", "bits of the address that name the network"),
        Output("subnet", "mask such as 255.255.255.0, if the server sends it"),
        Output("broadcast", "the network's broadcast address, if the server sends it"),
        Output(
            "router",
            "routers, the best one first; 0.0.0.0: all is on the link itself",
            family="inet",
        ),
        Output("routes", "targets with the router of each, if the server sends them"),
        Output("dns", "addresses of name servers"),
        Output("domain", "domain of the network, if the server sends it"),
        Output("ntpsrv", "addresses of time servers, if the server sends them"),
        Output("lease", "seconds that the lease was valid when it was made"),
        Output("serverid", "address of the DHCP server"),
        Output("siaddr", "address of the next boot server"),
        Output("resolv.conf", "name servers and domain, in the form of resolv.conf(5)"),
    )

    interface: Service = parameter(INTERFACE, "interface to ask on", example="link")

    def needs(self) -> Needs:
        interface = interface_of(self.interface)
        return Needs(claims=(claim("the DHCP client of", interface), addressed(interface)))

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "daemon.nix",
                name="daemon",
                packages=("services",),
                interface=self.interface,
            ),
            longrun(
                "carrier.nix",
                name="carrier",
                packages=("interface-wait",),
                after=("daemon",),
                interface=self.interface,
            ),
            oneshot("lease.nix", after=("daemon",), controlled=True, interface=self.interface),
        )
