"""System -> Plan: the merge of what is asked by all that is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from liminix_gen.config import System, refuse_partial
from liminix_gen.definitions import Definition
from liminix_gen.errors import ConfigurationError, DefinitionError
from liminix_gen.model import base
from liminix_gen.model.claim import of_the_board
from liminix_gen.model.kernel import Asked
from liminix_gen.model.package_set import PackageSet
from liminix_gen.model.root import READ_ONLY
from liminix_gen.model.service import Service
from liminix_gen.plan.accounts import Accounts
from liminix_gen.plan.claims import refuse_clashes, refuse_outside, refuse_within
from liminix_gen.plan.files import Files
from liminix_gen.plan.hardware import planned_hardware
from liminix_gen.plan.loaders import planned_loaders
from liminix_gen.plan.names import claims_of_names, default_names, name_services, roots
from liminix_gen.plan.notices import notices
from liminix_gen.plan.order import ordered
from liminix_gen.plan.packages import planned_packages, refuse_firmware
from liminix_gen.plan.requests import Asks, Claimed, Requests
from liminix_gen.plan.services import Among, closure, member, referred, requests
from liminix_gen.plan.symbols import merged_symbols
from liminix_gen.plan.system import (
    base_services,
    board_services,
    command_line,
    keeps_state,
    requests_of_system,
    requests_of_tables,
    root_type,
)
from liminix_gen.plan.value import Plan, Pruned
from liminix_gen.recording import Problems

_ONE_SYSTEM = "build it with `config.service` of the System that is to have it"


def plan(
    system: System, package_set: PackageSet, ids: Mapping[str, Mapping[str, int]] | None = None
) -> Plan:
    """Return the plan of a system; every mistake of the configuration in one error.

    ``ids`` are the numbers of users and groups that an earlier plan gave. Nothing that is given
    changes: equal configurations have equal plans, however often they are planned.
    """
    refuse_partial(system)
    problems = Problems()
    problems.add(*system.problems.found)
    try:
        made = _plan(system, package_set, ids or {}, problems)
    except DefinitionError as error:
        if not problems.found:
            raise
        raise ConfigurationError(*dict.fromkeys((*problems.found, *error.problems))) from None
    if problems.found:
        raise ConfigurationError(*problems.found)
    return made


def _plan(
    system: System,
    package_set: PackageSet,
    kept_ids: Mapping[str, Mapping[str, int]],
    problems: Problems,
) -> Plan:
    before = len(problems.found)
    every = base_services(system, problems)
    of_board = board_services(system, every, problems)
    if len(problems.found) > before:
        raise ConfigurationError(*problems.found)
    of_image = {**every, **of_board}
    reached = closure((*of_image.values(), *system.services.values()))
    among = Among(
        definitions=reached,
        names=name_services(system, of_image, reached, problems),
        folders=system.catalog.service_types,
        always=frozenset(every.values()),
        state=(base.STATE,) if keeps_state(system) else (),
        left_out=package_set.left_out,
    )
    members = tuple(member(service, definition, among) for service, definition in reached.items())
    _refuse_of_another(system, of_image, reached, problems)
    wanted = roots(system, every, of_board, among.names)
    of_system = requests_of_system(system, package_set)
    of_tables = requests_of_tables(system, package_set, problems)
    asked = Requests.merged(
        (
            Requests(claims=tuple(claims_of_names(wanted, among.names))),
            of_system,
            *(one.requests for one in members),
            of_tables,
        )
    )
    _refuse_outputs(system, asked.outputs, problems)
    _refuse_hardware(system, asked.board_symbols, problems)
    if not keeps_state(system):
        _refuse_without_state(asked.bound_to_state, problems)
    accounts = Accounts.of(asked.accounts)
    accounts.refuse_absent(asked.existing, problems)
    accounts.refuse_absent_members(problems)
    ids = accounts.numbers(kept_ids)
    files = Files.of((*asked.files, *accounts.files(ids)), problems)
    files.refuse_files_as_folders(problems)
    files.refuse_dangling_hard_links(problems)
    if root_type(system) in READ_ONLY:
        files.refuse_read_only(asked.written, problems)
    packages = planned_packages((*asked.packages, *files.packages))
    refuse_firmware(system, package_set, packages, problems)
    left = _left(system, reached)
    claims = (
        *asked.claims,
        *_claims_of_ports(system, reached, left),
        *accounts.claims,
        *accounts.number_claims,
        *files.claims,
    )
    if refuse_clashes(claims, problems):
        # Under a name that two have, each would be taken for the other.
        raise ConfigurationError(*problems.found)
    refuse_outside(asked.inside, claims, problems)
    refuse_within(asked.outside, claims, problems)
    loaders = planned_loaders(asked.loaders)
    return Plan(
        hostname=system.hostname,
        state=system.state,
        device=system.device,
        package_set=package_set,
        console=system.console or system.device.default_console,
        root_type=root_type(system),
        root_where=system.where_of("root"),
        trial_seconds=system.trial_seconds,
        kernel_modules=system.kernel.modules,
        command_line=command_line(system),
        symbols=merged_symbols(asked.symbols, system.device, problems),
        hardware=planned_hardware(system.device, reached.values(), left.values()),
        loaders=loaders,
        services=ordered(asked, loaders, problems),
        packages=packages,
        files=tuple(files.owned(ids, problems)),
        ids=ids,
        pruned=_pruned(left, among, asked),
        notices=tuple(notices(system, package_set, asked, accounts)),
        roots=tuple((among.names[service], asked) for service, asked in wanted.items()),
        members=members,
        besides=Requests.merged((of_system, of_tables)),
    )


def _refuse_of_another(
    system: System,
    every: Mapping[str, Service],
    reached: Mapping[Service, Definition],
    problems: Problems,
) -> None:
    """Note each service that another System has built, where this one refers to it."""
    own = {*every.values(), *system.types.built}
    others = {one for one in reached if one not in own and not one.STANDS_FOR_ANY}
    for key, service in system.services.items():
        if service in others:
            where, what = system.services.where(key), f"config.services[{key!r}]"
            problems.note(
                where,
                f"{what} is the {service.TYPE} of another System ({service.where})",
                hint=_ONE_SYSTEM,
            )
    for service, definition in reached.items():
        for other in referred(service, definition) if service in own else ():
            if other in others:
                what = f"{service.TYPE} refers to the {other.TYPE} of another System"
                problems.note(service.where, f"{what} ({other.where})", hint=_ONE_SYSTEM)


def _refuse_outputs(system: System, asks: Asks[str], problems: Problems) -> None:
    """Note each image that a service needs and the board does not have."""
    outputs = system.device.outputs
    for output, asked in asks:
        if output not in outputs:
            board = system.device.name
            problems.note(
                asked.where,
                f"{asked.by} needs the output {output!r}, which {board} does not have",
                why=f"its outputs are {', '.join(sorted(outputs))}",
                hint=f"boards that have it are listed by `liminix-gen devices {output}`",
            )


def _refuse_hardware(system: System, asks: Asks[tuple[str, str]], problems: Problems) -> None:
    """Note each service that is for hardware which the board does not have."""
    for (symbol, hardware), asked in asks:
        if system.device.kernel.symbols.get(symbol) != "y":
            what = f"{asked.by} needs {hardware}, which {system.device.name} does not have"
            problems.note(asked.where, what, why=f"its kernel has no {symbol}")


def _refuse_without_state(asks: Asks[str], problems: Problems) -> None:
    """Note each service that is of no use if nothing outlives a boot."""
    for _, asked in asks:
        problems.note(
            asked.where,
            f"{asked.by} needs a system that keeps state",
            hint='config.state = "LABEL" names a partition for it; a writable root keeps it too',
        )


def _claims_of_ports(
    system: System,
    reached: Mapping[Service, Definition],
    left: Mapping[Service, Definition],
) -> Iterator[Claimed]:
    """Yield a claim of each interface that a service of the board would find, if it were used."""
    made = {one.words for definition in reached.values() for one in definition.needs.claims}
    every = {**reached, **left}
    ports = dict.fromkeys(system.hardware.network_interfaces.values())
    for port in (one for one in ports if not one.STANDS_FOR_ANY):
        for one in every[port].needs.claims:
            if one.words[0] == "the interface" and one.words not in made:
                yield Claimed(of_the_board(one.words[1]), Asked(by=port.TYPE, where=port.where))


def _left(system: System, reached: Mapping[Service, Definition]) -> Mapping[Service, Definition]:
    """Return the services that were described and that no service of the image refers to."""
    left = closure(service for service in system.types.built if service not in reached)
    return {service: one for service, one in left.items() if service not in reached}


def _pruned(
    left: Mapping[Service, Definition], among: Among, asked: Requests
) -> tuple[Pruned, ...]:
    """Return what the services that are left would have brought: the difference."""
    names = {**among.names, **default_names(left, among.names)}
    every = attrs.evolve(among, names=names)
    missed = Requests.merged(
        requests(service, definition, every) for service, definition in left.items()
    )
    there = asked.askers
    return tuple(
        Pruned(what=what, asked=who)
        for what, who in sorted(
            (f"{kind} {name}", who)
            for (kind, name), who in missed.askers.items()
            if (kind, name) not in there
        )
    )
