"""Our changes to the kernel (templates/nix/lib/kernel/patches): where they apply, and what if not."""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from tests.support.emission import HELLO, ROOT, fetched, prepared
from tests.support.evaluation import unpack

PATCHES = ROOT / "templates" / "nix" / "lib" / "kernel" / "patches"
PAGE = ROOT / "docs" / "kernel-patches.md"
ARCHITECTURES = {"arm", "arm64", "mips", "x86"}


class Patch(NamedTuple):
    name: str
    architectures: list[str]

    @property
    def text(self) -> str:
        return (PATCHES / self.name).read_text(encoding="utf-8")

    @property
    def files(self) -> set[str]:
        """The files that it changes."""
        found = set(re.findall(r"^--- a/(\S+)$", self.text, re.MULTILINE))
        assert found
        assert found == set(re.findall(r"^\+\+\+ b/(\S+)$", self.text, re.MULTILINE))
        return found


def listed() -> list[Patch]:
    """Read the list of each architecture."""
    found: dict[str, list[str]] = {}
    for file in sorted(PATCHES.glob("*.nix")):
        assert file.stem in ARCHITECTURES
        text = f"map baseNameOf (import {file})"
        command = ["nix-instantiate", "--eval", "--strict", "--json", "--expr", text]
        for name in json.loads(process.run(command, env=nix_environment()).stdout):
            found.setdefault(name, []).append(file.stem)
    return [Patch(name, architectures) for name, architectures in found.items()]


def test_every_patch_is_in_a_list_once() -> None:
    assert sorted(patch.name for patch in listed()) == sorted(
        path.name for path in PATCHES.glob("*.patch")
    )
    assert all(len(patch.architectures) == len(set(patch.architectures)) for patch in listed())


def test_the_reason_stands_on_top() -> None:
    for patch in listed():
        reason = patch.text.partition("\n--- a/")[0]
        title, _, rest = reason.partition("\n\n")
        assert re.fullmatch(r"[^\n]{20,80}", title)
        assert re.match(r"Why: .{100,}^Linux: ", rest, re.MULTILINE | re.DOTALL)
        assert "\nLicence: GPL-2.0-only, as the kernel.\n" in reason


def test_the_page_has_a_row_for_each() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\S+)` \| ([^|]+) \| [^|]{20,} \|$", page, re.MULTILINE)
    assert rows == [(patch.name, ", ".join(patch.architectures)) for patch in listed()]


# Real kernels


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patches")
    ready = prepared(HELLO, folder / "router")
    fetched(ready)
    return unpack(ready.tree, folder / "tree")


def nix_build(tree: Path, attribute: str, **arguments: str) -> process.Completed:
    words = ["--arg", "tree", str(tree), "-A", attribute]
    for name, value in arguments.items():
        words += ["--argstr", name, value]
    command = ["nix-build", "--no-out-link", ROOT / "tests/build/patches.nix", *words]
    return process.run(command, env=nix_environment(), timeout_s=900, check=False)


def take(source: Path, names: set[str], to: Path) -> None:
    """Copy files of a kernel."""
    to.mkdir()
    members = [f"*/{name}" for name in sorted(names)]
    words = ["--strip-components=1", "--wildcards", "--no-wildcards-match-slash", *members]
    process.run(["tar", "xf", source, "-C", to, *words], timeout_s=300)


def test_all_that_are_for_a_kernel_apply_in_order(tree: Path, tmp_path: Path) -> None:
    done = nix_build(tree, "debian")
    assert done.returncode == 0, done.stderr
    patches = listed()
    files = {file for patch in patches for file in patch.files}
    take(Path(done.stdout.strip()), files, tmp_path / "linux")
    for architecture in ARCHITECTURES:
        folder = tmp_path / architecture
        shutil.copytree(tmp_path / "linux", folder)
        for patch in patches:
            if architecture in patch.architectures:
                command = ["patch", "-p1", "-f", "-s", "-F", "0", "-i", PATCHES / patch.name]
                done = process.run(command, cwd=folder, check=False)
                assert done.returncode == 0, f"{patch.name}: {done.stdout}"


# The build of a kernel


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kernel that can be configured, and has nothing that a patch could change."""
    path = tmp_path_factory.mktemp("source") / "linux.tar"
    with tarfile.open(path, "w") as tar:
        for name, text in {"Makefile": "allnoconfig:\n\ttouch .config\n", "scripts/x": ""}.items():
            entry = tarfile.TarInfo(f"linux/{name}")
            entry.size = len(text)
            tar.addfile(entry, BytesIO(text.encode()))
    return path


def said(log: str) -> list[str]:
    return re.findall(
        r"^(?:liminix-gen-phase: patch )?(\S+\.patch(?: does not .*)?)$", log, re.MULTILINE
    )


def test_a_patch_that_does_not_apply_fails_by_its_name(tree: Path, made_up: Path) -> None:
    done = nix_build(tree, "audit", architecture="mips", source=str(made_up), version="6.12.3")
    assert done.returncode != 0
    first = "mips-boot-loader-arguments.patch"
    assert said(done.stderr)[:2] == [first, f"{first} does not apply to Linux 6.12.3"]
    assert "liminix-gen-phase: configure" not in done.stderr


@pytest.mark.parametrize("architecture", ["arm", "arm64"])
def test_a_kernel_that_none_is_for_has_none(tree: Path, made_up: Path, architecture: str) -> None:
    done = nix_build(tree, "audit", architecture=architecture, source=str(made_up), version="6.12")
    assert done.returncode == 0, done.stderr
    # Even if an earlier run has built it.
    command = ["nix-store", "--read-log", done.stdout.strip()]
    log = process.run(command, env=nix_environment()).stdout
    assert said(log) == []
    assert "liminix-gen-phase: configure" in log
