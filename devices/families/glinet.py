"""GL.iNet's small routers: their boot loader's rescue page takes any image."""

INSTALL = """
Build `outputs.mtdimage` and write its `firmware.bin`, in one of these ways:

1. From the maker's firmware: upload it as a firmware update, without keeping settings.
2. From the boot loader's rescue page: give your computer the address 192.168.1.10, hold the reset
   button while you plug in the power, and upload the file at <http://192.168.1.1/>.
3. From the boot loader's prompt, on the serial console: load it over TFTP, erase the part of the
   flash that `manifest.json` says, and copy it there (`erase`, `cp.b`).

Do not write it from a router that runs such an image: its root is on the flash that is erased.
"""
