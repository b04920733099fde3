"""PPP in L2TP."""

from liminix_gen import (
    INTERFACE,
    KernelModule,
    KernelNeeds,
    Needs,
    Part,
    Service,
    longrun,
    parameter,
    service_type,
    values,
)

from ..network.clamp import TABLES
from ..ppp.session import Session, events


@service_type
class L2tp(Session):
    """Dial in to a provider by L2TP over UDP (RFC 2661); the service is up while the session is.

    It is as ``pppoe`` is: who does not answer is dialled again for ever, ``services`` says what
    went wrong, the outputs are the same. Nothing is encrypted. What is sent to the server itself
    must not take the tunnel: with a default route through it, ``network.route`` makes another one
    to the server.
    """

    KERNEL = KernelNeeds(
        modules=(
            KernelModule("l2tp_ppp", {"PPP": "m", "PPPOE": "m", "L2TP": "m", "PPPOL2TP": "m"}),
            TABLES,
        ),
    )

    lns: str = parameter(
        values.Host(4),
        "the server: a name, or an IPv4 address",
        example="l2tp.provider.example",
    )
    interface: Service | None = parameter(
        values.Optional(INTERFACE),
        "interface that leads to it, which is waited for",
        default=None,
        example="wan",
    )
    mtu: int = parameter(
        values.Integer(1280, 1500, "bytes"),
        "largest packet in both directions; outside it is 40 bytes larger",
        default=1460,
        example=1400,
    )

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=self.claims(),
            # xl2tpd has it compiled in where pppd and its plugins are.
            packages=("pppd",),
            files=tuple(events()),
        )

    def parts(self) -> tuple[Part, ...]:
        daemon = longrun(
            "daemon.nix",
            name="daemon",
            packages=("services", "xl2tpd"),
            after=("clamp",),
            ifname=self.ifname,
            interface=self.interface,
            lns=self.lns,
            options="".join(f"{option}\n" for option in self.options()),
            password=self.password,
            username=self.username,
        )
        return (*self.session_parts(), daemon)
