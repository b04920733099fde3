"""The name servers that the router itself asks."""

from collections.abc import Iterator

from liminix_gen import (
    Example,
    Needs,
    Part,
    Service,
    ServiceWith,
    answered,
    claim,
    link,
    longrun,
    parameter,
    service_type,
    values,
)


@service_type
class Resolver(Service):
    """Keep /etc/resolv.conf (resolv.conf(5)) as another service learns of name servers.

    It is up from the start, and empty until that service is.
    """

    EXAMPLE = Example(parameters=("source",))

    source: Service | None = parameter(
        values.Optional(ServiceWith("resolv.conf")),
        "service that publishes name servers",
        default=None,
        example="wan",
    )
    nameservers: tuple[str, ...] = parameter(
        values.ListOf(values.HostAddress()),
        "addresses of name servers that are asked first",
        default=(),
        example=["192.0.2.53"],
    )

    def check(self) -> Iterator[str]:
        if self.source is None and not self.nameservers:
            yield "needs a source, or nameservers"

    def subject(self) -> str:
        return ""

    def needs(self) -> Needs:
        return Needs(
            files=(link("/etc/resolv.conf", "/run/resolv.conf"),),
            claims=(claim("the name servers of the router"),),
            inside=tuple(
                answered(
                    "UDP",
                    53,
                    address,
                    f"network.resolver: nameservers: nobody answers at {address} of this router",
                    self.line_of("nameservers", place),
                    hint="dnsmasq answers at the addresses of its interface",
                )
                for place, address in enumerate(self.nameservers)
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            longrun(
                "resolver.nix",
                observes=(self.source,) if self.source else (),
                nameservers=self.nameservers,
                source=self.source.output("resolv.conf") if self.source else None,
            ),
        )
