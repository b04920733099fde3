"""What a configuration works with, as editors and type checkers see it.

Made by `make docs` from modules/, devices/ and liminix_gen/model/options.py; `liminix-gen docs
--stubs DIR` makes it with service types and boards of your own. There is no such module when a
configuration runs: import these names under `if TYPE_CHECKING:`, or `System` from `liminix_gen`.
"""

from collections.abc import (
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    MutableMapping,
    MutableSequence,
    ValuesView,
)
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Generic, Literal, Never, Protocol, SupportsIndex, TypedDict, overload

from typing_extensions import NotRequired, TypeVar

from liminix_gen.model.device import Device
from liminix_gen.model.image import File, Group, User
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.service import Service

_T_co = TypeVar("_T_co", covariant=True)
_Output = TypeVar("_Output", bound=str, contravariant=True)
_Port = TypeVar("_Port", bound=str, default=Any)
_Root = TypeVar("_Root", bound=str, default=Any)

class Sequence(Protocol[_T_co]):
    """A list or a tuple; text is neither."""

    def __contains__(self, value: object, /) -> bool: ...
    def __getitem__(self, index: SupportsIndex, /) -> _T_co: ...
    def __iter__(self) -> Iterator[_T_co]: ...

Listed = Sequence[_T_co] | Iterator[_T_co] | KeysView[_T_co] | ValuesView[_T_co]

class ServiceWith(Protocol[_Output]):
    """A service that publishes these outputs."""

    def output(self, name: _Output, /) -> OutputReference: ...

class Built(Service, Generic[_Output]):
    """A service of the router, made by `build`; it publishes these outputs."""

    def output(self, name: _Output) -> OutputReference:  # type: ignore[override]
        """Refer to a value that the service publishes while it is up."""

class BridgeMembersVlans(TypedDict):
    untagged: NotRequired[Listed[ServiceWith[Literal["ifname"]]]]
    """members where its packets have no tag"""
    tagged: NotRequired[Listed[ServiceWith[Literal["ifname"]]]]
    """members where its packets have its tag"""

class DnsmasqHosts(TypedDict):
    mac: NotRequired[str | Listed[str]]
    """the host's MAC address, or 'id:' and its client identifier (RFC 2132 section 9.14);
    several if it has several network cards; without one it only has its name
    """
    v4: NotRequired[str | IPv4Address | IPv6Address]
    """its IPv4 address"""
    v6: NotRequired[Listed[str | IPv4Address | IPv6Address]]
    """its IPv6 addresses"""
    leasetime: NotRequired[int]
    """how long its lease is valid"""

class FirewallZones(TypedDict):
    interfaces: Listed[ServiceWith[Literal["ifname"]]]
    """the interfaces in it"""
    like: NotRequired[Literal["wan", "lan", "guests", "things"] | None]
    """what it is like, if its name does not say so: wan, the world outside; lan reaches
    zones like wan, lan and things; guests reach those like wan; things reach none
    """
    reach: NotRequired[Listed[str] | None]
    """zones that its hosts may reach, in place of those of its kind"""
    router: NotRequired[Listed[Literal["dhcp", "dns", "ntp", "ssh", "all"]] | None]
    """what of the router its hosts may use, in place of what its kind may"""
    masquerade: NotRequired[bool | None]
    """whether IPv4 that leaves by it has the router's address; zones like wan do"""
    masquerade_ip6: NotRequired[bool]
    """whether IPv6 that leaves by it has the router's address (NAT66)"""
    translate_ip6: NotRequired[Mapping[str, str]]
    """prefixes inside, each to the one of the same length that its hosts have outside
    (NPTv6, RFC 6296)
    """

