"""GL.iNet GL-MT300A."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Service, ServiceNamespace

from ..families import glinet, mt7620, openwrt, ramips

_FIRMWARE_BYTES = 0xF80000

_SYMBOLS = {
    **mt7620.SYMBOLS,
    **mt7620.CARD,
    **glinet.SYMBOLS,
    "GPIO_RALINK": "y",
    "NET_RALINK_MT7620": "y",
    "PINCTRL_MT7620": "y",
    # The processor's own counter stands still while it sleeps.
    "RALINK_TIMER": "y",
    "RALINK_WDT": "y",
    "SERIAL_8250_RT288X": "y",
    "SPI_RT2880": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    # The device tree tells the switch's driver which socket is whose: two VLANs, tagged towards
    # the CPU.
    trunk = service.network.link.build(ifname="eth0")
    return {
        "eth": trunk,
        "lan": service.vlan.build(ifname="eth0.1", primary=trunk, vid=1),
        "wan": service.vlan.build(ifname="eth0.2", primary=trunk, vid=2),
    }


device = Device(
    description="GL.iNet GL-MT300A, MT7620A 580 MHz, MIPS 24KEc, little endian",
    about=f"""
A travel router: MT7620A, 16 MB of NOR flash, two 100 Mbit/s sockets, 2.4 GHz radio in the SoC.

- The root is in the flash, squashfs or jffs2. `update` reaches a jffs2, and leaves the kernel as it
  is.
- `eth` is the controller; `lan` and `wan` are VLANs 1 and 2 of the switch behind it. Its driver
  sets them up when it starts, as the device tree says.
- **The radio is not driven**: rt2800soc of Linux 6.12 does not know the MT7620's radio from a
  device tree.
- The USB controllers and the slot for an SD card are driven. For what is plugged into USB, and for
  the file system of a card, add the driver to `config.kernel.config`.
{openwrt.about("Linux itself drives neither the ethernet controller nor the switch")}""",
    install=glinet.INSTALL,
    cross=ramips.CROSS,
    kernel=ramips.kernel("gl-mt300a.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots=glinet.roots(_FIRMWARE_BYTES),
    network_interfaces=_network_interfaces,
    undriven={
        "gpio-keys": "no program reads buttons",
        "ralink,rt7620-wifi": "rt2800soc of Linux 6.12 finds no radio that a device tree describes",
    },
    boot=BootImage(format="uimage", load="0x80000000", entry="0x80000000"),
    flash=glinet.flash("0xbc050000", _FIRMWARE_BYTES),
    tftp=glinet.tftp("0x00a00000"),
    outputs=glinet.outputs("gl-mt300a"),
    default_output="mtdimage",
)
