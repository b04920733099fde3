"""A new system onto a board whose root can be written, beside the one that runs there."""

from __future__ import annotations

import errno
import os
import time

from attrs import evolve, frozen

from liminix_gen.deploy import archive
from liminix_gen.deploy.archive import Meter
from liminix_gen.deploy.board import AbsentError, Board
from liminix_gen.deploy.facts import Facts
from liminix_gen.deploy.ssh import RemoteError, StrangerError, UnreachableError
from liminix_gen.deploy.system import System
from liminix_gen.errors import ConfigurationError, Problem, RunError
from liminix_gen.events import Listener, Remarked

_AS_IT_WAS = "the board is as it was: nothing of the new system is on it"
_GOES_BACK = "the board goes back to the old one by itself"
_LOOK = "what the new one said is on its console; /run/log on the board has only the old one"


@frozen(kw_only=True)
class Updated:
    """What an update has done; nothing if ``before``, which ran, is ``system``.

    ``copied_bytes`` is what went over the network, ssh's own aside.
    """

    system: str
    before: str
    copied_paths: int
    copied_bytes: int
    seconds: float


def update(board: Board, system: System, *, timeout_s: float, listen: Listener) -> Updated:
    """Copy what the board lacks of a system, reboot into it, and confirm it once it is ready.

    A system that is not confirmed is gone with the next boot: then the one that ran before is back.
    ``timeout_s`` is how long the board may take to come back, and its services then to be ready.
    Raises ConfigurationError if the board cannot take the system: nothing has changed then; and
    RunError if something failed on the way.
    """
    before = board.facts()
    refuse(board.host, before, device=system.device, root=system.root)
    if before.active == system.path:
        return Updated(
            system=system.path, before=system.path, copied_paths=0, copied_bytes=0, seconds=0.0
        )
    _refuse_kernel(board.host, before, system)
    if before.trial:
        listen(
            Remarked(
                word="note",
                text=f"{before.trial} was to be tried at the next boot: this takes its place",
            )
        )
    if not before.watchdog:
        listen(
            Remarked(
                word="note",
                text="the board has no watchdog: a kernel that hangs needs somebody at the switch",
            )
        )
    began = time.monotonic()
    copied_paths, copied_bytes = _copy(board, system, before.root, listen)
    listen(Remarked(word="copied", text=f"{copied_paths} store paths, {copied_bytes} bytes"))
    board.put_on_trial(system.path)
    listen(Remarked(word="rebooting", text=f"{board.host} into {system.path}"))
    board.reboot()
    _see_it_come_up(board, system, before, timeout_s, listen)
    return Updated(
        system=system.path,
        before=before.active,
        copied_paths=copied_paths,
        copied_bytes=copied_bytes,
        seconds=time.monotonic() - began,
    )


def refuse(host: str, facts: Facts, *, device: str, root: str) -> None:
    """Raise ConfigurationError if a board cannot take any system for a device and a root."""
    if facts.device != device:
        raise ConfigurationError(
            Problem(
                None,
                f"{host} is a {facts.device}, and the system is for {device}",
                hint=f'System(device="{facts.device}") is for that board',
                kind="update",
            )
        )
    if not facts.active:
        raise ConfigurationError(
            Problem(
                None,
                f"the root of {host} is {facts.root}, which cannot be updated",
                "only a writable root can hold a new system beside the old one",
                "`liminix-gen build` an image for its flash (mtdimage), or boot one with "
                "`liminix-gen kexec`",
                kind="update",
            )
        )
    if facts.root != root:
        raise ConfigurationError(
            Problem(
                None,
                f"the root of {host} is {facts.root}, and that of the system is {root}",
                hint=f'config.root = "{facts.root}" goes with what is there',
                kind="update",
            )
        )
    if facts.active != facts.confirmed:
        raise ConfigurationError(
            Problem(
                None,
                f"{host} tries a system that nobody has confirmed",
                f"{facts.active} runs, {facts.confirmed} is the one that boots",
                "wait until its trial is over, or confirm it there: `system confirm`",
                kind="update",
            )
        )


def _refuse_kernel(host: str, facts: Facts, system: System) -> None:
    if facts.kernel != system.kernel:
        raise ConfigurationError(
            Problem(
                None,
                f"the kernel on {host} is not the one of the system",
                f"{facts.kernel} runs, {system.kernel} is needed, and the board has no second "
                "place for one",
                "install kernel and root as an image (mtdimage, tftpboot), or boot it with "
                "`liminix-gen kexec`",
                kind="update",
            )
        )


def _copy(board: Board, system: System, root: str, listen: Listener) -> tuple[int, int]:
    """Copy the missing paths; return how many they are, and how many bytes went over."""
    collected = board.collect(system.closure)
    if not collected.missing:
        return 0, 0
    need = archive.least_bytes(collected.missing, system.locate, root)
    if need > collected.free_bytes:
        numbers = f"{need} bytes are needed at the least, {collected.free_bytes} are free"
        raise ConfigurationError(_no_space(board.host, numbers))
    meter = Meter(listen)
    try:
        board.receive(meter.measured(archive.pack(collected.missing, system.locate)))
    except UnreachableError as error:
        what = f"the connection to {board.host} was lost while store paths were copied"
        raise RunError(Problem(None, what, error.reason, _AS_IT_WAS, kind="update")) from None
    except RemoteError as error:
        if os.strerror(errno.ENOSPC) in error.said:
            raise ConfigurationError(_no_space(board.host, error.said)) from None
        raise RunError(
            Problem(
                None,
                f"{board.host} did not take the store paths",
                error.said,
                _AS_IT_WAS,
                kind="update",
            )
        ) from None
    return len(collected.missing), meter.sent_bytes


def _no_space(host: str, why: str) -> Problem:
    return Problem(
        None,
        f"{host} has no space for the new system beside the one that runs",
        why,
        _AS_IT_WAS,
        kind="update",
    )


def _see_it_come_up(
    board: Board, system: System, before: Facts, timeout_s: float, listen: Listener
) -> None:
    """Wait for the board, and confirm the system when its services are ready."""
    try:
        after = board.after_boot(before.boot, timeout_s)
    except StrangerError as error:
        (problem,) = error.problems
        why = f"so the new system was not confirmed: {_GOES_BACK}"
        raise RunError(evolve(problem, why=why)) from None
    except AbsentError as error:
        (problem,) = error.problems
        hint = "" if before.watchdog else "it has no watchdog: if it hangs, switch it off and on"
        why = f"{problem.why}\nnot confirmed, the new system is tried once: {before.active} is next"
        raise RunError(evolve(problem, why=why.lstrip(), hint=hint)) from None
    if after.active == before.active:
        what = f"the new system did not come up: {board.host} is back with the old one"
        raise RunError(Problem(None, what, f"{after.active} runs", _LOOK, kind="update"))
    if after.active != system.path:
        what = f"{board.host} came up with {after.active}, which is neither the old nor the new one"
        raise RunError(Problem(None, what, "is somebody else updating it?", kind="update"))
    listen(
        Remarked(word="booted", text=f"{board.host} runs the new system; waiting for its services")
    )
    try:
        if wrong := board.services_ready(timeout_s):
            what = f"not all services of the new system on {board.host} are ready"
            why = f"{wrong}\nit is not confirmed: {_GOES_BACK}"
            raise RunError(Problem(None, what, why, board.where_the_log_is, kind="update"))
        board.confirm()
    except UnreachableError as error:
        what = f"the connection to {board.host} was lost before the new system was confirmed"
        raise RunError(
            Problem(None, what, f"{error.reason}\n{_GOES_BACK}", kind="update")
        ) from None
