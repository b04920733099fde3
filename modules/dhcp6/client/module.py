"""Addresses and prefixes from a DHCPv6 server."""

import zlib
from collections.abc import Iterator

from liminix_gen import (
    INTERFACE,
    Group,
    Inside,
    Needs,
    Output,
    Part,
    Service,
    User,
    addressed,
    claim,
    interface_of,
    link,
    listening,
    longrun,
    parameter,
    service_type,
    uses_ip,
    values,
)


@service_type
class Dhcp6Client(Service):
    """Ask for IPv6 addresses and prefixes; the service is up while a lease is held (RFC 8415).

    What is leased is published, with lifetimes; ``dhcp6.address`` and ``dhcp6.prefix`` put it on
    interfaces. What of a delegated prefix is on no interface is unreachable, and not sent back to
    the provider (RFC 7084 section 4.3). The default route is no part of DHCPv6: it comes from
    router advertisements, which ``ipv6.autoconfig`` takes.

    While the cable is pulled, or the daemon restarts, the lease ages; it is asked for again
    afterwards, and what the answer no longer has is gone at once.
    """

    OUTPUTS = (
        Output("ifname", "the kernel's name of the interface"),
        Output(
            "addresses",
            "a line for each address: address, preferred and valid lifetime in s; with `address`",
        ),
        Output(
            "prefixes",
            "a line for each prefix: prefix, preferred and valid lifetime in s; with `prefix`",
        ),
        Output("acquired", "when the lifetimes began, in seconds since the boot"),
        Output("dns", "addresses of name servers", family="inet6"),
        Output("domain", "domains to search, if the server sends them"),
        Output("aftr", "name of the tunnel's end for IPv4 (RFC 6334), if the server sends it"),
        Output("resolv.conf", "name servers and domains, in the form of resolv.conf(5)"),
    )

    interface: Service = parameter(
        INTERFACE, "interface to ask on; may be its ipv6.autoconfig", example="wan"
    )
    address: bool = parameter(
        values.Boolean(), "whether to ask for an address", default=True, example=False
    )
    prefix: bool = parameter(
        values.Boolean(), "whether to ask for a prefix", default=True, example=False
    )
    prefix_length: int | None = parameter(
        values.Optional(values.Integer(16, 64, "bits")),
        "length of the prefix that is wished for; the server decides",
        default=None,
        example=56,
    )

    def outputs(self) -> tuple[Output, ...]:
        """Return what is asked for."""
        asked = {"addresses": self.address, "prefixes": self.prefix}
        return tuple(one for one in self.OUTPUTS if asked.get(one.name, True))

    def check(self) -> Iterator[str]:
        if not self.address and not self.prefix:
            yield "address and prefix are both False, so nothing is left to ask for"
        if self.prefix_length is not None and not self.prefix:
            yield "prefix_length is given, and prefix is False"

    def needs(self) -> Needs:
        interface = interface_of(self.interface)
        return Needs(
            claims=(
                claim("the DHCPv6 client of", interface),
                addressed(interface),
                uses_ip(interface, 6),
                *listening("UDP", 546, interface=interface),
            ),
            expected=(
                Inside(
                    words=(
                        ("the default route of IPv6 on", interface),
                        ("a default route of IPv6",),
                    ),
                    place=(),
                    text=f"dhcp6.client ({self.where}) brings no default route of IPv6",
                    where=self.where,
                    hint="ipv6.autoconfig takes that of router advertisements",
                ),
            ),
            state=True,
            # Which user, and where it writes, is compiled in.
            users=(User(name="dhcpcd", uid=53, group="dhcpcd", home="/run/dhcpcd/empty"),),
            groups=(Group(name="dhcpcd", gid=53),),
            files=(link("/var/lib/dhcpcd", "/run/services/state/dhcpcd"),),
        )

    def _configuration(self) -> Iterator[str]:
        """Yield lines of dhcpcd.conf(5)."""
        yield "ipv6only"
        yield "noipv6rs"
        # The services that depend on this one do it.
        yield "noconfigure"
        yield "option dhcp6_name_servers, dhcp6_domain_search"
        yield "define6 64 domain aftr_name"
        yield "option dhcp6_aftr_name"
        # Two clients of one router are told apart by it (RFC 8415 section 12).
        identity = zlib.crc32(self.interface.subject().encode()) & 0x7FFFFFFF
        if self.address:
            yield f"ia_na {identity}"
        if self.prefix:
            wish = "" if self.prefix_length is None else f"/::/{self.prefix_length}"
            yield f"ia_pd {identity}{wish}"

    def parts(self) -> tuple[Part, ...]:
        daemon = longrun(
            "daemon.nix",
            name="daemon",
            packages=("dhcpcd", "services"),
            interface=self.interface,
            configuration="".join(f"{line}\n" for line in self._configuration()),
        )
        lease = longrun(
            "lease.nix",
            after=("daemon",),
            controlled=True,
            interface=self.interface,
        )
        return (daemon, lease)
