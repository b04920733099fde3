"""A packet filter."""

from collections.abc import Iterator, Mapping

from liminix_gen import (
    INTERFACE,
    KernelNeeds,
    Needs,
    Part,
    Service,
    claim,
    interface_of,
    longrun,
    oneshot,
    parameter,
    service_type,
    values,
)

from .closed import closed, opened
from .defaults import RULES, ZONES
from .places import Entry
from .ruleset import ENTRIES, NAME, families, merged, mistakes, script, uses
from .uses import USES, expressions_of, modules_of

_FEW = modules_of(())


@service_type
class Firewall(Service):
    """Filter packets by nftables rules (nft(8)).

    A zone is a set of interfaces that rules name as ``@ZONE``; it holds the names of those whose
    service is up, as they come and go. The rules are checked when the image is built, and
    replaced as one when the service starts. They stay when the daemon is killed. Without parameters
    a LAN may reach out and nothing may reach in.

    Before the rules are there, and if they cannot be loaded or the service is stopped, all is
    dropped but ``rescue``. That comes before the first interface and changes places with the rules
    at once, so that at no time packets pass unfiltered.
    """

    KERNEL = KernelNeeds(modules=modules_of(USES))

    zones: Mapping[str, tuple[Service, ...]] = parameter(
        values.MappingOf(NAME, values.ListOf(INTERFACE)),
        "zone to the interfaces in it; the built-in rules know 'lan' and 'wan'",
        default={},
        example={"lan": ["lan"], "wan": ["wan"]},
    )
    rules: Mapping[str, Entry] = parameter(
        ENTRIES,
        "chain to its keys: family, type, hook, priority, policy, rules; given, it replaces the "
        "built-in set",
        default=RULES,
        example={
            "input-ip4": {
                "family": "ip",
                "type": "filter",
                "hook": "input",
                "policy": "drop",
                "rules": ["iifname @lan accept"],
            }
        },
    )
    extra_rules: Mapping[str, Entry] = parameter(
        ENTRIES,
        "keys of chains that take the place of those in rules, or further chains",
        default={},
        example={"incoming-allowed-ip4": {"rules": ["tcp dport 443 accept"]}},
    )

    rescue: Mapping[str, tuple[int, ...]] = parameter(
        values.MappingOf(NAME, values.ListOf(values.PORT)),
        "zone to the TCP ports of the router that its hosts reach while the rules are not loaded, "
        "so that they can be mended",
        default={"lan": (22,)},
        example={"lan": [22, 2222]},
    )

    def _entries(self) -> Mapping[str, Entry]:
        return merged(self.rules, self.extra_rules)

    def _zone_names(self) -> tuple[str, ...]:
        return tuple(sorted({*self.zones, *ZONES}))

    def check(self) -> Iterator[str]:
        yield from mistakes(self._entries(), self._zone_names())
        for zone in self.rescue:
            if zone not in self._zone_names():
                yield f"rescue names {zone!r}, which is not a zone"
        owners: dict[str | Service, str] = {}
        for zone, interfaces in self.zones.items():
            for number, interface in enumerate(interfaces):
                name = interface_of(interface)
                if owners.get(name, zone) != zone or interface in interfaces[:number]:
                    yield (
                        f"the {interface.TYPE} of {interface.where} is in the zones "
                        f"{owners[name]!r} and {zone!r}"
                    )
                owners[name] = zone

    def subject(self) -> str:
        return ""

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=modules_of(uses(self._entries())),
            packages=("nftables",),
            claims=(
                claim("the nft table", "inet", "closed"),
                *(
                    claim("the nft table", family, f"table-{family}")
                    for family in families(self._entries())
                ),
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        entries = self._entries()
        rescue = {zone: ports for zone, ports in self.rescue.items() if ports}
        followed = {zone: self.zones[zone] for zone in rescue if self.zones.get(zone)}
        policy = closed(rescue)
        guard = oneshot(
            "closed.nix",
            name="closed",
            packages=("nftables",),
            guards=True,
            # Whatever the rules need: a module that cannot be loaded must not open, nor lock out.
            kernel_modules=_FEW,
            closed=policy,
        )
        daemon = longrun(
            "firewall.nix",
            packages=("nftables",),
            after=("closed",),
            observes=_interfaces(self.zones),
            closed=policy,
            expressions=expressions_of(uses(entries)),
            families=families(entries),
            opened=opened(),
            ruleset=script(entries, self._zone_names()),
            zones=self.zones,
        )
        if not followed:
            return (guard, daemon)
        # A part of its own, as it is needed most when the daemon cannot start.
        follower = longrun(
            "rescue.nix",
            name="rescue",
            packages=("nftables",),
            after=("closed",),
            kernel_modules=_FEW,
            observes=_interfaces(followed),
            zones=followed,
        )
        return (guard, follower, daemon)


def _interfaces(zones: Mapping[str, tuple[Service, ...]]) -> tuple[Service, ...]:
    return tuple(dict.fromkeys(service for zone in zones.values() for service in zone))
