"""Chains, sets and maps of a firewall: their types, how they merge, and their nft(8) text."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from liminix_gen import values

from .keywords import KEYWORDS
from .places import Entry, Wrong, misplaced
from .rule import read, read_element
from .statements import FLOWTABLE
from .uses import USES

_NAME = values.Text(
    pattern=r"[A-Za-z][A-Za-z0-9_-]{0,30}",
    description="a name of 1 to 31 of A-Z a-z 0-9 _ -, a letter first",
)


class Name(values.ValueType[str]):
    """What names a chain, a set, a map or a zone in a script of nft(8)."""

    def convert(self, value: object) -> str:
        name = _NAME.convert(value)
        if name in KEYWORDS:
            raise ValueError(f"must be another name: {name!r} is a word of nft itself")
        return name

    def describe(self) -> str:
        return _NAME.describe()


NAME = Name()
_PRIORITY = re.compile(
    r"-?[0-9]+|(raw|mangle|dstnat|filter|security|srcnat)(?: ?([+-]) ?([0-9]+))?"
)


class Priority(values.ValueType[str]):
    """Where a chain stands among those of its hook."""

    TAKES = (str, int)

    def convert(self, value: object) -> str:
        number = values.plain_integer(value)
        text = values.plain_text(value) if number is None else str(number)
        match = None if text is None else _PRIORITY.fullmatch(text)
        if match is None:
            raise self.refuse(value)
        # Written together, 'raw-10' is a name of its own to nft.
        return " ".join(filter(None, match.groups())) or match[0]

    def describe(self) -> str:
        return "a number, or raw, mangle, dstnat, filter, security or srcnat"


def _field(type_: values.ValueType[object], description: str) -> values.Field:
    return values.Field(type_, description, default=None)


_LINES = values.ListOf(values.Text())
_TIME = values.Text(
    pattern=r"(?=.)(?:[1-9][0-9]{0,5}d)?(?:[1-9][0-9]{0,5}h)?(?:[1-9][0-9]{0,5}m)?(?:[1-9][0-9]{0,7}s)?",
    description="a time such as '1d12h' or '90s'",
)
ENTRY = values.Record(
    {
        "kind": _field(
            values.OneOf("chain", "set", "map", "helper"), "what it is; a chain unless said"
        ),
        "family": _field(values.OneOf("ip", "ip6", "inet"), "what its packets are"),
        "type": _field(
            values.Text(pattern=r"[\w-]+(?: ?[.:] ?[\w-]+)*", description="a type of nft"),
            "filter, nat or route; of a set or map, the type of its elements; of a helper, the "
            "protocol whose connections it follows, such as ftp",
        ),
        "hook": _field(
            values.OneOf("prerouting", "input", "forward", "output", "postrouting"),
            "where packets enter the chain; without it others jump to it",
        ),
        "priority": _field(Priority(), "its place among the chains of the hook"),
        "policy": _field(values.OneOf("accept", "drop"), "what happens at its end"),
        "rules": _field(_LINES, "its rules"),
        "protocol": _field(values.OneOf("tcp", "udp"), "what a helper's connections are"),
        "flags": _field(_LINES, "flags of a set or map"),
        "auto_merge": _field(
            values.Boolean(), "whether elements of a set that overlap or touch become one"
        ),
        "timeout": _field(_TIME, "how long an element of a set or map stays, such as '12h'"),
        "gc_interval": _field(_TIME, "how often those whose time is over are removed"),
        "size": _field(values.Integer(1, 2**32 - 1), "most elements of a set or map"),
        "elements": _field(_LINES, "elements of a set or map"),
    }
)
ENTRIES = values.MappingOf(NAME, ENTRY)


def merged(rules: Mapping[str, Entry], extra: Mapping[str, Entry]) -> Mapping[str, Entry]:
    """Return entries with what ``extra`` says in place of what was there, key by key."""
    return {
        name: {
            key: value
            for entry in (rules.get(name, {}), extra.get(name, {}))
            for key, value in entry.items()
            if value is not None
        }
        for name in sorted({*rules, *extra})
    }


_KEYS = {
    "chain": {"type", "hook", "priority", "policy", "rules"},
    "set": {"type", "flags", "elements", "auto_merge", "timeout", "gc_interval", "size"},
    "map": {"type", "flags", "elements", "timeout", "gc_interval", "size"},
    "helper": {"type", "protocol"},
}
# What carries the protocols that are followed, if it is not TCP, and of which family packets are
# (struct nf_conntrack_helper in net/netfilter/nf_conntrack_*.c).
_CARRIED_BY = {
    "RAS": ("udp",),
    "netbios-ns": ("udp",),
    "sip": ("udp", "tcp"),
    "snmp": ("udp",),
    "tftp": ("udp",),
}
_IPV4_ONLY = {"irc", "netbios-ns", "pptp", "snmp"}
_HELPERS = tuple(use.removeprefix("helper ") for use in sorted(USES) if use.startswith("helper "))


def mistakes(
    entries: Mapping[str, Entry], zones: tuple[str, ...], *, offload: bool
) -> Iterator[Wrong]:
    """Yield what is wrong between the keys of each entry, in its rules, and between entries."""
    found = [
        wrong
        for name, entry in entries.items()
        for wrong in (
            *(Wrong(name, said) for said in _entry_mistakes(name, entry, zones)),
            *_rule_mistakes(name, entry, offload=offload),
        )
    ]
    yield from found
    if not found:
        for family in families(entries):
            of_family = {name: one for name, one in entries.items() if one["family"] == family}
            yield from misplaced(of_family, zones)


def _entry_mistakes(name: str, entry: Entry, zones: tuple[str, ...]) -> Iterator[str]:
    kind = str(entry.get("kind", "chain"))
    if "family" not in entry:
        yield f"{kind} {name!r} lacks the key 'family'"
    for key in sorted(entry.keys() - _KEYS[kind] - {"kind", "family"}):
        yield f"{kind} {name!r} has the key {key!r}, which a {kind} has not"
    if kind != "chain" and "type" not in entry:
        yield f"{kind} {name!r} lacks the key 'type'"
    if kind != "chain" and name in zones:
        yield f"{kind} {name!r} has the name of a zone"
    if entry.get("auto_merge") and "interval" not in _texts(entry, "flags"):
        yield f"{kind} {name!r} has 'auto_merge', and lacks the flag 'interval'"
    if kind == "chain":
        yield from _chain_mistakes(name, entry)
    if kind == "helper":
        if "protocol" not in entry:
            yield f"helper {name!r} lacks the key 'protocol'"
        if entry.get("type") not in {None, *_HELPERS}:
            known = ", ".join(_HELPERS)
            yield f"helper {name!r} is of the type {entry['type']!r}, and not of {known}"
        else:
            yield from _helper_mistakes(name, entry)


def _helper_mistakes(name: str, helper: Entry) -> Iterator[str]:
    """Yield what a helper does not follow: protocols, and families, of packets."""
    kind = str(helper.get("type"))
    carried = _CARRIED_BY.get(kind, ("tcp",))
    if helper.get("protocol", carried[0]) not in carried:
        yield f"helper {name!r}: {kind} is carried by {' or '.join(carried)}"
    if helper.get("family") == "ip6" and kind in _IPV4_ONLY:
        yield f"helper {name!r}: {kind} is followed in IPv4 only"


def _chain_mistakes(name: str, chain: Entry) -> Iterator[str]:
    if ("type" in chain) != ("hook" in chain):
        yield f"chain {name!r} has one of 'type' and 'hook', and needs both or none"
    if "hook" not in chain:
        for key in sorted({"policy", "priority"} & chain.keys()):
            yield f"chain {name!r} has the key {key!r}, and no 'hook'"
    if chain.get("type", "filter") not in {"filter", "nat", "route"}:
        yield f"chain {name!r} is of the type {chain['type']!r}, and not of filter, nat or route"


def _rule_mistakes(name: str, entry: Entry, *, offload: bool) -> Iterator[Wrong]:
    """Yield what is not known of rules, and of statements in elements."""
    family = str(entry.get("family", "ip"))
    for what, reader in (("rules", read), ("elements", read_element)):
        for text in _texts(entry, what):
            try:
                used = reader(text, family).uses
            except ValueError as error:
                yield Wrong(name, str(error), text)
                continue
            for use in sorted(used - USES.keys()):
                statement = use.removesuffix(f" {family}")
                yield Wrong(name, f"the family {family!r} has no {statement!r}", text)
            if "flow" in used and not offload:
                yield Wrong(name, "'flow add' needs the parameter offload", text)


def uses(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return what the entries use of the kernel, by the names of uses.py."""
    used: set[str] = set()
    for entry in entries.values():
        family = str(entry["family"])
        for text in _texts(entry, "rules"):
            used |= read(text, family).uses
        for text in _texts(entry, "elements"):
            used |= read_element(text, family).uses
        if entry.get("kind") == "helper":
            used.add(f"helper {entry['type']}")
        elif entry.get("type") == "nat" and "hook" in entry:
            used.add("nat chain")
    return tuple(sorted(used))


