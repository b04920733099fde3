"""FriendlyElec NanoPi R4S."""

from collections.abc import Mapping

from liminix_gen import Device, Service, ServiceNamespace

from ..families import rockchip, sd_card


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    place = "f8000000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0"
    driver = rockchip.rtl8111h(service)
    return {
        "wan": rockchip.socket(service, "eth0", "fe300000.ethernet"),
        "lan": rockchip.socket(service, "eth1", place, driver),
    }


device = Device(
    description="NanoPi R4S, RK3399 1800 MHz, ARM Cortex-A72 and A53",
    about=f"""
A router: RK3399 with two fast and four slow cores, 1 or 4 GB of memory, an SD card, two gigabit
sockets, two of USB 3.0.

- `wan` is the SoC's own controller (`eth0`), `lan` a chip on PCI (`eth1`, RTL8111H).
{rockchip.ABOUT}""",
    install=rockchip.install("friendlyarm_nanopi-r4s"),
    cross=rockchip.CROSS,
    kernel=rockchip.kernel("rk3399-nanopi-r4s.dtb"),
    console=rockchip.CONSOLE,
    command_line=rockchip.COMMAND_LINE,
    roots=sd_card.roots(1),
    network_interfaces=_network_interfaces,
    undriven=rockchip.UNDRIVEN_3399,
    outputs=rockchip.OUTPUTS,
    default_output="sdimage",
)
