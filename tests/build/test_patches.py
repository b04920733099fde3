"""Our changes to the kernel (templates/nix/lib/patches): where they apply, and what if not."""

from __future__ import annotations

import json
import os
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

PATCHES = ROOT / "templates" / "nix" / "lib" / "patches"
PAGE = ROOT / "docs" / "kernel-patches.md"
ARCHITECTURES = {"arm", "arm64", "mips"}
# Tarballs or folders of kernels that Debian 12 does not have.
MORE_KERNELS = ("LIMINIX_GEN_LINUX_5_10", "LIMINIX_GEN_LINUX_6_12")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


class Patch(NamedTuple):
    name: str
    architectures: list[str]
    since: str | None
    until: str | None

    def is_for(self, architecture: str, version: str) -> bool:
        return (
            architecture in self.architectures
            and (self.since is None or numbers(version) >= numbers(self.since))
            and (self.until is None or numbers(version) < numbers(self.until))
        )

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
    command = ["nix-instantiate", "--eval", "--strict", "--json", PATCHES / "default.nix"]
    entries = json.loads(process.run(command, env=nix_environment()).stdout)
    for entry in entries:
        assert set(entry) == {"name", "architectures", "from", "until"}
        assert set(entry["architectures"]) <= ARCHITECTURES
    return [
        Patch(entry["name"], entry["architectures"], entry["from"], entry["until"])
        for entry in entries
    ]


def test_every_patch_is_in_the_list_once() -> None:
    files = sorted(path.name for path in PATCHES.iterdir())
    assert sorted([*(patch.name for patch in listed()), "default.nix"]) == files


def test_the_reason_stands_on_top() -> None:
    for patch in listed():
        reason = patch.text.partition("\n--- a/")[0]
        title, _, rest = reason.partition("\n\n")
        assert re.fullmatch(r"[^\n]{20,80}", title)
        assert re.match(r"Why: .{100,}^Linux: ", rest, re.MULTILINE | re.DOTALL)
        assert "\nLicence: GPL-2.0-only, as the kernel.\n" in reason
        assert (patch.since or "") in reason
        assert (patch.until or "") in reason


def test_the_page_has_a_row_for_each() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\S+)` \| ([^|]+) \| ([^|]+) \| [^|]{20,} \|$", page, re.MULTILINE)
    assert rows == [
        (
            patch.name,
            f"{patch.since} to before {patch.until}" if patch.until else f"{patch.since} and later",
            ", ".join(patch.architectures),
        )
        for patch in listed()
    ]


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


def take(source: Path, names: set[str], to: Path) -> str:
    """Copy files of a kernel, where it has them, and return its version."""
    to.mkdir()
    if source.is_dir():
        for name in filter(lambda name: (source / name).exists(), {"Makefile", *names}):
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, to / name)
    else:
        members = [f"*/{name}" for name in ("Makefile", *sorted(names))]
        words = ["--strip-components=1", "--wildcards", "--no-wildcards-match-slash", *members]
        # Names that are not there are an error at the end.
        process.run(["tar", "xf", source, "-C", to, *words], timeout_s=300, check=False)
    makefile = (to / "Makefile").read_text(encoding="utf-8")
    return ".".join(
        re.findall(r"^(?:VERSION|PATCHLEVEL|SUBLEVEL) = (\d+)$", makefile, re.MULTILINE)
    )


@pytest.fixture(params=["debian", *MORE_KERNELS])
def linux(request: pytest.FixtureRequest, tree: Path) -> Path:
    """The source of a kernel."""
    if request.param == "debian":
        done = nix_build(tree, "debian")
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())
    source = os.environ.get(request.param)
    if source is None:
        pytest.skip(f"{request.param} names no source")
    return Path(source)


def test_all_that_are_for_a_kernel_apply_in_order(linux: Path, tmp_path: Path) -> None:
    patches = listed()
    version = take(linux, {file for patch in patches for file in patch.files}, tmp_path / "linux")
    applied: set[str] = set()
    for architecture in ARCHITECTURES:
        folder = tmp_path / architecture
        shutil.copytree(tmp_path / "linux", folder)
        for patch in patches:
            if patch.is_for(architecture, version):
                command = ["patch", "-p1", "-f", "-s", "-F", "0", "-i", PATCHES / patch.name]
                done = process.run(command, cwd=folder, check=False)
                assert done.returncode == 0, f"{patch.name}, Linux {version}: {done.stdout}"
                applied.add(patch.name)
    assert (
        applied
        == {
            "5.10": {"phram-device-tree.patch"},
            "6.1": {patch.name for patch in patches if patch.since == "6.1"},
            "6.12": {patch.name for patch in patches if patch.since == "6.1"},
        }[version.rpartition(".")[0]]
    )


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


@pytest.mark.parametrize(
    ("architecture", "version", "first"),
    [
        ("mips", "6.1.1", "mips-boot-loader-arguments.patch"),
        ("mips", "6.12", "mips-boot-loader-arguments.patch"),
        ("mips", "5.15.3", "phram-device-tree.patch"),
        ("arm64", "5.10.223", "phram-device-tree.patch"),
    ],
)
def test_a_patch_that_does_not_apply_fails_by_its_name(
    tree: Path, made_up: Path, architecture: str, version: str, first: str
) -> None:
    source = str(made_up)
    done = nix_build(tree, "audit", architecture=architecture, source=source, version=version)
    assert done.returncode != 0
    assert said(done.stderr)[:2] == [first, f"{first} does not apply to Linux {version}"]
    assert "liminix-gen-phase: configure" not in done.stderr


@pytest.mark.parametrize(
    ("architecture", "version"), [("arm", "6.1.1"), ("arm64", "5.19"), ("mips", "6.0.19")]
)
def test_a_kernel_that_none_is_for_has_none(
    tree: Path, made_up: Path, architecture: str, version: str
) -> None:
    source = str(made_up)
    done = nix_build(tree, "audit", architecture=architecture, source=source, version=version)
    assert done.returncode == 0, done.stderr
    # Also where an earlier run has built it.
    command = ["nix-store", "--read-log", done.stdout.strip()]
    log = process.run(command, env=nix_environment()).stdout
    assert said(log) == []
    assert "liminix-gen-phase: configure" in log
