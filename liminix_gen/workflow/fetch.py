"""The fourth step: the packages of a tree, ready to build with."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from liminix_gen import package_sets
from liminix_gen.events import Remarked
from liminix_gen.nix.verbs import Nix
from liminix_gen.package_set import GoneError, UnusableError
from liminix_gen.workflow.emit import Prepared, emit
from liminix_gen.workflow.options import Options


def fetch(prepared: Prepared, options: Options, nix: Nix) -> tuple[Prepared, Mapping[str, str]]:
    """Make packages ready to build with; return the arguments that default.nix is given.

    If locked packages are gone, they take the newest versions, and the tree changes with them;
    unless the options say that the lock must not.
    """
    try:
        return prepared, _fetch(prepared, options, nix)
    except GoneError as gone:
        if options.choices.locked:
            raise
        what = ", ".join(gone.names)
        options.listen(Remarked(word="gone from the mirror", text=what))
        choices = evolve(options.choices, refresh=gone.names, refresh_all=False)
        options = evolve(options, choices=choices)
        newer = emit(prepared.path, prepared.plan, prepared.packages, prepared.lock, options)
        return newer, _fetch(newer, options, nix)


def _fetch(prepared: Prepared, options: Options, nix: Nix) -> Mapping[str, str]:
    packages, plan = prepared.packages, prepared.plan
    try:
        return packages.fetch(plan, prepared.lock, options.choices, nix, options.listen)
    except UnusableError as error:
        others = [one.name for one in package_sets.serving(plan.device) if one is not packages]
        if not others:
            raise
        (problem,) = error.problems
        hint = f"{problem.hint}, or build with --package-set {' or '.join(others)}"
        raise UnusableError(evolve(problem, hint=hint)) from None
