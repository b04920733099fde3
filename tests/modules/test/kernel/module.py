"""Kernel symbols that a test wants, as a service would ask for them."""

from collections.abc import Mapping

from liminix_gen import Needs, Part, Service, parameter, service_type, values


@service_type
class Kernel(Service):
    """Ask for kernel symbols, so that images with different roots have the same kernel."""

    symbols: Mapping[str, str] = parameter(
        values.MappingOf(values.Text(), values.Text()),
        "symbols and their values as .config has them",
        example={"KEXEC": "y"},
    )

    def needs(self) -> Needs:
        return Needs(kernel_symbols=self.symbols)

    def parts(self) -> tuple[Part, ...]:
        return ()
