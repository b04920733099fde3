"""Which Debian package has a program, for messages about missing ones."""

from __future__ import annotations

from collections.abc import Mapping

# Names of bookworm; a program not listed bears its package's name.
PACKAGE_OF_PROGRAM: Mapping[str, str] = {
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu",
    "aarch64-linux-gnu-ld": "binutils-aarch64-linux-gnu",
    "apt-cache": "apt",
    "apt-config": "apt",
    "apt-get": "apt",
    "apt-helper": "apt",
    "arm-linux-gnueabihf-gcc": "gcc-arm-linux-gnueabihf",
    "arm-linux-gnueabihf-ld": "binutils-arm-linux-gnueabihf",
    "depmod": "kmod",
    "dot": "graphviz",
    "dpkg-query": "dpkg",
    "dtc": "device-tree-compiler",
    "ld": "binutils",
    "mipsel-linux-gnu-gcc": "gcc-mipsel-linux-gnu",
    "mipsel-linux-gnu-ld": "binutils-mipsel-linux-gnu",
    "grub-mkimage": "grub-common",
    "mcopy": "mtools",
    "mkfs.jffs2": "mtd-utils",
    "mkfs.ubifs": "mtd-utils",
    "mkfs.vfat": "dosfstools",
    "mkimage": "u-boot-tools",
    "mksquashfs": "squashfs-tools",
    "modprobe": "kmod",
    "nft": "nftables",
    "nix": "nix-bin",
    "nix-build": "nix-bin",
    "nix-instantiate": "nix-bin",
    "nix-store": "nix-bin",
    "qemu-img": "qemu-utils",
    "qemu-system-aarch64": "qemu-system-arm",
    "qemu-system-arm": "qemu-system-arm",
    "qemu-system-mips": "qemu-system-mips",
    "qemu-system-mipsel": "qemu-system-mips",
    "qemu-system-x86_64": "qemu-system-x86",
    "sh": "dash",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "ubinize": "mtd-utils",
    "unsquashfs": "squashfs-tools",
    "xz": "xz-utils",
}
