"""From a user's file to an emitted tree: the steps that several commands share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from attrs import evolve, field, frozen

from liminix_gen import __version__, config
from liminix_gen.catalog import Catalog
from liminix_gen.debian import firmware, lock, package_set, packages, settings, store, update
from liminix_gen.debian import tree as debian_tree
from liminix_gen.debian.apt import Apt
from liminix_gen.debian.index import PackageIndex
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.debian.suites import KERNEL_ARCHITECTURE, KERNEL_RELEASE, RELEASE_OF, Release
from liminix_gen.errors import ConfigurationError, EvaluationError, Problem, Where
from liminix_gen.model.device import Device
from liminix_gen.model.package_set import PackageSet
from liminix_gen.model.root import READ_ONLY
from liminix_gen.nix.render import Emission, render
from liminix_gen.nix.sources import foreign_packages
from liminix_gen.nix.tree import Tree
from liminix_gen.nixpkgs import source
from liminix_gen.nixpkgs import tree as nixpkgs_tree
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.package_set import Carried
from liminix_gen.plan import Plan, plan
from liminix_gen.process import MissingToolError
from liminix_gen.qemu.machines import Terminal, VmRoot, command
from liminix_gen.qemu.networks import Isolated, UserNet

Notify = Callable[[str], object]


@frozen(kw_only=True)
class Options:
    """What the command line says of a run, besides the configuration.

    ``refresh`` names packages whose lock entry takes the newest version; ``refresh_all`` means
    every one. ``without`` names suites and components of Debian that are left out.
    """

    modules: tuple[Path, ...] = ()
    devices: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    package_set: str = "auto"
    locked: bool = False
    without: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()
    refresh_all: bool = False
    notify: Notify = field(default=lambda _text: None)


@frozen(kw_only=True)
class Prepared:
    """A configuration that was loaded, planned, locked and rendered."""

    path: Path
    plan: Plan
    lock: lock.Lock
    tree: Tree


def load_plan(path: Path, options: Options) -> Plan:
    """Load and plan a configuration; no lock is changed and nothing is fetched."""
    return _plan(path, options, _read_lock(path))


def prepare(path: Path, options: Options) -> Prepared:
    """Load, plan, lock and render; the lock file is written where it changed.

    For nixpkgs, which pins its packages itself, it holds the numbers of users alone.
    """
    before = _read_lock(path)
    planned = _plan(path, options, before)
    locked = _covering(planned, before, options) if is_debian(planned) else before
    locked = evolve(locked, ids=lock.Ids(**{kind: _own(ids) for kind, ids in planned.ids.items()}))
    if is_debian(planned) or locked != before:
        lock.write(lock_path(path), locked)
    return Prepared(path=path, plan=planned, lock=locked, tree=_render(path, planned, locked))


def is_debian(planned: Plan) -> bool:
    """Say whether the packages are Debian's: locked, and fetched by apt."""
    return planned.package_set.name == DEBIAN.name


def fetch(
    prepared: Prepared,
    options: Options,
    env: Mapping[str, str],
    on_event: Callable[[store.FetchEvent], object],
) -> tuple[Prepared, store.Fetched]:
    """Put the locked packages of a tree into the Nix store; ``env`` is Nix's environment.

    Where the mirror has no longer a locked file, its package takes the newest version, and the
    tree changes with it; unless the options say that the lock must not.
    """
    try:
        return prepared, _fetch(prepared, options, env, on_event)
    except store.GoneError as gone:
        if options.locked:
            raise
        names = tuple(package.name for package in gone.packages)
        options.notify(f"gone from the mirror: {', '.join(names)}")
        newer = prepare(prepared.path, evolve(options, refresh=names))
        return newer, _fetch(newer, options, env, on_event)


def _fetch(
    prepared: Prepared,
    options: Options,
    env: Mapping[str, str],
    on_event: Callable[[store.FetchEvent], object],
) -> store.Fetched:
    architecture = _architecture(prepared.plan)
    section = prepared.lock.architecture(architecture).restricted(
        foreign_packages(prepared.plan), [one.name for one in _firmware(prepared.plan)]
    )
    return store.fetch(
        section.fetched,
        partial(Apt, architecture, section.release, without=options.without),
        env=env,
        on_event=on_event,
    )


