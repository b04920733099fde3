"""What tests of a line use at its other end."""

from collections.abc import Mapping

from liminix_gen import (
    KernelModule,
    KernelNeeds,
    Needs,
    Part,
    Service,
    oneshot,
    parameter,
    service_type,
    values,
)


@service_type
class Kit(Service):
    """Have programs at the console, and kernel modules loaded."""

    KERNEL = KernelNeeds(from_parameters=True)

    packages: tuple[str, ...] = parameter(
        values.ListOf(values.PACKAGE), "programs, by package", example=["iperf3"]
    )
    modules: Mapping[str, str] = parameter(
        values.MappingOf(values.Text(), values.Text()),
        "kernel modules, each with its symbol",
        example={"sch_tbf": "NET_SCH_TBF"},
    )

    def needs(self) -> Needs:
        return Needs(
            packages=self.packages,
            kernel_modules=tuple(
                KernelModule(name, {symbol: "m"}) for name, symbol in self.modules.items()
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("kit.nix"),)
