"""The nixpkgs package set, as the plan sees it."""

from __future__ import annotations

from liminix_gen.model.package_set import PackageSet

# What programs that nixpkgs compiles for these architectures need of a kernel.
_SYMBOLS = {
    # gcc's default for MIPS is hard float: an FPU, or the kernel's emulator of one.
    "mips": {"MIPS_FP_SUPPORT": "y"},
    # armv7l-*-musleabihf is hard float.
    "arm": {"VFP": "y"},
}

NIXPKGS = PackageSet(
    name="nixpkgs",
    # Those of templates/nix/nixpkgs/linux-sources.nix.
    kernels=frozenset({"6.12", "openwrt-25.12"}),
    firmware=None,
    symbols=_SYMBOLS,
)