def nixpkgs(prepared: Prepared, given: Path | None, env: Mapping[str, str]) -> Path:
    """Return the nixpkgs to build from, after a look whether it will do."""
    names = foreign_packages(prepared.plan)
    askers = {package.name: package.asked for package in prepared.plan.packages}
    try:
        return source.locate(given, {name: askers[name] for name in names}, env)
    except source.UnusableError as error:
        if obstacle_to_debian(prepared.plan.device) is not None:
            raise
        (problem,) = error.problems
        hint = f"{problem.hint}, or build with --package-set debian"
        raise source.UnusableError(evolve(problem, hint=hint)) from None


def look_for_packages(planned: Plan, given: Path | None, notify: Notify) -> None:
    """Refuse packages that nixpkgs lacks, where there is one at hand: nothing else knows its names.

    Debian's are looked up when they are locked.
    """
    if is_debian(planned):
        return
    askers = {package.name: package.asked for package in planned.packages}
    names = {name: askers[name] for name in foreign_packages(planned)}
    try:
        source.look(given, names, settings.nix_environment(hermetic=True))
    except (source.UnusableError, MissingToolError, EvaluationError) as error:
        if given is not None:
            raise
        notify(f"packages: names were not looked up: {error.problems[0].what}")


def lock_path(path: Path) -> Path:
    """Return where the lock of a configuration lies."""
    return path.parent / f"{path.stem}.lock"


def remarks(prepared: Prepared) -> Iterator[tuple[str, str]]:
    """Yield what to know of the packages before a build, each with the kind of remark."""
    if not is_debian(prepared.plan):
        return
    architecture = _architecture(prepared.plan)
    release = prepared.lock.architecture(architecture).release
    if release is None:
        return
    yield "release", release.standing
    if release != RELEASE_OF[architecture]:
        newer = f"`liminix-gen lock --update` takes {RELEASE_OF[architecture]}"
        yield "note", f"the lock holds packages of {release}; {newer}"
    if update.without_security(prepared.lock, architecture):
        why = f"{release.security} has none for {architecture}, or was left out"
        yield "warning", f"the packages of the image come without security updates: {why}"


def choose_package_set(
    name: str, device: Device, where: Where | None = None
) -> tuple[PackageSet, str]:
    """Return the package set, and why it is this one.

    "auto" is debian where board and machine allow it. Raises ConfigurationError where the one
    that was asked for cannot serve the board; ``where`` is the line that chose the board.
    """
    obstacle = obstacle_to_debian(device)
    match name:
        case "nixpkgs":
            return NIXPKGS, "asked for"
        case "debian" if obstacle is not None:
            raise ConfigurationError(
                Problem(
                    where,
                    f"the debian package set cannot serve the device {device.name}",
                    obstacle,
                    "use --package-set nixpkgs",
                )
            )
        case "debian":
            return DEBIAN, "asked for"
        case "auto" if obstacle is not None:
            return NIXPKGS, obstacle
        case "auto":
            architecture = _architecture_of(device)
            return DEBIAN, f"{RELEASE_OF[architecture]} has {architecture}"
        case _:
            raise ConfigurationError(f"there is no package set {name!r}: auto, debian or nixpkgs")


def obstacle_to_debian(device: Device) -> str | None:
    """Return why Debian's packages cannot make an image for the board; None where they can."""
    if device.kernel.source not in DEBIAN.kernels:
        return f"the board needs the kernel {device.kernel.source}, which Debian does not have"
    if device.debian_architecture is None:
        return f"Debian has no packages for {device.cross.config.partition('-')[0]}"
    if shutil.which("apt-get") is None:
        return "this is no Debian machine: there is no apt-get"
    return None


def _plan(path: Path, options: Options, locked: lock.Lock) -> Plan:
    system = config.load(path, Catalog.of(options.modules, options.devices, options.outputs))
    chosen, reason = choose_package_set(options.package_set, system.device, system.where)
    options.notify(f"package set {chosen.name} ({reason})")
    if chosen is DEBIAN:
        chosen = package_set.without(options.without)
    ids = {"users": locked.ids.users, "groups": locked.ids.groups}
    return plan(system, chosen, ids)


