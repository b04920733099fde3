"""Whether a service does what it is there for."""

from collections.abc import Iterator, Mapping

from liminix_gen import (
    Claim,
    Example,
    Mistake,
    Needs,
    Output,
    Part,
    Service,
    ServiceWith,
    boot_parts,
    claim,
    longrun,
    mistake,
    parameter,
    service_type,
    values,
)

# What packages/probe asks at once, and how long it waits for an answer.
_MOST = 16
_PATIENCE_S = 5
# The route that probes take if nothing else leads through the line comes after all others.
_LAST_METRIC = 2**32 - 1
_WAY = ("ifname", "router")


@service_type
class HealthCheck(Service):
    """Stand in for a service while it is healthy: it is up as long as probes succeed.

    It has the outputs of the service: refer to this one wherever a healthy service is needed. A
    probe succeeds when one of the computers that it asks answers, or when the program ends with
    exit code 0. The first success makes the service healthy. After more than ``threshold`` failures
    in a row it is not healthy any more, and is restarted: at once, and then each time after twice
    as many failures. It is healthy again after ``recovery`` successes in a row.

    A probe repeats its question until there is an answer or its time is over, so a line that loses
    every other packet counts as healthy. If the service publishes an interface, probes go through
    it. If it publishes a router too, probes have a route of their own, which has the lowest
    priority. Reverse path filtering is loose on such an interface, as routes may lead elsewhere.
    """

    EXAMPLE = Example(parameters=("ping",))

    service: Service = parameter(ServiceWith(), "service to check", example="wan")
    ping: tuple[str, ...] = parameter(
        values.Several(values.IPAddress(), may_be_empty=True),
        "addresses to ping",
        default=(),
        example=["192.0.2.1", "198.51.100.1"],
    )
    dns: Mapping[str, str] = parameter(
        values.MappingOf(values.IPAddress(), values.DOMAIN_NAME),
        "addresses of name servers to ask, each for the address of a name",
        default={},
        example={"192.0.2.53": "example.org"},
    )
    tcp: Mapping[str, int] = parameter(
        values.MappingOf(values.IPAddress(), values.PORT),
        "addresses to connect to, each with the port",
        default={},
        example={"192.0.2.80": 443},
    )
    program: tuple[str, ...] = parameter(
        values.ListOf(values.Text()),
        "path of a program of your own on the device, and its arguments; exit code 0 is healthy",
        default=(),
        example=["/etc/check", "thoroughly"],
    )
    interval: int = parameter(
        values.Integer(1, 86400, "seconds"),
        f"how often it is looked at; an answer may take as long, at most {_PATIENCE_S} seconds",
        default=10,
        example=2,
    )
    threshold: int = parameter(
        values.Integer(0, 1000), "how many failures in a row are put up with", default=2, example=4
    )
    recovery: int = parameter(
        values.Integer(1, 1000),
        "how many successes in a row make it healthy again",
        default=3,
        example=10,
    )
    restart: bool = parameter(
        values.Boolean(),
        "whether the service is restarted when it is not healthy",
        default=True,
        example=False,
    )

    def outputs(self) -> tuple[Output, ...]:
        return self.service.outputs()

    def lacks(self, output: str) -> str:
        return self.service.lacks(output)

    def _targets(self) -> tuple[str, ...]:
        """Return the words of packages/probe."""
        return (
            *(f"ping/{address}" for address in self.ping),
            *(f"dns/{address}/{name}" for address, name in self.dns.items()),
            *(f"tcp/{address}/{port}" for address, port in self.tcp.items()),
        )

    def check(self) -> Iterator[str | Mistake]:
        targets = self._targets()
        if not targets and not self.program:
            yield "has no probe; give it ping, dns, tcp or a program"
        if len(targets) > _MOST:
            yield f"asks {len(targets)} computers at once, more than {_MOST}"
        if self.program and not self.program[0].startswith("/"):
            said = f"{self.program[0]!r} is not a program's absolute path on the device"
            yield mistake(said, "program", 0)

    def _has_a_way(self) -> bool:
        """Whether probes can be sent through the service, wherever routes lead."""
        return bool(self._targets()) and all(map(self.service.publishes, _WAY))

    def needs(self) -> Needs:
        way = ("the", "inet", "route to", "default", "with metric", _LAST_METRIC)
        claims: list[Claim] = [claim("the health check of", self.service)]
        if self._has_a_way():
            claims.append(claim(*way, holder="health checks"))
        return Needs(claims=tuple(claims))

    def parts(self) -> tuple[Part, ...]:
        checked = self.service
        probes = longrun(
            "probe.nix",
            name="probe",
            packages=("probe", "services"),
            checked=checked,
            restarted=boot_parts(checked) if self.restart else (),
            targets=self._targets(),
            program=self.program,
            interval=self.interval,
            patience=min(self.interval, _PATIENCE_S),
            threshold=self.threshold,
            recovery=self.recovery,
            ifname=checked.output("ifname") if checked.publishes("ifname") else None,
            router=checked.output("router") if self._has_a_way() else None,
            metric=_LAST_METRIC,
        )
        verdict = longrun(
            "verdict.nix",
            after=("probe", checked),
            observes=(checked,),
            controlled=True,
            checked=checked,
        )
        return (verdict, probes)
