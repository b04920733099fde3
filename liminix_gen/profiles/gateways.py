"""A home's router: a line to the provider, a LAN, and guests apart from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from attrs import frozen

from liminix_gen.config import System
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.service import Service, ServiceNamespace
from liminix_gen.model.values import (
    DOMAIN_NAME,
    MAC_ADDRESS,
    VLAN_NUMBER,
    Boolean,
    IPAddress,
    ListOf,
    OneOf,
    Optional,
)
from liminix_gen.profiles.parts import (
    NOWHERE,
    OF_A_LINE,
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
    wan_mac: str | None = None,
    username: str | OutputReference | None = None,
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
    zones: Mapping[str, Sequence[Service]] | None = None,
    open: Mapping[str, object] | None = None,  # noqa: A002  as the firewall has it
    port_forward: Mapping[str, object] | None = None,
    time_servers: Sequence[str] = ("pool.ntp.org",),
    ssh_keys: Sequence[str] = (),
) -> Gateway:
    """Make the services of a home's router.

    ``wan`` is how the provider gives an address: "dhcp"; "pppoe", with ``username`` and
    ``password``; "static", with ``address`` and ``router``. ``wan_vlan`` is the VLAN of the line,
    ``wan_mac`` the router's MAC address there if it is not to be that of the port, and
    ``name_servers`` are asked besides the provider's. ``lan_ports`` are all other sockets of
    the board unless they are named. ``guests`` is the router's address among guests, who are
    tagged with ``guests_vlan`` on all of these. ``wifi`` names wireless networks of the LAN, each
    with its password, ``guests_wifi`` those of guests, and ``country`` says where the radios are.
    ``zones`` are further interfaces of the zones lan, guests and wan, such as a tunnel.
    ``hosts`` is that of dnsmasq, ``open`` and ``port_forward`` are those of the firewall.
    ``ssh_keys`` let root in from the LAN.
    """
    arguments = Arguments.of("gateway", config)
    checked = arguments.checked
    service = config.service
    wan = checked("wan", OneOf(*WANS), wan, "")
    wan_vlan = checked("wan_vlan", Optional(VLAN_NUMBER), wan_vlan, None)
    wan_mac = checked("wan_mac", Optional(MAC_ADDRESS), wan_mac, None)
    ipv6 = checked("ipv6", Boolean(), ipv6, True)
    address = checked("address", Optional(OF_A_LINE), address, f"{NOWHERE}/24")
    router = checked("router", Optional(IPAddress(4)), router, NOWHERE)
    name_servers = checked("name_servers", ListOf(IPAddress()), name_servers, ())
    answers = arguments.of_kind(
        wan,
        {
            "pppoe": {"username": username, "password": password},
            "static": {"address": address, "router": router},
        },
    )
    if wan == "static":
        name_servers = _of_static(arguments, address, router, name_servers)
    inside = Inside.of(arguments, lan=lan, guests=guests, guests_vlan=guests_vlan)
    domain = checked("domain", DOMAIN_NAME, domain, "lan")
    radios = passwords(arguments, wifi=wifi, guests_wifi=guests_wifi)
    if guests is None and "guests_wifi" in radios:
        arguments.note("guests_wifi", "needs guests", hint='guests="192.168.20.1/24"')

    # --- the line ---
    socket = arguments.port("wan_port", wan_port)
    below = _below(service, socket, wan_mac, wan_vlan)
    line, via = _line(arguments, wan, below, answers)
    learnt = line if wan != "static" else None
    # IPv6 does not wait for an address of IPv4, unless both come by the same session.
    uplink = line if wan == "pppoe" else below
    prefix = wan6 = None
    if ipv6:
        # PPP has a link-local address only.
        prefix, wan6 = _line6(service, uplink, prefix_length, asks=wan != "pppoe")

    # --- inside ---
    sockets = arguments.sockets("lan_ports", lan_ports, but=socket)
    if not sockets and "wifi" not in radios:
        _no_lan(arguments, lan_ports)
    if inside.guests and wan_vlan and wan_vlan == inside.guests_vlan and socket in sockets:
        arguments.note(
            "guests_vlan",
            f"is the VLAN of the line, on the same port: {wan_vlan}",
            hint=f"guests_vlan={wan_vlan % 4094 + 1}",
        )
    bridge = service.bridge.primary.build(ifname="int")
    ports = service.bridge.members.build(
        primary=bridge,
        members=sockets,
        vlans={str(inside.guests_vlan): {"tagged": sockets}} if inside.guests else {},
    )
    inhabited = {"wan": [uplink], "lan": [bridge]}
    among, bridges = {"lan": (bridge, inside.lan)}, {"wifi": bridge}
    made: dict[str, Service] = {}
    if inside.guests is not None:
        card, made = _guests(service, bridge, inside.guests_vlan, in_air="guests_wifi" in radios)
        among["guests"] = (card, inside.guests)
        inhabited["guests"] = [card]
        bridges["guests_wifi"] = card
    made |= access_points(arguments, country, radios, bridges)
    names = {"ipv6": "slaac" if ipv6 else None, "resolvconf": learnt, "upstreams": name_servers}
    for number, (name, (interface, of)) in enumerate(among.items()):
        own = {"domain": domain, "hosts": hosts or {}}
        asked_for = own if name == "lan" else {"domain": f"{name}.{domain}"}
        made |= _network(service, name, interface, of, {**names, **asked_for})
        if prefix is not None:
            made[f"{name}6"] = service.dhcp6.prefix.build(
                client=prefix, interface=interface, subnet=number
            )
    return Gateway(
        wan=line,
        default_route=service.network.route.build(target="default", via=via, interface=line),
        resolver=service.network.resolver.build(source=learnt, nameservers=name_servers),
        prefix=prefix,
        wan6=wan6,
        ports=ports,
        **made,
        firewall=service.firewall.build(
            zones=_zones(arguments, inhabited, zones or {}),
            open=open or {},
            port_forward=port_forward or {},
        ),
        forward=service.network.forward.build(enable_ipv6=ipv6),
        time=clock(arguments, time_servers, bridge, [one.network for _, one in among.values()]),
        ssh=shell(arguments, ssh_keys, bridge),
    )


def _network(
    service: ServiceNamespace,
    name: str,
    interface: Service,
    of: IPv4Interface,
    names: Mapping[str, Any],
) -> dict[str, Service]:
    """Return the router's address in a network, and what hands out addresses and names there."""
    own = service.network.address.build(
        interface=interface, family="inet", address=str(of.ip), prefix_length=of.network.prefixlen
    )
    served = service.dnsmasq.build(interface=own, ranges=[leases(of.network)], **names)
    return {name: own, "dns" if name == "lan" else f"{name}_dns": served}


