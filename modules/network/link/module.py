"""A network interface of the kernel."""

from liminix_gen import (
    Needs,
    Output,
    Part,
    Service,
    claim,
    oneshot,
    parameter,
    radio,
    service_type,
    values,
)


@service_type
class Link(Service):
    """Wait for a network interface, name it, and set it up.

    Automatic IPv6 configuration is off until another service turns it on.
    """

    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)

    ifname: str = parameter(
        values.INTERFACE_NAME,
        "name that the interface has, or gets if devpath is given",
        example="lan",
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

    def subject(self) -> str:
        return self.ifname

    def needs(self) -> Needs:
        claims = [claim("the link", self.ifname)]
        if self.devpath is not None:
            # Without it, it is an interface that something else makes.
            claims += [claim("the interface", self.ifname), claim("the device", self.devpath)]
        if self.bands:
            claims.append(radio(self.ifname))
        return Needs(claims=tuple(claims))

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot(
                "link.nix",
                packages=("interface-wait",),
                ifname=self.ifname,
                devpath=self.devpath,
                mac=self.mac,
                mtu=self.mtu,
            ),
        )
