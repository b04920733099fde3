"""The drivers of a piece of hardware."""

from collections.abc import Mapping

from liminix_gen import (
    KernelModule,
    KernelNeeds,
    Needs,
    Output,
    PackagePath,
    Part,
    Service,
    link,
    oneshot,
    parameter,
    service_type,
    values,
)

_MODULE = values.Text(
    pattern=r"[A-Za-z0-9][A-Za-z0-9_-]*", description="a kernel module's name, as modprobe takes it"
)
_SYMBOL = values.Text(
    pattern=r"[A-Za-z0-9_]+", description="a kernel configuration symbol without CONFIG_"
)
_FIRMWARE = values.Text(
    pattern=r"(?!\.{1,2}(?:/|$))[^/]+(?:/(?!\.{1,2}(?:/|$))[^/]+)*",
    description="a path below /lib/firmware",
)


@service_type
class Driver(Service):
    """Load the kernel modules of a piece of hardware, with its firmware.

    Boards build it for what they offer, a radio for instance: modules and firmware are in the
    image only if something depends on it.
    """

    OUTPUTS = (
        Output("modules", "names of the kernel modules, separated by spaces"),
        Output("firmware", "paths below /lib/firmware, separated by spaces"),
        Output("devices", "the hardware that they are for, separated by spaces"),
    )

    KERNEL = KernelNeeds(
        on_request={"FW_LOADER": "only hardware that has firmware needs it"}, from_parameters=True
    )

    modules: Mapping[str, Mapping[str, str]] = parameter(
        values.MappingOf(_MODULE, values.MappingOf(_SYMBOL, values.OneOf("m", "n", "y"))),
        "kernel modules to load, each with the symbols that make it",
        default={},
        example={"mt7915e": {"MAC80211": "m", "MT7915E": "m"}},
    )
    firmware: Mapping[str, str] = parameter(
        values.MappingOf(_FIRMWARE, values.PACKAGE),
        "firmware by its path below /lib/firmware, each with the package that has it there",
        default={},
        example={"mediatek/mt7915_wm.bin": "mt7915-firmware"},
    )

    devices: tuple[str, ...] = parameter(
        values.ListOf(values.HARDWARE),
        "the hardware that they are for, by its numbers on PCI or USB, or by its `compatible` in "
        "the device tree; the build checks that a module drives it",
        default=(),
        example=("pci:14c3:7915",),
    )

    def subject(self) -> str:
        return "-".join(self.modules)

    def needs(self) -> Needs:
        return Needs(
            kernel_modules=tuple(
                KernelModule(name, symbols) for name, symbols in self.modules.items()
            ),
            kernel_symbols={"FW_LOADER": "y"} if self.firmware else {},
            drives=self.devices,
            files=tuple(
                link(f"/lib/firmware/{path}", PackagePath(package, f"lib/firmware/{path}"))
                for path, package in self.firmware.items()
            ),
        )

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot(
                "driver.nix",
                devices=self.devices,
                firmware=tuple(self.firmware),
                modules=tuple(self.modules),
            ),
        )