def _line6(
    service: ServiceNamespace, uplink: Service, prefix_length: int, *, asks: bool
) -> tuple[Service, Service | None]:
    """Return who is delegated a prefix, and the line's own address if it ``asks`` for one."""
    host = service.ipv6.autoconfig.build(interface=uplink)
    prefix = service.dhcp6.client.build(interface=host, address=asks, prefix_length=prefix_length)
    return prefix, service.dhcp6.address.build(client=prefix, interface=uplink) if asks else None


def _zones(
    arguments: Arguments,
    own: Mapping[str, list[Service]],
    more: Mapping[str, Sequence[Service]],
) -> Mapping[str, list[Service]]:
    """Return the zones of the firewall with the interfaces that are in them besides."""
    for name in more.keys() - own.keys():
        hint = f"it has {', '.join(own)}; a firewall of your own has others: but(firewall=...)"
        arguments.note("zones", f"has no zone {name!r}", hint=hint)
    return {name: [*of, *more.get(name, ())] for name, of in own.items()}


def _no_lan(arguments: Arguments, lan_ports: Sequence[str] | None) -> None:
    if lan_ports is not None:
        arguments.note(
            "lan_ports",
            "are none, and without wifi nobody is in the LAN",
            hint="leave it out for all other sockets of the board",
        )
        return
    board = arguments.config.device.name
    hint = "profiles.access_point is for boards with one port"
    arguments.note("wan_port", f"leaves no port of {board} for the LAN", hint=hint)


def _of_static(
    arguments: Arguments, address: str | None, router: str | None, name_servers: Sequence[str]
) -> Sequence[str]:
    """Note what a line with a fixed address cannot be; return its name servers."""
    if not name_servers:
        arguments.note(
            "name_servers", "are needed with wan='static'", hint='name_servers=["192.0.2.53"]'
        )
        name_servers = (NOWHERE,)
    if address is not None and router is not None:
        _check_router(arguments, IPv4Interface(address), IPv4Address(router))
    return name_servers


def _check_router(arguments: Arguments, own: IPv4Interface, router: IPv4Address) -> None:
    """Note a provider's router that is not beside the router's own address."""
    if NOWHERE in {str(own.ip), str(router)}:  # was reported
        return
    hint = "the provider says which address its router has in that network"
    if own.ip == router:
        arguments.note("router", f"is the router's own address: {router}", hint=hint)
    elif router not in own.network:
        arguments.note(
            "router", f"is not in the network of address, {own.network}: {router}", hint=hint
        )
    elif own.network.prefixlen < 31 and router in {own.network[0], own.network[-1]}:
        arguments.note("router", f"is the address of no host: {router}", hint=hint)


def _guests(
    service: ServiceNamespace, bridge: Service, vlan: int, *, in_air: bool
) -> tuple[Service, dict[str, Service]]:
    """Return the interface that guests are at, and the services that it needs besides."""
    name = "guests-lan" if in_air else "guests"
    tagged = service.vlan.build(ifname=name, primary=bridge, vid=vlan)
    if not in_air:
        return tagged, {}
    both = service.bridge.primary.build(ifname="guests")
    return both, {"guests_ports": service.bridge.members.build(primary=both, members=[tagged])}


def _below(
    service: ServiceNamespace, socket: Service, mac: str | None, vlan: int | None
) -> Service:
    """Return the interface that the line is on."""
    if mac is not None:
        socket = service.network.link.build(like=socket, mac=mac)
    if vlan is not None:
        return service.vlan.build(ifname="uplink", primary=socket, vid=vlan)
    return socket


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
