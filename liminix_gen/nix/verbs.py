"""Nix, with the store that its environment names: every verb that this program uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from attrs import field, frozen

from liminix_gen import process
from liminix_gen.errors import EvaluationError, Problem
from liminix_gen.nix import environment
from liminix_gen.nix.events import Evaluated, Listener, Reader, Survey, Working
from liminix_gen.nix.failures import (
    ExpressionError,
    build_error,
    evaluation_problem,
    unexplained,
)
from liminix_gen.nix.scratch import Scratch

_GRACE_S = 60.0  # a Nix that builds in another folder removes there what builders have left
_LOG_FORMAT = ("--log-format", "internal-json", "-v")


@frozen(kw_only=True)
class Nix:
    """Nix: ``environ`` is the whole environment of its commands.

    ``caches``: what is not in the store may come from a cache, so that only Nix knows what it will
    build.
    """

    environ: Mapping[str, str] = field(factory=environment.environment)
    caches: bool = False

    def instantiate(
        self,
        tree: Path,
        names: Sequence[str],
        *,
        root: Path,
        arguments: Mapping[str, str],
        listener: Listener,
    ) -> tuple[str, ...]:
        """Evaluate attributes of a tree ("outputs.vmroot"); return their derivations.

        ``root`` keeps them from the garbage collector; ``arguments`` are those of default.nix.
        Raises ExpressionError.
        """
        reader = Reader(listener)
        attributes = [word for name in names for word in ("-A", name)]
        given = [word for name, value in arguments.items() for word in ("--argstr", name, value)]
        options = [*_LOG_FORMAT, "--show-trace", "--add-root", str(root)]
        command = ["nix-instantiate", *options, *given, *attributes, str(tree)]
        done = process.run(command, env=self.environ, check=False, on_stderr=reader.feed)
        if done.returncode != 0:
            problems = [evaluation_problem(one, tree) for one in reader.complaints]
            raise ExpressionError(problems or [unexplained(done, reader)], reader.complaints)
        derivations = tuple(str(Path(line).readlink()) for line in done.stdout.split())
        survey = None if self.caches else self.survey(derivations)
        listener(Evaluated(survey=survey, seconds=done.seconds))
        return derivations

    def build(
        self, derivations: Sequence[str], *, link: Path, place: Scratch, listener: Listener
    ) -> tuple[Path, ...]:
        """Build derivations; return where their outputs lie on this machine.

        ``link`` (and ``link-2``...) then points to them. Raises DerivationError.
        """
        reader = Reader(listener)
        listener(Working(folder=place.builds))
        done = process.run(
            ["nix-build", *_LOG_FORMAT, "-o", str(link), *derivations],
            env={**self.environ, "TMPDIR": str(place.builds)},
            check=False,
            on_stderr=reader.feed,
            grace_s=_GRACE_S,
            before_stop=place.let_go,
        )
        if done.returncode != 0:
            raise build_error(done, reader)
        return tuple(self.physical(path) for path in done.stdout.split())

    def evaluate(self, file: Path, arguments: Mapping[str, str]) -> object:
        """Return the value of a file that is a function. Raises EvaluationError."""
        words = [word for name, value in arguments.items() for word in ("--argstr", name, value)]
        command = ["nix-instantiate", "--eval", "--strict", "--json", *words, str(file)]
        done = process.run(command, env=self.environ, check=False)
        if done.returncode != 0:
            what = f"{file.name} cannot be evaluated"
            raise EvaluationError(Problem(None, what, done.stderr.strip(), done.shown))
        return cast("object", json.loads(done.stdout))

    def add(self, files: Sequence[Path]) -> None:
        """Put files into the store, each by its SHA-256. Raises CommandError."""
        command: list[str | Path] = ["nix-store", "--add-fixed", "sha256", *files]
        process.run(command, env=self.environ)

    def absent(self, paths: Iterable[str]) -> frozenset[str]:
        """Return those store paths that are not in the store. Raises CommandError."""
        wanted = tuple(paths)
        if not wanted:
            return frozenset()
        command = ["nix-store", "--check-validity", "--print-invalid", *wanted]
        return frozenset(process.run(command, env=self.environ).stdout.split())

    def closure(self, path: str) -> tuple[str, ...]:
        """Return a store path and all that it needs, sorted."""
        command = ["nix-store", "--query", "--requisites", path]
        return tuple(sorted(process.run(command, env=self.environ).stdout.split()))

    def survey(self, derivations: Sequence[str]) -> Survey:
        """Look at derivations and, if their outputs are missing, at their inputs.

        One question for each level of the graph; caches that Nix may fetch from are not asked.
        """
        from liminix_gen.nix import derivation  # noqa: PLC0415  only a build reads derivations

        seen: set[str] = set()
        missing: list[str] = []
        cached: list[str] = []
        paths = set(derivations)
        while paths:
            seen |= paths
            level = {path: derivation.read(self.physical(path)) for path in sorted(paths)}
            owners = {
                output: path for path, one in level.items() for output in one.outputs.values()
            }
            invalid = {owners[output] for output in self.absent(owners)}
            missing += sorted(invalid)
            cached += sorted(paths - invalid)
            paths = {path for parent in invalid for path in level[parent].inputs} - seen
        return Survey(missing=tuple(missing), cached=tuple(cached))

    def physical(self, path: str) -> Path:
        """Return where a store path lies on this machine; a private store is below a folder."""
        return environment.physical(path, self.environ)

    def version(self) -> str:
        """Return the version of Nix; empty if it does not say one."""
        said = process.run(["nix-instantiate", "--version"], env=self.environ).stdout
        match = re.search(r"\d+\.\d+\S*", said)
        return match[0] if match else ""
