"""A board that joins networks: all is in one bridge, and another router does the rest."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from liminix_gen.config import System
from liminix_gen.model.service import Service
from liminix_gen.model.values import Boolean
from liminix_gen.profiles.parts import Arguments, Profile, clock, shell
from liminix_gen.profiles.wireless import Passwords, access_points, passwords


@frozen(kw_only=True)
class AccessPoint(Profile):
    """What an access point is made of."""

    ports: Service
    lan: Service
    default_route: Service
    resolver: Service
    lan6: Service | None = None
    wifi: Service | None = None
    wifi5: Service | None = None
    time: Service | None = None
    ssh: Service | None = None


def access_point(
    config: System,
    *,
    ports: Sequence[str] | None = None,
    ipv6: bool = True,
    country: str | None = None,
    wifi: Passwords | None = None,
    time_servers: Sequence[str] = ("pool.ntp.org",),
    ssh_keys: Sequence[str] = (),
) -> AccessPoint:
    """Make the services of a board that joins its sockets, with an address by DHCP.

    ``ports`` are all sockets of the board unless they are named. With ``ipv6`` it also takes
    addresses from router advertisements. ``wifi`` names wireless networks, each with its password,
    and ``country`` says where the radios are. ``ssh_keys`` let root in.
    """
    arguments = Arguments.of("access_point", config)
    service = config.service
    ipv6 = arguments.checked("ipv6", Boolean(), ipv6, True)
    sockets = arguments.sockets("ports", ports)
    if not sockets:
        arguments.note(
            "ports",
            "are none, so that nothing leads to the network",
            hint="leave it out for all sockets of the board",
        )
    networks = passwords(arguments, wifi=wifi)
    bridge = service.bridge.primary.build(ifname="int")
    lease = service.network.dhcp.client.build(interface=bridge)
    return AccessPoint(
        ports=service.bridge.members.build(primary=bridge, members=sockets),
        lan=lease,
        default_route=service.network.route.build(
            target="default", via=lease.output("router"), interface=lease
        ),
        resolver=service.network.resolver.build(source=lease),
        lan6=service.ipv6.autoconfig.build(interface=bridge) if ipv6 else None,
        **access_points(arguments, country, networks, {"wifi": bridge}),
        time=clock(arguments, time_servers, None),
        ssh=shell(arguments, ssh_keys, bridge),
    )
