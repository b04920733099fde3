"""OpenWrt's way of changing a kernel: files, then patches in their order, in the one derivation.

OpenWrt's own source is nowhere near; what stands for it is made for Debian's kernel.
"""

from __future__ import annotations

import re
from pathlib import Path

from liminix_gen import System, process
from liminix_gen.debian.settings import nix_environment
from tests.support.emission import ROOT
from tests.support.evaluation import planned
from tests.support.openwrt import ADDED, FILES, built

SYMBOLS = {symbol.name: symbol.value for symbol in planned(System(device="qemu-mipsel")).symbols}

LIST = ROOT / "templates/nix/lib/kernel/patches/mips.nix"
OURS = re.findall(r"^  \./(.+\.patch)$", LIST.read_text(encoding="utf-8"), re.MULTILINE)


def test_files_and_patches_bring_symbols(tmp_path: Path) -> None:
    again = FILES["generic/backport-6.12/100-source.patch"]
    more = {"generic/pending-6.12/150-again.patch": again}
    symbols = {**SYMBOLS, **dict.fromkeys(ADDED, "y")}
    done = {name: built(tmp_path, name, more, symbols) for name in ("audit", "kconfig")}
    assert done["audit"].returncode == 0, done["audit"].stderr
    config, kconfig = (each.stdout.strip() for each in done.values())
    text = Path(config).read_text()
    for name in ADDED:
        assert f"CONFIG_{name}=y\n" in text
    # Even if an earlier run has built it.
    log = process.run(["nix-store", "--read-log", kconfig], env=nix_environment()).stdout
    said = [line for line in log.splitlines() if "patch" in line]
    assert OURS
    assert said == [
        "liminix-gen-phase: patch generic/backport-6.12",
        "liminix-gen-phase: patch generic/pending-6.12",
        "generic/pending-6.12/150-again.patch is there already",
        "liminix-gen-phase: patch generic/hack-6.12",
        "liminix-gen-phase: patch ramips/patches-6.12",
        # Ours come last, in the order of their list.
        *(f"liminix-gen-phase: patch {name}" for name in OURS),
    ]


def test_a_patch_that_does_not_apply_fails_by_its_name(tmp_path: Path) -> None:
    lines = "".join(f" no such line {number}\n" for number in range(6))
    wrong = f"--- a/Makefile\n+++ b/Makefile\n@@ -101,6 +101,7 @@\n{lines}+new\n"
    done = built(tmp_path, "audit", {"ramips/patches-6.12/900-wrong.patch": wrong}, SYMBOLS)
    assert done.returncode != 0
    assert "1 out of 1 hunk FAILED" in done.stderr
    assert "ramips/patches-6.12/900-wrong.patch does not apply to Linux 6.12." in done.stderr
    assert "liminix-gen-phase: configure" not in done.stderr
