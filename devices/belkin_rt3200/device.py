"""Belkin RT3200, the same as Linksys E8450."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Place, Service, ServiceNamespace, Tftp, Ubi

from ..families import flash, mediatek, switch, wireless


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    radio = wireless.driver(
        service, wireless.MT7622, wireless.MT7622_FIRMWARE, ("of:mediatek,mt7622-wmac",)
    )
    radio5 = wireless.driver(service, wireless.MT7915, wireless.MT7915_FIRMWARE, ("pci:14c3:7915",))
    # By their places: which radio registers first is a matter of chance.
    wlan = service.network.link.build(
        ifname="wlan0",
        devpath="/devices/platform/18000000.wmac",
        bands=["2.4 GHz"],
        dependencies=[radio],
    )
    wlan5 = service.network.link.build(
        ifname="wlan1",
        devpath="/devices/platform/1a143000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0",
        bands=["5 GHz"],
        dependencies=[radio5],
    )
    ports = switch.ports(service, "lan1", "lan2", "lan3", "lan4", "wan")
    return switch.with_lan({**ports, "wlan": wlan, "wlan5": wlan5}, "lan1")


device = Device(
    description="Belkin RT3200 (Linksys E8450), MT7622BV 1350 MHz, ARM Cortex-A53",
    about="""
A router: MT7622BV at 1350 MHz, 512 MB of memory, 128 MB of NAND flash, five gigabit sockets,
2.4 GHz radio in the SoC, 5 GHz radio (MT7915) on PCIe, Wi-Fi 6. Linux drives it without foreign
patches: the kernel is Debian's 6.12, and its device tree is part of this project. It was compiled
by this project; **nothing was tried on the hardware**. Have a serial console at hand.

- `wan` and `lan1` to `lan4` are ports of the switch; `lan` is `lan1`.
- The flash must have the layout of OpenWrt's UBI installer: everything but the boot loader's first
  stages is UBI.
- The watchdog runs when the kernel starts; without its driver the board resets after seconds.
- Addresses and the calibration of the radios are in the volume `factory`, which nothing writes.
- Firmware of the radios is not free; on the debian set it comes from Debian's `firmware-mediatek`.
  With `--without non-free-firmware` they do not come up.
- Buttons and Bluetooth are not driven.
""",
    install="""
Once, to get the layout of the flash: run OpenWrt's UBI installer for this board (dangowrt's
owrt-ubi-installer, **1.1.4 or later**: before 1.1 it lays the flash out differently), by the
maker's web page or by the boot loader (load it to 0x42000000, `bootm`). The maker's firmware takes
the file that ends in `_signed.itb` from version 1.1.01.272918 on, and the other one before. Then,
in the recovery OpenWrt that it leaves:

1. Make a UBI volume `liminix` of all the room that is left. An OpenWrt that ran has taken it for
   its settings, in the volume `rootfs_data`: without it they are lost.

       ubirmvol /dev/ubi0 -N rootfs_data
       ubimkvol /dev/ubi0 -N liminix -m

2. Run `liminix-gen build CONFIG --output ubimage`, and write
   `result/rootfs` to the volume with `ubiupdatevol`. `ubinfo -a`
   says which device it is.
3. Look at the variables `boot_production` and `bootcmd` of the boot loader (`fw_printenv`), and
   keep a copy. Then let it boot from inside the volume:

       fw_setenv mount_liminix 'ubi part ubi && ubifsmount ubi0:liminix'
       fw_setenv load_liminix 'run mount_liminix && ubifsload $loadaddr boot/fit'
       fw_setenv boot_production 'setenv bootargs; run load_liminix && bootm $loadaddr'
       fw_setenv bootcmd 'run boot_ubi'

   With the boot loader's own `bootcmd` it starts the recovery after each crash that left a record.

Later images need `ubiupdatevol` from the recovery alone: it keeps the counters of the erase blocks.
""",
    cross=mediatek.CROSS,
    kernel=mediatek.kernel("mt7622-linksys-e8450-ubi.dtb"),
    console=mediatek.CONSOLE,
    command_line=mediatek.COMMAND_LINE,
    roots=flash.ubifs_root("liminix"),
    network_interfaces=_network_interfaces,
    undriven=mediatek.MT7622_UNDRIVEN,
    # A kernel of 64-bit ARM starts on a boundary of 2 MiB.
    boot=BootImage(format="fit", load="0x44000000", entry="0x44000000"),
    ubi=Ubi(
        volume="liminix",
        minimum_io_bytes=2048,
        logical_erase_block_bytes=126976,
        physical_erase_block_bytes=131072,
        size_bytes=0x7D00000,
    ),
    tftp=Tftp(
        memory=Place(address="0x40000000", size_bytes=0x20000000),
        kernel=Place(address="0x50000000", size_bytes=0x2000000),
        root=Place(address="0x48000000", size_bytes=0x8000000),
        unpacked_bytes=0x3000000,
        reserved={
            # The boot loader writes the first, the device tree says the second.
            "the record of crashes": Place(address="0x42ff0000", size_bytes=0x10000),
            "the secure monitor": Place(address="0x43000000", size_bytes=0x30000),
            "the boot loader": Place(address="0x5e000000", size_bytes=0x2000000),
        },
    ),
    # U-Boot takes the kernel from inside the volume.
    outputs={
        "tftpboot": {},
        "ubifs": {"kernelPath": "/boot/fit"},
        "ubimage": {},
    },
    default_output="ubimage",
)
