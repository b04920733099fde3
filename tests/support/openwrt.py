"""A folder that looks like OpenWrt's source: files, patches and a device tree for Linux 6.12."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from tests.support.emission import HELLO, ROOT, fetched, prepared
from tests.support.evaluation import unpack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Each patch needs what the one before it has made; the first needs the files.
ADDED = ("OURS_A", "OURS_B", "OURS_C", "OURS_D", "OURS_E")

_SOURCED = "".join(
    f"{line}\n"
    for line in (
        "--- a/Kconfig",
        "+++ b/Kconfig",
        "@@ -28,3 +28,6 @@",
        ' source "lib/Kconfig.debug"',
        " ",
        ' source "Documentation/Kconfig"',
        "+",
        '+source "ours/Kconfig"',
        '+source "ours/Kconfig.alike"',
    )
)


def _config(name: str) -> str:
    return f'config {name}\n\tbool "{name}"\n\n'


def _adding(after: str, name: str) -> str:
    """A patch that adds a symbol after another one."""
    context = "".join(f" {line}\n" for line in _config(after).split("\n")[:-1])
    added = "".join(f"+{line}\n" for line in _config(name).split("\n")[:-1])
    return f"--- a/ours/Kconfig\n+++ b/ours/Kconfig\n@@ -1,3 +1,6 @@\n{context}{added}"


# The second of two symbols gets what the first one has already: with less context the patch looks as
# if it were there.
_ALIKE = "".join(
    f"{line}\n"
    for line in (
        'comment "ours"',
        "",
        "config OURS_O",
        "\tbool",
        "\tdefault y",
        "\thelp",
        "\t  One.",
        "",
        "config OURS_E",
        "\tbool",
        "\thelp",
        "\t  Other.",
        "",
    )
)
_SECOND = "".join(
    f"{line}\n"
    for line in (
        "--- a/ours/Kconfig.alike",
        "+++ b/ours/Kconfig.alike",
        "@@ -8,6 +8,7 @@",
        " ",
        " config OURS_E",
        " \tbool",
        "+\tdefault y",
        " \thelp",
        " \t  Other.",
        " ",
    )
)


FILES: Mapping[str, str] = {
    "generic/files/ours/Kconfig": _config("OURS_A"),
    "generic/files/ours/Kconfig.alike": _ALIKE,
    "generic/backport-6.12/100-source.patch": _SOURCED,
    "generic/pending-6.12/200-b.patch": _adding("OURS_A", "OURS_B"),
    "generic/pending-6.12/250-e.patch": _SECOND,
    "generic/hack-6.12/300-c.patch": _adding("OURS_B", "OURS_C"),
    "ramips/patches-6.12/100-d.patch": _adding("OURS_C", "OURS_D"),
    "ramips/dts/board.dts": (
        '/dts-v1/;\n#include "chip.dtsi"\n/ { model = "a board of ours"; };\n'
    ),
    "ramips/dts/chip.dtsi": '/ { #address-cells = <1>; #size-cells = <1>; chip = "ours"; };\n',
}


def built(
    folder: Path, attribute: str, more: Mapping[str, str], symbols: Mapping[str, str]
) -> process.Completed:
    """Build `kernel` or `kernel.audit` with the changes of FILES and more."""
    for path, text in {**FILES, **more}.items():
        file = folder / "openwrt" / "target" / "linux" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    ready = prepared(HELLO, folder / "router")
    fetched(ready)
    tree = unpack(ready.tree, folder / "tree")
    words = ["--arg", "openwrt", folder / "openwrt", "--arg", "tree", tree]
    words += ["--argstr", "symbols", json.dumps(symbols)]
    command = ["nix-build", "--no-out-link", ROOT / "tests/build/openwrt.nix", *words]
    if attribute:
        command += ["-A", attribute]
    return process.run(command, env=nix_environment(), timeout_s=3000, check=False)
