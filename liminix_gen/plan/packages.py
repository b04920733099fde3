"""On-device packages: who asked for each, and firmware that a package set has not."""

from __future__ import annotations

from liminix_gen.config import System
from liminix_gen.model.kernel import Asked
from liminix_gen.model.package_set import PackageSet
from liminix_gen.plan.requests import Asks, Package
from liminix_gen.plan.services import closure
from liminix_gen.plan.value import PlannedPackage
from liminix_gen.recording import Problems


def planned_packages(asks: Asks[Package]) -> tuple[PlannedPackage, ...]:
    """Return the packages in the order of names, each with everyone who asked."""
    askers: dict[str, dict[Asked, None]] = {}
    for package, asked in asks:
        askers.setdefault(package.name, {})[asked] = None
    login = {package.name for package, _ in asks if package.login}
    return tuple(
        PlannedPackage(name=name, login=name in login, asked=tuple(asked))
        for name, asked in sorted(askers.items())
    )


def refuse_firmware(
    system: System,
    package_set: PackageSet,
    packages: tuple[PlannedPackage, ...],
    problems: Problems,
) -> None:
    """Note firmware that the package set has not, at the services that lead to it."""
    wanted = {one.name for one in packages if one.name.endswith("-firmware")}
    wanted -= package_set.firmware if package_set.firmware is not None else wanted
    if not wanted:
        return
    for name, service in system.services.items():
        definitions = closure((service,)).values()
        files = (file for definition in definitions for file in definition.needs.files)
        if missing := wanted.intersection(package for file in files for package in file.packages):
            problems.note(
                service.where,
                f"config.services[{name!r}] needs a driver with firmware, which the "
                f"{package_set.name} package set has not",
                why=", ".join(sorted(missing)),
                hint=package_set.elsewhere,
            )
