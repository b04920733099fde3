"""FriendlyElec NanoPi R5S."""

from collections.abc import Mapping

from liminix_gen import Device, Service, ServiceNamespace

from ..families import rockchip, sd_card, switch


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    place1 = "3c0000000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0"
    place2 = "3c0400000.pcie/pci0001:10/0001:10:00.0/0001:11:00.0"
    driver = rockchip.rtl8125(service)
    interfaces = {
        "wan": rockchip.socket(service, "eth0", "fe2a0000.ethernet"),
        "lan1": rockchip.socket(service, "eth1", place1, driver),
        "lan2": rockchip.socket(service, "eth2", place2, driver),
    }
    return switch.with_lan(interfaces, "lan1")


device = Device(
    description="NanoPi R5S, RK3568 2000 MHz, ARM Cortex-A55",
    about=f"""
A router: RK3568 with four cores, 2 or 4 GB of memory, an eMMC, an SD card, a slot for NVMe, one
gigabit socket and two of 2.5 Gbit/s, two of USB 3.0, a clock that keeps time with a battery.

- `wan` is the SoC's own gigabit controller (`eth0`). `lan1` and `lan2` are chips on PCI (RTL8125),
  in the order of OpenWrt, which calls them `eth1` and `eth2`; `lan` is `lan1`.
- What is on the eMMC may start before the card.
{rockchip.ABOUT}""",
    install=rockchip.install("friendlyarm_nanopi-r5s"),
    cross=rockchip.CROSS,
    kernel=rockchip.kernel("rk3568-nanopi-r5s.dtb"),
    console=rockchip.CONSOLE,
    command_line=rockchip.COMMAND_LINE,
    roots=sd_card.roots(0),
    network_interfaces=_network_interfaces,
    undriven=rockchip.UNDRIVEN_3568,
    outputs=rockchip.OUTPUTS,
    default_output="sdimage",
)
