"""FriendlyElec NanoPi R6S."""

from collections.abc import Mapping

from liminix_gen import Device, Service, ServiceNamespace

from ..families import rockchip, sd_card, switch


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    place1 = "a40c00000.pcie/pci0003:30/0003:30:00.0/0003:31:00.0"
    place2 = "a41000000.pcie/pci0004:40/0004:40:00.0/0004:41:00.0"
    driver = rockchip.rtl8125(service)
    interfaces = {
        "wan": rockchip.socket(service, "eth1", place1, driver),
        "lan1": rockchip.socket(service, "eth2", place2, driver),
        "lan2": rockchip.socket(service, "eth0", "fe1c0000.ethernet"),
    }
    return switch.with_lan(interfaces, "lan1")


device = Device(
    description="NanoPi R6S, RK3588S 2400 MHz, ARM Cortex-A76 and A55",
    about=f"""
A router: RK3588S with four fast and four slow cores, 4 or 8 GB of memory, an eMMC, an SD card, one
gigabit socket and two of 2.5 Gbit/s, one of USB 2.0 and one of 3.0, a clock that keeps time with a
battery.

- `wan` and `lan1` are chips on PCI (`eth1`, `eth2`, RTL8125), `lan2` is the SoC's own gigabit
  controller (`eth0`): so OpenWrt has them, while Armbian calls the last one the WAN. `lan` is
  `lan1`.
- The socket of USB 3.0 is not driven: Linux 6.12's device tree does not have it.
- What is on the eMMC may start before the card.
{rockchip.ABOUT}""",
    install=rockchip.install("friendlyarm_nanopi-r6s"),
    cross=rockchip.CROSS,
    kernel=rockchip.kernel("rk3588s-nanopi-r6s.dtb"),
    console=rockchip.CONSOLE,
    command_line=rockchip.COMMAND_LINE,
    roots=sd_card.roots(0),
    network_interfaces=_network_interfaces,
    undriven=rockchip.UNDRIVEN_3588,
    outputs=rockchip.OUTPUTS,
    default_output="sdimage",
)