def families(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """Return the families that have a table."""
    return tuple(sorted({str(entry["family"]) for entry in entries.values()}))


def script(entries: Mapping[str, Entry], zones: tuple[str, ...], flows: str | None = None) -> str:
    """Return a script that puts the tables in place of the earlier ones, in one transaction.

    ``flows`` is what there is to say of the flowtable, if there is one; interfaces join it later.
    """
    lines: list[str] = []
    for family in families(entries):
        table = f"table {family} table-{family}"
        # A table must be there to be deleted.
        lines += [table, f"delete {table}", f"{table} {{"]
        for zone in zones:
            lines += [f"\tset {zone} {{", "\t\ttype ifname", "\t}"]
        if flows is not None:
            lines += [f"\tflowtable {FLOWTABLE} {{", f"\t\t{flows}", "\t}"]
        for name, entry in entries.items():
            if entry["family"] == family:
                kind = str(entry.get("kind", "chain"))
                lines.append(f"\t{_WORD.get(kind, kind)} {name} {{")
                body = _BODY[kind](entry)
                lines += [f"\t\t{line}" for line in body]
                lines.append("\t}")
        lines.append("}")
    return "".join(f"{line}\n" for line in lines)


def _texts(entry: Entry, key: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", entry.get(key, ()))


def _chain(chain: Entry) -> Iterator[str]:
    if "hook" in chain:
        priority = chain.get("priority", "filter")
        policy = chain.get("policy", "accept")
        yield f"type {chain['type']} hook {chain['hook']} priority {priority}; policy {policy};"
    yield from _texts(chain, "rules")


def _elements(entry: Entry) -> Iterator[str]:
    yield f"type {entry['type']}"
    if _texts(entry, "flags"):
        yield f"flags {', '.join(_texts(entry, 'flags'))}"
    for key in ("timeout", "gc_interval", "size"):
        if key in entry:
            yield f"{key.replace('_', '-')} {entry[key]}"
    if entry.get("auto_merge"):
        yield "auto-merge"
    if _texts(entry, "elements"):
        yield f"elements = {{ {', '.join(_texts(entry, 'elements'))} }}"


def _helper(entry: Entry) -> Iterator[str]:
    yield f'type "{entry["type"]}" protocol {entry["protocol"]};'


_WORD = {"helper": "ct helper"}
_BODY = {"chain": _chain, "set": _elements, "map": _elements, "helper": _helper}
