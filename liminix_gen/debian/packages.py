"""Tables: architectures, and what Debian calls the packages and tools of nixpkgs."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

LINUX_SOURCE = "linux-source-6.12"


@frozen(kw_only=True)
class Architecture:
    """What Debian fixes for a target architecture."""

    name: str
    triplet: str
    loader: str  # file name of the dynamic loader
    tool_suffix: str  # ends the names of the cross tools in the lock: gccMipsel
    machine: str = ""  # uname -m of a build machine that is one, and needs no cross tools
    tools: Sequence[str] = ()  # optional host tools that the kernel needs


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        one.name: one
        for one in (
            Architecture(
                name="amd64",
                triplet="x86_64-linux-gnu",
                loader="ld-linux-x86-64.so.2",
                tool_suffix="Amd64",
                machine="x86_64",
                tools=("elfutils",),
            ),
            Architecture(
                name="mipsel",
                triplet="mipsel-linux-gnu",
                loader="ld.so.1",
                tool_suffix="Mipsel",
            ),
            Architecture(
                name="arm64",
                triplet="aarch64-linux-gnu",
                loader="ld-linux-aarch64.so.1",
                tool_suffix="Arm64",
                machine="aarch64",
            ),
            Architecture(
                name="armhf",
                triplet="arm-linux-gnueabihf",
                loader="ld-linux-armhf.so.3",
                tool_suffix="Armhf",
            ),
        )
    }
)

# nixpkgs name -> Debian binary package, where they differ. Any other name is the same in both.
PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "dnsmasq": "dnsmasq-base",
        "dropbear": "dropbear-bin",
        "glibc": "libc6",
        "iptables": "iptables",
        "libqmi": "libqmi-utils",
        "lua5_3": "lua5.3",
        "lua5_4": "lua5.4",
        "mtdutils": "mtd-utils",
        "rp-pppoe": "pppoe",
        "ubootEnvTools": "libubootenv-tool",
        "wpa_supplicant": "wpasupplicant",
    }
)

# What every lock has: the C library of the image, and what our own C programs are compiled with.
BASE_PACKAGES: Sequence[str] = ("glibc", "libc6-dev", "libgcc-s1", "linux-libc-dev")

# nixpkgs name of a tool that runs on the build machine -> Debian package that has it.
HOST_TOOLS: Mapping[str, str] = MappingProxyType(
    {
        "bc": "bc",
        "binutils": "binutils",
        "bison": "bison",
        "cpio": "cpio",
        "dpkg": "dpkg",
        "dtc": "device-tree-compiler",
        "flex": "flex",
        "gcc": "gcc",
        "gnumake": "make",
        "kmod": "kmod",
        "nftables": "nftables",
        "patch": "patch",
        "patchelf": "patchelf",
        "perl": "perl-base",
        "python3": "python3",
        "shellcheck": "shellcheck",
        "squashfsTools": "squashfs-tools",
        "util-linux": "util-linux",
        "xz": "xz-utils",
    }
)

# Tools that only some outputs need: asked for by name.
OPTIONAL_HOST_TOOLS: Mapping[str, str] = MappingProxyType(
    {
        "dosfstools": "dosfstools",
        "e2fsprogs": "e2fsprogs",
        "elfutils": "libelf-dev",
        "grub2": "grub-pc-bin",
        "grub2_efi": "grub-efi-amd64-bin",
        "lzma": "xz-utils",
        "lzop": "lzop",
        "mtdutils": "mtd-utils",
        "mtools": "mtools",
        "openssl": "libssl-dev",
        "qemu-utils": "qemu-utils",
        "ubootTools": "u-boot-tools",
        "zstd": "zstd",
    }
)

# Of a disk for a PC. Programs of GRUB come along: its parts depend on them.
_DISK_TOOLS = ("dosfstools", "e2fsprogs", "grub2", "grub2_efi", "mtools")

# Output (outputs/) -> the optional tools that it and what it is made of need.
OUTPUT_TOOLS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "diskimage": ("e2fsprogs",),
        "ext4": ("e2fsprogs",),
        "gptimage": _DISK_TOOLS,
        "jffs2": ("mtdutils",),
        "kernel-image": ("ubootTools",),
        "mtdimage": ("ubootTools",),
        "qcow2": (*_DISK_TOOLS, "qemu-utils"),
        "tftpboot": ("ubootTools",),
        "tplink-safeloader": ("ubootTools",),
        "ubifs": ("mtdutils", "ubootTools"),
        "ubimage": ("mtdutils", "ubootTools"),
        "zyxel-nwa-fit": ("mtdutils", "ubootTools"),
    }
)

_CROSS_TOOLS = ("binutils", "gcc")


def debian_name(name: str) -> str:
    """Return the Debian package that a nixpkgs name stands for."""
    return PACKAGES.get(name, name)


def output_tools(outputs: Iterable[str]) -> tuple[str, ...]:
    """Return the optional tools that outputs need."""
    return tuple(sorted({tool for output in outputs for tool in OUTPUT_TOOLS.get(output, ())}))


def host_tools(architecture: str, optional: Sequence[str] = ()) -> dict[str, str]:
    """Return the tools that builds for an architecture use: lock name -> Debian package."""
    target = ARCHITECTURES[architecture]
    of_target = "" if target.machine == platform.machine() else f"-{target.triplet}"
    of_target = of_target.replace("_", "-")
    cross = {f"{tool}{target.tool_suffix}": f"{tool}{of_target}" for tool in _CROSS_TOOLS}
    extra = {tool: OPTIONAL_HOST_TOOLS[tool] for tool in (*target.tools, *optional)}
    return dict(sorted({**HOST_TOOLS, **cross, **extra}.items()))
