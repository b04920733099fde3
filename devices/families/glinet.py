"""GL.iNet's small routers: their boot loader's rescue page takes any image."""

from collections.abc import Mapping

from liminix_gen import Flash, Place, Root, Tftp

from . import flash as chips

INSTALL = """
Run `liminix-gen build CONFIG --output mtdimage`, and write `result/firmware.bin` in one of
these ways:

1. From the maker's firmware: upload it as a firmware update, without keeping settings.
2. From OpenWrt: copy it there, and have sysupgrade write it, without the settings of OpenWrt:

       scp -O result/firmware.bin root@192.168.1.1:/tmp/
       ssh root@192.168.1.1 sysupgrade -n /tmp/firmware.bin

3. From the boot loader's rescue page: give your computer the address 192.168.1.10, hold the reset
   button while you plug in the power, and upload the file at <http://192.168.1.1/>.
4. From the boot loader's prompt, on the serial console: load it over TFTP, erase the part of the
   flash that `manifest.json` says, and copy it there (`erase`, `cp.b`). With a boot loader that has
   `itest`, `flash.scr.uimg` does that.

The file ends with the names of the board, which 1 and 2 hold against the router that they run on;
the boot loader writes these bytes with the others, to an erase block that nothing else is in.

Do not write it from a router that runs such an image: its root is on the flash that is erased.
"""


# The room of the kernel, as the boards' device trees have it: the root has a fixed place behind it.
KERNEL_BYTES = 0x300000

_ERASE_BLOCK_BYTES = 0x10000

# The root is on a block device.
SYMBOLS = {**chips.SPI_NOR, "MTD_BLOCK": "y"}


def flash(address: str, size_bytes: int) -> Flash:
    """Return the part of the flash for kernel and root."""
    return Flash(
        address=address,
        size_bytes=size_bytes,
        erase_block_bytes=_ERASE_BLOCK_BYTES,
        kernel_bytes=KERNEL_BYTES,
    )


def roots(size_bytes: int) -> Mapping[str, Root]:
    """Return the roots that this part of the flash can hold; a jffs2 can be written."""
    return {
        **chips.SQUASHFS_ROOT,
        "jffs2": Root(
            device="mtd:rootfs",
            erase_block_bytes=_ERASE_BLOCK_BYTES,
            size_bytes=size_bytes - KERNEL_BYTES,
        ),
    }


def outputs(model: str) -> Mapping[str, Mapping[str, str | int]]:
    """Return the images of a model; OpenWrt calls it by the second name, the maker by the first."""
    return {"mtdimage": {"supportedDevices": f"{model} glinet,{model}"}, "tftpboot": {}}


def tftp(root: str) -> Tftp:
    """Make the map of 128 MiB of memory; the kernel runs at its start, below ``root``."""
    return Tftp(
        memory=Place(address="0x00000000", size_bytes=0x8000000),
        kernel=Place(address="0x04000000", size_bytes=0x1000000),
        root=Place(address=root, size_bytes=0x4000000 - int(root, 16)),
        unpacked_bytes=int(root, 16) - 0x60000,
        # It moves itself to the end.
        reserved={"the boot loader": Place(address="0x07000000", size_bytes=0x1000000)},
    )
