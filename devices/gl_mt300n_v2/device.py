"""GL.iNet GL-MT300N-V2."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Flash, Service, ServiceNamespace

from ..families import flash, glinet, mt7620, openwrt, ramips, wireless

_SYMBOLS = {
    **mt7620.SYMBOLS,
    **flash.UIMAGE_SQUASHFS,
    "GPIO_MT7621": "y",
    "MT7621_WDT": "y",
    "NET_RALINK_RT3050": "y",
    "PINCTRL_MT76X8": "y",
    "SPI_MT7621": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(service, wireless.MT7603, wireless.MT7628_FIRMWARE)
    return {
        "lan": service.network.link.build(ifname="eth0"),
        "wlan": service.network.link.build(ifname="wlan0", dependencies=[radio]),
    }


device = Device(
    description="GL.iNet GL-MT300N-V2, MT7628AN 580 MHz, MIPS 24KEc, little endian",
    about=f"""
A travel router: MT7628AN, 16 MB of NOR flash, two 100 Mbit/s sockets, 2.4 GHz radio in the SoC.

- **Both sockets are `lan`**: the switch in the SoC starts without VLANs, and what would set them up
  (OpenWrt's swconfig) is not part of this project. Use the radio as the other side, or do not rely
  on the socket that is marked WAN being apart.
- USB is not driven.
{openwrt.UNTRIED}""",
    install=glinet.INSTALL,
    cross=ramips.CROSS,
    kernel=ramips.kernel("mt7628an_glinet_gl-mt300n-v2.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots=flash.SQUASHFS_ROOT,
    network_interfaces=_network_interfaces,
    boot=BootImage(format="uimage", load="0x80000000", entry="0x80000000"),
    flash=Flash(address="0xbc050000", size_bytes=0xFB0000, erase_block_bytes=0x10000),
    tftp=glinet.tftp("0x01400000"),
    outputs={"mtdimage": {}, "tftpboot": {}},
    default_output="mtdimage",
)
