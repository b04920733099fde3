"""Who has what only one can have."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from attrs import define, field, frozen

from liminix_gen.catalog import is_project
from liminix_gen.model.claim import Claim
from liminix_gen.model.kernel import Asked
from liminix_gen.recording import Problems

_NAME = "the name"


def name_claim(name: str, holder: Hashable = None) -> Claim:
    """Claim a name of a service, a part of one, or a loader of kernel modules."""
    return Claim(
        words=(_NAME, name),
        text=f"{_NAME} {name!r}",
        holder=holder,
        remedy="assign a service to a key of config.services to give it another name",
    )


@frozen(eq=False)
class _Made:
    claim: Claim
    asked: Asked
    claimant: object

    @property
    def holder(self) -> Hashable:
        return id(self.claimant) if self.claim.holder is None else self.claim.holder

    @property
    def order(self) -> tuple[bool, str, int]:
        """Where the user meets it: what the project says comes first."""
        where = self.asked.where
        if where is None or is_project(where.path):
            return (False, "", 0)
        return (True, str(where.path), where.line)


@define
class Claims:
    """The claims that were made, compared when all are known."""

    _made: list[_Made] = field(factory=list[_Made])
    _homes: dict[Hashable, Hashable] = field(factory=dict[Hashable, Hashable])

    def add(self, claim: Claim, asked: Asked, claimant: object = None) -> None:
        """Note a claim, of ``claimant``: a service, or else who asked."""
        self._made.append(_Made(claim, asked, asked if claimant is None else claimant))
        if claim.home is not None:
            self._homes.setdefault(*claim.home)

    def refuse_clashes(self, problems: Problems) -> bool:
        """Note each two claimants that clash, at the later line; say whether any clash by name."""
        of_names = False
        for one, other in self._clashes():
            first, second = sorted((one, other), key=lambda made: made.order)
            if first.claim.text == second.claim.text:
                what = f"only one can have {second.claim.text}"
            else:
                what = f"there cannot be both {first.claim.text} and {second.claim.text}"
            problems.note(
                second.asked.where or first.asked.where,
                what,
                why=f"the other is that of {first.asked}",
                remedy=second.claim.remedy,
            )
            of_names |= second.claim.words[0] == _NAME
        return of_names

    def _clashes(self) -> Iterator[tuple[_Made, _Made]]:
        """Yield two claims of each two claimants that clash.

        Each is looked up by its place and what it lies in, so that the work grows as their number.
        """
        just_at: dict[Hashable, dict[Hashable, _Made]] = {}
        at_or_in: dict[Hashable, dict[Hashable, _Made]] = {}
        told: set[frozenset[int]] = set()
        for made in self._made:
            place = self._place(made.claim)
            above = [(made.claim.words, place[:length]) for length in range(len(place))]
            here = (made.claim.words, place)
            for known in (at_or_in.get(here, {}), *(just_at.get(one, {}) for one in above)):
                other = next((one for holder, one in known.items() if holder != made.holder), None)
                pair = frozenset((id(other and other.claimant), id(made.claimant)))
                if other is not None and pair not in told:
                    told.add(pair)
                    yield other, made
            just_at.setdefault(here, {}).setdefault(made.holder, made)
            for one in (here, *above):
                at_or_in.setdefault(one, {}).setdefault(made.holder, made)

    def _place(self, claim: Claim) -> Sequence[Hashable]:
        if isinstance(claim.place, str):
            return claim.place
        return tuple(self._homes.get(step, step) for step in claim.place)
