"""What is wrong between the zones of a firewall, and what it lets through.

Passes are the parameters `open`, `allow` and `port_forward`: each its records, by the user's names.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from liminix_gen import Mistake, Service, interface_of, mistake
from liminix_gen.errors import suggestion

from .passes import Record, is_no_host, same_ports
from .zone import KINDS, Zone

Given = Mapping[str, Mapping[str, object]]
Passes = Mapping[str, Mapping[str, Record]]


def _records(passes: Passes) -> Iterator[tuple[str, str, Record]]:
    for argument, records in passes.items():
        for name, record in records.items():
            yield argument, name, record


def _addresses(record: Record, key: str) -> tuple[str, ...]:
    return cast("tuple[str, ...] | None", record[key]) or ()


def nobody_there(given: Given, zones: tuple[Zone, ...], passes: Passes) -> Iterator[Mistake]:
    """Yield zones that nobody is in, and who names one."""
    inhabited = sorted(zone.name for zone in zones if zone.interfaces)

    def nobody(zone: str) -> str:
        known = ", ".join(inhabited) or "none yet"
        return f"nobody is in a zone {zone!r} (zones with interfaces: {known})"

    for name, zone in given.items():
        if not zone["interfaces"]:
            yield mistake("nobody is in this zone: it has no interface", "zones", name)
        for other in _addresses(zone, "reach"):
            if other not in inhabited:
                yield mistake(nobody(other), "zones", name, "reach")
    for argument, name, record in _records(passes):
        for key in ("from", "to"):
            named = record.get(key)
            if isinstance(named, str) and named not in inhabited:
                yield mistake(nobody(named), argument, name, key)


def of_no_kind(given: Given, passes: Passes, own: set[str]) -> Iterator[Mistake]:
    """Yield zones that no rule is for; the user's own rules name those of ``own``."""
    named = {record.get(key) for _, _, record in _records(passes) for key in ("from", "to")}
    for name, zone in given.items():
        said = [zone[key] for key in ("like", "reach", "router", "masquerade")]
        if (
            zone["interfaces"]
            and name not in {*KINDS, *own}
            and name not in named
            and all(one is None for one in said)
        ):
            what = "it is of no kind, so that its hosts reach nothing: 'like' says which"
            near = suggestion(name, KINDS)
            yield mistake(f"{what} ({near})" if near else what, "zones", name)


def in_two_zones(zones: tuple[Zone, ...]) -> Iterator[Mistake]:
    """Yield interfaces that are in two zones, or twice in one."""
    owners: dict[str | Service, str] = {}
    for zone in zones:
        for number, interface in enumerate(zone.interfaces):
            of = interface_of(interface)
            twice = interface in zone.interfaces[:number]
            if owners.get(of, zone.name) != zone.name or twice:
                what = f"the {interface.TYPE} of {interface.where} is in the zones"
                yield mistake(f"{what} {owners[of]!r} and {zone.name!r}", "zones", zone.name)
            owners[of] = zone.name


def two_lengths(zones: tuple[Zone, ...]) -> Iterator[Mistake]:
    """Yield prefixes that have not as many addresses as those that take their place."""
    for zone in zones:
        for inside, outside in zone.translate_ip6.items():
            if inside.partition("/")[2] != outside.partition("/")[2]:
                said = f"{outside} is of another length"
                yield mistake(said, "zones", zone.name, "translate_ip6", inside)


def two_families(passes: Passes) -> Iterator[Mistake]:
    """Yield what is from hosts of one family, to hosts of the other."""
    for argument, key in (("allow", "hosts"), ("port_forward", "to")):
        for name, record in passes[argument].items():
            sources, hosts = (
                {":" in one for one in _addresses(record, of)} for of in ("sources", key)
            )
            if sources and hosts and not sources & hosts:
                said = f"its sources are of one family, {key} of the other"
                yield mistake(said, argument, name)


def no_hosts(port_forward: Mapping[str, Record]) -> Iterator[Mistake]:
    """Yield addresses that no host can have, and port forwards to several hosts of IPv4."""
    for name, record in port_forward.items():
        to = _addresses(record, "to")
        for number, host in enumerate(to):
            if is_no_host(host):
                yield mistake(
                    f"{host} is not the address of a host", "port_forward", name, "to", number
                )
        if (count := sum(":" not in one for one in to)) > 1:
            said = f"packets of IPv4 go to one host, not to {count}"
            yield mistake(said, "port_forward", name, "to")


def two_hosts(passes: Passes) -> Iterator[Mistake]:
    """Yield ports of the router that packets go to one host by, and are sent to another too."""
    taken: list[tuple[str, str, Record]] = []
    for argument in ("port_forward", "open"):
        for name, record in passes[argument].items():
            if argument == "port_forward" and all(":" in one for one in _addresses(record, "to")):
                continue  # nothing is translated
            for other, other_name, earlier in taken:
                if (common := same_ports(record, earlier)) and other == "port_forward":
                    said = f"{common} goes to the host of {other}[{other_name!r}] already"
                    yield mistake(said, argument, name, "port")
            taken.append((argument, name, record))
