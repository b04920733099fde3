"""Boards whose kernel needs OpenWrt's patches: where they come from, and what nobody has tried."""

# The kernel of OpenWrt's release, and that release's patches and device trees.
SOURCE = "openwrt-25.12"

UNTRIED = """
The kernel is Linux 6.12 with the patches and the device tree of OpenWrt 25.12, radios are driven
by what Linux itself has. **Nothing of this was tried on the hardware by this project, and the
patches were never applied by it**: the symbols were checked against Linux's own Kconfig and
against OpenWrt's sources. Have a serial console and the recovery of the boot loader at hand.
"""
