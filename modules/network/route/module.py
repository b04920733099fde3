"""A route."""

import ipaddress
from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Example,
    Inside,
    Mistake,
    Needs,
    OrOutput,
    OutputReference,
    Outside,
    Part,
    Service,
    claim,
    interface_of,
    mistake,
    not_a_network,
    of_another,
    on_the_link,
    oneshot,
    parameter,
    routed,
    service_type,
    uses_ip,
    values,
)


class Target(values.ValueType[str]):
    """A destination: a network, a host, or 'default'."""

    TAKES = values.IPNetwork.TAKES

    def convert(self, value: object) -> str:
        return "default" if value == "default" else values.IPNetwork().convert(value)

    def describe(self) -> str:
        return "'default', or an IP network such as '10.0.0.0/8'"


_VERSIONS = {"inet": 4, "inet6": 6}


def _family_of(address: str) -> str:
    return "inet6" if ":" in address else "inet"


@service_type
class Route(Service):
    """Send what is for a network through a router, until the service stops (ip-route(8)).

    If the interface is known the router need not be in a network of it, as with a lease of a
    single address.
    """

    EXAMPLE = Example(parameters=("interface",))

    target: str = parameter(
        Target(), "network or host that is reached; 'default' is all the rest", example="10.0.0.0/8"
    )
    via: str | OutputReference = parameter(
        OrOutput(values.IPAddress(), holds="address"),
        "address of the router, or an output that holds one (of several, the first is taken)",
        example="192.0.2.1",
    )
    interface: Service | None = parameter(
        values.Optional(INTERFACE),
        "interface that the router is behind; None is that of the service whose output `via` is, "
        "else the kernel finds it",
        default=None,
        example="wan",
    )
    metric: int = parameter(
        values.Integer(1, 2**32 - 1),
        "of several routes to a target the one with the lowest metric is taken",
        default=100,
        example=200,
    )

    def check(self) -> Iterator[str | Mistake]:
        family = self._family()
        if self.target != "default" and family and family != _family_of(self.target):
            yield f"target {self.target} and via {self._via()} are of different families"
        if not isinstance(self.via, str):
            return
        router = ipaddress.ip_address(self.via)
        if router.is_unspecified or (router.version == 6 and router.is_link_local):
            # Everything on the link itself, and what is on every link.
            if self.interface is None:
                yield mistake(f"{router} says nothing without an interface", "via")
            return
        try:
            values.HostAddress().convert(self.via)
        except ValueError as error:
            yield mistake(str(error), "via")

    def _inside(self) -> Iterator[Inside]:
        if isinstance(self.via, str) and self.interface is None:
            yield on_the_link(
                self.via,
                f"network.route: via: {self.via} is in no network of an interface",
                self.line_of("via"),
                hint="name the interface that it is behind",
            )

    def _outside(self) -> Iterator[Outside]:
        if isinstance(self.via, str):
            what = f"network.route: via: {self.via}"
            yield from of_another(self.via, what, self.line_of("via"))
        if self.target != "default":
            said = f"{self.target} is the router's own, so nothing is sent by a route to it"
            yield not_a_network(
                self.target, f"network.route: target: {said}", self.line_of("target")
            )

    def _family(self) -> str:
        """Return "inet" or "inet6"; nothing if only the device knows."""
        if isinstance(self.via, OutputReference):
            return self.via.family
        return _family_of(self.via)

    def _via(self) -> str:
        """Return how the user knows it."""
        if isinstance(self.via, OutputReference):
            return f"{self.via.name} of the {self.via.service.TYPE} of {self.via.service.where}"
        return self.via

    def _interface(self) -> Service | None:
        if self.interface is not None or isinstance(self.via, str):
            return self.interface
        source = self.via.service
        return source if source.publishes("ifname") else None

    def subject(self) -> str:
        above = self.interface or (self.via.service if not isinstance(self.via, str) else None)
        return ".".join(filter(None, (above.subject() if above else "", self.target)))

    def needs(self) -> Needs:
        # Of an output that may hold either, all that is known is that it is one.
        family = self._family() or self._via()
        everything = {"0.0.0.0/0", "::/0"}
        target = "default" if self.target in everything else self.target
        claims = [claim("the", family, "route to", target, "with metric", self.metric)]
        if target != "default":
            claims.append(routed(target))
        elif family == "inet6":
            claims.append(claim("a default route of IPv6", holder="anybody"))
        interface = self._interface()
        if interface is not None and family in _VERSIONS:
            claims.append(uses_ip(interface_of(interface), _VERSIONS[family]))
        return Needs(
            claims=tuple(claims), inside=tuple(self._inside()), outside=tuple(self._outside())
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot(
                "route.nix",
                target=self.target,
                via=self.via,
                interface=self._interface(),
                metric=self.metric,
            ),
        )
