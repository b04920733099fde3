"""Measurements of the router, for Prometheus."""

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
class Metrics(Service):
    """Answer http://ROUTER:9100/metrics with measurements, in the text format of Prometheus.

    Of interfaces, memory, processors, connections and temperatures they have the names that its
    node exporter gives them, so that its dashboards show them; of services and leases,
    router_service_* and router_dhcp_*. A firewall of the configuration must let the port in.
    """

    interfaces: tuple[Service, ...] = parameter(
        INTERFACES,
        "interfaces to listen on, whatever addresses they have",
        example=["lan"],
    )
    port: int = parameter(values.PORT, "TCP port to listen on", default=9100, example=9101)

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
            users=(User(name="metrics", uid=54),),
            groups=(Group(name="metrics", gid=54),),
        )

    def parts(self) -> tuple[Part, ...]:
        return (longrun("metrics.nix", interfaces=self.interfaces, port=self.port),)
