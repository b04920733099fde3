"""`liminix-gen emit` in processes of its own: equal bytes, checks, power cuts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import contents, run
from tests.support.emission import HELLO, lock_file, prepared

CHANGED = (
    HELLO.replace('config.services["ssh"]', "unused")
    + """
bridge = service.bridge.primary.build(ifname="int")
config.services["ports"] = service.bridge.members.build(primary=bridge)
config.services["guests"] = service.vlan.build(ifname="guests", primary=bridge, vid=7)
"""
)


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    """A folder with a user's configuration and its lock."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "router.py").write_text(HELLO)
    shutil.copy(lock_file(), folder / "router.lock")
    return folder


def test_emitting_twice_from_other_folders_gives_the_same_bytes(
    hello: Path, tmp_path: Path
) -> None:
    run("emit", "router.py", cwd=hello)
    first = contents(hello / "router-tree")
    assert {"default.nix", "system.nix", "manifest.json", "fetch.sh"} <= first.keys()
    run("emit", hello / "router.py", "-o", tmp_path / "other", cwd=Path("/"))
    assert contents(tmp_path / "other") == first
    moved = tmp_path / "deep" / "below"
    moved.parent.mkdir()
    hello.rename(moved)
    run("emit", "below/router.py", "-o", "elsewhere", cwd=moved.parent)
    assert contents(moved.parent / "elsewhere") == first


def test_a_tree_for_nixpkgs_keeps_the_users_flake_lock(hello: Path) -> None:
    """The same folder may change from one package set to the other and back."""
    words = ("emit", "router.py", "-o", "tree")
    run(*words, cwd=hello)
    run(*words, "--package-set", "nixpkgs", cwd=hello)
    tree = hello / "tree"
    assert (tree / "flake.nix").is_file()
    for left in ("lock.json", "fetch.sh", "nix.conf", "debian"):
        assert not (tree / left).exists()
    (tree / "flake.lock").write_text("{}\n")
    (hello / "router.py").write_text(HELLO.replace("192.168.19.250", "192.168.19.200"))
    run(*words, "--package-set", "nixpkgs", cwd=hello)
    assert "192.168.19.200" in (tree / "system.nix").read_text()
    run(*words, cwd=hello)
    assert (tree / "flake.lock").read_text() == "{}\n"
    assert not (tree / "flake.nix").exists()


def test_check_tells_a_tree_that_is_not_what_the_configuration_gives(hello: Path) -> None:
    run("emit", "router.py", "-o", "tree", cwd=hello)
    before = contents(hello / "tree")
    assert run("emit", "router.py", "--check", "tree", cwd=hello).stdout == ""

    (hello / "router.py").write_text(HELLO.replace("192.168.19.250", "192.168.19.200"))
    refused = run("emit", "router.py", "--check", "tree", cwd=hello, code=3)
    assert "system.nix" in refused.stderr
    assert "modules/" not in refused.stderr
    assert contents(hello / "tree") == before

    run("emit", "router.py", "-o", "tree", cwd=hello)
    (hello / "tree" / "lib" / "kernel" / "kernel.nix").write_text("{ }")
    assert (
        "lib/kernel/kernel.nix"
        in run("emit", "router.py", "--check", "tree", cwd=hello, code=3).stderr
    )
    shutil.rmtree(hello / "tree")
    run("emit", "router.py", "--check", "tree", cwd=hello, code=3)
    assert not (hello / "tree").exists()


def test_locked_without_a_lock_is_refused(hello: Path) -> None:
    (hello / "router.lock").unlink()
    refused = run("--locked", "emit", "router.py", "-o", "tree", cwd=hello, code=3)
    assert "lock" in refused.stderr
    assert sorted(path.name for path in hello.iterdir()) == ["router.py"]


def test_locked_with_a_lock_that_covers_all_is_taken(hello: Path) -> None:
    run("emit", "router.py", "-o", "tree", cwd=hello)  # another machine has other tools
    run("--locked", "emit", "router.py", "-o", "tree", cwd=hello)


DRIVER = """\
import os
import signal
import sys
from pathlib import Path

from liminix_gen.nix import tree
from tests.support.steps import prepare

left = int(sys.argv[1])

def move(source, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    os.replace(source, target)

prepared = prepare(Path("router.py"))
tree.write(prepared.tree, Path("tree"), move=move)
print(int(sys.argv[1]) - left)
"""


def killed_after(moves: int, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DRIVER, str(moves)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("then", [HELLO, CHANGED], ids=["back", "again"])
def test_the_run_after_a_kill_completes_the_tree(
    hello: Path, tmp_path: Path, share: float, then: str
) -> None:
    run("emit", "router.py", "-o", "tree", cwd=hello)
    (hello / "tree" / ".git").mkdir()
    (hello / "tree" / ".git" / "HEAD").write_text("mine")
    old = contents(hello / "tree")
    (hello / "router.py").write_text(CHANGED)
    new = prepared(CHANGED, tmp_path / "new").tree
    count = sum(path not in old or old[path][1] != content for path, content in new.items())
    assert count > 8

    done = killed_after(round(share * (count - 1)), hello)
    assert done.returncode == -signal.SIGKILL, done.stderr
    half = contents(hello / "tree")
    assert half["manifest.json"] == old["manifest.json"]

    (hello / "router.py").write_text(then)
    run("emit", "router.py", "-o", "tree", cwd=hello)
    found = contents(hello / "tree")
    assert found.pop(".git/HEAD")[1] == b"mine"
    assert {path: content for path, (_, content) in found.items()} == dict(
        prepared(then, tmp_path / "then").tree
    )
    assert os.access(hello / "tree" / "fetch.sh", os.X_OK)
    assert sorted(path.name for path in hello.iterdir()) == ["router.lock", "router.py", "tree"]
    run("emit", "router.py", "--check", "tree", cwd=hello)
