"""The other side of a comparison: an emitted tree, a manifest, or a revision in Git."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve

from liminix_gen import files, process
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.events import unheard
from liminix_gen.nix import contents
from liminix_gen.nix.tree import MANIFEST
from liminix_gen.workflow.copied import SYSTEM
from liminix_gen.workflow.evaluate import Evaluation, evaluate, evaluate_tree
from liminix_gen.workflow.forecast import Other, draw
from liminix_gen.workflow.load import Planned, load, planned
from liminix_gen.workflow.options import Options


def is_host(word: str) -> bool:
    """Say whether a word names a board (USER@HOST) and not a file."""
    return "@" in word and not word.endswith(":") and not Path(word).exists()


def read(word: str, config: Path, options: Options) -> Other:
    """Return what a word names: a folder or manifest, or ``REVISION:`` of the configuration.

    Raises ConfigurationError.
    """
    path = Path(word)
    if path.is_dir():
        return _of_tree(path / MANIFEST, word, options)
    if path.is_file():
        return _of_tree(path, word, options)
    if word.endswith(":"):
        with revision(word, config, options) as (found, then):
            drawn = draw(found, then)
        return Other(
            contents=drawn.contents,
            evaluate=lambda _: evaluate(drawn.locked(), then, (SYSTEM,)),
        )
    hint = "it is a folder that `emit` wrote, a manifest.json, or a revision of Git: HEAD~1:"
    raise ConfigurationError(Problem(word, "there is nothing to compare with", hint=hint))


def _of_tree(manifest: Path, word: str, options: Options) -> Other:
    def file(name: str) -> bytes | None:
        place = manifest.parent / name
        return place.read_bytes() if place.is_file() else None

    def system(found: Planned) -> Evaluation:
        return evaluate_tree(manifest.parent, found, options, (SYSTEM,))

    try:
        held = contents.read(files.read(manifest), file)
        is_whole = (manifest.parent / "default.nix").is_file()
        return Other(contents=held, evaluate=system if is_whole else None)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise ConfigurationError(Problem(str(manifest), what)) from None
    except ValueError as error:
        raise ConfigurationError(Problem(word, str(error))) from None


@contextmanager
def revision(word: str, config: Path, options: Options) -> Generator[tuple[Planned, Options]]:
    """Plan the configuration as it was at ``REVISION:``, with its lock of then.

    That is in a copy of its repository, which is gone afterwards. Raises ConfigurationError.
    """
    revision = word.removesuffix(":")
    git = ["git", "-C", str(config.resolve().parent)]
    try:
        top = Path(process.run([*git, "rev-parse", "--show-toplevel"]).stdout.strip())
        commit = [*git, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"]
        name = process.run(commit).stdout.strip()
        with files.temporary_folder() as folder:
            archive = folder / "archive.tar"
            process.run([*git[:2], str(top), "archive", "-o", str(archive), name])
            place = folder / "tree"
            place.mkdir()
            process.run(["tar", "-xf", str(archive), "-C", str(place)])
            old = place / config.resolve().relative_to(top)
            if not old.is_file():
                raise ConfigurationError(f"{revision} has no {config.resolve().relative_to(top)}")
            quiet = evolve(
                options,
                listen=unheard,
                modules=tuple(map(_moved(top, place), options.modules)),
                devices=tuple(map(_moved(top, place), options.devices)),
                outputs=tuple(map(_moved(top, place), options.outputs)),
            )
            yield planned(load(old, quiet), quiet), quiet
    except process.CommandError as error:
        said = error.completed.stderr.strip()
        what = f"the revision {revision!r} of {config} cannot be had from Git"
        raise ConfigurationError(Problem(None, what, said)) from None


def _moved(top: Path, place: Path) -> Callable[[Path], Path]:
    """Return what gives the place of a folder in a copy, if it is one of the repository."""

    def moved(folder: Path) -> Path:
        whole = folder.resolve()
        return place / whole.relative_to(top) if whole.is_relative_to(top) else folder

    return moved
