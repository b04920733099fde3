"""A package set is a behaviour: what the steps from a configuration to images ask of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from attrs import field, frozen

from liminix_gen.errors import BuildError, ConfigurationError, Problem
from liminix_gen.events import Listener, Remarked
from liminix_gen.lock_file import LockFile
from liminix_gen.model.device import Device
from liminix_gen.model.package_set import Binary, PackageSet
from liminix_gen.nix.expression import Expression
from liminix_gen.plan import Plan

if TYPE_CHECKING:
    from liminix_gen.nix.verbs import Nix


@frozen(kw_only=True)
class Choices:
    """What a user says of packages besides the configuration.

    ``locked``: no entry of the lock may change. ``cached``: what is not in it is looked up in
    what is at hand, however old, and nothing is loaded. ``refresh`` names packages whose entry
    takes the newest version; ``refresh_all`` means every one. ``without`` names parts that are left
    out, ``source`` is where the set itself lies, if it is a folder; ``store`` is the root of a
    private store that packages come into.
    """

    locked: bool = False
    cached: bool = False
    refresh: tuple[str, ...] = ()
    refresh_all: bool = False
    without: tuple[str, ...] = ()
    source: Path | None = None
    store: Path | None = None


@frozen(kw_only=True)
class Carried:
    """What a tree holds for its package set.

    ``files`` are those that are made for a tree; its own Nix is in templates/nix. ``arguments``
    are those of default.nix, with the value that each has if it is not given; the one named
    ``pkgs`` has the packages.
    ``manifest`` is what the manifest says besides the name of the set, and ``versions`` are those
    of what the set's lock has for the image. A ``thin`` tree takes all that is the project's from
    the folder that its argument ``project`` names.
    """

    files: Mapping[str, bytes]
    arguments: Mapping[str, Expression]
    manifest: Mapping[str, object] = field(factory=dict[str, object])
    versions: Mapping[str, str] = field(factory=dict[str, str])
    thin: bool = False


class UnusableError(ConfigurationError):
    """A package set serves the board, but not on this machine as it is."""

    kind = "package-set"


class GoneError(BuildError):
    """Locked packages are not to be had any more; nothing else went wrong."""

    kind = "mirror"

    def __init__(self, names: Iterable[str], *problems: Problem) -> None:
        super().__init__(*problems)
        self.names = tuple(names)


class Behaviour(ABC):
    """A package set at work.

    ``unlocked`` is what to say to a user who wants to lock packages, if the set locks none.
    ``has_flake``: a tree can leave what is the project's to the project's flake.
    """

    name: ClassVar[str]
    unlocked: ClassVar[Problem | None] = None
    has_flake: ClassVar[bool] = False

    @abstractmethod
    def obstacle(self, device: Device) -> str | None:
        """Return why the set cannot make an image for a board; None if it can."""

    @abstractmethod
    def merit(self, device: Device) -> str:
        """Return why the set is the one to take for a board that it can serve."""

    @abstractmethod
    def provided(self, choices: Choices) -> PackageSet:
        """Return the set as the plan sees it. Raises ConfigurationError for wrong choices."""

    @abstractmethod
    def nix(self, choices: Choices) -> Nix:
        """Return the Nix that builds with this set. Raises ConfigurationError."""

    def require(  # noqa: B027  most sets need nothing that Nix itself does not
        self, choices: Choices
    ) -> None:
        """Refuse a machine that cannot build with the set. Raises UnusableError."""

    @abstractmethod
    def carried(self, plan: Plan, lock: LockFile, source: str, *, thin: bool) -> Carried:
        """Return what a tree carries; ``source`` names the user's file."""

    @abstractmethod
    def fetch(
        self, plan: Plan, lock: LockFile, choices: Choices, nix: Nix, listen: Listener
    ) -> Mapping[str, str]:
        """Make the packages ready to build with; return the arguments that default.nix is given.

        Raises GoneError, UnusableError.
        """

    def arguments(self, plan: Plan, choices: Choices) -> Mapping[str, str]:
        """Return the arguments that default.nix is given to be evaluated, before any fetch.

        Raises UnusableError.
        """
        return {}

    def to_fetch(self, plan: Plan, lock: LockFile, nix: Nix) -> Mapping[str, int]:
        """Return what fetch() would fetch, with its bytes; the lock covers the plan."""
        return {}

    def lock(self, plan: Plan, lock: LockFile, choices: Choices, listen: Listener) -> LockFile:
        """Return a lock that covers the packages of a plan."""
        return lock

    def look_up(  # noqa: B027  a set of none has nothing to look up
        self, plan: Plan, lock: LockFile, choices: Choices, listen: Listener
    ) -> None:
        """Refuse packages that the set lacks, or say when their names are looked up."""

    def binaries(self, plan: Plan, lock: LockFile) -> Iterable[Binary]:
        """Return what the packages of an image come to, as far as the lock says."""
        return ()

    def remarks(self, plan: Plan, lock: LockFile) -> Iterable[Remarked]:
        """Return what to know of the packages before a build."""
        return ()

    def described(self, device: Device) -> Mapping[str, object]:
        """Return what the set knows of a board, for programs."""
        return {}

    def facts(self, device: Device) -> Sequence[tuple[str, str]]:
        """Return what the set knows of a board, for people."""
        return ()