def _read_lock(path: Path) -> lock.Lock:
    file = lock_path(path)
    return lock.load(file) if file.exists() else lock.Lock()


def _covering(planned: Plan, locked: lock.Lock, options: Options) -> lock.Lock:
    architecture = _architecture(planned)
    taken = _firmware(planned)
    before = locked.architecture(architecture).firmware
    try:
        locked, notices = update.update(
            locked,
            architecture,
            foreign_packages(planned),
            indexes=_indexes(architecture, options.without, taken),
            firmware=taken,
            refresh=options.refresh,
            refresh_all=options.refresh_all,
            locked=options.locked,
        )
    except update.UnresolvedError as error:
        raise ConfigurationError(*_placed(error, planned)) from None
    tools_of_images = packages.image_tools(planned.images.values())
    locked, tools = update.update_host(
        locked, architecture, optional=tools_of_images, locked=options.locked
    )
    for one in taken:
        if one.name not in before:
            options.notify(f"licence: {one.licence} is that of the firmware from {one.name}")
    for notice in (*notices, *tools):
        options.notify(f"lock: {notice}")
    return locked


def _placed(error: update.UnresolvedError, planned: Plan) -> Iterator[Problem]:
    """Give the problems of packages the lines that ask for them."""
    askers = {package.name: package.asked for package in planned.packages}
    for name, problems in error.unresolved.items():
        where = next((one.where for one in askers.get(name, ()) if one.where), None)
        yield from (evolve(problem, where=where) for problem in problems)


def _own(ids: Mapping[str, int]) -> Mapping[str, int]:
    """Keep the numbers that a user's own names got, which start at 1000."""
    return {name: number for name, number in ids.items() if 1000 <= number < 65534}


def _firmware(planned: Plan) -> tuple[firmware.FirmwarePackage, ...]:
    return firmware.needed(package.name for package in planned.packages)


def _indexes(
    architecture: str, without: tuple[str, ...], taken: tuple[firmware.FirmwarePackage, ...]
) -> update.Indexes:
    components = tuple(sorted({one.component for one in taken} - {firmware.MAIN}))
    return update.Indexes(
        release=partial(_open_index, architecture, without=without),
        common=cache(
            partial(
                _open_index,
                KERNEL_ARCHITECTURE,
                KERNEL_RELEASE,
                components=components,
                without=without,
            )
        ),
    )


def _open_index(
    architecture: str,
    release: Release,
    *,
    components: tuple[str, ...] = (),
    without: tuple[str, ...],
) -> PackageIndex:
    apt = Apt(architecture, release, components=components, without=without)
    apt.update()
    return PackageIndex.load(apt)


def _architecture(planned: Plan) -> str:
    return _architecture_of(planned.device)


def _architecture_of(device: Device) -> str:
    if device.debian_architecture is None:
        raise ConfigurationError(f"Debian has no packages for the device {device.name}")
    return device.debian_architecture


def _render(path: Path, planned: Plan, locked: lock.Lock) -> Tree:
    return render(
        Emission(
            plan=planned,
            source=path,
            version=__version__,
            carried=_carried(path, planned, locked),
            qemu=_qemu(planned),
        )
    )


def _carried(path: Path, planned: Plan, locked: lock.Lock) -> Carried:
    if is_debian(planned):
        return debian_tree.carried(planned, _architecture(planned), locked)
    return nixpkgs_tree.carried(planned, path.name)


def _qemu(planned: Plan) -> tuple[str, ...]:
    """Return the command that runs the board, with words in place of the files."""
    machine = planned.device.qemu
    if machine is None:
        return ()
    writable = planned.root_type not in READ_ONLY
    files = VmRoot(
        kernel=Path("@kernel@"),
        root=Path("@rootfs@"),
        command_line="@command-line@",
        writable=writable,
        flash_offset_bytes=planned.root.flash_offset_bytes,
    )
    networks = (Isolated(), UserNet())
    return command(
        machine,
        files,
        networks,
        terminal=Terminal.USER,
        reboots=writable,
        accelerators="@accelerators@",
    )