FirewallOpen = TypedDict("FirewallOpen", {
    "from": NotRequired[str],
    "port": str | int | Listed[str | int],
    "protocol": NotRequired[Literal["tcp", "udp", "tcp+udp"]],
    "sources": NotRequired[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Listed[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None],
})

FirewallAllow = TypedDict("FirewallAllow", {
    "from": str,
    "to": str,
    "port": NotRequired[str | int | Listed[str | int] | None],
    "protocol": NotRequired[Literal["tcp", "udp", "tcp+udp"] | None],
    "hosts": NotRequired[str | IPv4Address | IPv6Address | Listed[str | IPv4Address | IPv6Address] | None],
    "sources": NotRequired[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Listed[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None],
})

FirewallPortForward = TypedDict("FirewallPortForward", {
    "from": NotRequired[str],
    "port": str | int | Listed[str | int],
    "protocol": NotRequired[Literal["tcp", "udp", "tcp+udp"]],
    "to": str | IPv4Address | IPv6Address | Listed[str | IPv4Address | IPv6Address],
    "to_port": NotRequired[int | None],
    "sources": NotRequired[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Listed[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None],
    "hairpin": NotRequired[bool],
})

class FirewallRules(TypedDict):
    kind: NotRequired[Literal["chain", "set", "map", "helper"]]
    """what it is; a chain unless said"""
    family: NotRequired[Literal["ip", "ip6", "inet"]]
    """what its packets are"""
    type: NotRequired[str]
    """filter, nat or route; of a set or map, the type of its elements; of a helper, the
    protocol whose connections it follows, such as ftp
    """
    hook: NotRequired[Literal["prerouting", "input", "forward", "output", "postrouting"]]
    """where packets enter the chain; without it others jump to it"""
    priority: NotRequired[str | int]
    """its place among the chains of the hook"""
    policy: NotRequired[Literal["accept", "drop"]]
    """what happens at its end"""
    rules: NotRequired[Listed[str]]
    """its rules"""
    protocol: NotRequired[Literal["tcp", "udp"]]
    """what a helper's connections are"""
    flags: NotRequired[Listed[str]]
    """flags of a set or map"""
    auto_merge: NotRequired[bool]
    """whether elements of a set that overlap or touch become one"""
    timeout: NotRequired[str]
    """how long an element of a set or map stays, such as '12h'"""
    gc_interval: NotRequired[str]
    """how often those whose time is over are removed"""
    size: NotRequired[int]
    """most elements of a set or map"""
    elements: NotRequired[Listed[str]]
    """elements of a set or map"""

class NtpMakestep(TypedDict):
    threshold: float
    """how far off the clock must be to be set at once"""
    limit: int
    """in how many first updates; -1 is in all of them"""

class WifiAccessPointNetworks(TypedDict):
    bridge: ServiceWith[Literal["ifname"]]
    """the bridge that its stations are in"""
    password: NotRequired[OutputReference | None]
    """output that holds the password, 8 to 63 characters; None if it is open"""
    security: NotRequired[Literal["wpa3", "wpa2-wpa3", "wpa2", "open"]]
    """how stations prove that they know the password; wpa2-wpa3 is for old ones besides"""
    hidden: NotRequired[bool]
    """whether its name is not told"""
    isolated: NotRequired[bool]
    """whether its stations do not reach each other"""

class WireguardPeers(TypedDict):
    public_key: str
    """the peer's public key"""
    allowed: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Listed[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network]
    """addresses that the peer may send from, and that packets are sent to it for"""
    endpoint: NotRequired[str | None]
    """where it is, HOST:PORT; None if it begins the conversation. A name is looked up again
    while the peer does not answer
    """
    preshared_key: NotRequired[OutputReference | None]
    """output that holds a key which both have besides"""
    keepalive: NotRequired[int | None]
    """how often a packet is sent, so that a NAT or a firewall in between keeps the way back
    open; `services` says when such a peer does not answer
    """

class BaseHostnameTypes:
    """Give the kernel the machine's name; part of every image."""

    def build(
        self,
        *,
        hostname: str = 'liminix',
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Give the kernel the machine's name; part of every image.

        Args:
            hostname: the name
            dependencies: services that are ready before this one, besides its own
        """

class BaseKlogTypes:
    """Copy the kernel's messages to the log; part of every image."""

    def build(
        self,
        *,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Copy the kernel's messages to the log; part of every image.

        While it runs, the console shows warnings and worse only (syslog(2), "console_loglevel").

        Args:
            dependencies: services that are ready before this one, besides its own
        """

class BaseLoopbackTypes:
    """Set up `lo`; the kernel itself gives it 127.0.0.1/8 and ::1; part of every image."""

    def build(
        self,
        *,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname"]]:
        """Set up `lo`; the kernel itself gives it 127.0.0.1/8 and ::1; part of every image.

        Args:
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
        """

class BaseStateTypes:
    """Keep host keys, leases, the clock and a random seed, in /state."""

    def build(
        self,
        *,
        label: str | None = None,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Keep host keys, leases, the clock and a random seed, in /state.

        With a label that is a partition (`config.state`), found by the label, which holds an ext4 file
        system; without one it is a folder of a writable root. The state of a service lies
        below /run/services/state, which then leads there. The clock never goes back behind the last
        shutdown, and the random numbers of a boot do not start from nothing.

        Args:
            label: label of the partition's file system (mke2fs(8), option -L)
            dependencies: services that are ready before this one, besides its own
        """

class BaseSysctlTypes:
    """Write values below /proc/sys (sysctl(8)); part of every image."""

    def build(
        self,
        *,
        settings: Mapping[str, str] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Write values below /proc/sys (sysctl(8)); part of every image.

        What is given here wins over what services write themselves. It is written at boot before any
        interface is set up, again when all kernel modules are loaded, and for an interface whenever its
        service makes it. The service fails if the kernel refuses a value or has no such setting; one
        of an interface that is not there yet waits for it.

        IPv6 autoconfiguration is off on every interface, so that only what the configuration says
        gives an interface addresses and routes. What hardens every image (docs/security.md) is written
        first, so that the values given here win.

        Args:
            settings: value of each sysctl; a path with '/' names one whose parts hold dots
            dependencies: services that are ready before this one, besides its own
        """

class BaseUsersTypes:
    """Write /run/shadow (shadow(5)) from hashes that the device itself holds."""

    def build(
        self,
        *,
        password_hashes: Mapping[str, str] = ...,
        secret_hashes: Mapping[str, OutputReference] = ...,
        locked: Listed[str] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Write /run/shadow (shadow(5)) from hashes that the device itself holds.

        Part of an image if a user has a `password_hash`. A hash that is not there, or is not valid,
        leaves the account without a password that opens it. Files are read at boot, and `passwd` on
        the device asks for a new password and keeps its hash there; outputs are followed.

        Args:
            password_hashes: user to the file on the device whose first line is the crypt(5) hash of the password
            secret_hashes: user to the output of a service that holds the hash
            locked: users whom no password lets in
            dependencies: services that are ready before this one, besides its own
        """

class BaseTypes:
    """The service types of `base`: hostname, klog, loopback, state, sysctl, users."""

    @property
    def hostname(self) -> BaseHostnameTypes:
        """Give the kernel the machine's name; part of every image."""

    @property
    def klog(self) -> BaseKlogTypes:
        """Copy the kernel's messages to the log; part of every image."""

    @property
    def loopback(self) -> BaseLoopbackTypes:
        """Set up `lo`; the kernel itself gives it 127.0.0.1/8 and ::1; part of every image."""

    @property
    def state(self) -> BaseStateTypes:
        """Keep host keys, leases, the clock and a random seed, in /state."""

    @property
    def sysctl(self) -> BaseSysctlTypes:
        """Write values below /proc/sys (sysctl(8)); part of every image."""

    @property
    def users(self) -> BaseUsersTypes:
        """Write /run/shadow (shadow(5)) from hashes that the device itself holds."""

class BootZyxelDualImageTypes:
    """Tell the boot loader of a Zyxel access point that the image that runs is good."""

    def build(
        self,
        *,
        image: int = 0,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["image"]]:
        """Tell the boot loader of a Zyxel access point that the image that runs is good.

        Such a board has two places for a firmware, and says in the flash partition `bootconfig` which
        one starts and in what state each is. An image that is never called valid is left for the other
        one. Boards build it: it is in each of their images. It writes to the flash only if something
        else is there.

        Args:
            image: the place that the image is written to
            dependencies: services that are ready before this one, besides its own

        Outputs:
            image: the number of the place
        """

class BootTypes:
    """The service types of `boot`: zyxel_dual_image."""

    @property
    def zyxel_dual_image(self) -> BootZyxelDualImageTypes:
        """Tell the boot loader of a Zyxel access point that the image that runs is good."""

class BridgeMembersTypes:
    """Attach interfaces to a bridge, each while its link runs."""

    def build(
        self,
        *,
        primary: ServiceWith[Literal["ifname"]],
        members: Listed[ServiceWith[Literal["ifname"]]] = ...,
        vlans: Mapping[Any, BridgeMembersVlans] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname"]]:
        """Attach interfaces to a bridge, each while its link runs.

        A port without a cable blocks nothing: it joins when it is plugged in, and leaves when it is
        pulled out.

        With `vlans` the bridge, or the switch that its ports are of, keeps VLANs apart (IEEE 802.1Q).
        A member that is untagged in none is so in VLAN 1, unless that is among them. The router takes
        part in each: in VLAN 1 with the bridge itself, in another one with a `vlan` on the bridge.

        Args:
            primary: the bridge
            members: interfaces to attach
            vlans: the members that are in each VLAN, by its number
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the bridge
        """

class BridgePrimaryTypes:
    """Make a bridge, an interface that joins others as a switch joins cables (ip-link(8))."""

    def build(
        self,
        *,
        ifname: str,
        igmp_snooping: bool = False,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname"]]:
        """Make a bridge, an interface that joins others as a switch joins cables (ip-link(8)).

        `bridge.members` says which. The bridge is deleted when the service stops.

        Args:
            ifname: name of the bridge
            igmp_snooping: whether multicast goes only where somebody asked for it (RFC 4541), for which the router asks regularly; a host that does not answer gets none
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the bridge
        """

class BridgeTypes:
    """The service types of `bridge`: members, primary."""

    @property
    def members(self) -> BridgeMembersTypes:
        """Attach interfaces to a bridge, each while its link runs."""

    @property
    def primary(self) -> BridgePrimaryTypes:
        """Make a bridge, an interface that joins others as a switch joins cables (ip-link(8))."""

class Dhcp6AddressTypes:
    """Give an interface the addresses that a DHCPv6 client has a lease of."""

    def build(
        self,
        *,
        client: ServiceWith[Literal["addresses", "acquired"]],
        interface: ServiceWith[Literal["ifname"]],
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["addresses", "ifname"]]:
        """Give an interface the addresses that a DHCPv6 client has a lease of.

        The service is up from the start; the addresses follow the lease and have its lifetimes.

        Args:
            client: DHCPv6 client whose addresses are used
            interface: where the addresses are added
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            addresses: the addresses
        """

class Dhcp6ClientTypes:
    """Ask for IPv6 addresses and prefixes; the service is up while a lease is held (RFC 8415)."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        address: bool = True,
        prefix: bool = True,
        prefix_length: int | None = None,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["acquired", "addresses", "aftr", "dns", "domain", "ifname", "prefixes", "resolv.conf"]]:
        """Ask for IPv6 addresses and prefixes; the service is up while a lease is held (RFC 8415).

        What is leased is published, with lifetimes; `dhcp6.address` and `dhcp6.prefix` put it on
        interfaces. What of a delegated prefix is on no interface is unreachable, and not sent back to
        the provider (RFC 7084 section 4.3). The default route is no part of DHCPv6: it comes from
        router advertisements, which `ipv6.autoconfig` takes.

        While the cable is pulled, or the daemon restarts, the lease ages; it is asked for again
        afterwards, and what the answer no longer has is gone at once.

        Args:
            interface: interface to ask on; may be its ipv6.autoconfig
            address: whether to ask for an address
            prefix: whether to ask for a prefix
            prefix_length: length of the prefix that is wished for; the server decides
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            addresses: a line for each address: address, preferred and valid lifetime in s; with `address`
            prefixes: a line for each prefix: prefix, preferred and valid lifetime in s; with `prefix`
            acquired: when the lifetimes began, in seconds since the boot
            dns: addresses of name servers
            domain: domains to search, if the server sends them
            aftr: name of the tunnel's end for IPv4 (RFC 6334), if the server sends it
            resolv.conf: name servers and domains, in the form of resolv.conf(5)
        """

class Dhcp6PrefixTypes:
    """Give an interface a network of 64 bits of every prefix that a DHCPv6 client is delegated."""

    def build(
        self,
        *,
        client: ServiceWith[Literal["prefixes", "acquired"]],
        interface: ServiceWith[Literal["ifname"]],
        subnet: int = 0,
        host: int = 1,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["addresses", "ifname"]]:
        """Give an interface a network of 64 bits of every prefix that a DHCPv6 client is delegated.

        The service is up from the start. The addresses have the lifetimes of the lease, and follow it:
        what a new lease no longer has is taken off at once, and hosts are told by `dnsmasq`, if its
        parameter `ipv6` is given (RFC 7084 section 4.3, L-13). What is not renewed grows old.

        Args:
            client: DHCPv6 client whose prefixes are used
            interface: where the network is
            subnet: which of the networks of 64 bits in the prefix, counted from 0
            host: last 16 bits of the router's address there; those before are 0
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            addresses: the router's address in each network
        """

class Dhcp6Types:
    """The service types of `dhcp6`: address, client, prefix."""

    @property
    def address(self) -> Dhcp6AddressTypes:
        """Give an interface the addresses that a DHCPv6 client has a lease of."""

    @property
    def client(self) -> Dhcp6ClientTypes:
        """Ask for IPv6 addresses and prefixes; the service is up while a lease is held (RFC 8415)."""

    @property
    def prefix(self) -> Dhcp6PrefixTypes:
        """Give an interface a network of 64 bits of every prefix that a DHCPv6 client is delegated."""

class DnsmasqTypes:
    """Serve DHCP, DHCPv6, router advertisements and DNS on one interface (dnsmasq(8))."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        domain: str,
        user: str = 'dnsmasq',
        group: str = 'dnsmasq',
        resolvconf: ServiceWith[Literal["resolv.conf"]] | None = None,
        upstreams: Listed[str] = ...,
        ranges: Listed[str] = ...,
        ipv6: Literal["slaac", "stateless", "managed"] | None = None,
        rebind_domains: Listed[str] = ...,
        addresses: Mapping[str, str | IPv4Address | IPv6Address | Listed[str | IPv4Address | IPv6Address]] = ...,
        cnames: Mapping[str, str] = ...,
        block_list: str = '',
        dhcp_options: Mapping[Any, str | Listed[str]] = ...,
        dnssec: bool = False,
        hosts: Mapping[str, DnsmasqHosts] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Serve DHCP, DHCPv6, router advertisements and DNS on one interface (dnsmasq(8)).

        Nothing but the parameters configures it: no file in /etc is read, no other interface is
        listened on, and names in `domain` are never asked of others. The router's own name leads to
        the interface's addresses, and no client can take it, nor `wpad`, `isatap` or `localhost`.
        Answers of upstream servers with addresses of private networks are refused: by these a web page
        could reach into the LAN (DNS rebinding).

        Args:
            interface: interface to serve; may be the service of its address
            domain: domain of the hosts on the LAN
            user: user that the daemon becomes; one of your own must be in config.users
            group: group that the daemon becomes; one of your own must be in config.groups
            resolvconf: service that publishes the upstream name servers; it may come up later, or never
            upstreams: upstream name servers, each as in the option --server: [/DOMAIN/]ADDRESS[#PORT]
            ranges: addresses to hand out, each as in the option --dhcp-range: START,END[,LEASE TIME]
            ipv6: how hosts get addresses in the networks of IPv6 that the interface has, as they come and go: slaac, they make them; stateless, and ask DHCPv6 for the rest; managed, DHCPv6 gives them. None: only what ranges say
            rebind_domains: domains whose names may have addresses of private networks
            addresses: names, each with the addresses that it has here, whatever it has elsewhere
            cnames: names, each with the name whose addresses it has too; that is one of hosts, of addresses or of a host that has a lease
            block_list: names that do not exist here, with all below them
            dhcp_options: what DHCP says besides, by the number or the name of the option
            dnssec: whether answers must be signed where their domain is; the upstream servers must give the signatures, and times count when the clock has been set
            hosts: reservations: the name of a host, to its address and how it is known
            dependencies: services that are ready before this one, besides its own
        """

class DriverTypes:
    """Load the kernel modules of a piece of hardware, with its firmware."""

    def build(
        self,
        *,
        modules: Mapping[str, Mapping[str, Literal["m", "n", "y"]]] = ...,
        firmware: Mapping[str, str] = ...,
        devices: Listed[str] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["devices", "firmware", "modules"]]:
        """Load the kernel modules of a piece of hardware, with its firmware.

        Boards build it for what they offer, a radio for instance: modules and firmware are in the
        image only if something depends on it.

        Args:
            modules: kernel modules to load, each with the symbols that make it
            firmware: firmware by its path below /lib/firmware, each with the package that has it there
            devices: the hardware that they are for, by its numbers on PCI or USB, or by its `compatible` in the device tree; the build checks that a module drives it
            dependencies: services that are ready before this one, besides its own

        Outputs:
            modules: names of the kernel modules, separated by spaces
            firmware: paths below /lib/firmware, separated by spaces
            devices: the hardware that they are for, separated by spaces
        """

class DsliteTypes:
    """Carry IPv4 to the provider inside of IPv6, where its AFTR translates addresses (RFC 6333)."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        aftr: str | IPv4Address | IPv6Address | OutputReference,
        ifname: str = 'dslite',
        mtu: int = 1460,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["end", "ifname", "router"]]:
        """Carry IPv4 to the provider inside of IPv6, where its AFTR translates addresses (RFC 6333).

        The router itself has the address 192.0.0.2 there, and translates nothing: the zone of the
        interface is `{"interfaces": [...], "like": "wan", "masquerade": False}` in a firewall.
        `network.route` with the output `router` makes it the default route of IPv4. TCP is told
        what fits through the tunnel.

        Args:
            interface: interface with IPv6 that leads to the provider
            aftr: the other end: a name, an IPv6 address, or an output that holds one, such as `aftr` of dhcp6.client
            ifname: name of the interface that is made
            mtu: largest packet inside, 40 bytes less than outside
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            router: 0.0.0.0: everything is behind the other end
            end: the address of the other end
        """

class FailoverTypes:
    """Send what is for the internet by the best line that is good, with IPv4."""

    def build(
        self,
        *,
        lines: Listed[ServiceWith[Literal["ifname", "router"]]],
        metric: int = 100,
        dependencies: Iterable[Service] = (),
    ) -> Built[Any]:
        """Send what is for the internet by the best line that is good, with IPv4.

        Each line is a `health_check` of what publishes an interface and its router:
        `network.dhcp.client`, `pppoe`, or `network.address` with a `router`. The last one may
        be that itself, which is good while it is up. All lines stay up. Each that is good has a default
        route, the first with `metric` and every other one with the next higher: the kernel takes the
        lowest. When another line takes over connections over the one before are forgotten, so that
        their hosts notice at once and begin others.

        It is up from the start, with the outputs of the line that is used: name servers for
        `network.resolver` and `dnsmasq`, for example.

        Args:
            lines: the lines, the best one first
            metric: metric of the first line's route
            dependencies: services that are ready before this one, besides its own
        """

class FirewallTypes:
    """Filter packets by zones, and by rules of your own (nft(8))."""

    def build(
        self,
        *,
        zones: Mapping[str, Listed[ServiceWith[Literal["ifname"]]] | FirewallZones] = ...,
        open: Mapping[str, FirewallOpen] = ...,
        allow: Mapping[str, FirewallAllow] = ...,
        port_forward: Mapping[str, FirewallPortForward] = ...,
        offload: bool = False,
        offload_to_hardware: bool = False,
        before: Mapping[Any, Listed[str]] = ...,
        after: Mapping[Any, Listed[str]] = ...,
        rules: Mapping[str, FirewallRules] | None = None,
        extra_rules: Mapping[str, FirewallRules] = ...,
        rescue: Mapping[str, Listed[int]] | None = None,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Filter packets by zones, and by rules of your own (nft(8)).

        A zone is a set of interfaces; it holds those whose service is up, as they come and go, and
        rules name it as `@ZONE`. It is of the kind that its name or its key `like` says: `lan`
        reaches the world, and uses DHCP, DNS, NTP and ssh of the router; `guests` reach nothing but
        the world, and use no ssh; `things` reach nothing, and the LAN reaches them; `wan` is the
        world, which reaches nothing. `open`, `allow` and `port_forward` let more through, in both
        families. Without zones nothing passes.

        The rules are checked when the image is built, and replaced as one when the service starts. They
        stay when the daemon is killed. Before they are there, and if they cannot be loaded or the
        service is stopped, all is dropped but `rescue`. That comes before the first interface and
        changes places with the rules at once, so that at no time packets pass unfiltered.

        Args:
            zones: zone to the interfaces in it, or to its keys
            open: ports of the router that hosts of a zone reach, by a name of your choice
            allow: what may go from one zone to another, by a name of your choice
            port_forward: ports of the router that lead to a host inside, by a name of your choice
            offload: whether packets of connections that were let through take a short way, past the rules, which then do not count them; with rules of your own, `flow add @offloaded` in a forward chain sends them there
            offload_to_hardware: whether the network chips of the board send these packets on by themselves, where their driver can have them do so: those of MediaTek's SoCs
            before: rules for the beginning of a built-in chain, such as 'forward-ip4'; those of 'forward' are for both families
            after: rules for its end, where what nobody let through is dropped
            rules: chain to its keys: family, type, hook, priority, policy, rules; given, it replaces all that zones and the parameters above bring, but the sets of the zones
            extra_rules: keys of chains that take the place of those in rules, or further chains
            rescue: zone to the TCP ports of the router that its hosts reach while the rules are not loaded, so that they can be mended; if it is not given, 22 from each zone like lan
            dependencies: services that are ready before this one, besides its own
        """

class HealthCheckTypes:
    """Stand in for a service while it is healthy: it is up as long as probes succeed."""

    def build(
        self,
        *,
        service: ServiceWith[Never],
        ping: str | IPv4Address | IPv6Address | Listed[str | IPv4Address | IPv6Address] = ...,
        dns: Mapping[Any, str] = ...,
        tcp: Mapping[Any, int] = ...,
        program: Listed[str] = ...,
        interval: int = 10,
        threshold: int = 2,
        recovery: int = 3,
        restart: bool = True,
        dependencies: Iterable[Service] = (),
    ) -> Built[Any]:
        """Stand in for a service while it is healthy: it is up as long as probes succeed.

        It has the outputs of the service: refer to this one wherever a healthy service is needed. A
        probe succeeds when one of the computers that it asks answers, or when the program ends with
        exit code 0. The first success makes the service healthy. After more than `threshold` failures
        in a row it is not healthy any more, and is restarted: at once, and then each time after twice
        as many failures. It is healthy again after `recovery` successes in a row.

        A probe repeats its question until there is an answer or its time is over, so a line that loses
        every other packet counts as healthy. If the service publishes an interface, probes go through
        it. If it publishes a router too, probes have a route of their own, which has the lowest
        priority. Reverse path filtering is loose on such an interface, as routes may lead elsewhere.

        Args:
            service: service to check
            ping: addresses to ping
            dns: addresses of name servers to ask, each for the address of a name
            tcp: addresses to connect to, each with the port
            program: path of a program of your own on the device, and its arguments; exit code 0 is healthy
            interval: how often it is looked at; an answer may take as long, at most 5 seconds
            threshold: how many failures in a row are put up with
            recovery: how many successes in a row make it healthy again
            restart: whether the service is restarted when it is not healthy
            dependencies: services that are ready before this one, besides its own
        """

class IfwaitTypes:
    """Start a service when an interface is in a state, and stop it when it is not any more."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        state: Literal["present", "up", "running"],
        service: ServiceWith[Never],
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Start a service when an interface is in a state, and stop it when it is not any more.

        The kernel says so when it changes. The service is not started at boot, and what needs it waits
        for it, as for a lease.

        Args:
            interface: interface to follow
            state: present: there is one of that name; up: it is also set up; running: it can also carry packets, with a cable in it
            service: service to start and stop
            dependencies: services that are ready before this one, besides its own
        """

class Ipv6AutoconfigTypes:
    """Configure IPv6 on an interface as a host does, or as a router does (RFC 4862)."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        role: Literal["host", "router"] = 'host',
        sysctl: Mapping[str, str] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname"]]:
        """Configure IPv6 on an interface as a host does, or as a router does (RFC 4862).

        As a host the kernel asks for router advertisements, and takes addresses, the default route and
        the MTU from them, also while it forwards packets: that is the side of the provider. As a
        router it takes nothing from others. Until such a service says otherwise, no interface does.

        Args:
            interface: interface to configure
            role: whether router advertisements are taken there
            sysctl: more settings of the interface, by their names below net/ipv6/conf/INTERFACE
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
        """

class Ipv6Types:
    """The service types of `ipv6`: autoconfig."""

    @property
    def autoconfig(self) -> Ipv6AutoconfigTypes:
        """Configure IPv6 on an interface as a host does, or as a router does (RFC 4862)."""

class KexecTypes:
    """Let `liminix-gen kexec` start another image on the board, from its memory (kexec(8))."""

    def build(
        self,
        *,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Let `liminix-gen kexec` start another image on the board, from its memory (kexec(8)).

        Nothing is written to the flash: switched off and on, the board starts what is there. What
        `kexec -l` has loaded by other means is also what `reboot` starts, once the services are down.

        Args:
            dependencies: services that are ready before this one, besides its own
        """

class L2tpTypes:
    """Dial in to a provider by L2TP over UDP (RFC 2661); the service is up while the session is."""

    def build(
        self,
        *,
        username: str | OutputReference,
        password: OutputReference,
        lns: str | IPv4Address | IPv6Address,
        ifname: str = 'ppp0',
        ipv4: bool = True,
        ipv6: bool = True,
        echo_interval: int = 10,
        echo_failures: int = 4,
        bandwidth: int | str | None = None,
        interface: ServiceWith[Literal["ifname"]] | None = None,
        mtu: int = 1460,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["bandwidth", "dns", "ifname", "ip", "ipv6-address", "ipv6-peer", "peer", "resolv.conf", "router"]]:
        """Dial in to a provider by L2TP over UDP (RFC 2661); the service is up while the session is.

        It is as `pppoe` is: who does not answer is dialled again for ever, `services` says what
        went wrong, the outputs are the same. Nothing is encrypted. What is sent to the server itself
        must not take the tunnel: with a default route through it, `network.route` makes another one
        to the server.

        Args:
            username: the user's name, or an output that holds it, which may be a secret as the password is
            password: output that holds the user's password
            lns: the server: a name, or an IPv4 address
            ifname: name of the interface that is made
            ipv4: whether to ask for IPv4
            ipv6: whether to ask for IPv6
            echo_interval: how often the other end is asked whether it is there
            echo_failures: after how many questions without an answer the session is over
            bandwidth: speed of the line, for services that share it out such as qos.cake
            interface: interface that leads to it, which is waited for
            mtu: largest packet in both directions; outside it is 40 bytes larger
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            ip: the router's address with `ipv4`, if the provider gives one
            peer: the address of the other end with `ipv4`, if it has one
            router: 0.0.0.0 with `ipv4`: all is behind the other end
            dns: addresses of name servers, with `ipv4`
            resolv.conf: name servers in the form of resolv.conf(5), with `ipv4`
            ipv6-address: the router's link-local address, with `ipv6`
            ipv6-peer: the link-local address of the other end, with `ipv6`
            bandwidth: bits per second, if `bandwidth` is given
        """

class MetricsTypes:
    """Answer http://ROUTER:9100/metrics with measurements, in the text format of Prometheus."""

    def build(
        self,
        *,
        interfaces: Listed[ServiceWith[Literal["ifname"]]],
        port: int = 9100,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Answer http://ROUTER:9100/metrics with measurements, in the text format of Prometheus.

        Of interfaces, memory, processors, connections and temperatures they have the names that its
        node exporter gives them, so that its dashboards show them; of services and leases,
        router_service_* and router_dhcp_*. A firewall of the configuration must let the port in.

        Args:
            interfaces: interfaces to listen on, whatever addresses they have
            port: TCP port to listen on
            dependencies: services that are ready before this one, besides its own
        """

class NetworkAddressTypes:
    """Add an address to an interface, and take it away when the service stops (ip-address(8))."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        family: Literal["inet", "inet6"],
        address: str | IPv4Address | IPv6Address,
        prefix_length: int,
        router: str | IPv4Address | IPv6Address | None = None,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["address", "family", "ifname", "prefix-length", "router"]]:
        """Add an address to an interface, and take it away when the service stops (ip-address(8)).

        Args:
            interface: where to add the address
            family: IPv4 or IPv6
            address: the address
            prefix_length: bits that name the network
            router: of a line with a fixed address: the provider's router, which is published for network.route, health_check and failover
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            family: inet or inet6
            address: the address
            prefix-length: bits of the address that name the network
            router: the router that is behind it, if `router` is given
        """

class NetworkDhcpClientTypes:
    """Ask for an IPv4 address; the service is up while a lease is held (RFC 2131)."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        client_id: str | None = None,
        vendor_class: str | None = None,
        host_name: str | None = None,
        request: Listed[int] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["broadcast", "dns", "domain", "ifname", "ip", "lease", "mask", "ntpsrv", "options", "resolv.conf", "router", "routes", "serverid", "siaddr", "subnet"]]:
        """Ask for an IPv4 address; the service is up while a lease is held (RFC 2131).

        The daemon runs from the start. The lease, and what depends on it, comes up when a server
        gives one, and goes down when it is lost. A renewed lease that says the same changes nothing;
        one with other values restarts what depends on it. When the cable is plugged in again the
        lease is asked for again, and goes if nobody confirms it.

        An address that no host can have, or that is in the network of another interface, is refused
        and asked for again; `services` says why. Routes with targets (RFC 3442) are set, and take
        the place of the routers.

        Args:
            interface: interface to ask on
            client_id: who asks (option 61, RFC 2132 section 9.14): bytes such as '01:52:54:00:00:00:02', or text, which is sent as it is; None is the interface's MAC address
            vendor_class: kind of device (option 60, RFC 2132 section 9.13); None is udhcpc's own
            host_name: name to give to the server; None is the router's own
            request: numbers of further options to ask for. The output options has them as udhcpc writes them: what it does not know in hexadecimal
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            ip: the address
            mask: bits of the address that name the network
            subnet: mask such as 255.255.255.0, if the server sends it
            broadcast: the network's broadcast address, if the server sends it
            router: routers, the best one first; 0.0.0.0: all is on the link itself
            routes: targets with the router of each, if the server sends them
            dns: addresses of name servers
            domain: domain of the network, if the server sends it
            ntpsrv: addresses of time servers, if the server sends them
            lease: seconds that the lease was valid when it was made
            serverid: address of the DHCP server
            siaddr: address of the next boot server
            options: a line for each option of `request` that came: number, value
            resolv.conf: name servers and domain, in the form of resolv.conf(5)
        """

class NetworkDhcpTypes:
    """The service types of `network.dhcp`: client."""

    @property
    def client(self) -> NetworkDhcpClientTypes:
        """Ask for an IPv4 address; the service is up while a lease is held (RFC 2131)."""

class NetworkForwardTypes:
    """Let the kernel pass packets from one interface to another while the service is up."""

    def build(
        self,
        *,
        enable_ipv4: bool = True,
        enable_ipv6: bool = True,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Let the kernel pass packets from one interface to another while the service is up.

        If there is a firewall it decides which, and passes none until its rules are loaded.

        Args:
            enable_ipv4: whether IPv4 packets are passed
            enable_ipv6: whether IPv6 packets are passed
            dependencies: services that are ready before this one, besides its own
        """

class NetworkLinkTypes:
    """Wait for a network interface, name it, and set it up."""

    def build(
        self,
        *,
        ifname: str | None = None,
        like: ServiceWith[Literal["ifname"]] | None = None,
        devpath: str | None = None,
        mac: str | None = None,
        mtu: int | None = None,
        bands: Listed[Literal["2.4 GHz", "5 GHz"]] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname"]]:
        """Wait for a network interface, name it, and set it up.

        Boards build one for each of their ports. Another MAC address or MTU of a port is a link of your
        own, with the port as `like`, to which everything then refers in place of the port. Both are
        as they were when the service has stopped.

        Automatic IPv6 configuration is off until another service turns it on.

        Args:
            ifname: name that the interface has, or gets if its path is known; None is that of `like`
            like: port of the board that this is instead of: the interface is found as that is
            devpath: path below /sys of the device whose interface is meant, whatever the kernel named it
            mac: MAC address that it gets; None keeps its own. A provider may know only the one of the router before
            mtu: largest packet that is sent; None keeps the kernel's choice
            bands: of a radio: where it can be, the usual band first. It is for wifi.access_point then, and has no address of its own
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
        """

class NetworkResolverTypes:
    """Keep /etc/resolv.conf (resolv.conf(5)) as another service learns of name servers."""

    def build(
        self,
        *,
        source: ServiceWith[Literal["resolv.conf"]] | None = None,
        nameservers: Listed[str | IPv4Address | IPv6Address] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Keep /etc/resolv.conf (resolv.conf(5)) as another service learns of name servers.

        It is up from the start, and empty until that service is.

        Args:
            source: service that publishes name servers
            nameservers: addresses of name servers that are asked first
            dependencies: services that are ready before this one, besides its own
        """

class NetworkRouteTypes:
    """Send what is for a network through a router, until the service stops (ip-route(8))."""

    def build(
        self,
        *,
        target: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network,
        via: str | IPv4Address | IPv6Address | OutputReference,
        interface: ServiceWith[Literal["ifname"]] | None = None,
        metric: int = 100,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Send what is for a network through a router, until the service stops (ip-route(8)).

        If the interface is known the router need not be in a network of it, as with a lease of a
        single address.

        Args:
            target: network or host that is reached; 'default' is all the rest
            via: address of the router, or an output that holds one (of several, the first is taken)
            interface: interface that the router is behind; None is that of the service whose output `via` is, else the kernel finds it
            metric: of several routes to a target the one with the lowest metric is taken
            dependencies: services that are ready before this one, besides its own
        """

class NetworkTypes:
    """The service types of `network`: address, dhcp, forward, link, resolver, route."""

    @property
    def address(self) -> NetworkAddressTypes:
        """Add an address to an interface, and take it away when the service stops (ip-address(8))."""

    @property
    def dhcp(self) -> NetworkDhcpTypes:
        """Service types: client."""

    @property
    def forward(self) -> NetworkForwardTypes:
        """Let the kernel pass packets from one interface to another while the service is up."""

    @property
    def link(self) -> NetworkLinkTypes:
        """Wait for a network interface, name it, and set it up."""

    @property
    def resolver(self) -> NetworkResolverTypes:
        """Keep /etc/resolv.conf (resolv.conf(5)) as another service learns of name servers."""

    @property
    def route(self) -> NetworkRouteTypes:
        """Send what is for a network through a router, until the service stops (ip-route(8))."""

class NtpTypes:
    """Keep the clock right by asking time servers (chrony.conf(5))."""

    def build(
        self,
        *,
        user: str = 'ntp',
        servers: Mapping[Any, Listed[str]] = ...,
        pools: Mapping[Any, Listed[str]] = ...,
        peers: Mapping[Any, Listed[str]] = ...,
        makestep: NtpMakestep | None = ...,
        allow: Listed[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] = ...,
        bindaddress: str | IPv4Address | IPv6Address | None = None,
        interface: ServiceWith[Literal["ifname"]] | None = None,
        binddevice: str | None = None,
        dumpdir: str = '/run/chrony',
        extra_config: str = '',
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Keep the clock right by asking time servers (chrony.conf(5)).

        The service is ready when the daemon runs, not when the time is right: that may never be.
        Nothing is listened on unless `allow` or `extra_config` says so.

        Args:
            user: user that the daemon becomes; one of your own must be in config.users
            servers: time servers, each with its options
            pools: names that stand for many time servers, each with its options
            peers: servers that also take the time from here, each with its options
            makestep: when the clock is set at once and not slewed; None is never. The default suits boards whose clock starts at 1970
            allow: networks that may ask for the time here
            bindaddress: address to answer on; None is all of them
            interface: interface to answer on, whatever addresses it has; None is all of them
            binddevice: the same by the kernel's name, for an interface that no service makes
            dumpdir: where measurements are kept while the daemon restarts
            extra_config: more lines of chrony.conf
            dependencies: services that are ready before this one, besides its own
        """

class PppoeTypes:
    """Dial in to a provider over Ethernet (RFC 2516); the service is up while the session is."""

    def build(
        self,
        *,
        username: str | OutputReference,
        password: OutputReference,
        interface: ServiceWith[Literal["ifname"]],
        ifname: str = 'ppp0',
        ipv4: bool = True,
        ipv6: bool = True,
        echo_interval: int = 10,
        echo_failures: int = 4,
        bandwidth: int | str | None = None,
        service_name: str | None = None,
        mtu: int = 1492,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["bandwidth", "dns", "ifname", "ip", "ipv6-address", "ipv6-peer", "peer", "resolv.conf", "router"]]:
        """Dial in to a provider over Ethernet (RFC 2516); the service is up while the session is.

        Whoever does not answer is dialled again for ever, with pauses that grow to five minutes;
        `services` says what went wrong. The password is in no file of the store and in no list of
        processes. TCP is told what fits through the line (MSS), in both directions.

        `network.route` with the output `router` makes it the default route of IPv4. IPv6 over PPP
        has a link-local address only: addresses, prefixes and the default route come by
        `ipv6.autoconfig` and `dhcp6.client` on this service.

        Args:
            username: the user's name, or an output that holds it, which may be a secret as the password is
            password: output that holds the user's password
            interface: interface that leads to the provider; often a vlan
            ifname: name of the interface that is made
            ipv4: whether to ask for IPv4
            ipv6: whether to ask for IPv6
            echo_interval: how often the other end is asked whether it is there
            echo_failures: after how many questions without an answer the session is over
            bandwidth: speed of the line, for services that share it out such as qos.cake
            service_name: service to ask for; None is any
            mtu: largest packet in both directions; more than 1492 needs larger Ethernet frames (RFC 4638)
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            ip: the router's address with `ipv4`, if the provider gives one
            peer: the address of the other end with `ipv4`, if it has one
            router: 0.0.0.0 with `ipv4`: all is behind the other end
            dns: addresses of name servers, with `ipv4`
            resolv.conf: name servers in the form of resolv.conf(5), with `ipv4`
            ipv6-address: the router's link-local address, with `ipv6`
            ipv6-peer: the link-local address of the other end, with `ipv6`
            bandwidth: bits per second, if `bandwidth` is given
        """

class QosCakeTypes:
    """Keep a line quick while it is full: hosts share it, and no packet waits long (tc-cake(8))."""

    def build(
        self,
        *,
        interface: ServiceWith[Literal["ifname"]],
        upload: int | str | OutputReference | None = None,
        download: int | str | OutputReference | None = None,
        percent: int = 95,
        overhead: Literal["none", "ethernet", "vlan", "pppoe", "pppoe-vlan", "vdsl", "docsis", "atm"] = 'ethernet',
        diffserv: Literal["besteffort", "diffserv3", "diffserv4", "diffserv8", "precedence"] = 'diffserv3',
        nat: bool = True,
        rtt: int = 100,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Keep a line quick while it is full: hosts share it, and no packet waits long (tc-cake(8)).

        Packets queue where a line is slowest: usually in the modem, whose queue holds seconds of
        traffic. With speeds a little below those of the line they queue on the router instead.

        Args:
            interface: interface that leads to the provider
            upload: speed of the line towards the provider, or an output that holds it in bits per second; None shapes nothing that is sent
            download: speed of the line from the provider; None shapes nothing that is received
            percent: how much of both speeds is used, so that nothing queues elsewhere
            overhead: what else is sent for each packet: `atm` and `vdsl` are DSL with PPPoE; `pppoe` is that over Ethernet such as fibre, `pppoe-vlan` and `vlan` have a tag besides; `docsis` is cable
            diffserv: by which marks (DSCP) packets go first or last
            nat: whether hosts behind the router's own address are told apart
            rtt: how long an answer usually takes; more for a satellite
            dependencies: services that are ready before this one, besides its own
        """

class QosTypes:
    """The service types of `qos`: cake."""

    @property
    def cake(self) -> QosCakeTypes:
        """Keep a line quick while it is full: hosts share it, and no packet waits long (tc-cake(8))."""

class RoundRobinTypes:
    """Have one of several services run, the next one when it fails, and stand in for that."""

    def build(
        self,
        *,
        services: Listed[ServiceWith[Never]],
        patience: int = 60,
        dependencies: Iterable[Service] = (),
    ) -> Built[Any]:
        """Have one of several services run, the next one when it fails, and stand in for that.

        It is up while the one that runs is, with its outputs. That one is stopped when it goes down, or
        is not up in time, and the next one is started; after the last comes the first. None of them is
        started at boot. `failover` is for lines that all stay up.

        Args:
            services: the services, the first to be tried first
            patience: how long one may take until it is up
            dependencies: services that are ready before this one, besides its own
        """

class SecretFileTypes:
    """Publish a password or a key that a file on the device holds; no image holds it."""

    def build(
        self,
        *,
        path: str,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["value"]]:
        """Publish a password or a key that a file on the device holds; no image holds it.

        What uses it waits until the file is there, and starts again when it has changed. Put it there
        over ssh, with its end of line, for root alone:
        `ssh root@router 'umask 077; mkdir -p /state/secrets; cat > /state/secrets/ppp'`.

        Args:
            path: file on the device whose first line is the secret, of at most 1,022 bytes
            dependencies: services that are ready before this one, besides its own

        Outputs:
            value: the first line of the file
        """

class SecretKeyTypes:
    """Have a private key of age(1) in /state/secrets/key; the first start makes it."""

    def build(
        self,
        *,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["path", "public"]]:
        """Have a private key of age(1) in /state/secrets/key; the first start makes it.

        Secrets that are sealed with the public key can be opened by this device alone, as long as it
        keeps its state. `liminix-gen secret seal root@router` asks it for the public key.

        Args:
            dependencies: services that are ready before this one, besides its own

        Outputs:
            public: the public key, to seal secrets with
            path: where the private key is
        """

class SecretSealedTypes:
    """Publish a secret that only the device can read, with the private key in its state."""

    def build(
        self,
        *,
        key: ServiceWith[Literal["public", "path"]],
        sealed: str,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["value"]]:
        """Publish a secret that only the device can read, with the private key in its state.

        `liminix-gen secret seal root@router` makes the text, and so does age(1) with the public key
        of the device. The text may be seen by everybody.

        Args:
            key: the secret.key of the device
            sealed: what `liminix-gen secret seal` printed
            dependencies: services that are ready before this one, besides its own

        Outputs:
            value: the first line of what was sealed
        """

class SecretTypes:
    """The service types of `secret`: file, key, sealed."""

    @property
    def file(self) -> SecretFileTypes:
        """Publish a password or a key that a file on the device holds; no image holds it."""

    @property
    def key(self) -> SecretKeyTypes:
        """Have a private key of age(1) in /state/secrets/key; the first start makes it."""

    @property
    def sealed(self) -> SecretSealedTypes:
        """Publish a secret that only the device can read, with the private key in its state."""

class SshTypes:
    """Let users log in by ssh (dropbear(8)), with keys only unless a parameter says otherwise."""

    def build(
        self,
        *,
        address: str | IPv4Address | IPv6Address | None = None,
        interfaces: Listed[ServiceWith[Literal["ifname"]]] = ...,
        port: int = 22,
        allow_root: bool = True,
        allow_password_login: bool = False,
        allow_password_login_for_root: bool = False,
        allow_local_port_forward: bool = True,
        allow_remote_port_forward: bool = True,
        allow_remote_connection_to_forwarded_ports: bool = False,
        authorized_keys: Mapping[str, Listed[str] | OutputReference] = ...,
        extra_config: Listed[str] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Let users log in by ssh (dropbear(8)), with keys only unless a parameter says otherwise.

        The host key is made at the first start. It is kept if the system has state; else it
        changes with each boot. The keys of a user other than root are found where the user's home is
        /home/NAME.

        Args:
            address: address to listen on; None is all of them
            interfaces: interfaces to listen on, whatever addresses they have; none given is all of them
            port: TCP port to listen on
            allow_root: whether root may log in
            allow_password_login: whether a password opens an account, for which the whole dropbear is needed
            allow_password_login_for_root: whether a password opens root's account, if passwords are allowed at all
            allow_local_port_forward: whether a client may reach other machines through this one
            allow_remote_port_forward: whether a client may have ports of this machine forwarded to it
            allow_remote_connection_to_forwarded_ports: whether other machines may connect to such ports
            authorized_keys: user to the public keys that open the account, or to an output that holds such lines
            extra_config: more options of dropbear, each word an element
            dependencies: services that are ready before this one, besides its own
        """

class StatusTypes:
    """Show a page at http://ROUTER/ that says how the router is."""

    def build(
        self,
        *,
        interfaces: Listed[ServiceWith[Literal["ifname"]]],
        port: int = 80,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Show a page at http://ROUTER/ that says how the router is.

        It has services, interfaces, leases, the end of the log, and says if an update is on trial. It
        is for reading alone, and asks for no password: whoever reaches the interfaces that it listens
        on sees it. A firewall of the configuration must let the port in.

        Args:
            interfaces: interfaces to listen on, whatever addresses they have
            port: TCP port to listen on
            dependencies: services that are ready before this one, besides its own
        """

class SwitchTypes:
    """Set up the VLANs of a switch whose ports are not network interfaces (OpenWrt's swconfig)."""

    def build(
        self,
        *,
        vlans: Mapping[Any, Listed[str]],
        device: str = 'switch0',
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["switch"]]:
        """Set up the VLANs of a switch whose ports are not network interfaces (OpenWrt's swconfig).

        Boards build it for switches that only OpenWrt's kernels drive. The port that leads to the
        processor keeps the tags, so each VLAN is a `vlan` on the interface there. The switch keeps its
        settings when the service stops.

        Args:
            vlans: number of each VLAN to its ports; packets without a tag belong to the VLAN with their port without a t
            device: the kernel's name of the switch
            dependencies: services that are ready before this one, besides its own

        Outputs:
            switch: the kernel's name of the switch
        """

class VlanTypes:
    """Make an interface of the packets that carry a VLAN's tag on another one (IEEE 802.1Q)."""

    def build(
        self,
        *,
        ifname: str,
        primary: ServiceWith[Literal["ifname"]],
        vid: int,
        egress_qos: Mapping[Any, int] = ...,
        ingress_qos: Mapping[Any, int] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname"]]:
        """Make an interface of the packets that carry a VLAN's tag on another one (IEEE 802.1Q).

        Args:
            ifname: name of the interface that is made
            primary: interface that carries the tagged packets
            vid: number of the VLAN
            egress_qos: priority of a packet in the kernel, to that in the tag it leaves with (0 unless said)
            ingress_qos: priority in the tag a packet comes with, to that in the kernel (0 unless said)
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
        """

class WatchdogTypes:
    """Reset the board when services are not ready for long, or are not looked after any more."""

    def build(
        self,
        *,
        watched: Listed[ServiceWith[Never]] = ...,
        head_start: int = 300,
        patience: int = 60,
        timeout: int = 30,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Reset the board when services are not ready for long, or are not looked after any more.

        The watchdog is a timer of the hardware that resets the board unless it is fed. It is fed for
        `head_start` seconds, and as long as all `watched` services are ready and `serviced`
        answers; then for `patience` seconds more. Stopped, as by a reboot or a kexec, it leaves the
        watchdog off. While an update is on trial its own guard feeds it, and this waits.

        Watch what a restart can mend: a line whose provider is down would reset the board for ever.

        Args:
            watched: services that must be ready; without any it is enough that services are looked after
            head_start: how long it is fed at first, whatever services do: more than the slowest boot takes
            patience: how long they may be not ready later on: more than a restart takes
            timeout: how long the board then lives without food; hardware that counts in other steps takes what comes next
            dependencies: services that are ready before this one, besides its own
        """

class WifiAccessPointTypes:
    """Offer wireless networks by a radio (hostapd): WPA3 and WPA2 with a password."""

    def build(
        self,
        *,
        radio: ServiceWith[Literal["ifname"]],
        country: str,
        networks: Mapping[str, WifiAccessPointNetworks],
        band: Literal["2.4 GHz", "5 GHz"] | None = None,
        channel: int | None = None,
        width: int | None = None,
        settings: Mapping[str, str] = ...,
        dependencies: Iterable[Service] = (),
    ) -> Built[Never]:
        """Offer wireless networks by a radio (hostapd): WPA3 and WPA2 with a password.

        Each network is in a bridge, as a socket would be: what a bridge has (addresses, DHCP, a zone
        of the firewall) its stations have. A network for guests is one more, in a bridge of its own.

        What the radio is capable of (802.11n, ac, ax) it is asked at each start; `width` is what it
        may use of the band. `country` says what is allowed where the board is, and where channels are
        shared with radar the radio listens for a minute before it speaks. `services` says why a
        network is not there.

        Args:
            radio: interface of the radio, of those that the board has
            country: where the board is; rules differ
            networks: the networks, by the names that people see (SSID)
            band: where the radio is to be, if it can be in two; None is its usual one
            channel: number of the channel; None takes the one with the least noise at each start
            width: width of the channel: 20, 40, 80 or 160; None is 20 at 2.4 GHz, and at 5 GHz 80 or what the channel can have in the country
            settings: further lines of hostapd.conf, for the radio
            dependencies: services that are ready before this one, besides its own
        """

class WifiTypes:
    """The service types of `wifi`: access_point."""

    @property
    def access_point(self) -> WifiAccessPointTypes:
        """Offer wireless networks by a radio (hostapd): WPA3 and WPA2 with a password."""

class WireguardTypes:
    """Make an interface that is encrypted to its peers (WireGuard)."""

    def build(
        self,
        *,
        ifname: str,
        peers: Mapping[str, WireguardPeers],
        private_key: OutputReference | None = None,
        listen_port: int | None = None,
        mtu: int = 1420,
        routes: bool = True,
        dependencies: Iterable[Service] = (),
    ) -> Built[Literal["ifname", "public-key"]]:
        """Make an interface that is encrypted to its peers (WireGuard).

        It has no address of its own: `network.address` gives it some. A firewall has it in a zone as
        any other interface, and lets peers in from the world by `open`: `{"vpn": {"protocol":
        "udp", "port": 51820}}`.

        Allowed addresses are routes with the metric 100, unless `routes` is False. All of IPv4 or
        IPv6 (0.0.0.0/0, ::/0) is never one, as what is encrypted would take it too: that is what
        `network.route` is for.

        Args:
            ifname: name of the interface that is made
            peers: the peers, by names of your choice
            private_key: output that holds the private key; None makes one at the first start, which stays in the state of the device
            listen_port: UDP port that peers send to; None is one that the kernel chooses, for peers that all have an endpoint
            mtu: largest packet inside; outside it is 60 bytes larger over IPv4, 80 over IPv6
            routes: whether allowed addresses are routes
            dependencies: services that are ready before this one, besides its own

        Outputs:
            ifname: the kernel's name of the interface
            public-key: the public key, for the peers
        """

class Types:
    """The service types: base, boot, bridge, dhcp6, dnsmasq, driver, dslite, failover, firewall,
    health_check, ifwait, ipv6, kexec, l2tp, metrics, network, ntp, pppoe, qos, round_robin,
    secret, ssh, status, switch, vlan, watchdog, wifi, wireguard.
    """

    @property
    def base(self) -> BaseTypes:
        """Service types: hostname, klog, loopback, state, sysctl, users."""

    @property
    def boot(self) -> BootTypes:
        """Service types: zyxel_dual_image."""

    @property
    def bridge(self) -> BridgeTypes:
        """Service types: members, primary."""

    @property
    def dhcp6(self) -> Dhcp6Types:
        """Service types: address, client, prefix."""

    @property
    def dnsmasq(self) -> DnsmasqTypes:
        """Serve DHCP, DHCPv6, router advertisements and DNS on one interface (dnsmasq(8))."""

    @property
    def driver(self) -> DriverTypes:
        """Load the kernel modules of a piece of hardware, with its firmware."""

    @property
    def dslite(self) -> DsliteTypes:
        """Carry IPv4 to the provider inside of IPv6, where its AFTR translates addresses (RFC 6333)."""

    @property
    def failover(self) -> FailoverTypes:
        """Send what is for the internet by the best line that is good, with IPv4."""

    @property
    def firewall(self) -> FirewallTypes:
        """Filter packets by zones, and by rules of your own (nft(8))."""

    @property
    def health_check(self) -> HealthCheckTypes:
        """Stand in for a service while it is healthy: it is up as long as probes succeed."""

    @property
    def ifwait(self) -> IfwaitTypes:
        """Start a service when an interface is in a state, and stop it when it is not any more."""

    @property
    def ipv6(self) -> Ipv6Types:
        """Service types: autoconfig."""

    @property
    def kexec(self) -> KexecTypes:
        """Let `liminix-gen kexec` start another image on the board, from its memory (kexec(8))."""

    @property
    def l2tp(self) -> L2tpTypes:
        """Dial in to a provider by L2TP over UDP (RFC 2661); the service is up while the session is."""

    @property
    def metrics(self) -> MetricsTypes:
        """Answer http://ROUTER:9100/metrics with measurements, in the text format of Prometheus."""

    @property
    def network(self) -> NetworkTypes:
        """Service types: address, dhcp, forward, link, resolver, route."""

    @property
    def ntp(self) -> NtpTypes:
        """Keep the clock right by asking time servers (chrony.conf(5))."""

    @property
    def pppoe(self) -> PppoeTypes:
        """Dial in to a provider over Ethernet (RFC 2516); the service is up while the session is."""

    @property
    def qos(self) -> QosTypes:
        """Service types: cake."""

    @property
    def round_robin(self) -> RoundRobinTypes:
        """Have one of several services run, the next one when it fails, and stand in for that."""

    @property
    def secret(self) -> SecretTypes:
        """Service types: file, key, sealed."""

    @property
    def ssh(self) -> SshTypes:
        """Let users log in by ssh (dropbear(8)), with keys only unless a parameter says otherwise."""

    @property
    def status(self) -> StatusTypes:
        """Show a page at http://ROUTER/ that says how the router is."""

    @property
    def switch(self) -> SwitchTypes:
        """Set up the VLANs of a switch whose ports are not network interfaces (OpenWrt's swconfig)."""

    @property
    def vlan(self) -> VlanTypes:
        """Make an interface of the packets that carry a VLAN's tag on another one (IEEE 802.1Q)."""

    @property
    def watchdog(self) -> WatchdogTypes:
        """Reset the board when services are not ready for long, or are not looked after any more."""

    @property
    def wifi(self) -> WifiTypes:
        """Service types: access_point."""

    @property
    def wireguard(self) -> WireguardTypes:
        """Make an interface that is encrypted to its peers (WireGuard)."""

class Kernel:
    """The kernel of the router."""

    @property
    def config(self) -> MutableMapping[str, str | int]:
        """Kernel symbols besides those that the board and the services ask for."""

    modules: Literal["referenced", "all"]
    """Which modules the kernel is built with: those that the services refer to, or all that any
    configuration of the board may refer to.
    """

class Hardware(Generic[_Port]):
    """What the board has."""

    @property
    def network_interfaces(self) -> Mapping[_Port, Built[Literal["ifname"]]]:
        """The interfaces of the board, by its own names for them."""

class System(Generic[_Port, _Root]):
    """A router as its owner describes it."""

    @overload
    def __init__(
        self: System[Literal["lan0", "lan1", "lan2", "lan3", "lan4", "wan", "sfp", "wlan", "wlan5", "lan"], Literal["ubifs", "ext4", "squashfs"]],
        device: Literal["banana-pi-r3"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan1", "lan2", "lan3", "lan4", "wan", "wlan", "wlan5", "lan"], Literal["ubifs"]],
        device: Literal["belkin-rt3200"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan", "wan", "wlan5"], Literal["squashfs", "jffs2"]],
        device: Literal["gl-ar750"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["eth", "lan", "wan"], Literal["squashfs", "jffs2"]],
        device: Literal["gl-mt300a"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["eth", "lan", "wan", "wlan"], Literal["squashfs", "jffs2"]],
        device: Literal["gl-mt300n-v2"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["wan", "lan"], Literal["squashfs", "ext4"]],
        device: Literal["nanopi-r2s", "nanopi-r4s"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["wan", "lan1", "lan2", "lan"], Literal["squashfs", "ext4"]],
        device: Literal["nanopi-r5s", "nanopi-r6s"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["wan", "lan", "wlan", "wlan5"], Literal["ubifs"]],
        device: Literal["openwrt-one"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan", "wan"], Literal["squashfs", "ext4"]],
        device: Literal["orangepi-pc", "x86-64"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan", "wan", "wlan"], Literal["squashfs", "ext4", "jffs2"]],
        device: Literal["qemu", "qemu-mipsel"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan", "wan", "wlan"], Literal["squashfs", "ext4", "jffs2", "ubifs"]],
        device: Literal["qemu-aarch64", "qemu-armv7l"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan", "wan", "wlan"], Literal["squashfs", "ext4"]],
        device: Literal["raspberry-pi-3b", "raspberry-pi-4b", "raspberry-pi-cm4"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan1", "lan2", "lan3", "lan4", "wan", "wlan", "wlan5", "lan"], Literal["squashfs", "jffs2"]],
        device: Literal["tp-archer-ax23"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan0", "lan1", "lan2", "lan3", "lan4", "wan", "wlan", "wlan5", "lan"], Literal["squashfs"]],
        device: Literal["turris-omnia"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Literal["lan", "wlan", "wlan5"], Literal["ubifs"]],
        device: Literal["zyxel-nwa50ax"],
        hostname: str = "liminix",
    ) -> None: ...
    @overload
    def __init__(
        self: System[Any, Any],
        device: Literal["banana-pi-r3", "belkin-rt3200", "gl-ar750", "gl-mt300a", "gl-mt300n-v2", "nanopi-r2s", "nanopi-r4s", "nanopi-r5s", "nanopi-r6s", "openwrt-one", "orangepi-pc", "qemu", "qemu-aarch64", "qemu-armv7l", "qemu-mipsel", "raspberry-pi-3b", "raspberry-pi-4b", "raspberry-pi-cm4", "tp-archer-ax23", "turris-omnia", "x86-64", "zyxel-nwa50ax"],
        hostname: str = "liminix",
    ) -> None: ...
    @property
    def device(self) -> Device:
        """The board."""

    @property
    def service(self) -> Types:
        """The service types: `service.TYPE.build(...)` configures a service."""

    @property
    def hardware(self) -> Hardware[_Port]:
        """What the board has."""

    @property
    def kernel(self) -> Kernel:
        """The kernel of the router."""

    @property
    def hostname(self) -> str:
        """The router's name."""

    @property
    def services(self) -> MutableMapping[str, Service]:
        """The services of the image, with all that they refer to; the key is the name on the
        router.
        """

    @property
    def users(self) -> MutableMapping[str, User]:
        """The users besides root; the key is the name again."""

    @property
    def groups(self) -> MutableMapping[str, Group]:
        """The groups, and who is in them; the key is the name again."""

    @property
    def files(self) -> MutableMapping[str, File]:
        """Files of the image; the key is the path again."""

    @property
    def sysctl(self) -> MutableMapping[str, str | int]:
        """Values below /proc/sys, which win over the defaults of services."""

    @property
    def hosts(self) -> MutableMapping[str, str | IPv4Address | IPv6Address | Listed[str | IPv4Address | IPv6Address]]:
        """Names that the router itself looks up, each with one address or several."""

    console: Literal["shell", "login", "none"] | None
    """What the console offers: a root shell without a question, a login, or nothing; None is a
    shell on boards that are QEMU's alone, else a login.
    """

    @property
    def packages(self) -> MutableSequence[str]:
        """Programs on the login path, by name."""
    @packages.setter
    def packages(self, names: Listed[str]) -> None: ...

    root: _Root | None
    """The type of the root file system; None is the board's first."""

    state: str | None
    """The label of the partition for what is kept across boots; None is a folder of a writable
    root, or nowhere.
    """

    trial_seconds: int
    """How long an updated system waits for its confirmation before it goes back to the one
    before.
    """
