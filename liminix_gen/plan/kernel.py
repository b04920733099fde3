"""The symbols of a kernel that serves every configuration of a board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from liminix_gen.catalog import Catalog
from liminix_gen.config import System
from liminix_gen.model.device import Device
from liminix_gen.model.kernel import KernelModule
from liminix_gen.model.root import PREINIT_SYMBOLS, ROOT_SYMBOLS, needs_preinit
from liminix_gen.plan.services import closure
from liminix_gen.plan.value import Plan, PlannedSymbol

POLICY = 'config.kernel.modules = "all"'


def every_symbol(system: System) -> Iterator[Mapping[str, str]]:
    """Yield what the board's configurations may ask for, as far as this project knows.

    That is what the project's service types declare, what the board's interfaces need, and each
    root that it can have. What a service type has on request is not among it.
    """
    yield from _of_service_types(system.catalog.built_in)
    yield from _of_interfaces(system)
    yield from _of_roots(system.device)


def beyond_policy(plan: Plan) -> tuple[PlannedSymbol, ...]:
    """Return the symbols that only the configuration asks for, by a service or by name.

    With the policy "all" they are what another configuration's kernel may lack.
    """
    return tuple(
        symbol
        for symbol in plan.symbols
        if all(one.where is not None and one.by != POLICY for one in symbol.asked)
    )


def _of_service_types(catalog: Catalog) -> Iterator[Mapping[str, str]]:
    for name in catalog.service_types:
        kernel = catalog.service_type(name).KERNEL
        yield kernel.symbols
        yield from _of_modules(kernel.modules)


def _of_interfaces(system: System) -> Iterator[Mapping[str, str]]:
    for definition in closure(system.hardware.network_interfaces.values()).values():
        yield definition.needs.kernel_symbols
        yield from _of_modules(definition.needs.kernel_modules)


def _of_roots(device: Device) -> Iterator[Mapping[str, str]]:
    for type_, root in device.roots.items():
        yield ROOT_SYMBOLS[type_]
        yield root.symbols
        if needs_preinit(type_, root.device):
            yield PREINIT_SYMBOLS


def _of_modules(modules: tuple[KernelModule, ...]) -> Iterator[Mapping[str, str]]:
    for module in modules:
        yield module.symbols
