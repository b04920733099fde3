"""What entries of one table need of each other, and of where they stand.

nft leaves these to the kernel, and the kernel of the build machine is not the device's.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from attrs import define, field, frozen

from .rule import Rule, read
from .statements import ACTIONS

Entry = Mapping[str, object]

# Where the chains of each type may be hooked (nft_chain_*.c of net/netfilter).
_HOOKS = {
    "filter": {"prerouting", "input", "forward", "output", "postrouting"},
    "nat": {"prerouting", "input", "output", "postrouting"},
    "route": {"output"},
}
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
        if entry["hook"] not in _HOOKS[str(entry["type"])]:
            said = f"chain {name!r}: none of the type {entry['type']!r} has {entry['hook']!r}"
            yield Wrong(name, said)
            complete = False
    if complete:
        yield from _refused(entries, bases)


@define
class _Walk:
    """The way of packets from a base chain: the chains they come to, and mistakes on the way."""

    entries: Mapping[str, Entry]
    found: set[str] = field(factory=set[str])
    mistakes: list[Wrong] = field(factory=list[Wrong])

    def enter(self, name: str, path: tuple[str, ...]) -> None:
        self.found.add(name)
        for rule, used in _rules(self.entries[name]):
            for other in sorted(used.chains):
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
            for word in sorted(used.actions):
                if said := _not_there(word, from_):
                    yield Wrong(name, said, rule)


def _not_there(word: str, bases: Mapping[str, Entry]) -> str:
    """Return why an action is wrong in a chain that packets of some bases come to, if it is."""
    action = ACTIONS[word]
    for key, allowed in (("type", action.chains), ("hook", action.hooks)):
        others = [base for base, entry in bases.items() if allowed and entry[key] not in allowed]
        if others:
            places = " or ".join(sorted(allowed))
            return (
                f"{word!r} is for chains of the {key} {places}, and packets of {others[0]!r} come "
                "here"
            )
    return ""


def _rules(entry: Entry) -> Iterator[tuple[str, Rule]]:
    for rule in cast("tuple[str, ...]", entry.get("rules", ())):
        yield rule, read(rule, str(entry["family"]))
