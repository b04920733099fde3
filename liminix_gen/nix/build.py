"""Evaluates an emitted tree and builds outputs of it, with links to what is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.nix.events import Listener
from liminix_gen.nix.scratch import scratch
from liminix_gen.nix.verbs import Nix


@frozen(kw_only=True)
class Built:
    """An output that was built: where it lies, and the link to its store path."""

    name: str
    path: Path
    link: Path


def build(
    nix: Nix,
    tree: Path,
    outputs: Sequence[str],
    *,
    link: Path,
    arguments: Mapping[str, str] | None = None,
    listener: Listener = lambda _: None,
) -> tuple[Built, ...]:
    """Build ``outputs`` of the tree and make ``link`` (and ``link-2``...) point to them.

    ``arguments`` are those of its default.nix. The links keep the outputs from Nix's garbage
    collector, and change only when everything is built. Raises ExpressionError, DerivationError.
    """
    links = [
        link if n == 0 else link.with_name(f"{link.name}-{n + 1}") for n in range(len(outputs))
    ]
    for one in links:
        _refuse_foreign(one)
    with scratch() as place:
        root = place.folder / "drv"
        derivations = nix.instantiate(
            tree,
            [f"outputs.{name}" for name in outputs],
            root=root,
            arguments=arguments or {},
            listener=listener,
        )
        paths = nix.build(derivations, link=link, place=place, listener=listener)
    return tuple(
        Built(name=name, path=path, link=link)
        for name, path, link in zip(outputs, paths, links, strict=True)
    )


def build_attribute(
    nix: Nix, tree: Path, name: str, arguments: Mapping[str, str], listener: Listener
) -> Path:
    """Build something of the tree that is not an output; return where it lies.

    Nothing keeps it from the garbage collector. Raises ExpressionError, DerivationError.
    """
    with scratch() as place:
        root, link = place.folder / "drv", place.folder / "result"
        derivations = nix.instantiate(
            tree, [name], root=root, arguments=arguments, listener=listener
        )
        (path,) = nix.build(derivations, link=link, place=place, listener=listener)
        return path


def _refuse_foreign(link: Path) -> None:
    """Refuse what Nix would refuse after an hour of building."""
    if (link.exists() or link.is_symlink()) and not link.is_symlink():
        raise ConfigurationError(
            Problem(
                str(link),
                "is in the way: the link to what is built belongs there",
                hint="move it away, or choose another name with --out-link",
            )
        )
    if not link.parent.is_dir():
        raise ConfigurationError(Problem(str(link.parent), "is not a folder"))
