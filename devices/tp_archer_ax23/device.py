"""TP-Link Archer AX23, version 1."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Flash, Root, Service, ServiceNamespace

from ..families import flash, mt7621, ramips, switch, wireless

_SYMBOLS = {
    **mt7621.SYMBOLS,
    **flash.SPI_NOR,
    "MTD_BLOCK": "y",
    "SPI_MT7621": "y",
}

_ERASE_BLOCK_BYTES = 0x10000

# As the device tree says it: the kernel has a fixed room, so that the root has a fixed place.
_FIRMWARE_BYTES = 0xF60000
_KERNEL_BYTES = 0x300000

# For tplink-safeloader, which in OpenWrt's firmware-utils lists the same: the maker's own table of
# the flash, and the identifiers of the countries that the routers are sold in.
_PARTITIONS = "; ".join((
    "fs-uboot 0x0 0x40000",
    f"firmware 0x40000 {_FIRMWARE_BYTES:#x}",
    "default-mac 0xfa0000 0x200",
    "pin 0xfa0200 0x100",
    "device-id 0xfa0300 0x100",
    "product-info 0xfa0400 0xfc00",
    "default-config 0xfb0000 0x8000",
    "ap-def-config 0xfb8000 0x8000",
    "user-config 0xfc0000 0xa000",
    "ag-config 0xfca000 0x4000",
    "certificate 0xfce000 0x2000",
    "ap-config 0xfd0000 0x6000",
    "router-config 0xfd6000 0x6000",
    "favicon 0xfdc000 0x2000",
    "logo 0xfde000 0x2000",
    "partition-table 0xfe0000 0x800",
    "soft-version 0xfe0800 0x100",
    "support-list 0xfe0900 0x400",
    "profile 0xfe0d00 0x3000",
    "extra-para 0xfe3d00 0x100",
    "radio 0xff0000 0x10000",
))  # fmt: skip
_SOLD = {
    ("Archer AX23", "1.0"): ("45550000", "4A500000", "4B520000", "52550000"),
    ("Archer AX23", "1.0.0"): ("43410000", "54570000", "55530000"),
    ("Archer AX23", "1.20"): ("45550000", "4A500000", "52550000", "55530000"),
    ("Archer AX1800", "1.20"): ("45550000", "52550000"),
}
_PRODUCTS = "; ".join(
    f"{name}, {version}, {country}"
    for (name, version), countries in _SOLD.items()
    for country in countries
)


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(service, wireless.MT7915, wireless.MT7915_FIRMWARE, ("pci:14c3:7915",))
    return switch.with_lan(
        {
            **switch.ports(service, "lan1", "lan2", "lan3", "lan4", "wan"),
            **wireless.dual_band(service, radio),
        },
        "lan1",
    )


device = Device(
    description="TP-Link Archer AX23 v1, MT7621 880 MHz, MIPS 1004Kc, little endian",
    about="""
A router: MT7621 at 880 MHz, 128 MB of memory, 16 MB of NOR flash, five gigabit sockets, one chip
(MT7905 with MT7975) for 2.4 and 5 GHz, Wi-Fi 6. Linux drives it without foreign patches: the kernel
is Debian's 6.12. It was compiled by this project; **nothing was tried on the hardware**. Have a
serial console at hand, and the recovery of the boot loader.

- `wan` and `lan1` to `lan4` are ports of the switch, which share a gigabit to the processor; `lan`
  is `lan1`. All have the address of the label, and so have both bands: Linux takes one for the
  chip. Where that is not good, `network.link(mac=...)` gives an interface another.
- Firmware of the radio is not free; on the debian set it comes from Debian's `firmware-mediatek`.
  With `--without non-free-firmware` the radio does not come up.
- The root is in the flash, squashfs or jffs2. `update` reaches a jffs2, and leaves the kernel as it
  is.
- Buttons are not driven.
- The boot loader cannot be given another device tree than the kernel's own, so booting over TFTP
  did not work for others.
""",
    install="""
Run `liminix-gen build CONFIG --output tplink-safeloader` for 1 and 2; for 3 and 4 it is
`--output mtdimage`. Each makes `result/firmware.bin`.

1. From the maker's firmware: upload `firmware.bin` as a firmware update.
2. From the recovery: hold the reset button while you switch the power on, until only the orange LED
   is lit. Give your computer the address 192.168.0.5; the router is 192.168.0.1. Upload the file at
   <http://192.168.0.1/>, or send it as the form field `firmware` to `/f2.htm`. What the page says
   of its progress is not reliable: wait some minutes.
3. From OpenWrt: copy `firmware.bin` to /tmp, and write it with
   `mtd -r -e firmware write /tmp/firmware.bin firmware`.
4. From the boot loader's prompt, on the serial console: load `firmware.bin` over TFTP, erase the
   part of the flash that its `manifest.json` says, and copy it there (`erase`, `cp.b`).
""",
    cross=ramips.CROSS,
    kernel=ramips.mainline("mt7621-tplink-archer-ax23-v1.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots={
        **flash.SQUASHFS_ROOT,
        "jffs2": Root(
            device="mtd:rootfs",
            erase_block_bytes=_ERASE_BLOCK_BYTES,
            size_bytes=_FIRMWARE_BYTES - _KERNEL_BYTES,
        ),
    },
    network_interfaces=_network_interfaces,
    undriven={**mt7621.UNDRIVEN, "gpio-keys": "no service reads buttons"},
    boot=BootImage(format="uimage", load="0x80001000", entry="0x80001000"),
    flash=Flash(
        address="0xbc040000",
        size_bytes=_FIRMWARE_BYTES,
        erase_block_bytes=_ERASE_BLOCK_BYTES,
        kernel_bytes=_KERNEL_BYTES,
    ),
    outputs={
        "mtdimage": {},
        "tplink-safeloader": {
            "flashPartitions": _PARTITIONS,
            "supportedProducts": _PRODUCTS,
            "softwareVersion": "3.0.3",
        },
    },
    default_output="tplink-safeloader",
)
