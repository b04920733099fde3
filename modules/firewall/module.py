"""A packet filter."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import cast

from liminix_gen import (
    Admission,
    Claim,
    Example,
    Inside,
    KernelNeeds,
    Mistake,
    Needs,
    Outside,
    Part,
    Service,
    claim,
    in_a_network,
    interface_of,
    longrun,
    mistake,
    of_another,
    oneshot,
    parameter,
    service_type,
    values,
)
from liminix_gen.errors import Where, suggestion

from .closed import closed, opened
from .defaults import PLACES, Home, Rules, built_in
from .mistakes import (
    in_two_zones,
    no_hosts,
    nobody_there,
    of_no_kind,
    two_families,
    two_hosts,
    two_lengths,
)
from .passes import (
    ALLOW,
    FORWARD,
    LABEL,
    OPEN,
    Record,
    allowed,
    forwarded,
    inner,
    is_suffix,
    let_in,
)
from .passes import opened as opened_ports
from .places import Entry, Wrong
from .rule import read
from .ruleset import ENTRIES, NAME, families, merged, mistakes, script, uses
from .statements import FLOWTABLE
from .uses import USES, expressions_of, modules_of
from .zone import ZONE, Zone, zones_of

_FEW = modules_of(())
# Drivers that take flows (TC_SETUP_FT in drivers/net/ethernet of the kernel).
_CHIPS = {"NET_MEDIATEK_SOC": "network chips that take connections over"}
_PLACES = values.MappingOf(values.OneOf(*PLACES), values.ListOf(values.Text()))


@service_type
class Firewall(Service):
    """Filter packets by zones, and by rules of your own (nft(8)).

    A zone is a set of interfaces; it holds those whose service is up, as they come and go, and
    rules name it as ``@ZONE``. It is of the kind that its name or its key ``like`` says: ``lan``
    reaches the world, and uses DHCP, DNS, NTP and ssh of the router; ``guests`` reach nothing but
    the world, and use no ssh; ``things`` reach nothing, and the LAN reaches them; ``wan`` is the
    world, which reaches nothing. ``open``, ``allow`` and ``port_forward`` let more through, in both
    families. Without zones nothing passes.

    The rules are checked when the image is built, and replaced as one when the service starts. They
    stay when the daemon is killed. Before they are there, and if they cannot be loaded or the
    service is stopped, all is dropped but ``rescue``. That comes before the first interface and
    changes places with the rules at once, so that at no time packets pass unfiltered.
    """

    EXAMPLE = Example(parameters=("zones",))

    KERNEL = KernelNeeds(modules=modules_of(USES))

    zones: Mapping[str, Mapping[str, object]] = parameter(
        values.MappingOf(NAME, ZONE),
        "zone to the interfaces in it, or to its keys",
        default={},
        example={
            "lan": ["lan"],
            "wan": ["wan"],
            "guests": ["guest"],
            "office": {"interfaces": ["office"], "like": "lan", "reach": ["wan", "lan"]},
        },
    )
    open: Mapping[str, Record] = parameter(
        values.MappingOf(LABEL, OPEN),
        "ports of the router that hosts of a zone reach, by a name of your choice",
        default={},
        example={"vpn": {"protocol": "udp", "port": 51820}},
    )
    allow: Mapping[str, Record] = parameter(
        values.MappingOf(LABEL, ALLOW),
        "what may go from one zone to another, by a name of your choice",
        default={},
        example={"print": {"from": "guests", "to": "lan", "port": 631, "hosts": "192.168.19.5"}},
    )
    port_forward: Mapping[str, Record] = parameter(
        values.MappingOf(LABEL, FORWARD),
        "ports of the router that lead to a host inside, by a name of your choice",
        default={},
        example={"web": {"port": [80, 443], "to": ["192.168.19.5", "::5"]}},
    )
    offload: bool = parameter(
        values.Boolean(),
        "whether packets of connections that were let through take a short way, past the rules, "
        "which then do not count them; with rules of your own, `flow add @offloaded` in a forward "
        "chain sends them there",
        default=False,
        example=True,
    )
    offload_to_hardware: bool = parameter(
        values.Boolean(),
        "whether the network chips of the board send these packets on by themselves, where their "
        "driver can have them do so: those of MediaTek's SoCs",
        default=False,
        example=True,
    )
    before: Rules = parameter(
        _PLACES,
        "rules for the beginning of a built-in chain, such as 'forward-ip4'; those of 'forward' "
        "are for both families",
        default={},
        example={"forward": ['iifname @guests meta hour "23:00"-"23:59" drop']},
    )
    after: Rules = parameter(
        _PLACES,
        "rules for its end, where what nobody let through is dropped",
        default={},
        example={"input": ["iifname @lan reject"]},
    )
    rules: Mapping[str, Entry] | None = parameter(
        values.Optional(ENTRIES),
        "chain to its keys: family, type, hook, priority, policy, rules; given, it replaces all "
        "that zones and the parameters above bring, but the sets of the zones",
        default=None,
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

    rescue: Mapping[str, tuple[int, ...]] | None = parameter(
        values.Optional(values.MappingOf(NAME, values.ListOf(values.PORT))),
        "zone to the TCP ports of the router that its hosts reach while the rules are not loaded, "
        "so that they can be mended; if it is not given, 22 from each zone like lan",
        default=None,
        example={"lan": [22, 2222]},
    )

    @cached_property
    def _zones(self) -> tuple[Zone, ...]:
        return zones_of(self.zones)

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        return merged(self._built_in if self.rules is None else self.rules, self.extra_rules)

    @cached_property
    def _built_in(self) -> Mapping[str, Entry]:
        zones = self._zones
        hairpin = {
            zone.name: None
            for record in self.port_forward.values()
            for zone in inner(record, zones)
        }
        home = Home(
            zones=zones,
            opened=tuple(opened_ports(self.open)),
            allowed=tuple(allowed(self.allow)),
            forwarded=tuple(forwarded(self.port_forward, zones)),
            hairpin=tuple(hairpin),
            offload=self.offload,
            before=self.before,
            after=self.after,
        )
        return built_in(home)

    @property
    def _rescue(self) -> Mapping[str, tuple[int, ...]]:
        """The ports of each zone that stay open, whatever happens."""
        if self.rescue is None:
            return {zone.name: (22,) for zone in self._zones if zone.kind == "lan"}
        return {zone: ports for zone, ports in self.rescue.items() if ports}

    def _zone_names(self) -> tuple[str, ...]:
        return tuple(zone.name for zone in self._zones)

    def check(self) -> Iterator[str | Mistake]:
        if self.offload_to_hardware and not self.offload:
            yield mistake("nothing is offloaded without offload=True", "offload_to_hardware")
        of_zones = tuple(self._mistakes_of_zones())
        yield from of_zones
        if self.rules is not None:
            for name in ("open", "allow", "port_forward", "before", "after"):
                if getattr(self, name):
                    yield mistake("the parameter rules takes the place of what it brings", name)
        placed = tuple(self._mistakes_of_places())
        yield from placed
        if not of_zones and not placed:
            yield from self._mistakes_of_replaced()
            yield from self._mistakes_of_entries()
        for zone in self._rescue:
            if zone not in self._zone_names():
                yield mistake(f"there is no zone {zone!r}", "rescue", zone)

    def _mistakes_of_entries(self) -> Iterator[Mistake]:
        """Yield what is wrong with entries, each where the user wrote it."""
        built = self._built_in.keys() if self.rules is None else set[str]()
        mended = {name for name, entry in self.extra_rules.items() if entry.get("family") is None}
        unknown = sorted(mended - self._built_in.keys()) if self.rules is None else []
        for name in unknown:
            near = suggestion(name, self._built_in)
            said = "there is no such chain, and a new one needs the key 'family'"
            yield mistake(f"{said}; {near}" if near else said, "extra_rules", name)
        if unknown:
            return
        told: set[tuple[str, str, int]] = set()
        for wrong in mistakes(self._entries, self._zone_names(), offload=self.offload):
            if wrong.entry in self.extra_rules or wrong.entry not in built:
                argument = "extra_rules" if wrong.entry in self.extra_rules else "rules"
                yield mistake(str(wrong), argument, wrong.entry, *self._place_of(wrong))
                continue
            own = [one for one in self._placed_rules() if one[-1] == wrong.rule]
            if not own:
                yield mistake(str(wrong), "rules", wrong.entry)
            # A rule for a place is in the chains of both families.
            for argument, place, number, rule in own:
                if (argument, place, number) not in told:
                    told.add((argument, place, number))
                    yield mistake(f"{rule!r}: {wrong.sentence}", argument, place, number)

    def _place_of(self, wrong: Wrong) -> Iterator[str | int]:
        """Yield the keys that lead to a rule or an element of an entry, if it is one's own."""
        given = {**(self.rules or {}), **self.extra_rules}[wrong.entry]
        for key in ("rules", "elements"):
            texts = cast("tuple[str, ...] | None", given.get(key)) or ()
            if wrong.rule in texts:
                yield from (key, texts.index(wrong.rule))

    def _placed_rules(self) -> Iterator[tuple[str, str, int, str]]:
        for argument, places in (("before", self.before), ("after", self.after)):
            for place, rules in places.items():
                for number, rule in enumerate(rules):
                    yield argument, place, number, rule

    def _mistakes_of_zones(self) -> Iterator[Mistake]:
        passes = {"open": self.open, "allow": self.allow, "port_forward": self.port_forward}
        # Whatever its name says, rules of one's own may be for a zone.
        texts = f"{self.extra_rules} {self.before} {self.after}"
        every = self.rules is not None
        own = {name for name in self.zones if every or f"@{name}" in texts}
        yield from nobody_there(self.zones, self._zones, passes)
        yield from of_no_kind(self.zones, passes, own)
        yield from in_two_zones(self._zones)
        yield from two_lengths(self._zones)
        yield from two_families(passes)
        yield from no_hosts(self.port_forward)
        yield from two_hosts(passes)

    def _mistakes_of_places(self) -> Iterator[Mistake]:
        for argument, place, number, rule in self._placed_rules():
            try:
                read(rule, "ip6" if place.endswith("ip6") else "ip")
            except ValueError as error:
                yield mistake(f"{rule!r}: {error}", argument, place, number)

    def _mistakes_of_replaced(self) -> Iterator[Mistake]:
        """Yield what has no effect, because extra_rules takes the place of the rules for it."""
        replaced = [name for name, entry in self.extra_rules.items() if entry["rules"] is not None]
        for argument, places in (("before", self.before), ("after", self.after)):
            for place in places:
                for name in replaced:
                    if name in {place, f"{place}-ip4", f"{place}-ip6"}:
                        said = f"extra_rules takes the place of all rules of {name!r}"
                        yield mistake(said, argument, place)
        reached = {
            chain
            for entry in self._entries.values()
            for rule in cast("tuple[str, ...]", entry.get("rules", ()))
            for chain in _jumps(rule)
        }
        for argument, prefix in (
            ("open", "open-"),
            ("allow", "allowed-"),
            ("port_forward", "port-forward-ip6"),
        ):
            lost = [
                name
                for name in self._entries
                if name.startswith(prefix) and name not in reached and name not in self.extra_rules
            ]
            if lost and getattr(self, argument):
                said = f"extra_rules takes the place of the rule that jumps to {lost[0]!r}"
                yield mistake(said, argument)

    def _inner_hosts(self) -> Iterator[tuple[str, str, Where]]:
        """Yield hosts that packets are let through to, what to call each, and where it is said."""
        for argument, key, records in (
            ("port_forward", "to", self.port_forward),
            ("allow", "hosts", self.allow),
        ):
            for name, record in records.items():
                for host in cast("tuple[str, ...] | None", record[key]) or ():
                    if not is_suffix(host):
                        what = f"firewall: {argument}[{name!r}][{key!r}]: {host}"
                        yield host, what, self.line_of(argument, name, key)

    def _hosts_inside(self) -> Iterator[Inside]:
        hint = "network.address and network.route are what makes one known"
        for host, what, where in self._inner_hosts():
            yield in_a_network(host, f"{what} is in no network of this router", where, hint=hint)

    def _hosts_of_others(self) -> Iterator[Outside]:
        hint = "`open` lets hosts in to the router itself"
        for host, what, where in self._inner_hosts():
            if "/" not in host:
                yield from of_another(host, what, where, hint=hint)

    def _interfaces(self) -> Iterator[Service]:
        yield from _interfaces({zone.name: zone.interfaces for zone in self._zones})

    def _admissions(self) -> Iterator[Admission]:
        """Yield what of the router is reached from each zone; what rules of one's own name, too."""
        own = self._own_ports()
        for zone in self._zones:
            ports = None if self.rules is not None else let_in(zone, self.open)
            every = None if ports is None else (*ports, *own)
            for interface in zone.interfaces:
                yield Admission(
                    interface=interface_of(interface),
                    ports=every,
                    rescue=self._rescue.get(zone.name, ()),
                )

    def _own_ports(self) -> Iterator[tuple[str, int, int]]:
        """Yield numbers in rules of the user's as ports: what they let in is not looked into."""
        texts = [str(one["rules"]) for one in self.extra_rules.values()]
        texts += [rule for _, _, _, rule in self._placed_rules()]
        for number in re.findall(r"\b[0-9]{1,5}\b", " ".join(texts)):
            yield from (("tcp", int(number), int(number)), ("udp", int(number), int(number)))

    def subject(self) -> str:
        return ""

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=modules_of(uses(self._entries)),
            packages=("nftables",),
            claims=(
                claim("the nft table", "inet", "closed"),
                *(
                    claim("the nft table", family, f"table-{family}")
                    for family in families(self._entries)
                ),
                *map(_in_a_zone, self._interfaces()),
            ),
            board_symbols=_CHIPS if self.offload_to_hardware else {},
            admissions=tuple(self._admissions()),
            inside=tuple(self._hosts_inside()),
            outside=tuple(self._hosts_of_others()),
        )

    def parts(self) -> tuple[Part, ...]:
        entries = self._entries
        rescue = self._rescue
        zones = {zone.name: zone.interfaces for zone in self._zones if zone.interfaces}
        followed = {zone: zones[zone] for zone in rescue if zone in zones}
        policy = closed(rescue)
        hardware = " flags offload;" if self.offload_to_hardware else ""
        flows = f"hook ingress priority filter;{hardware}" if self.offload else None
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
            observes=_interfaces(zones),
            # Long sets, and a processor that has other work.
            up_timeout_ms=60_000,
            down_timeout_ms=60_000,
            closed=policy,
            expressions=expressions_of(uses(entries)),
            families=families(entries),
            opened=opened(),
            offload=flows and {"table": FLOWTABLE, "says": flows},
            offload_to_hardware=self.offload_to_hardware,
            ruleset=script(entries, self._zone_names(), flows),
            zones=zones,
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


def _in_a_zone(interface: Service) -> Claim:
    """Claim an interface for a zone: what a bridge's port receives comes by the bridge."""
    name = interface_of(interface)
    return Claim(words=("the use of", name), text=f"{name} in a zone of the firewall", holder="IP")


def _interfaces(zones: Mapping[str, tuple[Service, ...]]) -> tuple[Service, ...]:
    return tuple(dict.fromkeys(service for zone in zones.values() for service in zone))


def _jumps(rule: str) -> set[str]:
    try:
        return read(rule, "ip").chains
    except ValueError:  # reported elsewhere
        return set()
