"""The wireless networks of a profile: every radio of the board offers all of them."""

from __future__ import annotations

from collections.abc import Mapping

from liminix_gen.model.reference import SECRET, OutputReference
from liminix_gen.model.service import Service, bands_of
from liminix_gen.model.values import SSID, MappingOf, Optional
from liminix_gen.profiles.parts import Arguments

# The names of networks, each with its password; None is open.
Passwords = Mapping[str, OutputReference | None]
_PASSWORDS = MappingOf(SSID, Optional(SECRET))
# The service of each band. Its channel is free of radar everywhere.
_NAMES = {"2.4 GHz": "wifi", "5 GHz": "wifi5"}
_CHANNELS = {"2.4 GHz": 6, "5 GHz": 36}
# Where 36 is not allowed and 149 is (modules/wifi/access_point/countries.py).
_NOT_36 = frozenset(("BD", "BO", "BZ", "CU", "NG", "PK"))


def passwords(arguments: Arguments, **given: object) -> Mapping[str, Passwords]:
    """Check arguments that name networks; return those that do, by their names."""
    checked = {
        name: arguments.checked(name, _PASSWORDS, one or {}, {}) for name, one in given.items()
    }
    seen: dict[str, str] = {}
    for name, one in checked.items():
        for ssid in one:
            if (other := seen.setdefault(ssid, name)) != name:
                arguments.note(name, f"has the network {ssid!r}, as {other} has", ssid,
                               hint="each network has a name of its own")  # fmt: skip
    return {name: one for name, one in checked.items() if one}


def access_points(
    arguments: Arguments,
    country: str | None,
    wanted: Mapping[str, Passwords],
    bridges: Mapping[str, Service],
) -> dict[str, Service]:
    """Return a service for each radio, by the name that it has in a profile.

    ``wanted`` are the networks of each argument, and ``bridges`` where these are. Stations of any
    but ``wifi`` do not reach each other.
    """
    config = arguments.config
    ports = config.hardware.network_interfaces
    radios = [port for port in ports.values() if bands_of(port)]
    for name in wanted:
        if ports and not radios:
            arguments.note(name, f"needs a radio, and {config.device.name} has none")
    if wanted and country is None:
        arguments.note(
            "country", "is needed with wifi: rules of radios differ", hint='country="DE"'
        )
    if not wanted or not radios or country is None:
        return {}
    networks = {
        ssid: {
            "bridge": bridges[name],
            "isolated": name != "wifi",
            **({"security": "open"} if password is None else {"password": password}),
        }
        for name, of in wanted.items()
        if name in bridges
        for ssid, password in of.items()
    }
    made: dict[str, Service] = {}
    for radio in radios:
        band = bands_of(radio)[0]
        channel = 149 if band == "5 GHz" and country in _NOT_36 else _CHANNELS[band]
        made[_NAMES[band]] = config.service.wifi.access_point.build(
            radio=radio, country=country, band=band, channel=channel, networks=networks
        )
    return made
