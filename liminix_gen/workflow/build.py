"""The last step: outputs of a tree, built."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from attrs import frozen

from liminix_gen.cache import OTHER_CACHE, cache_directory
from liminix_gen.errors import ConfigurationError, LiminixGenError, Problem, suggestion
from liminix_gen.events import Listener, Remarked, Waiting
from liminix_gen.locking import locked
from liminix_gen.model.output import roots_of
from liminix_gen.nix import blame, build, failures, kernels, tree
from liminix_gen.nix.environment import own_store
from liminix_gen.nix.verbs import Nix
from liminix_gen.plan import Plan
from liminix_gen.workflow.emit import Prepared, emit
from liminix_gen.workflow.explain import explained
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.kernels import Kernels
from liminix_gen.workflow.load import Loaded, planned
from liminix_gen.workflow.options import Options


@frozen(kw_only=True)
class Made:
    """A configuration and what was built of it: outputs, and the files of each by name."""

    prepared: Prepared
    outputs: tuple[build.Built, ...]
    files: tuple[Mapping[str, Path], ...]
    nix: Nix


def folder_of(config: Path) -> Path:
    """Return where the tree of a configuration lies that `build` and `run` use."""
    place = hashlib.sha256(os.fsencode(config.resolve())).hexdigest()[:12]
    # Nix takes no path with other characters, and no file system a much longer name.
    name = re.sub(r"[^A-Za-z0-9+._-]", "_", config.stem)[:64]
    return cache_directory() / "trees" / f"{name}-{place}"


def make(
    loaded: Loaded,
    options: Options,
    *,
    outputs: Sequence[str] = (),
    link: Path | None = None,
    check: Callable[[Plan], object] = lambda _plan: None,
) -> Made:
    """Build outputs (none: the board's own choice); ``link`` None keeps the links in a cache.

    What ``check`` raises is better said before the build than after it.
    """
    listen = options.listen
    found = planned(loaded, options)
    plan = found.plan
    check(plan)
    found.packages.require(options.choices)
    names = tuple(outputs) or (plan.default_output,)
    _refuse_unknown(names, plan)
    prepared = emit(found.path, plan, found.packages, found.lock, options)
    for notice in plan.notices:
        listen(Remarked(word="note", text=notice))
    for remark in prepared.packages.remarks(plan, prepared.lock):
        listen(remark)
    if plan.pruned:
        things = "1 thing" if len(plan.pruned) == 1 else f"{len(plan.pruned)} things"
        what = f"{things} that no service refers to; `liminix-gen check` lists them"
        listen(Remarked(word="pruned", text=what))
    nix = prepared.packages.nix(options.choices)
    if options.choices.store is None and (own := own_store(os.environ)):
        what = f"{own}, for this user cannot write to the machine's"
        listen(Remarked(word="store", text=what))
    prepared, arguments = fetch(prepared, options, nix)
    folder = folder_of(prepared.path)
    link = link or folder.with_name(f"{folder.name}-result")
    with _alone(folder, listen):
        tree.renew(prepared.tree, folder)
        heard = Kernels(plan, kernels.record_file(), nix, listen)
        try:
            built = build.build(
                nix,
                folder,
                names,
                link=link,
                arguments=arguments,
                listener=heard,
            )
            heard.remark()
        except failures.ExpressionError as error:
            raise blame.placed(error, plan, folder, whole=options.whole_trace) from None
        except failures.DerivationError as error:

            def sources() -> str:
                # Advice: what keeps it from being given is not a second failure.
                with suppress(LiminixGenError, OSError):
                    path = build.build_attribute(nix, folder, "kernel.sources", arguments, listen)
                    return path.read_text(encoding="utf-8")
                return ""

            raise explained(error, plan, sources) from None
    files = tuple(files_of(one.path, nix) for one in built)
    return Made(prepared=prepared, outputs=built, files=files, nix=nix)


@contextmanager
def _alone(folder: Path, listen: Listener) -> Generator[None]:
    """Wait until nobody else builds from a folder: an edited configuration makes another tree."""

    def waiting() -> None:
        listen(Waiting(what="for another build of this configuration"))

    with ExitStack() as held:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(folder.with_name(f"{folder.name}.lock"), waiting))
        except OSError as error:
            raise ConfigurationError(
                Problem(
                    None,
                    f"{error.filename or folder}: {error.strerror}",
                    "the trees that `build` evaluates lie in the user's cache directory",
                    OTHER_CACHE,
                )
            ) from None
        yield


def _refuse_unknown(outputs: Sequence[str], plan: Plan) -> None:
    problems = [_absent(name, plan) for name in outputs if name not in plan.outputs]
    if problems:
        raise ConfigurationError(*problems)


def _absent(output: str, plan: Plan) -> Problem:
    """Say why there is no such output."""
    if output in plan.device.outputs:
        what = f"the output {output} of {plan.device.name} cannot hold a root that is"
        roots = roots_of(plan.device, output)
        hint = " or ".join(f'config.root = "{root_type}"' for root_type in roots)
        return Problem(plan.root_where, f"{what} {plan.root_type}", hint=hint)
    hint = suggestion(output, plan.outputs) or f"there are {', '.join(plan.outputs)}"
    return Problem(None, f"there is no output {output!r}", hint=hint)


def files_of(output: Path, nix: Nix) -> dict[str, Path]:
    """Return the files of an output by name, with links into the store followed."""
    names = sorted(output.rglob("*")) if output.is_dir() else [output]
    files: dict[str, Path] = {}
    for name in names:
        target = str(name.readlink()) if name.is_symlink() else ""
        file = nix.physical(target) if target.startswith("/") else name
        if file.is_file():
            files[str(name.relative_to(output)) if name != output else "image"] = file
    return files
