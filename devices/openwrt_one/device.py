"""OpenWrt One."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Place, Service, ServiceNamespace, Tftp, Ubi

from ..families import flash, mediatek, wireless

_PHY = {"air_en8811h": {"AIR_EN8811H_PHY": "m"}}
_PHY_FIRMWARE = {
    "airoha/EthMD32.DSP.bin": "en8811h-firmware",
    "airoha/EthMD32.dm.bin": "en8811h-firmware",
}


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    phy = service.driver.build(modules=_PHY, firmware=_PHY_FIRMWARE)
    radio = wireless.driver(
        service, wireless.MT7981, wireless.MT7981_FIRMWARE, ("of:mediatek,mt7981-wmac",)
    )
    return {
        "wan": service.network.link.build(ifname="eth0", dependencies=[phy]),
        "lan": service.network.link.build(ifname="eth1"),
        **wireless.dual_band(service, radio),
    }


device = Device(
    description="OpenWrt One, MT7981B 1300 MHz, ARM Cortex-A53",
    about="""
A router of the OpenWrt project: MT7981B at 1300 MHz, 1 GB of memory, 256 MB of NAND flash, a NOR
flash with a recovery, one 2.5 Gbit/s and one gigabit socket, a radio for 2.4 and 5 GHz (MT7976C),
Wi-Fi 6, a clock that keeps time without power. Linux drives it without foreign patches: the kernel
is Debian's 6.12, and its device tree is part of this project. It was compiled by this project;
**nothing was tried on the hardware**. The front USB socket is a serial console: have it at hand.

- `wan` is the 2.5 Gbit/s socket (`eth0`), `lan` the gigabit one (`eth1`).
- The PHY of the 2.5 Gbit/s socket needs firmware, so it has a driver that is loaded at boot.
- Linux cannot fill its pool of random numbers from the SoC's generator, which the firmware keeps to
  itself: it counts the jitter of its own clock.
- The NAND flash is read at 20 MHz; OpenWrt measures its lines first and reads faster.
- Firmware of the PHY and of the radio is not free; on the debian set it comes from Debian's
  `firmware-misc-nonfree` and `firmware-mediatek`. With `--without non-free-firmware` neither comes
  up.
- Buttons and SPI of mikroBUS are not driven.
- The second watchdog, a chip of its own, is fed by the kernel.
- Others found that hostapd refuses the setting `he_bss_color` here.
""",
    install="""
The image goes into the NAND flash, beside the OpenWrt of the maker, which stays as a recovery. The
front USB socket is the serial console.

1. Set the switch to NAND. Hold the front button while you switch the power on: the boot loader
   starts the recovery OpenWrt from the NAND flash (the green LED is lit). It is 192.168.1.1.
2. Run `liminix-gen build CONFIG --output ubimage`, and copy the root there:

       scp -O result/rootfs root@192.168.1.1:/tmp/

3. There, make a UBI volume of all the room that is left. An OpenWrt that ran has taken it for its
   settings, in the volume `rootfs_data`: without it they are lost. (Where there is none,
   `ubirmvol` says so.)

       ubirmvol /dev/ubi0 -N rootfs_data
       ubimkvol /dev/ubi0 -N liminix -m
       ubinfo /dev/ubi0 -N liminix

   The last line says the number of the volume, N:

       ubiupdatevol /dev/ubi0_N /tmp/rootfs

4. Look at the variable `boot_production` of the boot loader (`fw_printenv`), and keep a copy. Then
   let it boot from inside the volume; if it fails, the recovery is next:

       fw_setenv mount_liminix 'ubi part ubi && ubifsmount ubi0:liminix'
       fw_setenv load_liminix 'run mount_liminix && ubifsload $loadaddr boot/fit'
       fw_setenv boot_production 'setenv bootargs; run load_liminix && bootm $loadaddr'

Later images need `ubiupdatevol` from the recovery alone: it keeps the counters of the erase blocks.
""",
    cross=mediatek.CROSS,
    kernel=mediatek.kernel("mt7981b-openwrt-one.dtb"),
    console=mediatek.CONSOLE,
    command_line=mediatek.COMMAND_LINE,
    roots=flash.ubifs_root("liminix"),
    network_interfaces=_network_interfaces,
    undriven=mediatek.UNDRIVEN,
    boot=BootImage(format="fit", load="0x44000000", entry="0x44000000", alignment_bytes=4096),
    ubi=Ubi(
        volume="liminix",
        minimum_io_bytes=2048,
        logical_erase_block_bytes=126976,
        physical_erase_block_bytes=131072,
        size_bytes=0xFF00000,
    ),
    tftp=Tftp(
        memory=Place(address="0x40000000", size_bytes=0x40000000),
        kernel=Place(address="0x5a000000", size_bytes=0x2000000),
        root=Place(address="0x50000000", size_bytes=0xA000000),
        unpacked_bytes=0x3000000,
        reserved={
            # The device tree says these two.
            "the secure monitor": Place(address="0x43000000", size_bytes=0x30000),
            "the radio's processor": Place(address="0x47c80000", size_bytes=0x100000),
            "the boot loader": Place(address="0x7e000000", size_bytes=0x2000000),
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
