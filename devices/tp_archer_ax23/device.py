"""TP-Link Archer AX23, version 1."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Flash, Service, ServiceNamespace

from ..families import flash, mt7621, openwrt, ramips, switch, wireless

_SYMBOLS = {
    **mt7621.SYMBOLS,
    **flash.UIMAGE_SQUASHFS,
    "SPI_MT7621": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(service, wireless.MT7915, wireless.MT7915_FIRMWARE)
    return switch.with_lan(
        {
            **switch.ports(service, "lan1", "lan2", "lan3", "lan4", "wan"),
            **wireless.dual_band(service, radio),
        },
        "lan1",
    )


device = Device(
    description="TP-Link Archer AX23 v1, MT7621 880 MHz, MIPS 1004Kc, little endian",
    about=f"""
A router: MT7621 at 880 MHz, 128 MB of memory, 16 MB of NOR flash, five gigabit sockets, one chip
(MT7905 with MT7975) for 2.4 and 5 GHz, Wi-Fi 6.

- `lan1` to `lan4` are ports of the switch, `wan` is the SoC's second controller; `lan` is `lan1`.
  The name `wan` comes from OpenWrt's driver: a kernel that knows it as `eth1` waits for it in vain.
- The boot loader cannot be given another device tree than the kernel's own, so booting over TFTP
  did not work for others.
{openwrt.UNTRIED}""",
    install="""
Build `outputs.tplink-safeloader`.

1. From the maker's firmware: upload the file as a firmware update.
2. From the recovery: hold the reset button while you switch the power on, until only the orange LED
   is lit. Give your computer the address 192.168.0.5; the router is 192.168.0.1. Upload the file at
   <http://192.168.0.1/>, or send it as the form field `firmware` to `/f2.htm`. What the page says
   of its progress is not reliable: wait some minutes.
3. From the boot loader's prompt, on the serial console: load `firmware.bin` of `outputs.mtdimage`
   over TFTP, erase the part of the flash that its `manifest.json` says, and copy it there
   (`erase`, `cp.b`).
""",
    cross=ramips.CROSS,
    kernel=ramips.kernel("mt7621_tplink_archer-ax23-v1.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots=flash.SQUASHFS_ROOT,
    network_interfaces=_network_interfaces,
    boot=BootImage(format="uimage", load="0x80001000", entry="0x80001000"),
    flash=Flash(address="0xbc040000", size_bytes=0xF60000, erase_block_bytes=0x10000),
    outputs={"mtdimage": {}, "tplink-safeloader": {"supportedBoard": "ARCHER-AX23-V1"}},
    default_output="tplink-safeloader",
)
