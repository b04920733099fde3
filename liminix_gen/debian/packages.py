"""Tables: what Debian calls the packages and tools of nixpkgs."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from liminix_gen.debian.architectures import ARCHITECTURES
from liminix_gen.model.output import Image

LINUX_SOURCE = "linux-source-6.12"

# A package of Debian (Debian Policy 5.6.7).
PACKAGE_NAME = r"[a-z0-9][a-z0-9+.-]+"


# nixpkgs name -> Debian binary package, where they differ. Any other name is the same in both.
PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "dhcpcd": "dhcpcd-base",
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

# What every lock has: the C library of the image, and what packages/ are compiled with.
BASE_PACKAGES: Sequence[str] = ("glibc", "libc6-dev", "libgcc-s1", "linux-libc-dev")

# nixpkgs name of a tool of every build -> Debian package that has it; an image declares its own.
HOST_TOOLS: Mapping[str, str] = MappingProxyType(
    {
        "bc": "bc",
        "binutils": "binutils",
        "bison": "bison",
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
        "squashfsTools": "squashfs-tools",
        "util-linux": "util-linux",
        "xz": "xz-utils",
    }
)

# Further tools, where Debian's package has another name. Any other name is the same in both.
TOOL_PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "elfutils": "libelf-dev",
        "grub2": "grub-pc-bin",
        "grub2_efi": "grub-efi-amd64-bin",
        "mtdutils": "mtd-utils",
        "ubootTools": "u-boot-tools",
    }
)

_CROSS_TOOLS = ("binutils", "gcc")


def debian_name(name: str) -> str:
    """Return the Debian package that a nixpkgs name stands for."""
    return PACKAGES.get(name, name)


def image_tools(images: Iterable[Image]) -> tuple[str, ...]:
    """Return the tools that images need beside those of every build."""
    tools = {tool for image in images for tool in image.tools}
    return tuple(sorted(tools - HOST_TOOLS.keys()))


def tool_package(tool: str) -> str:
    """Return the Debian package that has a tool of the build machine."""
    return HOST_TOOLS.get(tool) or TOOL_PACKAGES.get(tool, tool)


def host_tools(architecture: str, optional: Sequence[str] = ()) -> dict[str, str]:
    """Return the tools that builds for an architecture use: lock name -> Debian package."""
    target = ARCHITECTURES[architecture]
    of_target = "" if target.processor == platform.machine() else f"-{target.triplet}"
    of_target = of_target.replace("_", "-")
    cross = {f"{tool}{target.name.capitalize()}": f"{tool}{of_target}" for tool in _CROSS_TOOLS}
    extra = {tool: tool_package(tool) for tool in (*target.tools, *optional)}
    return dict(sorted({**HOST_TOOLS, **cross, **extra}.items()))
