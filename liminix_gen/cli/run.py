"""`liminix-gen run`: the image of a configuration in QEMU."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from liminix_gen.cli.options import Configuration, common_options
from liminix_gen.cli.story import PlainStory, Story, story

if TYPE_CHECKING:
    from collections.abc import Generator

    from liminix_gen.config import System
    from liminix_gen.model.device import Qemu
    from liminix_gen.plan import Plan
    from liminix_gen.qemu.machines import VmRoot
    from liminix_gen.qemu.measure import Memory

_PROVIDER = "a provider that gives an address and leads nowhere; --internet leads out"
_INTERNET = "the Internet, through this machine"


def run(
    context: typer.Context,
    config: Configuration,
    *,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Boot, wait until all services are ready, power off; fails with 6."
        ),
    ] = False,
    measure: Annotated[
        bool,
        typer.Option(
            "--measure", help="As --check; say what memory each service takes when all are ready."
        ),
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            min=1, metavar="SECONDS", help="How long --check waits for each of boot and power off."
        ),
    ] = 120.0,
    log: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write everything the console says to FILE."),
    ] = None,
    internet: Annotated[
        bool,
        typer.Option("--internet", help="Connect the WAN to the Internet through this machine."),
    ] = False,
) -> None:
    """Build a configuration and boot it in QEMU.

    Its console is this terminal, unless --check or --measure is given. What the router listens on
    is reached from this machine by ports that are printed. Its wan has a provider that leads
    nowhere, unless --internet is given. A writable root is kept as NAME.root beside the
    configuration; --check has one of its own.
    """
    from liminix_gen import files, process, text  # noqa: PLC0415
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415
    from liminix_gen.qemu import acceleration, flash, reach, root  # noqa: PLC0415
    from liminix_gen.qemu import run as qemu  # noqa: PLC0415
    from liminix_gen.qemu.machines import VmRoot  # noqa: PLC0415
    from liminix_gen.qemu.networks import Isolated  # noqa: PLC0415
    from liminix_gen.workflow.build import make  # noqa: PLC0415
    from liminix_gen.workflow.load import load  # noqa: PLC0415

    check = check or measure
    common = common_options(context)
    loaded = load(config, common.steps(PlainStory()))
    system = loaded.system
    machine = system.device.qemu
    if machine is None:
        what = f"the device {system.device.name} does not have a QEMU machine"
        raise ConfigurationError(
            Problem(system.where, what, hint="`liminix-gen devices` says which have")
        )
    process.find(machine.executable)  # better missed now than after the build
    if log is not None:
        with _writing(log):
            log.open("ab").close()
    with ExitStack() as held:
        with story() as telling:
            if notice := acceleration.choose(machine).notice:
                telling.step("note", notice)
            made = make(loaded, common.steps(telling), outputs=("vmroot",))
            vmroot = VmRoot.of(made.files[0])
            if vmroot.flash_offset_bytes is not None and flash.refuses_writes(machine.executable):
                telling.step("warning", flash.NOTICE)
            vmroot, state = _written(config, made.prepared.plan, vmroot, held, telling, check=check)
        if not check:
            _interactive(system, machine, vmroot, state, log, internet=internet)
            return
        telling = held.enter_context(story())
        if vmroot.writable:
            folder = held.enter_context(files.temporary_folder())
            vmroot = root.with_copy(vmroot, folder / "root")
        telling.step("booting", f"{system.device.name} in {machine.executable}")
        telling.note = "waiting until all services are ready"
        networks = (Isolated(), reach.internet(system)) if internet else qemu.ISOLATED
        checked = qemu.check(
            machine,
            vmroot,
            networks=networks,
            state=state,
            timeout_s=timeout,
            log=log,
            with_memory=measure,
        )
    typer.echo(checked.message)
    typer.echo(
        f"ready {text.seconds(checked.ready_s)} after power on, "
        f"off {text.seconds(checked.power_off_s)} after poweroff"
    )
    if checked.memory is not None:
        typer.echo(_memory(checked.memory))


def _memory(found: Memory) -> str:
    """Return what memory is in use, the largest service first."""
    from liminix_gen import text  # noqa: PLC0415  not needed for --help

    total, left = text.size(found.total_bytes), text.size(found.available_bytes)
    rows = [(name, text.size(size)) for name, size in found.services.items() if size]
    rows += [
        ("other processes", text.size(found.system_bytes)),
        ("the kernel", text.size(found.kernel_bytes)),
    ]
    return f"memory: {left} of {total} are left for more\n{text.columns(rows, indent='  ')}"


def _written(
    config: Path, plan: Plan, vmroot: VmRoot, held: ExitStack, telling: Story, *, check: bool
) -> tuple[VmRoot, Path | None]:
    """Return the root and the disk for the state as QEMU takes them, and hold what it writes."""
    from liminix_gen.qemu import root  # noqa: PLC0415  not needed for --help
    from liminix_gen.qemu.state import make_disk  # noqa: PLC0415

    state = None
    if plan.state is not None:
        state = config.with_suffix(".state")
        with _writing(state):
            make_disk(state, plan.state)
            held.enter_context(_alone(state))
        telling.step("state", f"kept in {state}")
    if vmroot.writable and not check:
        kept = config.with_suffix(".root")
        with _writing(kept):
            vmroot = root.with_copy(vmroot, kept)
            held.enter_context(_alone(kept))
        telling.step("root", f"kept in {kept}")
        if vmroot.system is not None and not root.holds(kept, vmroot.system):
            telling.step("note", f"{kept} belongs to another image: remove it to run this one")
    return vmroot, state


@contextmanager
def _writing(file: Path) -> Generator[None]:
    """Report that a file of the user cannot be written."""
    from liminix_gen.errors import ConfigurationError, Problem  # noqa: PLC0415

    try:
        yield
    except OSError as error:
        what = f"cannot write {file}: {error.strerror}"
        raise ConfigurationError(Problem(None, what)) from None


@contextmanager
def _alone(image: Path) -> Generator[None]:
    """Hold an image that QEMU writes: two at once would spoil it."""
    from liminix_gen.errors import Problem, RunError  # noqa: PLC0415
    from liminix_gen.locking import locked  # noqa: PLC0415

    def refuse() -> NoReturn:
        what = f"{image} is in use by another run of this configuration"
        raise RunError(Problem(None, what, hint="end that one, or copy the configuration"))

    with locked(image, refuse):
        yield


def _interactive(
    system: System,
    machine: Qemu,
    vmroot: VmRoot,
    state: Path | None,
    log: Path | None,
    *,
    internet: bool,
) -> None:
    """Boot on this terminal; say how to reach the router when it starts, and how to leave."""
    from liminix_gen.qemu import reach, run  # noqa: PLC0415  not needed for --help
    from liminix_gen.qemu.loop import Loop  # noqa: PLC0415
    from liminix_gen.qemu.provider import provider  # noqa: PLC0415

    lan = reach.lan(system)
    lines = [("reach", way.shown(system.hostname)) for way in lan.ways] if lan else []
    if reach.uses_wan(system):
        lines += [("wan", _INTERNET if internet else _PROVIDER)]
    if sys.stdin.isatty():
        lines += [("leave", "poweroff, or Ctrl-A x, which ends QEMU at once")]
    else:
        lines += [("leave", f"kill {os.getpid()}: there is no terminal to type at")]

    def tell() -> None:
        # QEMU has the terminal, and a new line there is not a carriage return.
        end = "\r\n" if sys.stderr.isatty() else "\n"
        sys.stderr.write("".join(f"{word:<11} {what}{end}" for word, what in lines))
        sys.stderr.flush()

    telling = PlainStory()
    telling.step("booting", f"{system.device.name} in {machine.executable}")
    telling.step(*lines[-1])
    with ExitStack() as stack:
        loop = stack.enter_context(Loop())
        wan = reach.internet(system) if internet else stack.enter_context(provider(loop))
        run.interactive(
            machine,
            vmroot,
            loop,
            networks=(stack.enter_context(reach.connected(lan, loop)), wan),
            state=state,
            log=log,
            on_start=tell,
        )
