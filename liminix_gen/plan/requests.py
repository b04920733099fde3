"""What is asked of an image: values that merge, each thing with who asked for it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import chain
from typing import TypeVar

import attrs
from attrs import Factory, field, frozen

from liminix_gen.model.claim import Admission, Claim, Inside, Outside
from liminix_gen.model.image import File, Group, User
from liminix_gen.model.kernel import Asked, KernelModule
from liminix_gen.plan.value import Plan, PlannedService

T = TypeVar("T")
Asks = tuple[tuple[T, Asked], ...]


@frozen
class Claimed:
    """A claim that was made, of ``claimant``: a service, or else who asked."""

    claim: Claim
    asked: Asked
    claimant: Hashable = field(default=Factory(lambda self: self.asked, takes_self=True))

    @property
    def holder(self) -> Hashable:
        """Who never clashes with this one."""
        return self.claimant if self.claim.holder is None else self.claim.holder


@frozen
class Loader:
    """Kernel modules that services of one type want to be loaded, after what they need."""

    name: str
    modules: tuple[KernelModule, ...]
    needs: tuple[str, ...] = ()


@frozen
class Package:
    """An on-device package by its nixpkgs name; ``login`` if it is for the login path."""

    name: str
    login: bool = False


@frozen
class Existing:
    """A user or a group that somebody must have described."""

    kind: str
    name: str


@frozen(kw_only=True)
class Requests:
    """What one asks of an image, or several; each thing in the order asked.

    ``described`` are names of services, ``stateful`` those that keep something across boots.
    ``bound_to_state`` are those that are of no use without.
    ``outputs`` are images that the board must have, ``board_symbols`` what its kernel must have by
    itself, ``written`` paths that somebody writes on the device, ``left_out`` files that the
    package set leaves out, ``notices`` what is to be known.
    """

    described: Asks[str] = ()
    services: tuple[PlannedService, ...] = ()
    loaders: Asks[Loader] = ()
    symbols: Asks[Mapping[str, str]] = ()
    packages: Asks[Package] = ()
    accounts: Asks[User | Group] = ()
    existing: Asks[Existing] = ()
    files: Asks[File] = ()
    claims: tuple[Claimed, ...] = ()
    admissions: Asks[Admission] = ()
    inside: tuple[Inside, ...] = ()
    expected: tuple[Inside, ...] = ()
    outside: tuple[Outside, ...] = ()
    stateful: Asks[str] = ()
    bound_to_state: Asks[str] = ()
    logins: Asks[tuple[str, tuple[str, ...]]] = ()
    outputs: Asks[str] = ()
    board_symbols: Asks[tuple[str, str]] = ()
    written: Asks[str] = ()
    left_out: Asks[str] = ()
    notices: Asks[str] = ()

    @classmethod
    def merged(cls, each: Iterable[Requests]) -> Requests:
        """Return all in one. The order counts, the grouping does not; ``Requests()`` adds nothing.

        All are merged at once: by twos, the work would grow as the square of their number.
        """
        several = tuple(each)
        names = attrs.fields_dict(cls)
        return cls(
            **{
                name: tuple(chain.from_iterable(getattr(one, name) for one in several))
                for name in names
            }
        )

    @property
    def askers(self) -> Mapping[tuple[str, str], Asked]:
        """Who first asked for each service, kernel module and symbol, by kind and name."""
        found: dict[tuple[str, str], Asked] = {}
        for service, asked in self.described:
            found.setdefault(("service", service), asked)
        for loader, asked in self.loaders:
            for module in loader.modules:
                found.setdefault(("kernel-module", module.name), asked)
        for symbols, asked in self.symbols:
            for symbol in symbols:
                found.setdefault(("symbol", symbol), asked)
        return found


@frozen
class Member:
    """A service of an image: its name, those that it refers to, and what it asks for."""

    name: str
    refers: tuple[str, ...]
    requests: Requests


def port_of(claimed: Claimed) -> str:
    """Return ``tcp/22`` if the claim is that something listens there."""
    words = claimed.claim.words
    return f"{words[0]}/{words[1]}".lower() if words[0] in {"TCP", "UDP"} else ""


def ports_of(plan: Plan) -> Mapping[str, tuple[Asked, ...]]:
    """Return the ports that something of an image listens on, with who asked for each."""
    found: dict[str, dict[Asked, None]] = {}
    for claimed in (claimed for one in plan.members for claimed in one.requests.claims):
        if port := port_of(claimed):
            found.setdefault(port, {})[claimed.asked] = None
    return {port: tuple(found[port]) for port in sorted(found)}
