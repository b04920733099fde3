"""What of a derivation is in the store already, and what must be built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen
from pynixutil import drvparse

from liminix_gen import process


@frozen(kw_only=True)
class Derivation:
    """What a .drv file says: paths of its outputs by name, and of the derivations it needs."""

    outputs: Mapping[str, str]
    inputs: tuple[str, ...]


@frozen(kw_only=True)
class Survey:
    """Paths of derivations: what a build must make, and what it finds made.

    ``cached`` holds only what something missing, or the user, asks for directly.
    """

    missing: tuple[str, ...]
    cached: tuple[str, ...]


def physical(path: str, env: Mapping[str, str]) -> Path:
    """Return where a store path lies on this machine; a private store is below a folder."""
    root = env.get("NIX_REMOTE", "").partition("local?root=")[2].partition("&")[0]
    return Path(root + path)


def read(path: Path) -> Derivation:
    """Read a .drv file."""
    parsed = drvparse(path.read_text(encoding="utf-8"))
    return Derivation(
        outputs={name: output.path for name, output in parsed.outputs.items()},
        inputs=tuple(parsed.input_drvs),
    )


def survey(derivations: Sequence[str], env: Mapping[str, str]) -> Survey:
    """Look at derivations and, where their outputs are missing, at their inputs.

    One call of nix-store for each level of the graph; caches that Nix may fetch from are not
    asked.
    """
    seen: set[str] = set()
    missing: list[str] = []
    cached: list[str] = []
    paths = set(derivations)
    while paths:
        seen |= paths
        level = {path: read(physical(path, env)) for path in sorted(paths)}
        owners = {
            output: path
            for path, derivation in level.items()
            for output in derivation.outputs.values()
        }
        invalid = {owners[output] for output in _invalid(tuple(owners), env)}
        missing += sorted(invalid)
        cached += sorted(paths - invalid)
        paths = {path for parent in invalid for path in level[parent].inputs} - seen
    return Survey(missing=tuple(missing), cached=tuple(cached))


def _invalid(outputs: Sequence[str], env: Mapping[str, str]) -> tuple[str, ...]:
    command = ["nix-store", "--check-validity", "--print-invalid", *outputs]
    return tuple(process.run(command, env=env).stdout.split())
