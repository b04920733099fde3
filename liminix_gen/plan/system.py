"""What a system asks of its image besides its services: in every image, to boot, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from liminix_gen.config import System
from liminix_gen.definitions import services_of
from liminix_gen.model import base, hardening, values
from liminix_gen.model.claim import setting
from liminix_gen.model.image import File, Group, PackagePath, RuntimePath, User, link
from liminix_gen.model.kernel import Asked
from liminix_gen.model.package_set import PackageSet
from liminix_gen.model.reference import OutputReference
from liminix_gen.model.root import (
    PREINIT_SYMBOLS,
    READ_ONLY,
    ROOT_SYMBOLS,
    needs_preinit,
)
from liminix_gen.model.service import Service
from liminix_gen.plan.accounts import USERS
from liminix_gen.plan.files import base_files
from liminix_gen.plan.kernel import POLICY, every_symbol
from liminix_gen.plan.requests import Claimed, Package, Requests
from liminix_gen.plan.symbols import USER
from liminix_gen.recording import Problems
from liminix_gen.service_types import ServiceNames, ServiceTypes

EVERY = Asked(by="every image")


def root_type(system: System) -> str:
    """Return the type of the root file system: the one asked for, or the board's first."""
    return system.root or next(iter(system.device.roots))


def keeps_state(system: System) -> bool:
    """Say whether /state outlives a boot: a partition, or a part of a writable root."""
    return system.state is not None or root_type(system) not in READ_ONLY


def command_line(system: System) -> tuple[str, ...]:
    """Return the words of the kernel's command line."""
    type_ = root_type(system)
    root = system.device.roots[type_]
    return (
        *system.device.command_line,
        *root.command_line,
        f"root={root.device}",
        f"rootfstype={type_}",
        "ro" if type_ in READ_ONLY else "rw",
        "init=/init",
    )


def base_services(system: System, problems: Problems) -> Mapping[str, Service]:
    """Build the services of every image, by name."""
    arguments: dict[str, dict[str, object]] = {
        "hostname": {"hostname": system.hostname},
        "sysctl": {"settings": dict(system.sysctl)},
    }
    types = dict(base.SERVICES)
    if keeps_state(system):
        types[base.STATE] = "base.state"
        arguments[base.STATE] = {"label": system.state}
    hashes = {name: user.password_hash for name, user in sorted(system.users.items())}
    files = {name: one.path for name, one in hashes.items() if isinstance(one, RuntimePath)}
    outputs = {name: one for name, one in hashes.items() if isinstance(one, OutputReference)}
    if files or outputs:
        types[base.USERS] = "base.users"
        locked = [user.name for user in USERS if hashes.get(user.name) is None]
        arguments[base.USERS] = {
            "password_hashes": files,
            "secret_hashes": outputs,
            "locked": locked,
        }
    # Of its own, for what the user built stays as it is.
    own = ServiceTypes(system.catalog, problems)
    built: dict[str, Service] = {}
    for name, type_ in types.items():
        # A hash may lie in the state.
        after = [built[base.STATE]] if name == base.USERS and base.STATE in built else []
        built[name] = own.build(type_, system.where, arguments.get(name, {}), after)
    return built


def board_services(
    system: System, every: Mapping[str, Service], problems: Problems
) -> Mapping[str, Service]:
    """Build the services that each image of the board has, besides those of ``every`` image."""
    own = ServiceNames(ServiceTypes(system.catalog, problems))
    built = services_of(system.device, own, system.catalog, system.where)
    for name in sorted(built.keys() & every.keys()):
        problems.note(built[name].where, f"each image has another service {name!r}")
    return built


def requests_of_system(system: System, package_set: PackageSet) -> Requests:
    """Return what every image, the package set, the boot and the user by name ask for."""
    return Requests(
        symbols=(*_symbols(system, package_set), *_symbols_by_name(system)),
        packages=tuple(_packages(system, package_set)),
    )


