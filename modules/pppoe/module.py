"""PPP over Ethernet."""

from liminix_gen import (
    INTERFACE,
    KernelModule,
    KernelNeeds,
    Needs,
    Part,
    Service,
    claim,
    interface_of,
    longrun,
    on_ethernet,
    parameter,
    service_type,
    values,
)

from ..network.clamp import TABLES
from ..ppp.session import Session, events


@service_type
class Pppoe(Session):
    """Dial in to a provider over Ethernet (RFC 2516); the service is up while the session is.

    Whoever does not answer is dialled again for ever, with pauses that grow to five minutes;
    ``services`` says what went wrong. The password is in no file of the store and in no list of
    processes. TCP is told what fits through the line (MSS), in both directions.

    ``network.route`` with the output ``router`` makes it the default route of IPv4. IPv6 over PPP
    has a link-local address only: addresses, prefixes and the default route come by
    ``ipv6.autoconfig`` and ``dhcp6.client`` on this service.
    """

    KERNEL = KernelNeeds(
        modules=(KernelModule("pppoe", {"PPP": "m", "PPPOE": "m"}), TABLES),
    )

    interface: Service = parameter(
        INTERFACE, "interface that leads to the provider; often a vlan", example="uplink"
    )
    service_name: str | None = parameter(
        values.Optional(values.Text(max_bytes=255)),
        "service to ask for; None is any",
        default=None,
        example="internet",
    )
    mtu: int = parameter(
        values.Integer(1280, 1500, "bytes"),
        "largest packet in both directions; more than 1492 needs larger Ethernet frames (RFC 4638)",
        default=1492,
        example=1454,
    )

    def needs(self) -> Needs:
        line = interface_of(self.interface)
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=(
                *self.claims(),
                claim("the PPPoE session of", line),
            ),
            files=tuple(events()),
            outside=(
                on_ethernet(
                    line,
                    f"pppoe: {line} does not carry Ethernet",
                    self.line_of("interface"),
                ),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        daemon = longrun(
            "daemon.nix",
            name="daemon",
            packages=("pppd", "services"),
            after=("clamp",),
            interface=self.interface,
            username=self.username,
            password=self.password,
            service_name=self.service_name,
            options="".join(f"{option}\n" for option in self.options()),
        )
        return (*self.session_parts(), daemon)
