"""Orange Pi PC."""

from collections.abc import Mapping

from liminix_gen import Device, Service, ServiceNamespace

from ..families import sunxi, usb_network


def _network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    return {
        "lan": service.network.link.build(ifname="eth0"),
        "wan": usb_network.interface(service, "eth1"),
    }


device = Device(
    description="Xunlong Orange Pi PC, Allwinner H3, ARM Cortex-A7",
    about="""
A computer on a board: H3 with four cores, 1 GB of memory, an SD card, one 100 Mbit/s socket, three
USB 2 sockets and one that is host or device. Linux drives it without foreign patches; the kernel is
Debian's. It boots in QEMU's model of the board, from the card to all services; it was **not tried
on the hardware**.

- `lan` is the board's own socket. `wan` is an adapter on USB: Realtek RTL8152 to RTL8156, ASIX
  AX88179, or one that keeps to the standard for such things (CDC Ethernet). Several adapters are
  `eth1`, `eth2` ... in the order in which the kernel finds them.
- The console is the three pins beside the socket for power (3.3 V), at 115200 baud.
- The watchdog, the clock and the temperature sensor are driven; screen, sound, infrared and the
  button are not.
- `config.state = "state"` adds a partition of 64 MiB for the state. `config.root = "ext4"` makes a
  root that can be written, which `liminix-gen update` reaches.
""",
    install="""
Run `liminix-gen build CONFIG --output sdimage`. `result/disk.img` is a whole SD card:
nothing has to be soldered, and nothing
on the board is changed.

1. Copy it to a card, whose content is lost; `lsblk` shows which device that is:

       sudo dd if=result/disk.img of=/dev/sdX bs=4M conv=fsync status=progress

2. Put the card in, and the cable into the board's own socket; then power.

In QEMU, which has this board. A card's size is a power of two, so the copy is made larger:

       cp --no-preserve=mode result/disk.img card.img
       truncate -s 256M card.img
       qemu-system-arm -M orangepi-pc -nographic -nic user -drive file=card.img,if=sd,format=raw
""",
    cross=sunxi.CROSS,
    kernel=sunxi.kernel("sun8i-h3-orangepi-pc.dtb"),
    console=sunxi.CONSOLE,
    command_line=sunxi.COMMAND_LINE,
    roots=sunxi.ROOTS,
    network_interfaces=_network_interfaces,
    # The Plus has an eMMC and a radio besides; U-Boot and its first stage are the same.
    boot_firmware={"u-boot-sunxi-firmware": "the board does not start"},
    undriven=sunxi.UNDRIVEN,
    outputs={
        # The boot ROM reads 8 KiB behind the card's start (BROM in Allwinner's H3 manual, 4.1).
        "sdimage": {"bootLoaders": "orangepi_pc_plus/u-boot-sunxi-with-spl.bin@8192"},
    },
    default_output="sdimage",
)
