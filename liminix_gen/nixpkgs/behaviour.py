"""The nixpkgs package set: hermetic, cross-compiled, for people who have Nix and a cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from liminix_gen.errors import EvaluationError, Problem
from liminix_gen.events import Listener, Remarked
from liminix_gen.lock_file import LockFile
from liminix_gen.model.device import Device
from liminix_gen.model.kernel import Asked
from liminix_gen.model.package_set import PackageSet
from liminix_gen.nix.environment import environment
from liminix_gen.nix.sources import foreign_packages
from liminix_gen.nix.verbs import Nix
from liminix_gen.nixpkgs import source, tree
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.package_set import Behaviour, Carried, Choices, UnusableError
from liminix_gen.plan import Plan
from liminix_gen.process import MissingToolError


class Nixpkgs(Behaviour):
    """Every board, on any machine with Nix."""

    name = NIXPKGS.name
    has_flake = True
    unlocked = Problem(
        None,
        "the nixpkgs package set has no packages to lock: nixpkgs pins its own",
        hint="with flakes, `nix flake lock` in the tree says which nixpkgs",
    )

    def obstacle(self, device: Device) -> str | None:
        return None

    def merit(self, device: Device) -> str:
        return f"it compiles for {device.cross.config}"

    def provided(self, choices: Choices) -> PackageSet:
        return NIXPKGS

    def nix(self, choices: Choices) -> Nix:
        return Nix(environ=environment(store=choices.store), caches=True)

    def require(self, choices: Choices) -> None:
        source.require_nix(self.nix(choices))

    def carried(self, plan: Plan, lock: LockFile, source: str, *, thin: bool) -> Carried:
        return tree.carried(plan, source, thin=thin)

    def fetch(
        self, plan: Plan, lock: LockFile, choices: Choices, nix: Nix, listen: Listener
    ) -> Mapping[str, str]:
        arguments = self.arguments(plan, choices)
        listen(Remarked(word="nixpkgs", text=arguments["nixpkgs"]))
        return arguments

    def arguments(self, plan: Plan, choices: Choices) -> Mapping[str, str]:
        return {"nixpkgs": str(source.locate(choices.source, _asked(plan), self.nix(choices)))}

    def look_up(self, plan: Plan, lock: LockFile, choices: Choices, listen: Listener) -> None:
        try:
            source.look(choices.source, _asked(plan), self.nix(choices))
        except (UnusableError, MissingToolError, EvaluationError) as error:
            if choices.source is not None:
                raise
            what = f"names were not looked up: {error.problems[0].what}"
            hint = error.problems[0].hint
            how = f"; {hint}" if hint and "\n" not in hint else ""
            listen(Remarked(word="packages", text=f"{what}{how}"))


def _asked(plan: Plan) -> dict[str, Sequence[Asked]]:
    """Return the packages that a plan takes from nixpkgs, each with those who ask."""
    askers = {package.name: package.asked for package in plan.packages}
    return {name: askers[name] for name in foreign_packages(plan)}


BEHAVIOUR = Nixpkgs()
