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


def _services(service: ServiceNamespace) -> Mapping[str, Service]:
    return {"dual-image": service.boot.zyxel_dual_image.build(image=0)}


device = Device(
    description="Zyxel NWA50AX, MT7621, MIPS 1004Kc, little endian",
    about=f"""
An access point for the ceiling: MT7621, 256 MB of memory, 128 MB of NAND flash, one gigabit socket
that also powers it, one chip (MT7915) for 2.4 and 5 GHz, Wi-Fi 6. For OpenWrt the NWA90AX is the
same board.

- There are two places for a firmware. The image, and the device tree of its kernel, are for the
  first one; **there is no switching of places**.
- The boot loader gives up an image that never says that it is good, and starts the other place.
  Each image says so when it starts: the service `dual-image` writes it to the partition
  `bootconfig`, and makes the first place the one that is started.
- The boot loader writes a command line of its own; the kernel takes another property of the device
  tree (`bootargs-override`).
- The boot loader's commands are restricted. To recover, its `atnz` takes an image over TFTP.
{openwrt.about("Linux itself does not drive the NAND flash")}""",
    install="""
Run `liminix-gen build CONFIG --output zyxel-nwa-fit`.

1. From the maker's firmware, which writes an update to the place that it does not run from. The
   image starts from the first place alone, so the maker's firmware has to run from the second:

   - Upload `result/firmware.bin` as a firmware update. If the router then comes up with this
     system, it is done.
   - If the maker's firmware comes up again, it runs from the first place, and the image was
     written to the second. Upload a firmware of the maker's once: it takes the second place, and
     runs from there. Then upload `result/firmware.bin` again.

2. From an OpenWrt that runs in memory (its initramfs image), for one that runs from the flash would
   erase its own root. On your computer, with U-Boot's tools:

       dumpimage -T flat_dt -p 0 -o firmware result/firmware.bin
       scp -O firmware root@192.168.1.1:/tmp/

   In OpenWrt; the last two commands say which place is started, and that its image is good:

       mtd write /tmp/firmware firmware
       config=/dev/mtd$(. /lib/functions.sh; find_mtd_index bootconfig)
       zyxel-bootconfig $config set-image-status 0 valid
       zyxel-bootconfig $config set-active-image 0
       reboot
""",
    cross=ramips.CROSS,
    kernel=ramips.kernel("zyxel-nwa50ax.dtb", _SYMBOLS),
    console=ramips.CONSOLE,
    command_line=ramips.COMMAND_LINE,
    roots=flash.ubifs_root("rootfs"),
    network_interfaces=_network_interfaces,
    services=_services,
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
