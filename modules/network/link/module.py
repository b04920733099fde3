"""A network interface of the kernel."""

from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Claim,
    Example,
    Mistake,
    Needs,
    Output,
    Outside,
    Part,
    Service,
    claim,
    mistake,
    not_of_the_board,
    oneshot,
    parameter,
    radio,
    service_type,
    values,
)


@service_type
class Link(Service):
    """Wait for a network interface, name it, and set it up.

    Boards build one for each of their ports. Another MAC address or MTU of a port is a link of your
    own, with the port as ``like``, to which everything then refers in place of the port. Both are
    as they were when the service has stopped.

    Automatic IPv6 configuration is off until another service turns it on.
    """

    EXAMPLE = Example(parameters=("ifname",))
    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)

    ifname: str | None = parameter(
        values.Optional(values.INTERFACE_NAME),
        "name that the interface has, or gets if its path is known; None is that of `like`",
        default=None,
        example="eth2",
    )
    like: Service | None = parameter(
        values.Optional(INTERFACE),
        "port of the board that this is instead of: the interface is found as that is",
        default=None,
        example="uplink",
    )
    devpath: str | None = parameter(
        values.Optional(values.ABSOLUTE_PATH),
        "path below /sys of the device whose interface is meant, whatever the kernel named it",
        default=None,
        example="/devices/pci0000:00/0000:00:12.0",
    )
    mac: str | None = parameter(
        values.Optional(values.MAC_ADDRESS),
        "MAC address that it gets; None keeps its own. A provider may know only the one of the "
        "router before",
        default=None,
        example="02:00:00:00:00:01",
    )
    mtu: int | None = parameter(
        values.Optional(values.Integer(68, 65535, "bytes")),
        "largest packet that is sent; None keeps the kernel's choice",
        default=None,
        example=1492,
    )

    bands: tuple[str, ...] = parameter(
        values.ListOf(values.BAND),
        "of a radio: where it can be, the usual band first. It is for wifi.access_point then, and "
        "has no address of its own",
        default=(),
        example=["2.4 GHz", "5 GHz"],
    )

    def _found_as(self) -> "Link":
        """Return the link that says which interface it is."""
        return self.like if isinstance(self.like, Link) else self

    @property
    def _name(self) -> str:
        return self.ifname or self._found_as().ifname or ""

    def in_place_of(self) -> Service | None:
        return self.like

    def subject(self) -> str:
        return self._name

    def check(self) -> Iterator[str | Mistake]:
        if self.like is None and self.ifname is None:
            yield "needs ifname, or a port of the board as `like`"
        if self.like is None:
            return
        for argument in ("devpath", "bands"):
            if getattr(self, argument):
                yield mistake("is what `like` says", argument)
        if not isinstance(self.like, Link):
            said = f"the {self.like.TYPE} of {self.like.where} is not a network.link"
            yield mistake(said, "like", hint="an interface on top of another one has its address")
        elif self.like.like is not None:
            yield mistake(f"the link of {self.like.where} is `like` a port itself", "like")
        elif self.like.bands:
            yield mistake("is a radio, whose addresses are those of its networks", "like")
        elif self.like.devpath is None and self._name != self.like.ifname:
            said = f"the link of {self.like.where} finds {self.like.ifname} by this name alone"
            yield mistake(said, "ifname")

    def _claims(self) -> Iterator[Claim]:
        yield Claim(
            words=("the link", self._name),
            text=f"the link {self._name}",
            hint="what changes a port of the board is a link with the port as `like`; everything "
            "refers to that link then, and not to the port",
        )
        if self._found_as().devpath is not None:
            # Without it, it is an interface that something else makes.
            yield claim("the interface", self._name)
            yield claim("the device", self._found_as().devpath)
        if self.bands:
            yield radio(self._name)

    def _outside(self) -> Iterator[Outside]:
        if self._found_as().devpath is None:
            said = f"network.link: the board finds its port {self._name} by a path, not by its name"
            hint = "`like` takes that port, and a MAC address or an MTU besides"
            yield not_of_the_board(self._name, said, self.line_of("ifname"), hint=hint)

    def needs(self) -> Needs:
        return Needs(claims=tuple(self._claims()), outside=tuple(self._outside()))

    def parts(self) -> tuple[Part, ...]:
        port = self._found_as()
        return (
            oneshot(
                "link.nix",
                packages=("interface-wait",),
                after=port.dependencies if port is not self else (),
                ifname=self._name,
                devpath=port.devpath,
                mac=self.mac,
                mtu=self.mtu,
            ),
        )
