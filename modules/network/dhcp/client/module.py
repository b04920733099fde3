"""An address from a DHCP server."""

import re
from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Needs,
    Output,
    Part,
    Service,
    addressed,
    claim,
    interface_of,
    leased,
    longrun,
    on_ethernet,
    oneshot,
    parameter,
    service_type,
    values,
)

# What the client itself asks for, or makes of the server's answer (RFC 2132 section 9, RFC 3442).
_OWN = frozenset({1, 3, 6, 12, 15, 28, 33, 42, 50, 51, 53, 54, 55, 57, 58, 59, 60, 61, 121, 249})
_BYTES = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})+")


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
        Output("dns", "addresses of name servers", family="inet"),
        Output("domain", "domain of the network, if the server sends it"),
        Output("ntpsrv", "addresses of time servers, if the server sends them", family="inet"),
        Output("lease", "seconds that the lease was valid when it was made"),
        Output("serverid", "address of the DHCP server", family="inet"),
        Output("siaddr", "address of the next boot server", family="inet"),
        Output("options", "a line for each option of `request` that came: number, value"),
        Output("resolv.conf", "name servers and domain, in the form of resolv.conf(5)"),
    )

    interface: Service = parameter(INTERFACE, "interface to ask on", example="link")
    client_id: str | None = parameter(
        values.Optional(values.Text(max_bytes=254)),
        "who asks (option 61, RFC 2132 section 9.14): bytes such as '01:52:54:00:00:00:02', or "
        "text, which is sent as it is; None is the interface's MAC address",
        default=None,
        example="01:52:54:00:00:00:02",
    )
    vendor_class: str | None = parameter(
        values.Optional(values.Text(max_bytes=254)),
        "kind of device (option 60, RFC 2132 section 9.13); None is udhcpc's own",
        default=None,
        example="sagem",
    )
    host_name: str | None = parameter(
        values.Optional(values.HOST_NAME),
        "name to give to the server; None is the router's own",
        default=None,
        example="router",
    )
    request: tuple[int, ...] = parameter(
        values.ListOf(values.Integer(1, 254)),
        "numbers of further options to ask for. The output options has them as udhcpc writes them: "
        "what it does not know in hexadecimal",
        default=(),
        example=[43, 125],
    )

    def outputs(self) -> tuple[Output, ...]:
        """Return what can come."""
        return tuple(one for one in self.OUTPUTS if self.request or one.name != "options")

    def check(self) -> Iterator[str]:
        for number in self.request:
            if number in _OWN:
                yield f"option {number} of request is one that the client sees to itself"
        for number in sorted({one for one in self.request if self.request.count(one) > 1}):
            yield f"option {number} is twice in request"

    def _arguments(self) -> Iterator[str]:
        """Yield arguments of udhcpc."""
        if self.client_id is not None:
            text = self.client_id
            plain = text.replace(":", "") if _BYTES.fullmatch(text) else text.encode().hex()
            yield from ("-C", "-x", f"0x3d:{plain.lower()}")
        if self.vendor_class is not None:
            yield from ("-V", self.vendor_class)
        for number in self.request:
            yield from ("-O", str(number))

    def needs(self) -> Needs:
        interface = interface_of(self.interface)
        said = f"there is no DHCP on {interface}, which does not carry Ethernet"
        return Needs(
            claims=(
                claim("the DHCP client of", interface),
                addressed(interface),
                *leased(interface, 4),
            ),
            outside=(
                on_ethernet(interface, f"network.dhcp.client: {said}", self.line_of("interface")),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "daemon.nix",
                name="daemon",
                packages=("services",),
                interface=self.interface,
                arguments=tuple(self._arguments()),
                host_name=self.host_name,
                request=" ".join(map(str, self.request)),
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
