"""Who has what only one can have."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from liminix_gen.catalog import is_project
from liminix_gen.model.claim import Claim, Inside, Outside
from liminix_gen.plan.requests import Claimed
from liminix_gen.recording import Problems

_NAME = "the name"
_KIND = "claims"


def name_claim(name: str, holder: Hashable = None) -> Claim:
    """Claim a name of a service, a part of one, or a loader of kernel modules."""
    return Claim(
        words=(_NAME, name),
        text=f"{_NAME} {name!r}",
        holder=holder,
        hint="assign a service to a key of config.services to give it another name",
    )


def refuse_clashes(claims: Sequence[Claimed], problems: Problems) -> bool:
    """Note each two claimants that clash, at the later line; say whether any clash by name."""
    of_names = False
    for one, other in _clashes(claims):
        first, second = sorted((one, other), key=_order)
        if first.claim.text == second.claim.text:
            what = f"only one can have {second.claim.text}"
        else:
            what = f"there cannot be both {first.claim.text} and {second.claim.text}"
        problems.note(
            second.asked.where or first.asked.where,
            what,
            why=f"the other is that of {first.asked}",
            hint=second.claim.hint or first.claim.hint,
            kind=_KIND,
        )
        of_names |= second.claim.words[0] == _NAME
    return of_names


def refuse_outside(inside: Iterable[Inside], claims: Sequence[Claimed], problems: Problems) -> None:
    """Note what lies in nothing that is claimed by its words."""
    for one in lying_outside(inside, claims):
        problems.note(one.where, one.text, hint=one.hint, kind=_KIND)


def lying_outside(inside: Iterable[Inside], claims: Sequence[Claimed]) -> Iterator[Inside]:
    """Yield what lies in nothing that is claimed by its words."""
    homes = _homes(claims)
    words = {one.claim.words for one in claims}
    places = {(one.claim.words, tuple(_place(one.claim.place, homes))) for one in claims}
    for one in inside:
        if one.given and one.given not in words:
            continue
        whole = tuple(_place(one.place, homes))
        around = [whole[:length] for length in range(one.least, len(whole) + 1)]
        if not any((words, place) in places for place in around for words in one.words):
            yield one


def refuse_within(
    outside: Iterable[Outside], claims: Iterable[Claimed], problems: Problems
) -> None:
    """Note what is that which another holder claims by its words."""
    at: dict[Hashable, dict[Hashable, Claimed]] = {}
    for made in claims:
        here = (made.claim.words, tuple(made.claim.place))
        at.setdefault(here, {}).setdefault(made.holder, made)
    for one in outside:
        there = at.get((one.words, tuple(one.place)), {})
        other = next((made for holder, made in there.items() if holder != one.holder), None)
        if other is not None:
            why = f"because of {other.asked}"
            problems.note(one.where, one.text, why=why, hint=one.hint, kind=_KIND)


def _order(claimed: Claimed) -> tuple[bool, str, int]:
    """Return where the user meets it: what the project says comes first."""
    where = claimed.asked.where
    if where is None or is_project(where.path):
        return (False, "", 0)
    return (True, str(where.path), where.line)


def _clashes(claims: Sequence[Claimed]) -> Iterator[tuple[Claimed, Claimed]]:
    """Yield two claims of each two claimants that clash.

    Each is looked up by its place and what it lies in, so that the work grows as their number.
    """
    homes = _homes(claims)
    just_at: dict[Hashable, dict[Hashable, Claimed]] = {}
    at_or_in: dict[Hashable, dict[Hashable, Claimed]] = {}
    reported: set[frozenset[Hashable]] = set()
    for made in claims:
        place = _place(made.claim.place, homes)
        above = [(made.claim.words, place[:length]) for length in range(len(place))]
        here = (made.claim.words, place)
        for known in (at_or_in.get(here, {}), *(just_at.get(one, {}) for one in above)):
            other = next((one for holder, one in known.items() if holder != made.holder), None)
            if other is None:
                continue
            pair = frozenset((other.claimant, made.claimant))
            if pair not in reported:
                reported.add(pair)
                yield other, made
        just_at.setdefault(here, {}).setdefault(made.holder, made)
        for one in (here, *above):
            at_or_in.setdefault(one, {}).setdefault(made.holder, made)


def _homes(claims: Iterable[Claimed]) -> Mapping[Hashable, Hashable]:
    homes: dict[Hashable, Hashable] = {}
    for made in claims:
        if made.claim.home is not None:
            homes.setdefault(*made.claim.home)
    return homes


def _place(place: Sequence[Hashable], homes: Mapping[Hashable, Hashable]) -> Sequence[Hashable]:
    if isinstance(place, str):
        return place
    return tuple(homes.get(step, step) for step in place)
