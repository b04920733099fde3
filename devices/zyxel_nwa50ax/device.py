"""Zyxel NWA50AX."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Service, ServiceNamespace, Ubi

from ..families import flash, mt7621, openwrt, ramips, switch, wireless

_SYMBOLS = {
    **mt7621.SYMBOLS,
    **flash.RAW_NAND,
    **openwrt.MTD,
    # OpenWrt's driver, with the maker's management of bad blocks (NMBM).
    "MTD_NAND_MT7621": "y",
    "MTD_NAND_MTK_BMT": "y",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(service, wireless.MT7915, wireless.MT7915_FIRMWARE, ("pci:14c3:7915",))
    return {**switch.ports(service, "lan"), **wireless.dual_band(service, radio)}


device = Device(
    description="Zyxel NWA50AX, MT7621, MIPS 1004Kc, little endian",
    about=f"""
An access point for the ceiling: MT7621, 128 MB of NAND flash, one gigabit socket that also powers
it, one chip (MT7915) for 2.4 and 5 GHz, Wi-Fi 6. For OpenWrt the
NWA90AX is the same board.

- There are two places for a firmware. The image, and the device tree of its kernel, are for the
  first one; **there is no switching of places**.
- The boot loader writes a command line of its own; the kernel takes another property of the device
  tree (`bootargs-override`).
- The boot loader's commands are restricted. To recover, its `atnz` takes an image over TFTP.
{openwrt.about("Linux itself does not drive the NAND flash")}""",
    install="""
Run `liminix-gen build CONFIG --output zyxel-nwa-fit`.

1. From the maker's firmware: upload `firmware.bin` as a firmware update. It starts only if it was
   written to the first place.
2. From OpenWrt: take the part `firmware` out of the image with `dumpimage`, erase the partition
   `firmware` with `flash_erase`, write the part with `nandwrite`, and make the first place the one
   that is booted with `zyxel-bootconfig`.
""",
    cross=ramips.CROSS,
    kernel=ramips.kernel("zyxel-nwa50ax.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots=flash.ubifs_root("rootfs"),
    network_interfaces=_network_interfaces,
    undriven={**mt7621.UNDRIVEN, "gpio-keys": "no program reads buttons"},
    boot=BootImage(
        format="fit",
        load="0x80001000",
        entry="0x80001000",
        alignment_bytes=2048,
        bootargs="bootargs-override",
    ),
    ubi=Ubi(
        volume="rootfs",
        minimum_io_bytes=2048,
        logical_erase_block_bytes=126976,
        physical_erase_block_bytes=131072,
        size_bytes=0x2000000,
    ),
    outputs={"zyxel-nwa-fit": {}},
    default_output="zyxel-nwa-fit",
)
