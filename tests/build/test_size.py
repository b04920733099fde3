"""`size`: what is estimated before a build, and what is built."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.package_set import Choices
from tests.support import scope, steps
from tests.support.answers import answer
from tests.support.command_line import run
from tests.support.edits import PACKAGES
from tests.support.emission import HELLO, lock_file
from tests.support.suites import OPTIONS, WITHOUT

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.nix


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a lock that covers all packages of the test."""
    folder = tmp_path_factory.mktemp("sizes")
    shutil.copy(lock_file(), folder / "router.lock")
    (folder / "router.py").write_text(f"{HELLO}config.packages = {PACKAGES!r}\n")
    steps.prepare(folder / "router.py", choices=Choices(without=WITHOUT))
    return folder


def sized(folder: Path, *words: str) -> dict[str, object]:
    done = run("size", "router.py", "--json", *words, *OPTIONS, cwd=folder)
    return answer("size", done.stdout)


def without_ssh(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if '["ssh"]' not in line)


def router(seed: int, folder: Path) -> None:
    random = Random(seed)  # noqa: S311  the same for the same seed
    chosen = random.sample(PACKAGES, random.randint(0, 4))
    text = HELLO + f"config.packages = {tuple(chosen)!r}\n"
    if random.randint(0, 1):
        text = without_ssh(text)
    folder.mkdir()
    shutil.copy(folder.parent / "router.lock", folder)
    (folder / "router.py").write_text(text)


@pytest.mark.parametrize("seed", range(20 if scope.PROVING else 3))
def test_an_estimate_is_near_what_is_built(
    shared: Path, seed: int, figure: Callable[[str, str], None]
) -> None:
    folder = shared / f"router{seed}"
    router(seed, folder)
    first = sized(folder, "--estimate")
    assert not first["is_built"]
    run("build", "router.py", "--output", "squashfs", *OPTIONS, cwd=folder, timeout_s=1500)
    built = sized(folder)
    assert built["is_built"]
    image = (folder / "result").resolve()
    assert built["root_bytes"] == image.stat().st_size
    error = first["root_bytes"] / built["root_bytes"] - 1
    figure(f"size of a root, estimated, {seed}", f"{error:+.1%}")
    assert abs(error) <= (0.03 if not first["estimated"] else 0.10), first["estimated"]


@pytest.mark.parametrize("board", ["qemu-aarch64", "x86-64"])
def test_an_estimate_without_any_store_is_near_and_names_what_was_guessed(
    tmp_path: Path,
    board: str,
    figure: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was measured in another store before is not known either."""
    packages = ("chrony-small", "hostapd-small", "pppd", "mt7915-firmware", "tcpdump")
    text = HELLO.replace("qemu-mipsel", board) + f"config.packages = {packages!r}\n"
    (tmp_path / "router.py").write_text(text)
    steps.prepare(tmp_path / "router.py", choices=Choices(without=WITHOUT))
    with monkeypatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        first = sized(tmp_path, "--store", "empty")
        shown = run("size", "router.py", "--store", "empty", *OPTIONS, cwd=tmp_path).stdout
    assert not first["is_built"]
    assert {*packages[:4], "dnsmasq-small", "init"} <= {*first["estimated"]}
    named = {name.partition("-")[0] for name in first["estimated"]}
    assert {"busybox", "libc6", "tcpdump"} <= named
    (said,) = (line for line in shown.splitlines() if line.startswith("not in the store"))
    assert "hostapd-small" in said

    run("build", "router.py", "--output", "squashfs", *OPTIONS, cwd=tmp_path, timeout_s=1500)
    built = sized(tmp_path)
    assert built["is_built"]
    assert built["estimated"] == []
    error = first["root_bytes"] / built["root_bytes"] - 1
    figure(f"size of a root on {board}, estimated with an empty store", f"{error:+.1%}")
    assert abs(error) <= 0.03


def test_there_is_room_in_ubi(tmp_path: Path) -> None:
    for board, size_bytes in (
        ("openwrt-one", Catalog.of().device("openwrt-one").ubi),
        ("x86-64", None),
    ):
        (tmp_path / "router.py").write_text(HELLO.replace("qemu-mipsel", board))
        steps.prepare(tmp_path / "router.py", choices=Choices(without=WITHOUT))
        found = sized(tmp_path, "--estimate")
        assert found["room_bytes"] == (size_bytes and size_bytes.size_bytes)


def test_what_goes_with_a_service_is_what_the_image_is_smaller_by(
    shared: Path,
) -> None:
    """The root is built with ssh and without."""
    folder = shared / "ssh"
    folder.mkdir()
    shutil.copy(folder.parent / "router.lock", folder)
    build = ("build", "router.py", "--output", "squashfs", *OPTIONS)
    (folder / "router.py").write_text(HELLO)
    run(*build, cwd=folder, timeout_s=1500)
    whole = sized(folder)
    (folder / "before.json").write_text(json.dumps(whole))
    without = without_ssh(HELLO)
    (folder / "router.py").write_text(without)
    run(*build, cwd=folder, timeout_s=1500)
    less = sized(folder)
    smaller = whole["root_bytes"] - less["root_bytes"]
    assert whole["services"]["ssh"] == pytest.approx(smaller, rel=0.1)

    words = ("size", "router.py", "--against", "before.json", *OPTIONS)
    shown = run(*words, cwd=folder).stdout
    assert "service ssh" in shown
    table = run(*words, "--markdown", cwd=folder).stdout.splitlines()
    assert table[0] == "**hello** on qemu-mipsel"
    assert table[2:4] == ["| | before | now | |", "|---|---:|---:|---:|"]
    (root,) = (row for row in table if row.startswith("| root |"))
    assert re.fullmatch(r"\| root \| \d\.\d+ MB \| \d\.\d+ MB \| .* kB \|", root), root


def test_a_revision_is_compared_with(shared: Path) -> None:
    folder = shared / "revision"
    folder.mkdir()
    shutil.copy(folder.parent / "router.lock", folder)

    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example"]
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    (folder / "router.py").write_text(HELLO)
    whole = sized(folder, "--estimate")
    git("add", ".")
    git("commit", "-qm", "one")
    (folder / "router.py").write_text(without_ssh(HELLO))
    less = sized(folder, "--estimate")
    shown = run("size", "router.py", "--against", "HEAD:", *OPTIONS, cwd=folder).stdout
    rows = {row[0]: row[1:] for line in shown.splitlines()[1:] if (row := line.split("  "))}
    assert rows.keys() >= {"root", "service ssh", "package dropbear-small"}
    assert shown.splitlines()[1].split()[1:5:2] == [
        f"{one['root_bytes'] / 1e6:.1f}" for one in (whole, less)
    ]
    said = run("size", "router.py", "--against", "none:", *OPTIONS, cwd=folder, code=2).stderr
    assert "the revision 'none' of router.py cannot be had from Git" in said


def test_what_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(HELLO)
    (tmp_path / "old.json").write_text('{"root_bytes": "much"}')
    done = run("size", "router.py", "--against", "old.json", *OPTIONS, cwd=tmp_path, code=2)
    assert "old.json: is not what `size --json` writes" in done.stderr


def test_without_a_lock_and_an_index_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "router.py").write_text(HELLO)
    done = run("size", "router.py", *OPTIONS, cwd=tmp_path, code=2)
    assert "the lock does not cover the packages" in done.stderr
    assert not (tmp_path / "router.lock").exists()
