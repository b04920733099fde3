"""A home's router: a line to the provider, a LAN, and guests apart from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Interface

from attrs import frozen

from liminix_gen.config import System
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.service import Service
from liminix_gen.model.values import (
    DOMAIN_NAME,
    Boolean,
    Integer,
    IPAddress,
    ListOf,
    OneOf,
    Optional,
)
from liminix_gen.profiles.parts import (
    NETWORK,
    NOWHERE,
    Arguments,
    Inside,
    Profile,
    clock,
    leases,
    shell,
)
from liminix_gen.profiles.wireless import Passwords, access_points, passwords

WANS = ("dhcp", "pppoe", "static")
# What leads to the provider, and its router.
_Line = tuple[Service, OutputReference | str]


@frozen(kw_only=True)
class Gateway(Profile):
    """What a gateway is made of."""

    wan: Service
    default_route: Service
    resolver: Service
    prefix: Service | None = None
    wan6: Service | None = None
    ports: Service
    lan: Service
    lan6: Service | None = None
    dns: Service
    guests_ports: Service | None = None
    guests: Service | None = None
    guests6: Service | None = None
    guests_dns: Service | None = None
    wifi: Service | None = None
    wifi5: Service | None = None
    firewall: Service
    forward: Service
    time: Service | None = None
    ssh: Service | None = None


def gateway(
    config: System,
    *,
    wan: str = "dhcp",
    wan_port: str = "wan",
    wan_vlan: int | None = None,
    username: str | None = None,
    password: OutputReference | None = None,
    address: str | None = None,
    router: str | None = None,
    name_servers: Sequence[str] = (),
    ipv6: bool = True,
    prefix_length: int = 56,
    lan: str = "192.168.19.1/24",
    lan_ports: Sequence[str] | None = None,
    domain: str = "lan",
    hosts: Mapping[str, object] | None = None,
    guests: str | None = None,
    guests_vlan: int = 20,
    country: str | None = None,
    wifi: Passwords | None = None,
    guests_wifi: Passwords | None = None,
    port_forward: Mapping[str, object] | None = None,
    time_servers: Sequence[str] = ("pool.ntp.org",),
    ssh_keys: Sequence[str] = (),
) -> Gateway:
    """Make the services of a home's router.

    ``wan`` is how the provider gives an address: "dhcp"; "pppoe", with ``username`` and
    ``password``; "static", with ``address`` and ``router``. ``wan_vlan`` is the VLAN of the line,
    and ``name_servers`` are asked besides the provider's. ``lan_ports`` are all other sockets of
    the board unless they are named. ``guests`` is the router's address among guests, who are
    tagged with ``guests_vlan`` on all of these. ``wifi`` names wireless networks of the LAN, each
    with its password, ``guests_wifi`` those of guests, and ``country`` says where the radios are.
    ``hosts`` is that of dnsmasq, ``port_forward`` that of the firewall. ``ssh_keys`` let root in
    from the LAN.
    """
    arguments = Arguments.of("gateway", config)
    checked = arguments.checked
    service = config.service
    wan = checked("wan", OneOf(*WANS), wan, "dhcp")
    wan_vlan = checked("wan_vlan", Optional(Integer(1, 4094)), wan_vlan, None)
    ipv6 = checked("ipv6", Boolean(), ipv6, True)
    address = checked("address", Optional(NETWORK), address, None)
    name_servers = checked("name_servers", ListOf(IPAddress()), name_servers, ())
    answers = arguments.of_kind(
        wan,
        {
            "pppoe": {"username": username, "password": password},
            "static": {"address": address, "router": router},
        },
    )
    if wan == "static" and not name_servers:
        arguments.note("name_servers", "are needed with wan='static'")
        name_servers = (NOWHERE,)
    inside = Inside.of(arguments, lan=lan, guests=guests, guests_vlan=guests_vlan)
    domain = checked("domain", DOMAIN_NAME, domain, "lan")
    radios = passwords(arguments, wifi=wifi, guests_wifi=guests_wifi)
    if "guests_wifi" in radios and guests is None:
        arguments.note("guests_wifi", "needs guests: the router's address among them")

    # --- the line ---
    socket = arguments.port("wan_port", wan_port)
    below = socket
    if wan_vlan is not None:
        below = service.vlan.build(ifname="uplink", primary=socket, vid=wan_vlan)
    line, via = _line(arguments, wan, below, answers)
    learnt = line if wan != "static" else None
    # IPv6 does not wait for an address of IPv4, unless both come by the same session.
    uplink = line if wan == "pppoe" else below
    prefix = wan6 = None
    if ipv6:
        host = service.ipv6.autoconfig.build(interface=uplink)
        # PPP has a link-local address only.
        asked = wan != "pppoe"
        prefix = service.dhcp6.client.build(
            interface=host, address=asked, prefix_length=prefix_length
        )
        wan6 = service.dhcp6.address.build(client=prefix, interface=uplink) if asked else None

    # --- inside ---
    sockets = arguments.sockets("lan_ports", lan_ports, but=socket)
    if not sockets and lan_ports is None:
        arguments.note("wan_port", f"leaves no port of {config.device.name} for the LAN",
                       hint="profiles.access_point is for boards with one port")  # fmt: skip
    bridge = service.bridge.primary.build(ifname="int")
    ports = service.bridge.members.build(
        primary=bridge,
        members=sockets,
        vlans={str(guests_vlan): {"tagged": sockets}} if inside.guests else {},
    )
    zones = {"wan": [uplink], "lan": [bridge]}
    among, bridges = {"lan": (bridge, inside.lan)}, {"wifi": bridge}
    made: dict[str, Service] = {}
    if inside.guests is not None:
        card, made = _guests(arguments, bridge, guests_vlan, in_the_air="guests_wifi" in radios)
        among["guests"] = (card, inside.guests)
        zones["guests"] = [card]
        bridges["guests_wifi"] = card
    made |= access_points(arguments, country, radios, bridges)
    for number, (name, (interface, of)) in enumerate(among.items()):
        own = service.network.address.build(
            interface=interface,
            family="inet",
            address=str(of.ip),
            prefix_length=of.network.prefixlen,
        )
        made[name] = own
        if prefix is not None:
            made[f"{name}6"] = service.dhcp6.prefix.build(
                client=prefix, interface=interface, subnet=number
            )
        made["dns" if name == "lan" else f"{name}_dns"] = service.dnsmasq.build(
            interface=own,
            domain=domain if name == "lan" else f"{name}.{domain}",
            ranges=[leases(of.network)],
            ipv6="slaac" if ipv6 else None,
            resolvconf=learnt,
            upstreams=name_servers,
            hosts=(hosts or {}) if name == "lan" else {},
        )
    return Gateway(
        wan=line,
        default_route=service.network.route.build(target="default", via=via, interface=line),
        resolver=service.network.resolver.build(source=learnt, nameservers=name_servers),
        prefix=prefix,
        wan6=wan6,
        ports=ports,
        **made,
        firewall=service.firewall.build(zones=zones, port_forward=port_forward or {}),
        forward=service.network.forward.build(enable_ipv6=ipv6),
        time=clock(arguments, time_servers, bridge, [one.network for _, one in among.values()]),
        ssh=shell(arguments, ssh_keys, bridge),
    )


def _guests(
    arguments: Arguments, bridge: Service, vlan: int, *, in_the_air: bool
) -> tuple[Service, dict[str, Service]]:
    """Return the interface that guests are at, and the services that it needs besides."""
    service = arguments.config.service
    name = "guests-lan" if in_the_air else "guests"
    tagged = service.vlan.build(ifname=name, primary=bridge, vid=vlan)
    if not in_the_air:
        return tagged, {}
    both = service.bridge.primary.build(ifname="guests")
    return both, {"guests_ports": service.bridge.members.build(primary=both, members=[tagged])}


def _line(arguments: Arguments, wan: str, below: Service, answers: Mapping[str, object]) -> _Line:
    """Return what leads to the provider, and its router."""
    service = arguments.config.service
    if None in answers.values():  # was reported
        return arguments.nothing(), NOWHERE
    if wan == "static":
        own = IPv4Interface(str(answers["address"]))
        line = service.network.address.build(
            interface=below,
            family="inet",
            address=str(own.ip),
            prefix_length=own.network.prefixlen,
        )
        return line, str(answers["router"])
    if wan == "pppoe":
        line = service.pppoe.build(
            interface=below, username=answers["username"], password=answers["password"]
        )
    else:
        line = service.network.dhcp.client.build(interface=below)
    return line, line.output("router")