def requests_of_tables(system: System, package_set: PackageSet, problems: Problems) -> Requests:
    """Return the settings, accounts and files of the configuration, and files of every image.

    They come after what services ask for.
    """
    accounts: list[tuple[User | Group, Asked]] = []
    for name, user in system.users.items():
        where = system.users.where(name)
        if user.name != name:
            what = f"config.users[{name!r}] is a User named {user.name!r}"
            problems.note(where, what, hint=f'config.users["{user.name}"]')
        accounts.append((user, Asked(by="config.users", where=where)))
    for name, group in system.groups.items():
        accounts.append((group, Asked(by="config.groups", where=system.groups.where(name))))
    hashes = [
        (user.password_hash.path, Asked(by="config.users", where=system.users.where(name)))
        for name, user in system.users.items()
        if isinstance(user.password_hash, RuntimePath)
    ]
    files: list[tuple[File, Asked]] = []
    for path, file in system.files.items():
        where = system.files.where(path)
        if file.path != path:
            what = f"config.files[{path!r}] is a File of {file.path!r}"
            problems.note(where, what, hint=f'config.files["{file.path}"]')
        files.append((file, Asked(by="config.files", where=where)))
    files += [(file, EVERY) for file in base_files(system.hostname, system.hosts)]
    files += [
        (link(path, PackagePath(package, target)), _of_set(package_set))
        for path, (package, target) in package_set.root_links.items()
    ]
    return Requests(
        claims=tuple(_settings(system)),
        accounts=tuple(accounts),
        files=tuple(files),
        written=tuple(hashes),
    )


def _of_set(package_set: PackageSet) -> Asked:
    return Asked(by=f"package-set {package_set.name}")


def _symbols(system: System, package_set: PackageSet) -> Iterator[tuple[Mapping[str, str], Asked]]:
    device = system.device
    architecture = device.kernel.architecture
    yield base.symbols(device.flash), EVERY
    yield hardening.symbols(architecture), EVERY
    yield device.kernel.symbols, Asked(by=f"device {device.name}")
    yield package_set.symbols.get(architecture, {}), _of_set(package_set)
    type_ = root_type(system)
    root, asked = device.roots[type_], _of_root(system)
    yield ROOT_SYMBOLS[type_], asked
    yield root.symbols, asked
    if needs_preinit(type_, root.device):
        yield PREINIT_SYMBOLS, asked
    for output in device.outputs:
        yield device.images[output].symbols, Asked(by=f"output {output}")


def _symbols_by_name(system: System) -> Iterator[tuple[Mapping[str, str], Asked]]:
    if system.kernel.modules == "all":
        asked = Asked(by=POLICY, where=system.kernel.where_of("modules"))
        for symbols in every_symbol(system):
            yield symbols, asked
    config = system.kernel.config
    for symbol, value in config.items():
        yield {symbol: value}, Asked(by=USER, where=config.where(symbol))


def _of_root(system: System) -> Asked:
    return Asked(by=f"{root_type(system)} root", where=system.where_of("root"))


def _packages(system: System, package_set: PackageSet) -> Iterator[tuple[Package, Asked]]:
    device = system.device
    if root_type(system) not in READ_ONLY:
        yield Package("activate"), _of_root(system)
    for name in device.boot_firmware:
        if name not in package_set.left_out:
            yield Package(name), Asked(by=f"device {device.name}")
    for name in base.PACKAGES:
        yield Package(name, login=True), EVERY
    for name, where in system.packages.written():
        asked = Asked(by="config.packages", where=where)
        yield Package(name, login=True), asked
    for name, _ in package_set.root_links.values():
        yield Package(name), _of_set(package_set)


def _settings(system: System) -> Iterator[Claimed]:
    for name in system.sysctl:
        asked = Asked(by="config.sysctl", where=system.sysctl.where(name))
        # Two may stand on one line, and be two names of one setting.
        yield Claimed(setting(values.sysctl_path(name)), asked, (asked.by, name))
