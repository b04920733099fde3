"""A session of PPP, whatever carries it: what its service types have in common."""

from collections.abc import Iterator
from pathlib import Path

from liminix_gen import (
    SECRET,
    Claim,
    File,
    OrOutput,
    Output,
    OutputReference,
    Part,
    Service,
    longrun,
    parameter,
    service_type,
    text_file,
    values,
)

from ..network.clamp import clamp, clamped

_MODULES = Path(__file__).parents[1]
# pppd empties the environment; the sixth word is the name of the service that dials.
_OF_IPV4 = ("ip", "peer", "router", "dns", "resolv.conf")
_OF_IPV6 = ("ipv6-address", "ipv6-peer")
_PRELUDE = "#!/bin/sh\nPATH=/bin:/sbin:/usr/bin:/usr/sbin\ndaemon=$6\n"


@service_type
class Session(Service):
    """Dial, and be up while the session is."""

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output("ip", "the router's address with `ipv4`, if the provider gives one", family="inet"),
        Output("peer", "the address of the other end with `ipv4`, if it has one", family="inet"),
        Output("router", "0.0.0.0 with `ipv4`: all is behind the other end", family="inet"),
        Output("dns", "addresses of name servers, with `ipv4`", family="inet"),
        Output("resolv.conf", "name servers in the form of resolv.conf(5), with `ipv4`"),
        Output("ipv6-address", "the router's link-local address, with `ipv6`", family="inet6"),
        Output("ipv6-peer", "the link-local address of the other end, with `ipv6`", family="inet6"),
        Output("bandwidth", "bits per second, if `bandwidth` is given", holds="bit/s"),
    )

    ifname: str = parameter(
        values.INTERFACE_NAME,
        "name of the interface that is made",
        default="ppp0",
        example="dsl",
    )
    username: str | OutputReference = parameter(
        OrOutput(values.Text(max_bytes=255), may_be_secret=True),
        "the user's name, or an output that holds it, which may be a secret as the password is",
        example="user@example.net",
    )
    password: OutputReference = parameter(
        SECRET, "output that holds the user's password", example="password"
    )
    mtu: int = parameter(
        values.Integer(1280, 1500, "bytes"),
        "largest packet in both directions",
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

    def outputs(self) -> tuple[Output, ...]:
        """Return what the session has with these parameters."""
        absent = {
            *(() if self.ipv4 else _OF_IPV4),
            *(() if self.ipv6 else _OF_IPV6),
            *(() if self.bandwidth is not None else ("bandwidth",)),
        }
        return tuple(one for one in self.OUTPUTS if one.name not in absent)

    def claims(self) -> tuple[Claim, ...]:
        """Return the claims of the interface, and what it cannot carry."""
        versions = {4: self.ipv4, 6: self.ipv6}
        return clamped(self.ifname, *(version for version, asked in versions.items() if asked))

    def check(self) -> Iterator[str]:
        if not self.ipv4 and not self.ipv6:
            yield "ipv4 and ipv6 are both False, so nothing is left to ask for"

    def options(self) -> Iterator[str]:
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

    def session_parts(self) -> tuple[Part, ...]:
        """Return the parts beside that which dials, ``daemon``."""
        session = longrun(
            "session.nix",
            after=("daemon",),
            controlled=True,
            ifname=self.ifname,
            bandwidth=self.bandwidth,
        )
        return (clamp(self.ifname, self.mtu), session)


def events() -> Iterator[File]:
    """Yield what pppd runs when IPv4 or IPv6 is there; where it looks is compiled in."""
    texts = (_MODULES / "network" / "callback.sh", _MODULES / "ppp" / "event.sh")
    script = _PRELUDE + "".join(text.read_text(encoding="utf-8") for text in texts)
    for name in ("ip-up", "ipv6-up"):
        yield text_file(f"/etc/ppp/{name}", script, mode="0755")
