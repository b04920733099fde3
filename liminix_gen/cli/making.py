"""From a configuration to built outputs, with its story; what `build` and `run` share."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from attrs import frozen

from liminix_gen import workflow
from liminix_gen.cli import narrate, text
from liminix_gen.cli.kernels import Kernels
from liminix_gen.cli.options import Common
from liminix_gen.cli.preparing import Notices, prepare
from liminix_gen.cli.story import Story
from liminix_gen.debian.apt import cache_directory
from liminix_gen.debian.settings import nix_environment, own_store
from liminix_gen.errors import BuildError, ConfigurationError, Problem, suggestion
from liminix_gen.kconfig.audit import KernelAuditError, lost_symbols
from liminix_gen.locking import locked
from liminix_gen.nix import blame, build, derivation, events, tree
from liminix_gen.plan import Plan

# The check of a service's part writes such a line: the service type, and what is wrong.
_REFUSED = re.compile(r"liminix-gen-refused: (\S+) (.*)")


@frozen(kw_only=True)
class Made:
    """A configuration and what was built of it: outputs, and the files of each by name.

    ``env`` is the environment that Nix had.
    """

    prepared: workflow.Prepared
    outputs: tuple[build.Built, ...]
    files: tuple[Mapping[str, Path], ...]
    env: Mapping[str, str]


def folder_of(config: Path) -> Path:
    """Return where the tree of a configuration lies that `build` and `run` use."""
    place = hashlib.sha256(os.fsencode(config.resolve())).hexdigest()[:12]
    # Nix takes no path with other characters, and no file system a much longer name.
    name = re.sub(r"[^A-Za-z0-9+._-]", "_", config.stem)[:64]
    return cache_directory() / "trees" / f"{name}-{place}"


def make(
    config: Path,
    common: Common,
    story: Story,
    *,
    outputs: Sequence[str],
    link: Path | None,
    check: Callable[[Plan], object] = lambda _plan: None,
) -> Made:
    """Build outputs (none: the board's own choice); ``link`` None keeps the links in a cache.

    What ``check`` raises is better said before the build than after it.
    """
    prepared = prepare(config, common, story)
    plan = prepared.plan
    check(plan)
    names = tuple(outputs) or (plan.device.default_output,)
    _refuse_unknown(names, plan)
    _remark(prepared, story)
    hermetic = not workflow.is_debian(plan)
    env = nix_environment(hermetic=hermetic)
    if own := own_store(os.environ):
        story.step("store", f"{own}, for this user cannot write to the machine's")
    nixpkgs = None
    if hermetic:
        nixpkgs = workflow.nixpkgs(prepared, common.nixpkgs, env)
        story.step("nixpkgs", str(nixpkgs))
    else:
        prepared = _fetch(prepared, common, env, story)
    folder = folder_of(config)
    link = link or folder.with_name(f"{folder.name}-result")
    with _alone(folder, story):
        tree.renew(prepared.tree, folder)
        try:
            built = build.build(
                folder,
                names,
                link=link,
                env=env,
                nixpkgs=nixpkgs,
                listener=_listener(prepared.plan, story, env),
            )
        except build.ExpressionError as error:
            raise blame.placed(error, plan, folder, whole=common.show_trace) from None
        except build.DerivationError as error:
            raise _explained(error, plan) from None
    files = tuple(files_of(one.path, env) for one in built)
    return Made(prepared=prepared, outputs=built, files=files, env=env)


def _listener(plan: Plan, story: Story, env: Mapping[str, str]) -> build.Listener:
    building = narrate.Building(story)
    compiled = Kernels(story, plan, cache_directory() / "kernels.json", env)

    def listen(event: events.Event | build.Evaluated) -> None:
        building(event)
        compiled(event)

    return listen


@contextmanager
def _alone(folder: Path, story: Story) -> Generator[None]:
    """Wait until nobody else builds from a folder: an edited configuration makes another tree."""
    waiting = partial(story.step, "waiting", "for another build of this configuration")
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
                    "set XDG_CACHE_HOME to a directory that you can write to",
                )
            ) from None
        yield


def _fetch(
    prepared: workflow.Prepared, common: Common, env: Mapping[str, str], story: Story
) -> workflow.Prepared:
    """Put Debian's packages into the store; what was gone from the mirror changes the lock."""
    notices = Notices(story)
    prepared, fetched = workflow.fetch(
        prepared, common.workflow(notices), env, partial(narrate.fetching, story)
    )
    notices.end()
    if fetched.fetched:
        what = f"{text.count(len(fetched.fetched), 'package')}, {text.size(fetched.size_bytes)}"
        story.step("fetched", f"{what} in {text.seconds(fetched.seconds)}")
    if fetched.present:
        story.step("cached", text.count(fetched.present, "package"))
    return prepared


def _remark(prepared: workflow.Prepared, story: Story) -> None:
    """Tell what the user should know of the image before it is built."""
    plan = prepared.plan
    for notice in plan.notices:
        story.step("note", notice)
    for kind, remark in workflow.remarks(prepared):
        story.step(kind, remark)
    if plan.pruned:
        things = text.count(len(plan.pruned), "thing")
        story.step("pruned", f"{things} that no service refers to; `liminix-gen check` lists them")


def _refuse_unknown(outputs: Sequence[str], plan: Plan) -> None:
    problems = [_absent(name, plan) for name in outputs if name not in plan.outputs]
    if problems:
        raise ConfigurationError(*problems)


def _absent(output: str, plan: Plan) -> Problem:
    """Say why there is no such output."""
    if output in plan.device.outputs:
        what = f"the output {output} of {plan.device.name} cannot hold a root that is"
        return Problem(plan.root_where, f"{what} {plan.root_type}")
    hint = suggestion(output, plan.outputs) or f"there are {', '.join(plan.outputs)}"
    return Problem(None, f"there is no output {output!r}", hint=hint)


def _explained(error: build.DerivationError, plan: Plan) -> BuildError:
    """Say a failure in the user's words, where the builder said what it is about."""
    askers = {symbol.name: [str(asked) for asked in symbol.asked] for symbol in plan.symbols}
    for failure in error.failures:
        symbols = lost_symbols(failure.lines, askers)
        if symbols:
            return KernelAuditError(symbols, f"nix-store --read-log {failure.derivation}")
    refusals = [problem for failure in error.failures for problem in _refusals(failure, plan)]
    return BuildError(*refusals) if refusals else error


def _refusals(failure: build.Failure, plan: Plan) -> Iterator[Problem]:
    """Yield what the build of a service's part refused, with the line of a service of its type."""
    askers = {service.asked.by: service.asked.where for service in plan.services}
    for line in failure.lines:
        if match := _REFUSED.fullmatch(line):
            hint = f"all of its log: nix-store --read-log {failure.derivation}"
            yield Problem(askers.get(match[1]), f"{match[1]}: {match[2]}", hint=hint)


def files_of(output: Path, env: Mapping[str, str]) -> dict[str, Path]:
    """Return the files of an output by name, with links into the store followed."""
    names = sorted(output.rglob("*")) if output.is_dir() else [output]
    files: dict[str, Path] = {}
    for name in names:
        target = str(name.readlink()) if name.is_symlink() else ""
        file = derivation.physical(target, env) if target.startswith("/") else name
        if file.is_file():
            files[str(name.relative_to(output)) if name != output else "image"] = file
    return files
