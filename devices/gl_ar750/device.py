"""GL.iNet GL-AR750."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Service, ServiceNamespace

from ..families import ath79, common, glinet, openwrt, wireless

_FIRMWARE_BYTES = 0xFA0000

_SYMBOLS = {
    **glinet.SYMBOLS,
    **ath79.SPI_AR934X,
    **ath79.USB,
    # The 5 GHz radio is a PCIe chip.
    **common.PCI,
    "PCI_AR724X": "y",
    # The switch in the SoC: unconfigured, it joins the two LAN sockets.
    "AR8216_PHY": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(
        service,
        wireless.ATH10K_PCI,
        wireless.ath10k_firmware("QCA9887/hw1.0", "qca9887-firmware"),
        ("pci:168c:0050",),
    )
    return {
        "lan": service.network.link.build(
            ifname="lan", devpath="/devices/platform/ahb/1a000000.eth"
        ),
        "wan": service.network.link.build(
            ifname="wan", devpath="/devices/platform/ahb/19000000.eth"
        ),
        "wlan5": service.network.link.build(ifname="wlan0", bands=["5 GHz"], dependencies=[radio]),
    }


device = Device(
    description="GL.iNet GL-AR750, QCA9531 650 MHz, MIPS 24Kc, big endian",
    about=f"""
A travel router: QCA9531 at 650 MHz, 128 MB of DDR2 memory, 16 MB of NOR flash, three 100 Mbit/s
sockets (two LAN, one WAN), 2.4 GHz radio in the SoC, 5 GHz radio (QCA9887) on PCIe.

- The root is in the flash, squashfs or jffs2. `update` reaches a jffs2, and leaves the kernel as it
  is.
- The calibration of the 5 GHz radio is read from the partition `art` by its driver.
- The two LAN sockets are one interface: the switch in the SoC joins them until it is set up.
- **The 2.4 GHz radio is not driven**: ath9k of Linux 6.12 does not find a radio in the SoC that
  only a device tree describes.
- The USB controller is driven. For what is plugged in, add its driver to `config.kernel.config`.
- The slot for an SD card was not looked at.
{openwrt.about("Linux itself drives neither the switch nor, from a device tree, PCI")}""",
    install=glinet.INSTALL,
    cross=ath79.CROSS,
    kernel=ath79.kernel("gl-ar750.dtb", _SYMBOLS),
    console=ath79.CONSOLE,
    command_line=ath79.COMMAND_LINE,
    roots=glinet.roots(_FIRMWARE_BYTES),
    network_interfaces=_network_interfaces,
    undriven={
        **ath79.UNDRIVEN,
        "gpio-keys": "no program reads buttons",
        "i2c-gpio": "two pins of a header: nothing of the board is on this bus",
    },
    boot=BootImage(format="uimage", load="0x80060000", entry="0x80060000"),
    flash=glinet.flash("0x9f060000", _FIRMWARE_BYTES),
    tftp=glinet.tftp("0x00a00000"),
    outputs=glinet.outputs("gl-ar750"),
    default_output="mtdimage",
)
