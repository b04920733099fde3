"""Part of `make sizes`: measures what packages take in an image, for packages/sizes.json.

It builds every package of packages/ that is for a root, and those of Debian that service types and
examples ask for, on a board of each architecture that Debian serves.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from liminix_gen.catalog import share_folder
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.deploy import archive
from liminix_gen.model.package_set import Binary
from liminix_gen.nix.events import derivation_name
from liminix_gen.nix.sizes import measured
from liminix_gen.package_set import Choices
from liminix_gen.workflow.evaluate import evaluate
from liminix_gen.workflow.forecast import draw
from liminix_gen.workflow.held import attributes, by_name_in_store
from liminix_gen.workflow.load import load, planned
from liminix_gen.workflow.options import Options
from tests.support import steps
from tests.support.command_line import run
from tests.support.edits import PACKAGES
from tests.support.emission import HELLO
from tests.support.suites import OPTIONS, WITHOUT

BOARDS = ("qemu-aarch64", "qemu-armv7l", "qemu-mipsel", "x86-64")
OF_DEBIAN = (
    "dhcpcd",
    "dnsmasq",
    "dropbear",
    "kexec-tools",
    "nftables",
    "wireguard-tools",
    "xl2tpd",
)
FILE = share_folder() / "packages" / "sizes.json"
# What starts a board or its processor, and is beside the root.
BESIDE = frozenset(
    {"amd-ucode-firmware", "intel-ucode-firmware", "raspi-firmware", "u-boot-sunxi-firmware"}
)


@frozen
class Measure:
    architecture: str
    own: Mapping[str, tuple[int, int]]
    fetched: Mapping[str, tuple[float, float]]


def own() -> list[str]:
    """Return the packages of this project that may be in a root of this package set."""
    folders = {file.parent.name for file in FILE.parent.glob("*/package.nix")}
    firmware = {name for name in folders if name.endswith("-firmware")}
    return sorted(folders - BESIDE - (firmware - (DEBIAN.firmware or firmware)))


def measure(board: str, folder: Path) -> Measure:
    """Build and measure all packages for a board."""
    router = folder / f"{board}.py"
    names = [*own(), *OF_DEBIAN, *PACKAGES]
    text = HELLO.replace("qemu-mipsel", board)
    router.write_text(f"{text}config.packages = {sorted({*names})!r}\n")
    options = Options(choices=Choices(without=WITHOUT))
    steps.prepare(router, choices=options.choices)
    build = ("build", router.name, "--output", "squashfs", *OPTIONS)
    run(*build, cwd=folder, timeout_s=7200)
    found = planned(load(router, options), options)
    prepared = draw(found, options).locked()
    evaluation = evaluate(prepared, options, attributes(found.plan))
    closure = evaluation.closure
    of_own = {
        name: closure[evaluation.derivations[f"packages.{name}"]].outputs["out"] for name in own()
    }
    by_name = by_name_in_store(found.packages.binaries(found.plan, prepared.lock))
    fetched = {
        one.outputs["out"]: by_name[name]
        for path, one in closure.items()
        if (name := derivation_name(path)) in by_name
    }
    sizes = measured([*of_own.values(), *fetched], evaluation.nix)

    def taken(path: str) -> tuple[int, int]:
        return sizes[path].packed, archive.members_bytes(path, evaluation.nix.physical)

    def shares(path: str, one: Binary) -> tuple[float, float]:
        packed, copied = taken(path)
        return round(packed / one.size_bytes, 3), round(copied / one.size_bytes, 3)

    return Measure(
        architecture=found.plan.device.kernel.architecture,
        own={name: taken(path) for name, path in of_own.items()},
        fetched={one.name: shares(path, one) for path, one in fetched.items()},
    )


def text_of(written: Mapping[str, Mapping[str, Mapping[str, object]]]) -> str:
    """Return the file, a package on a line."""
    text = json.dumps(written, indent=1)
    return re.sub(r"\[\s+(\S+)\s+(\S+)\s+\]", r"[\1 \2]", text) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = [measure(board, Path(folder)) for board in BOARDS]
    written = {
        one.architecture: {
            "own": dict(sorted(one.own.items())),
            "fetched": dict(sorted(one.fetched.items())),
        }
        for one in sorted(made, key=lambda one: one.architecture)
    }
    FILE.write_text(text_of(written))


if __name__ == "__main__":
    main()
