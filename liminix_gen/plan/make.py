"""System -> Plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
from attrs import define, field

from liminix_gen.catalog import users
from liminix_gen.config import System
from liminix_gen.definitions import default_name_of, needs_of
from liminix_gen.errors import ConfigurationError, DefinitionError, Problem, suggestion
from liminix_gen.graph import Graph, Node, pruned
from liminix_gen.model import base, hardening, values
from liminix_gen.model.claim import setting
from liminix_gen.model.device import Device
from liminix_gen.model.image import PackagePath, link
from liminix_gen.model.kernel import Asked, KernelModule
from liminix_gen.model.package_set import PackageSet
from liminix_gen.model.root import (
    OUTPUT_SYMBOLS,
    PREINIT_SYMBOLS,
    READ_ONLY,
    ROOT_SYMBOLS,
    needs_preinit,
)
from liminix_gen.model.service import Needs, Service
from liminix_gen.plan.accounts import Accounts
from liminix_gen.plan.claims import Claims, name_claim
from liminix_gen.plan.files import Files, base_files
from liminix_gen.plan.kernel import POLICY, every_symbol
from liminix_gen.plan.names import name_services
from liminix_gen.plan.services import Translation, closure, loaders_of, referred
from liminix_gen.plan.symbols import USER, SymbolRequests
from liminix_gen.plan.value import (
    Plan,
    PlannedLoader,
    PlannedPackage,
    PlannedService,
    Pruned,
)
from liminix_gen.recording import Problems

_EVERY = Asked(by="every image")
_SYSTEM = Node("system", "")


def plan(
    system: System, package_set: PackageSet, ids: Mapping[str, Mapping[str, int]] | None = None
) -> Plan:
    """Return the plan of a system; every mistake of the configuration in one error.

    ``ids`` are the numbers of users and groups that an earlier plan gave.
    """
    problems = system.problems
    planner = _Planner(system, package_set, problems, ids or {})
    try:
        made = planner.plan()
    except DefinitionError as error:
        if not problems.found:
            raise
        raise ConfigurationError(*problems.found, *error.problems) from None
    if problems.found:
        raise ConfigurationError(*problems.found)
    return made


def _command_line(device: Device, type_: str) -> tuple[str, ...]:
    root = device.roots[type_]
    return (
        *device.command_line,
        *root.command_line,
        f"root={root.device}",
        f"rootfstype={type_}",
        "ro" if type_ in READ_ONLY else "rw",
        "init=/init",
    )


@define
class _Loader:
    """What is to be loaded for the services of a type, and they; each once, in the order asked."""

    modules: dict[str, None] = field(factory=dict[str, None])
    needs: dict[str, None] = field(factory=dict[str, None])
    asked: dict[Asked, None] = field(factory=dict[Asked, None])


@define
class _Planner:
    system: System
    package_set: PackageSet
    problems: Problems
    kept_ids: Mapping[str, Mapping[str, int]]
    claims: Claims = field(factory=Claims)
    accounts: Accounts = field(init=False)
    files: Files = field(init=False)
    symbols: SymbolRequests = field(factory=SymbolRequests)
    graph: Graph[Node] = field(factory=Graph[Node])
    origins: dict[Node, Asked] = field(factory=dict[Node, Asked])
    services: list[PlannedService] = field(factory=list[PlannedService])
    loaders: dict[str, _Loader] = field(factory=dict[str, "_Loader"])
    packages: dict[str, dict[Asked, None]] = field(factory=dict[str, "dict[Asked, None]"])
    login: set[str] = field(factory=set[str])
    stateful: list[str] = field(factory=list[str])
    logins: set[str] = field(factory=set[str])
    left_out: list[str] = field(factory=list[str])
    left_out_at_boot: list[str] = field(factory=list[str])
    existing: list[tuple[str, str, Asked]] = field(factory=list["tuple[str, str, Asked]"])

    def __attrs_post_init__(self) -> None:
        self.accounts = Accounts(self.kept_ids, self.claims, self.problems)
        self.files = Files(self.claims, self.problems)

    @property
    def root_type(self) -> str:
        return self.system.root or next(iter(self.system.device.roots))

    @property
    def keeps_state(self) -> bool:
        """Whether /state outlives a boot: a partition, or a part of a root that can be written."""
        return self.system.state is not None or self.root_type not in READ_ONLY

    @property
    def from_set(self) -> Asked:
        return Asked(by=f"package-set {self.package_set.name}")

    def plan(self) -> Plan:
        system = self.system
        roots = self._base_services()
        if self.problems.found:
            raise ConfigurationError(*self.problems.found)
        reached = closure(iter((*roots.values(), *system.services.values())))
        names = name_services(system, roots, reached)
        self._claim_names(roots, names)
        types = system.catalog.service_types
        translation = Translation.of(names, types, roots.values())
        self._describe_system(roots, names)
        for service in reached:
            self.add(service, translation)
        self._users_and_files()
        self.accounts.refuse_absent_members()
        ids = self.accounts.numbers()
        for file, asked in self.accounts.files(ids):
            self.files.add(file, asked)
        self.files.refuse_files_as_folders()
        self.files.refuse_dangling_hard_links()
        for package, asked in self.files.packages():
            self._add_package(package, asked, login=False)
        self._refuse_firmware()
        if self.claims.refuse_clashes(self.problems):
            # Under a name that two have, each would be taken for the other.
            raise ConfigurationError(*self.problems.found)
        self._refuse_cycles()
        return Plan(
            hostname=system.hostname,
            state=system.state,
            device=system.device,
            package_set=self.package_set,
            console=system.console or system.device.default_console,
            root_type=self.root_type,
            root_where=system.where_of("root"),
            trial_seconds=system.trial_seconds,
            kernel_modules=system.kernel.modules,
            command_line=_command_line(system.device, self.root_type),
            symbols=self.symbols.merged(self.problems),
            loaders=tuple(
                PlannedLoader(
                    name=name,
                    modules=tuple(sorted(loader.modules)),
                    needs=tuple(loader.needs),
                    asked=tuple(loader.asked),
                )
                for name, loader in sorted(self.loaders.items())
            ),
            services=self._ordered_services(),
            packages=tuple(
                PlannedPackage(name=name, login=name in self.login, asked=tuple(asked))
                for name, asked in sorted(self.packages.items())
            ),
            files=tuple(self.files.owned(ids)),
            ids=ids,
            pruned=self._pruned(names, translation),
            notices=self._notices(),
            graph=self.graph,
        )

    def _base_services(self) -> Mapping[str, Service]:
        """Build the services of every image."""
        arguments: dict[str, dict[str, object]] = {
            "hostname": {"hostname": self.system.hostname},
            "sysctl": {"settings": dict(self.system.sysctl)},
        }
        types = dict(base.SERVICES)
        if self.keeps_state:
            types[base.STATE] = "base.state"
            arguments[base.STATE] = {"label": self.system.state}
        hashes = self._password_hashes()
        if hashes:
            types[base.USERS] = "base.users"
            locked = [name for name in self.accounts.users if name not in hashes]
            arguments[base.USERS] = {"password_hashes": hashes, "locked": locked}
        built: dict[str, Service] = {}
        for name, type_ in types.items():
            # A hash may lie in the state.
            after = [built[base.STATE]] if name == base.USERS and base.STATE in built else []
            built[name] = self.system.types.build(
                type_, self.system.where, arguments.get(name, {}), after
            )
        return built

    def _claim_names(self, roots: Mapping[str, Service], names: Mapping[Service, str]) -> None:
        """Claim the name of each service, and those that are not for services."""
        for name in base.RESERVED_NAMES:
            self.claims.add(name_claim(name), _EVERY)
        for key, service in self.system.services.items():
            asked = Asked(by=f"config.services[{key!r}]", where=self.system.services.where(key))
            if names[service] != key:
                self.problems.note(
                    asked.where, f"{asked.by} is already config.services[{names[service]!r}]"
                )
        for service, name in names.items():
            asked = Asked(by=service.TYPE, where=service.where)
            if service in roots.values():
                asked = _EVERY
            elif name in self.system.services and self.system.services[name] is service:
                where = self.system.services.where(name)
                asked = Asked(by=f"config.services[{name!r}]", where=where)
            self.claims.add(name_claim(name), asked, service)

    def _password_hashes(self) -> Mapping[str, str]:
        return {
            name: user.password_hash.path
            for name, user in sorted(self.system.users.items())
            if user.password_hash is not None
        }

    def _describe_system(self, roots: Mapping[str, Service], names: Mapping[Service, str]) -> None:
        system = self.system
        architecture = system.device.kernel.architecture
        self.symbols.ask(base.symbols(system.device.flash), _EVERY)
        self.symbols.ask(hardening.symbols(architecture), _EVERY)
        self.symbols.ask(system.device.kernel.symbols, Asked(by=f"device {system.device.name}"))
        self.symbols.ask(self.package_set.symbols.get(architecture, {}), self.from_set)
        self._ask_to_boot()
        if system.kernel.modules == "all":
            asked = Asked(by=POLICY, where=system.kernel.where_of("modules"))
            for symbols in every_symbol(system):
                self.symbols.ask(symbols, asked)
        for symbol, value in system.kernel.config.items():
            where = system.kernel.config.where(symbol)
            self.symbols.ask({symbol: value}, Asked(by=USER, where=where))
        self.graph.add(
            _SYSTEM,
            [Node("service", names[service]) for service in roots.values()]
            + [Node("service", names[service]) for service in system.services.values()],
        )
        for name in base.PACKAGES:
            self._add_package(name, _EVERY, login=True)
        asked = Asked(by="config.packages", where=system.where_of("packages"))
        for package in system.packages:
            self._add_package(package, asked, login=True)
        for package, _ in self.package_set.root_links.values():
            self._add_package(package, self.from_set, login=False)

    def _ask_to_boot(self) -> None:
        """Ask for what the root file system and the board's images need of the kernel."""
        device, type_ = self.system.device, self.root_type
        root = device.roots[type_]
        asked = Asked(by=f"{type_} root", where=self.system.where_of("root"))
        self.symbols.ask(ROOT_SYMBOLS[type_], asked)
        self.symbols.ask(root.symbols, asked)
        if type_ not in READ_ONLY:
            self._add_package("activate", asked, login=False)
        if needs_preinit(type_, root.device):
            self.symbols.ask(PREINIT_SYMBOLS, asked)
        for name in device.boot_firmware:
            if name in self.package_set.left_out:
                self.left_out_at_boot.append(name)
            else:
                self._add_package(name, Asked(by=f"device {device.name}"), login=False)
        for output in device.outputs:
            if output in OUTPUT_SYMBOLS:
                asked = Asked(by=f"output {output}")
                self.symbols.ask({**OUTPUT_SYMBOLS[output], **PREINIT_SYMBOLS}, asked)

    def add(self, service: Service, translation: Translation) -> None:
        asked = Asked(by=service.TYPE, where=service.where)
        node = Node("service", translation.names[service])
        self.origins[node] = asked
        names = translation.names
        self.graph.add(node, [Node("service", names[other]) for other in referred(service)])
        needs = needs_of(service)
        before: tuple[str, ...] = ()
        for name, modules in loaders_of(service).items():
            self._add_loader(name, modules, asked, needs=before)
            before = (name,)
        self._add_needs(node, needs, asked)
        for claim in needs.claims:
            self.claims.add(claim, asked, service)
        first: list[str] = []
        if needs.state:
            self.stateful.append(translation.names[service])
            if self.keeps_state:
                first.append(base.STATE)
        for planned in translation.services(service, tuple(first)):
            part = Node("part", planned.name)
            if planned.name != names[service]:
                self.claims.add(name_claim(planned.name), asked, planned)
            self.graph.add(node, [part])
            self.graph.add(part, [Node("part", name) for name in planned.needs])
            self.graph.add(part, [Node("package", name) for name in planned.packages])
            self.origins[part] = asked
            self.services.append(planned)
            for package in planned.packages:
                self._add_package(package, asked, login=False)

    def _add_loader(
        self,
        name: str,
        kernel_modules: tuple[KernelModule, ...],
        asked: Asked,
        *,
        needs: tuple[str, ...],
    ) -> None:
        self.claims.add(name_claim(name, holder=name), asked)
        loader = self.loaders.setdefault(name, _Loader())
        loader.asked[asked] = None
        loader.needs |= dict.fromkeys(needs)
        modules = [module.name for module in kernel_modules]
        loader.modules |= dict.fromkeys(modules)
        self.graph.add(Node("part", name), [Node("kernel-module", name) for name in modules])
        self.graph.add(Node("part", name), [Node("part", other) for other in needs])
        for module in kernel_modules:
            self.symbols.ask(module.symbols, asked)
            self._note_origins("kernel-module", [module.name], asked)
            self._note_origins("symbol", module.symbols, asked)
            self.graph.add(
                Node("kernel-module", module.name),
                [Node("symbol", symbol) for symbol in module.symbols],
            )

    def _note_origins(self, kind: str, names: Iterable[str], asked: Asked) -> None:
        for name in names:
            self.origins.setdefault(Node(kind, name), asked)

    def _add_needs(self, node: Node, needs: Needs, asked: Asked) -> None:
        self.symbols.ask(needs.kernel_symbols, asked)
        self._note_origins("symbol", needs.kernel_symbols, asked)
        self.graph.add(node, [Node("symbol", symbol) for symbol in needs.kernel_symbols])
        for user in needs.users:
            self.accounts.add_user(user, asked)
            self.graph.add(node, [Node("user", user.name)])
        for group in needs.groups:
            self.accounts.add_group(group, asked)
            self.graph.add(node, [Node("group", group.name)])
        self.logins.add(needs.login)
        outputs, board = self.system.device.outputs, self.system.device.name
        for output in needs.outputs:
            if output not in outputs:
                self.problems.note(
                    asked.where,
                    f"{asked.by} needs the output {output!r}, which {board} does not have",
                    why=f"its outputs are {', '.join(sorted(outputs))}",
                )
        self.existing += [("user", name, asked) for name in needs.existing_users]
        self.existing += [("group", name, asked) for name in needs.existing_groups]
        for package in needs.packages:
            self._add_package(package, asked, login=True)
            self.graph.add(node, [Node("package", package)])
        for file in needs.files:
            if self.package_set.left_out.intersection(file.packages):
                self.left_out.append(file.path)
                continue
            self.files.add(file, asked)
            self.graph.add(node, [Node("file", file.path)])

    def _add_package(self, name: str, asked: Asked, *, login: bool) -> None:
        self.packages.setdefault(name, {})[asked] = None
        if login:
            self.login.add(name)

    def _users_and_files(self) -> None:
        system = self.system
        for name in system.sysctl:
            asked = Asked(by="config.sysctl", where=system.sysctl.where(name))
            self.claims.add(setting(values.sysctl_path(name)), asked)
        for name, user in system.users.items():
            where = system.users.where(name)
            if user.name != name:
                self.problems.note(where, f"config.users[{name!r}] is a User named {user.name!r}")
            self.accounts.add_user(user, Asked(by="config.users", where=where))
        for name, group in system.groups.items():
            where = system.groups.where(name)
            self.accounts.add_group(group, Asked(by="config.groups", where=where))
        known: Mapping[str, Mapping[str, object]] = {
            "user": self.accounts.users,
            "group": self.accounts.groups,
        }
        for kind, name, asked in self.existing:
            if name not in known[kind]:
                self.problems.note(
                    asked.where,
                    f"{asked.by} refers to the {kind} {name!r}, which is not there",
                    why=suggestion(name, known[kind]),
                    remedy=f"config.{kind}s[{name!r}] describes one",
                )
        for path, file in system.files.items():
            where = system.files.where(path)
            if file.path != path:
                self.problems.note(where, f"config.files[{path!r}] is a File of {file.path!r}")
            self.files.add(file, Asked(by="config.files", where=where))
        for file in base_files(system.hostname):
            self.files.add(file, _EVERY)
        for path, (package, target) in self.package_set.root_links.items():
            self.files.add(link(path, PackagePath(package, target)), self.from_set)

    def _refuse_firmware(self) -> None:
        """Note firmware that the package set has not, at the services that lead to it."""
        wanted = {name for name in self.packages if name.endswith("-firmware")}
        wanted -= self.package_set.firmware if self.package_set.firmware is not None else wanted
        if not wanted:
            return
        for name, service in self.system.services.items():
            files = (file for other in closure(iter((service,))) for file in needs_of(other).files)
            packages = {package for file in files for package in file.packages}
            if missing := wanted & packages:
                self.problems.note(
                    service.where,
                    f"config.services[{name!r}] needs a driver with firmware, which the "
                    f"{self.package_set.name} package set has not",
                    why=", ".join(sorted(missing)),
                    remedy="use --package-set nixpkgs",
                )

    def _refuse_cycles(self) -> None:
        cycle = self.graph.cycle()
        if cycle:
            chain = " -> ".join(
                f"{node.name} ({self.origins[node].where})" if node in self.origins else node.name
                for node in (*cycle, cycle[0])
            )
            where = users(*(self.origins[node].where for node in cycle if node in self.origins))
            raise ConfigurationError(
                *self.problems.found,
                Problem(where, f"services need each other in a circle: {chain}"),
            )

    def _ordered_services(self) -> tuple[PlannedService, ...]:
        position = {
            node.name: i for i, node in enumerate(self.graph.order()) if node.kind == "part"
        }
        return tuple(sorted(self.services, key=lambda service: position[service.name]))

    def _pruned(self, names: Mapping[Service, str], translation: Translation) -> tuple[Pruned, ...]:
        """List what was built but not reached, with what only it would have brought."""
        left = [service for service in self.system.types.built if service not in names]
        graph = self.graph.copy()
        # What is left out may hold mistakes: they are nobody's concern.
        problems = Problems()
        shadow = _Planner(self.system, self.package_set, problems, {}, graph=graph)
        every = {**names}
        for service in closure(iter(left)):
            every.setdefault(service, default_name_of(service))
        for service in left:
            shadow.add(service, attrs.evolve(translation, names=every))
        return tuple(
            Pruned(what=str(node), asked=asked or _EVERY)
            for node, asked in pruned(graph, [_SYSTEM], shadow.origins)
            if node.kind in {"service", "kernel-module", "symbol"}
        )

    def _notices(self) -> tuple[str, ...]:
        notices: list[str] = []
        if self.stateful and not self.keeps_state:
            names = ", ".join(sorted(self.stateful))
            notices.append(f"state: none, so what these keep is lost with each boot: {names}")
        if self.left_out:
            paths = ", ".join(sorted(self.left_out))
            notices.append(f"left out, so the hardware that needs it does not work: {paths}")
        if self.left_out_at_boot:
            names = ", ".join(sorted(self.left_out_at_boot))
            notices.append(f"left out, so processors keep the microcode of the machine: {names}")
        if not self._somebody_can_log_in():
            notices.append(
                "nobody can log in: no service has a login, and the console has none that opens; "
                'ways in are config.console = "shell", a password_hash in config.users for the '
                "console's login, and service.ssh with authorized_keys"
            )
        return tuple(notices)

    def _somebody_can_log_in(self) -> bool:
        console = self.system.console or self.system.device.default_console
        has_password = any(
            user.password_hash is not None and user.shell != "/bin/false"
            for user, _ in self.accounts.users.values()
        )
        by_password = has_password and (console == "login" or "password" in self.logins)
        return console == "shell" or "always" in self.logins or by_password
