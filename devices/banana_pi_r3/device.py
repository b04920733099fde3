"""Banana Pi BPI-R3."""

from collections.abc import Mapping

from liminix_gen import BootImage, Device, Place, Root, Service, ServiceNamespace, Tftp, Ubi

from ..families import flash, mediatek, switch, wireless

# The second partition of a card that `sdimage` makes, which may be found late.
_CARD = Root(device="/dev/mmcblk0p2", command_line=("rootwait",))


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    ports = switch.ports(service, "lan0", "lan1", "lan2", "lan3", "lan4", "wan")
    radio = wireless.driver(
        service, wireless.MT7986, wireless.MT7986_FIRMWARE, ("of:mediatek,mt7986-wmac",)
    )
    interfaces = {
        **ports,
        "sfp": service.network.link.build(ifname="eth1"),
        **wireless.dual_band(service, radio),
    }
    return switch.with_lan(interfaces, "lan0")


device = Device(
    description="Banana Pi BPI-R3, MT7986A 2000 MHz, ARM Cortex-A53",
    about="""
A router board: MT7986A with four cores at 2 GHz, 2 GB of memory, 128 MB of NAND flash, 32 MB of NOR
flash, 8 GB of eMMC, a slot for an SD card, five gigabit sockets, two cages for SFP modules of
2.5 Gbit/s, radios for 2.4 and 5 GHz (Wi-Fi 6), USB 3, a slot for M.2. Linux drives it without
foreign patches: the kernel is Debian's 6.12. It was compiled by this project;
**nothing was tried on the hardware**. Have a serial console at hand.

- `wan` and `lan0` to `lan3` are the sockets; `lan4` is the cage beside them, `sfp` the other one,
  which has a controller of its own. `lan` is `lan0`.
- Switches choose NAND or NOR flash, and eMMC or SD card. Here these are NAND, in the layout of
  OpenWrt 25.12, and the SD card; the root is on the one or, with `config.root = "ext4"` or
  `"squashfs"`, on the other.
- The board has no calibration of the radios; the driver takes values for all boards from a file.
  The radios' addresses are from there as well, and the same on each board.
- Firmware of the radios is not free; on the debian set it comes from Debian's `firmware-mediatek`.
  With `--without non-free-firmware` they do not come up.
- Buttons and the engine for ciphers are not driven.
""",
    install="""
The boot loader is OpenWrt's: no package of Debian has one for this board.

1. Write OpenWrt's SD card image for this board (release 25.12) to a card with `dd`, set the
   switches to the SD card and to NAND as the maker's page says, and boot.
2. On the serial console, whose pins are on the board, choose "Install bootloader, recovery and
   production to NAND" in the boot loader's menu. Set the switches to booting from NAND, and boot
   again. From here on, ssh does.
3. In the recovery OpenWrt: make a UBI volume `liminix` of all the room that is left (`ubimkvol`;
   remove `rootfs_data` first). Run
   `liminix-gen build CONFIG --output ubimage`, and write `result/rootfs` to the volume with
   `ubiupdatevol`. `ubinfo -a` says which device it is.
4. Look at the variable `boot_production` of the boot loader (`fw_printenv`), and keep a copy. Then
   let it boot from inside the volume; if it fails, the recovery is next:

       fw_setenv mount_liminix 'ubi part ubi && ubifsmount ubi0:liminix'
       fw_setenv load_liminix 'run mount_liminix && ubifsload $loadaddr boot/fit'
       fw_setenv boot_production 'setenv bootargs; run load_liminix && bootm $loadaddr'

Later images need `ubiupdatevol` from the recovery alone: it keeps the counters of the erase blocks.

With the root on an SD card, instead of 3 and 4: run
`liminix-gen build CONFIG --output sdimage`, copy `result/disk.img` to a
card with `dd`, and let the boot loader in the NAND take the kernel from there. **This was not seen
to work**: keep a copy of `boot_production`.

    fw_setenv load_kernel 'fatload mmc 0:1 0x44000000 kernel-a'
    fw_setenv load_tree 'fatload mmc 0:1 0x4b000000 tree-a.dtb'
    fw_setenv start_card 'run load_kernel && run load_tree && booti 0x44000000 - 0x4b000000'
    fw_setenv boot_production 'setenv bootargs; run start_card'
""",
    cross=mediatek.CROSS,
    kernel=mediatek.kernel("mt7986a-bananapi-bpi-r3-nand-sd.dtb"),
    console=mediatek.CONSOLE,
    command_line=mediatek.COMMAND_LINE,
    roots={**flash.ubifs_root("liminix"), "ext4": _CARD, "squashfs": _CARD},
    network_interfaces=_network_interfaces,
    undriven={
        **mediatek.UNDRIVEN,
        "inside-secure,safexcel-eip97": "the processor's own instructions are for ciphers",
    },
    boot=BootImage(format="fit", load="0x44000000", entry="0x44000000", alignment_bytes=4096),
    ubi=Ubi(
        volume="liminix",
        minimum_io_bytes=2048,
        logical_erase_block_bytes=126976,
        physical_erase_block_bytes=131072,
        size_bytes=0x7E00000,
    ),
    tftp=Tftp(
        memory=Place(address="0x40000000", size_bytes=0x80000000),
        kernel=Place(address="0x5a000000", size_bytes=0x2000000),
        root=Place(address="0x50000000", size_bytes=0xA000000),
        unpacked_bytes=0x3000000,
        reserved={
            # The device tree says these two.
            "the secure monitor": Place(address="0x43000000", size_bytes=0x30000),
            "the radio's processors": Place(address="0x4fc00000", size_bytes=0x3C0000),
            "the boot loader": Place(address="0x7e000000", size_bytes=0x2000000),
        },
    ),
    # U-Boot takes the kernel from inside the volume.
    outputs={
        "sdimage": {},
        "tftpboot": {},
        "ubifs": {"kernelPath": "/boot/fit"},
        "ubimage": {},
    },
    default_output="ubimage",
)
