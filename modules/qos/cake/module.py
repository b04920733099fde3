"""Fair queues on a slow line."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from liminix_gen import (
    INTERFACE,
    Example,
    KernelModule,
    KernelNeeds,
    Mistake,
    Needs,
    OrOutput,
    OutputReference,
    Part,
    Service,
    claim,
    interface_of,
    mistake,
    oneshot,
    parameter,
    service_type,
    values,
)


@frozen
class _Line:
    """What a packet of IP is on the wire: bytes around it, the fewest that are sent, its cells."""

    overhead: int
    smallest: int = 0
    cells: str = "plain"


# As tc-cake(8) has them by ethernet, ether-vlan, pppoe-ptm, docsis and pppoe-llcsnap; what PPPoE
# adds to Ethernet is 8 bytes (RFC 2516 section 4).
_LINES: Mapping[str, _Line] = {
    "none": _Line(0),
    "ethernet": _Line(38, smallest=84),
    "vlan": _Line(42, smallest=84),
    "pppoe": _Line(46, smallest=84),
    "pppoe-vlan": _Line(50, smallest=84),
    "vdsl": _Line(30, cells="ptm"),
    "docsis": _Line(18, smallest=64),
    "atm": _Line(40, cells="atm"),
}
_BANDWIDTH = values.Optional(OrOutput(values.Bandwidth(), holds="bit/s"))
_SENT = KernelModule("sch_cake", {"NET_SCH_CAKE": "m"})
_RECEIVED = (
    KernelModule("sch_ingress", {"NET_SCH_INGRESS": "m"}),
    KernelModule("ifb", {"IFB": "m", "NET_CLS_ACT": "y"}),
    KernelModule("cls_matchall", {"NET_CLS_MATCHALL": "m"}),
    KernelModule("act_mirred", {"NET_ACT_MIRRED": "m"}),
)


@service_type
class QosCake(Service):
    """Keep a line quick while it is full: hosts share it, and no packet waits long (tc-cake(8)).

    Packets queue where a line is slowest: usually in the modem, whose queue holds seconds of
    traffic. With speeds a little below those of the line they queue on the router instead.
    """

    EXAMPLE = Example(parameters=("upload", "download"))
    KERNEL = KernelNeeds(modules=(_SENT, *_RECEIVED))

    interface: Service = parameter(INTERFACE, "interface that leads to the provider", example="wan")
    upload: int | OutputReference | None = parameter(
        _BANDWIDTH,
        "speed of the line towards the provider, or an output that holds it in bits per second; "
        "None shapes nothing that is sent",
        default=None,
        example="10 Mbit/s",
    )
    download: int | OutputReference | None = parameter(
        _BANDWIDTH,
        "speed of the line from the provider; None shapes nothing that is received",
        default=None,
        example="50 Mbit/s",
    )
    percent: int = parameter(
        values.Integer(1, 100, "%"),
        "how much of both speeds is used, so that nothing queues elsewhere",
        default=95,
        example=90,
    )
    overhead: str = parameter(
        values.OneOf(*_LINES),
        "what else is sent for each packet: `atm` and `vdsl` are DSL with PPPoE; `pppoe` "
        "is that over Ethernet such as fibre, `pppoe-vlan` and `vlan` have a tag besides; `docsis` "
        "is cable",
        default="ethernet",
        example="pppoe-vlan",
    )
    diffserv: str = parameter(
        values.OneOf("besteffort", "diffserv3", "diffserv4", "diffserv8", "precedence"),
        "by which marks (DSCP) packets go first or last",
        default="diffserv3",
        example="besteffort",
    )
    nat: bool = parameter(
        values.Boolean(),
        "whether hosts behind the router's own address are told apart",
        default=True,
        example=False,
    )
    rtt: int = parameter(
        values.Integer(1, 10000, "ms"),
        "how long an answer usually takes; more for a satellite",
        default=100,
        example=300,
    )

    def subject(self) -> str:
        return self.interface.subject()

    def check(self) -> Iterator[str | Mistake]:
        if self.upload is None and self.download is None:
            yield mistake("without upload and download there is nothing to shape", "interface")

    def needs(self) -> Needs:
        received = _RECEIVED if self.download is not None else ()
        return Needs(
            kernel_modules=(_SENT, *received),
            claims=(claim("the queues of", interface_of(self.interface)),),
        )

    def parts(self) -> tuple[Part, ...]:
        line = _LINES[self.overhead]
        return (
            oneshot(
                "cake.nix",
                packages=("cake",),
                download=self.download,
                interface=self.interface,
                percent=self.percent,
                shape=(
                    line.overhead,
                    line.smallest,
                    line.cells,
                    self.diffserv,
                    "nat" if self.nat else "no-nat",
                    self.rtt * 1000,
                ),
                upload=self.upload,
            ),
        )
