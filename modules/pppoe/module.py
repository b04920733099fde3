"""PPP over Ethernet."""

from collections.abc import Iterator
from pathlib import Path

from liminix_gen import (
    INTERFACE,
    SECRET,
    KernelModule,
    KernelNeeds,
    Needs,
    OrOutput,
    Output,
    OutputReference,
    Part,
    Service,
    addressed,
    claim,
    interface_of,
    longrun,
    oneshot,
    parameter,
    service_type,
    text_file,
    values,
)

# Where pppd looks for what it runs when IPv4 or IPv6 is there, and gone; it is compiled in.
_EVENTS = ("ip-up", "ipv6-up")

_TABLES = KernelModule(
    "nf_tables",
    {
        "NETFILTER": "y",
        "NETFILTER_ADVANCED": "y",
        "NETFILTER_NETLINK": "m",
        "NF_TABLES": "m",
        "NF_TABLES_INET": "y",
        "NF_TABLES_IPV4": "y",
        "NF_TABLES_IPV6": "y",
    },
)


@service_type
class Pppoe(Service):
    """Dial in to a provider over Ethernet (RFC 2516); the service is up while the session is.

    Whoever does not answer is dialled again for ever, with pauses that grow to five minutes;
    ``services`` says what went wrong. The password is in no file of the store and in no list of
    processes. TCP is told what fits through the line (MSS), in both directions.

    ``network.route`` with the output ``router`` makes it the default route of IPv4. IPv6 over PPP
    has a link-local address only: addresses, prefixes and the default route come by
    ``ipv6.autoconfig`` and ``dhcp6.client`` on this service.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("ip", "the router's address, if the provider gives one", family="inet"),
        Output("peer", "the address of the other end, if there is one", family="inet"),
        Output("router", "0.0.0.0: everything is behind the other end", family="inet"),
        Output("dns", "addresses of name servers", family="inet"),
        Output("resolv.conf", "name servers, in the form of resolv.conf(5)"),
        Output("ipv6-address", "the router's link-local address", family="inet6"),
        Output("ipv6-peer", "the link-local address of the other end", family="inet6"),
        Output("bandwidth", "bits per second, if they were given"),
    )
    KERNEL = KernelNeeds(
        modules=(KernelModule("pppoe", {"PPP": "m", "PPPOE": "m"}), _TABLES),
    )

    interface: Service = parameter(
        INTERFACE, "interface that leads to the provider; often a vlan", example="uplink"
    )
    ifname: str = parameter(
        values.INTERFACE_NAME,
        "name of the interface that is made",
        default="ppp0",
        example="dsl",
    )
    username: str | OutputReference = parameter(
        OrOutput(values.Text(max_bytes=255)), "the user's name", example="user@example.net"
    )
    password: OutputReference = parameter(
        SECRET, "output that holds the user's password", example="password"
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
    ipv4: bool = parameter(values.Boolean(), "whether to ask for IPv4", default=True, example=False)
    ipv6: bool = parameter(values.Boolean(), "whether to ask for IPv6", default=True, example=False)
    echo_interval: int = parameter(
        values.Integer(1, 3600, "seconds"),
        "how often the other end is asked whether it is there",
        default=10,
        example=3,
    )
    echo_failures: int = parameter(
        values.Integer(1, 100),
        "after how many questions without an answer the session is over",
        default=4,
        example=3,
    )
    bandwidth: int | None = parameter(
        values.Optional(values.Bandwidth()),
        "speed of the line, for services that share it out such as qos.cake",
        default=None,
        example="50 Mbit/s",
    )

    def subject(self) -> str:
        return self.ifname

    def check(self) -> Iterator[str]:
        if not self.ipv4 and not self.ipv6:
            yield "ipv4 and ipv6 are both False, so nothing is left to ask for"

    def needs(self) -> Needs:
        script = Path(__file__).with_name("event.sh").read_text(encoding="utf-8")
        return Needs(
            kernel_modules=self.KERNEL.modules,
            claims=(
                claim("the interface", self.ifname),
                addressed(self.ifname),
                claim("the PPPoE session of", interface_of(self.interface)),
            ),
            files=tuple(text_file(f"/etc/ppp/{name}", script, mode="0755") for name in _EVENTS),
        )

    def _options(self) -> Iterator[str]:
        """Yield options of pppd(8)."""
        yield from ("noauth", "hide-password", "nodetach", "logfd 2", "maxfail 1")
        yield from ("noaccomp", "nopcomp", "nobsdcomp", "nodeflate", "novj", "default-asyncmap")
        yield "refuse-eap"
        yield from ("nodefaultroute", "noipdefault", "usepeerdns")
        yield f"ifname {self.ifname}"
        yield f"mtu {self.mtu}"
        yield f"mru {self.mtu}"
        yield f"lcp-echo-interval {self.echo_interval}"
        yield f"lcp-echo-failure {self.echo_failures}"
        if not self.ipv4:
            yield "noip"
        yield "+ipv6 ipv6cp-accept-local" if self.ipv6 else "noipv6"

    def parts(self) -> tuple[Part, ...]:
        daemon = longrun(
            "daemon.nix",
            name="daemon",
            packages=("pppd", "services"),
            after=("clamp",),
            interface=self.interface,
            ifname=self.ifname,
            username=self.username,
            password=self.password,
            service_name=self.service_name,
            options="".join(f"{option}\n" for option in self._options()),
        )
        clamp = oneshot(
            "clamp.nix",
            name="clamp",
            packages=("nftables",),
            ifname=self.ifname,
            mtu=self.mtu,
        )
        session = longrun(
            "session.nix",
            packages=("services",),
            after=("daemon",),
            controlled=True,
            ifname=self.ifname,
            bandwidth=self.bandwidth,
        )
        return (clamp, daemon, session)
