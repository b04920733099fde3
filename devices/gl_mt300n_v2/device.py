"""GL.iNet GL-MT300N-V2."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Service, ServiceNamespace

from ..families import glinet, mt7620, openwrt, ramips, wireless

_FIRMWARE_BYTES = 0xFB0000

_SYMBOLS = {
    **mt7620.SYMBOLS,
    **glinet.SYMBOLS,
    "GPIO_MT7621": "y",
    # The device tree has the pin that gives power to the USB socket switched on by this.
    "GPIO_SYSFS": "y",
    "MT7621_WDT": "y",
    "NET_RALINK_RT3050": "y",
    "PINCTRL_MT76X8": "y",
    "SPI_MT7621": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(
        service, wireless.MT7603, wireless.MT7628_FIRMWARE, ("of:mediatek,mt7628-wmac",)
    )
    # Port 0 is the socket that is marked WAN, 1 the other, 6 leads to the processor.
    switch = service.switch.build(vlans={"1": ["1", "6t"], "2": ["0", "6t"]})
    trunk = service.network.link.build(ifname="eth0", dependencies=[switch])
    return {
        "eth": trunk,
        "lan": service.vlan.build(ifname="eth0.1", primary=trunk, vid=1),
        "wan": service.vlan.build(ifname="eth0.2", primary=trunk, vid=2),
        "wlan": service.network.link.build(ifname="wlan0", bands=["2.4 GHz"], dependencies=[radio]),
    }


device = Device(
    description="GL.iNet GL-MT300N-V2, MT7628AN 580 MHz, MIPS 24KEc, little endian",
    about=f"""
A travel router: MT7628AN, 16 MB of NOR flash, two 100 Mbit/s sockets, 2.4 GHz radio in the SoC.

- The root is in the flash, squashfs or jffs2. `update` reaches a jffs2, and leaves the kernel as it
  is.
- `eth` is the controller; `lan` and `wan` are VLANs 1 and 2 of the switch behind it, which the
  service `switch` sets up. **Until then, for the seconds of a start, the two sockets are joined.**
- The USB controllers are driven. For what is plugged in, add its driver to `config.kernel.config`.
{openwrt.about("Linux itself does not drive the switch: both sockets would be one")}""",
    install=glinet.INSTALL,
    cross=ramips.CROSS,
    kernel=ramips.kernel("gl-mt300n-v2.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots=glinet.roots(_FIRMWARE_BYTES),
    network_interfaces=_network_interfaces,
    undriven={"gpio-keys": "no program reads buttons"},
    boot=BootImage(format="uimage", load="0x80000000", entry="0x80000000"),
    flash=glinet.flash("0xbc050000", _FIRMWARE_BYTES),
    tftp=glinet.tftp("0x01400000"),
    outputs=glinet.outputs("gl-mt300n-v2"),
    default_output="mtdimage",
)
