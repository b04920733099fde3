"""What entries of one table need of each other, and of where they stand.

nft leaves these to the kernel, and the kernel of the build machine is not the device's.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from attrs import define, field, frozen

from .rule import Rule, read, read_element
from .statements import PLACED

Entry = Mapping[str, object]

# Where the chains of each type may be hooked (nft_chain_*.c of net/netfilter).
_HOOKS = {
    "filter": {"prerouting", "input", "forward", "output", "postrouting"},
    "nat": {"prerouting", "input", "output", "postrouting"},
    "route": {"output"},
}
# Where the chains of nf_tables have their priorities, and connection tracking its own
# (include/uapi/linux/netfilter_ipv4.h).
_PRIORITIES = {
    "raw": -300,
    "mangle": -150,
    "dstnat": -100,
    "filter": 0,
    "security": 50,
    "srcnat": 100,
}
_TRACKED = -200
_DEEPEST = 16  # NFT_JUMP_STACK_SIZE


@frozen
class Wrong:
    """What is wrong with an entry, by its name, or with one of its rules."""

    entry: str
    sentence: str
    rule: str | None = None

    def __str__(self) -> str:
        if self.rule is None:
            return self.sentence
        return f"{self.entry!r}, {self.rule!r}: {self.sentence}"


def misplaced(entries: Mapping[str, Entry], zones: tuple[str, ...]) -> Iterator[Wrong]:
    """Yield what is wrong between the entries of one family, which were read before."""
    of_kind: dict[str, set[str]] = {"chain": set(), "helper": set(), "set": {*zones}}
    for name, entry in entries.items():
        kind = str(entry.get("kind", "chain"))
        of_kind["set" if kind == "map" else kind].add(name)
    complete = True
    for name, entry in entries.items():
        for rule, used in _rules(entry):
            for kind, names in (
                ("chain", used.chains),
                ("set", used.sets),
                ("helper", used.helpers),
            ):
                for missing in sorted(names - of_kind[kind]):
                    complete = False
                    said = f"there is no {kind} {missing!r} of that family"
                    yield Wrong(name, said, rule)
            for other in sorted(used.chains & of_kind["chain"]):
                if "hook" in entries[other]:
                    complete = False
                    yield Wrong(name, f"{other!r} has a hook, and is not jumped to", rule)
    bases = {name: entry for name, entry in entries.items() if "hook" in entry}
    for name, entry in bases.items():
        if said := _misplaced_base(entry):
            yield Wrong(name, f"chain {name!r}: {said}")
            complete = False
    if complete:
        yield from _refused(entries, bases)


def _misplaced_base(entry: Entry) -> str:
    """Return why a chain cannot be hooked where it says, if it cannot."""
    if entry["hook"] not in _HOOKS[str(entry["type"])]:
        return f"none of the type {entry['type']!r} has {entry['hook']!r}"
    priority = str(entry.get("priority", "filter"))
    if entry["type"] == "nat" and _number(priority) <= _TRACKED:
        return f"one of the type 'nat' needs a priority above {_TRACKED}, which {priority} is not"
    return ""


def _number(priority: str) -> int:
    """Return a priority as a number: ``raw + 10`` is -290."""
    first, *offset = priority.split()
    named = _PRIORITIES.get(first)
    return int(first) if named is None else named + int("".join(offset) or 0)


@define
class _Walk:
    """The way of packets from a base chain: the chains they come to, and mistakes on the way."""

    entries: Mapping[str, Entry]
    found: set[str] = field(factory=set[str])
    mistakes: list[Wrong] = field(factory=list[Wrong])

    def enter(self, name: str, path: tuple[str, ...]) -> None:
        self.found.add(name)
        for rule, used in _rules(self.entries[name]):
            for other in sorted(_leads_to(used, self.entries)):
                if other in path:
                    again = f"a packet would loop back to {other!r} again and again"
                    self.mistakes.append(Wrong(name, again, rule))
                elif len(path) >= _DEEPEST:
                    deep = f"more than {_DEEPEST} jumps one behind the other"
                    self.mistakes.append(Wrong(name, deep, rule))
                elif other not in self.found:
                    self.enter(other, (*path, other))


def _refused(entries: Mapping[str, Entry], bases: Mapping[str, Entry]) -> Iterator[Wrong]:
    """Yield what the kernel would refuse, as packets of some base chain come there."""
    walks = {base: _Walk(entries) for base in bases}
    for base, walk in walks.items():
        walk.enter(base, (base,))
    yield from dict.fromkeys(mistake for walk in walks.values() for mistake in walk.mistakes)
    for name, entry in entries.items():
        from_ = {base: bases[base] for base, walk in walks.items() if name in walk.found}
        for rule, used in _rules(entry):
            for word in sorted(used.placed):
                if said := _not_there(word, from_):
                    yield Wrong(name, said, rule)


def _not_there(word: str, bases: Mapping[str, Entry]) -> str:
    """Return why something is wrong in a chain that packets of some bases come to, if it is."""
    place = PLACED[word]
    for key, allowed in (("type", place.chains), ("hook", place.hooks)):
        others = [base for base, entry in bases.items() if allowed and entry[key] not in allowed]
        if others:
            places = " or ".join(sorted(allowed))
            return (
                f"{word!r} is for chains of the {key} {places}, and packets of {others[0]!r} come "
                "here"
            )
    return ""


def _rules(entry: Entry) -> Iterator[tuple[str, Rule]]:
    """Yield the rules of a chain, or the elements of a set or map, as they are written and read."""
    for key, reader in (("rules", read), ("elements", read_element)):
        for text in cast("tuple[str, ...]", entry.get(key, ())):
            yield text, reader(text, str(entry["family"]))


def _leads_to(used: Rule, entries: Mapping[str, Entry]) -> set[str]:
    """Return the chains that a rule jumps to, by itself or by the maps that it looks into."""
    maps = [entries[name] for name in used.sets if name in entries]
    return used.chains.union(*(of.chains for entry in maps for _, of in _rules(entry)))
