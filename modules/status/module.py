"""A page that shows how the router is."""

from collections.abc import Iterator

from liminix_gen import (
    INTERFACES,
    Group,
    Needs,
    Part,
    Service,
    User,
    interface_of,
    listening,
    longrun,
    parameter,
    service_type,
    values,
)


@service_type
class Status(Service):
    """Show a page at http://ROUTER/ that says how the router is.

    It has services, interfaces, leases, the end of the log, and says if an update is on trial. It
    is for reading alone, and asks for no password: whoever reaches the interfaces that it listens
    on sees it. A firewall of the configuration must let the port in.
    """

    interfaces: tuple[Service, ...] = parameter(
        INTERFACES,
        "interfaces to listen on, whatever addresses they have",
        example=["lan"],
    )
    port: int = parameter(values.PORT, "TCP port to listen on", default=80, example=8080)

    def check(self) -> Iterator[str]:
        if not self.interfaces:
            yield "interfaces: at least one is needed, or nobody reaches it"

    def needs(self) -> Needs:
        return Needs(
            claims=tuple(
                claim
                for interface in self.interfaces
                for claim in listening("TCP", self.port, interface=interface_of(interface))
            ),
            users=(User(name="status", uid=55),),
            groups=(Group(name="status", gid=55),),
        )

    def parts(self) -> tuple[Part, ...]:
        return (longrun("status.nix", interfaces=self.interfaces, port=self.port),)
