"""FriendlyElec NanoPi R2S."""

from collections.abc import Mapping

from liminix_gen import Device, Service, ServiceNamespace

from ..families import rockchip, sd_card


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    return {
        "wan": rockchip.socket(service, "eth0", "ff540000.ethernet"),
        "lan": service.network.link.build(ifname="eth1", dependencies=[rockchip.rtl8153(service)]),
    }


device = Device(
    description="NanoPi R2S, RK3328 1300 MHz, ARM Cortex-A53",
    about=f"""
A router: RK3328 with four cores, 1 GB of memory, an SD card, two gigabit sockets, one of USB 2.0.

- `wan` is the SoC's own controller (`eth0`), `lan` a chip on USB (`eth1`, RTL8153). A network card
  with a chip of Realtek in the USB socket may take the name of `lan`.
{rockchip.ABOUT}""",
    install=rockchip.install("friendlyarm_nanopi-r2s"),
    cross=rockchip.CROSS,
    kernel=rockchip.kernel("rk3328-nanopi-r2s.dtb"),
    console=rockchip.CONSOLE,
    command_line=rockchip.COMMAND_LINE,
    roots=sd_card.roots(0),
    network_interfaces=_network_interfaces,
    undriven=rockchip.UNDRIVEN_3328,
    outputs=rockchip.OUTPUTS,
    default_output="sdimage",
)
