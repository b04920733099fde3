"""lib/python/root_tree.py and squashfs-owners.py with the machine's squashfs-tools."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIFT = 1 << 20

# The packages of these tests lie below /tmp, which is a link in an image.
TMP = {"/tmp": {"kind": "directory"}}


def make_image(tmp_path: Path, files: object, packages: list[Path], store: list[Path]) -> Path:
    tree = tmp_path / "tree.json"
    tree.write_text(json.dumps({"files": files, "packages": list(map(str, packages))}))
    graph = "".join(f"{path}\n\n0\n" for path in [*store, tree])
    (tmp_path / "references").write_text(graph)
    archive = subprocess.run(
        [
            sys.executable,
            ROOT / "templates/nix/lib/python/root_tree.py",
            "tar",
            tree,
            tmp_path / "references",
            tmp_path / "closure.json",
            str(SHIFT),
        ],
        check=True,
        capture_output=True,
    ).stdout
    image = tmp_path / "image"
    subprocess.run(
        ["sqfstar", "-quiet", "-no-progress", "-noIdTableCompression", "-root-mode", "0755", image],
        input=archive,
        check=True,
        capture_output=True,
    )
    owners = ROOT / "outputs/squashfs/squashfs-owners.py"
    subprocess.run([sys.executable, owners, image, str(SHIFT)], check=True)
    return image


def listing(image: Path) -> dict[str, list[str]]:
    """Path to [mode, owner/group, link target or ""]; names with spaces are quoted by nobody."""
    text = subprocess.run(
        ["unsquashfs", "-lln", image], check=True, capture_output=True, text=True
    ).stdout
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        mode, owner, _, _, _, rest = line.split(maxsplit=5)
        name, _, target = rest.partition(" -> ")
        found[name.removeprefix("squashfs-root") or "/"] = [mode, owner, target]
    return found


@pytest.fixture
def packages(tmp_path: Path) -> list[Path]:
    busybox, tools = tmp_path / "busybox", tmp_path / "tools"
    for package in (busybox, tools):
        (package / "bin").mkdir(parents=True)
    (busybox / "bin" / "busybox").write_text("busybox")
    (busybox / "bin" / "ip").symlink_to("busybox")
    (busybox / "bin" / "ls").symlink_to("busybox")
    (tools / "bin" / "ip").write_text("ip")
    return [busybox, tools]


def test_owners_and_modes(tmp_path: Path) -> None:
    files = {
        "/etc/secret": {"kind": "file", "text": "x", "mode": "4750", "user": 51, "group": 1000},
        "/srv/a": {"kind": "directory", "mode": "1777", "user": 0, "group": 7},
        "/srv/b": {"kind": "link", "target": "/etc/secret"},
    }
    found = listing(make_image(tmp_path, files, [], []))
    assert found["/etc/secret"] == ["-rwsr-x---", "51/1000", ""]
    assert found["/srv/a"] == ["drwxrwxrwt", "0/7", ""]
    assert found["/srv/b"] == ["lrwxrwxrwx", "0/0", "/etc/secret"]
    # The root directory, and directories nobody asked for, are root's, whoever built the image.
    assert found["/"] == ["drwxr-xr-x", "0/0", ""]
    assert found["/srv"] == ["drwxr-xr-x", "0/0", ""]


def test_any_file_name(tmp_path: Path) -> None:
    names = ['/etc/a "b" \\ c', "/etc/ünïcode", "/etc/-x", "/etc/new\nline", "/etc/" + "n" * 200]
    files = {name: {"kind": "file", "text": name} for name in names}
    image = make_image(tmp_path, files, [], [])
    for name in names:
        pattern = name.replace("\\", "\\\\")
        text = subprocess.run(
            ["unsquashfs", "-cat", image, pattern], check=True, capture_output=True
        )
        assert text.stdout.decode() == name


def test_programs_go_before_applets(tmp_path: Path, packages: list[Path]) -> None:
    found = listing(make_image(tmp_path, TMP, packages, packages))
    assert found["/bin/ip"][2] == str(packages[1] / "bin" / "ip")
    assert found["/bin/ls"][2] == str(packages[0] / "bin" / "ls")
    assert found["/usr/sbin"][2] == "../bin"
    assert found[str(packages[1] / "bin" / "ip")][1] == "0/0"


def test_sizes_of_the_closure(tmp_path: Path, packages: list[Path]) -> None:
    make_image(tmp_path, TMP, packages, packages)
    sizes = json.loads((tmp_path / "closure.json").read_text())
    assert sizes == {str(packages[0]): 7, str(packages[1]): 2}


def test_a_file_below_a_link_is_refused(tmp_path: Path) -> None:
    files = {"/tmp/x": {"kind": "file", "text": ""}}
    with pytest.raises(subprocess.CalledProcessError) as failure:
        make_image(tmp_path, files, [], [])
    assert b"/tmp/x cannot be in the image: /tmp is not a directory" in failure.value.stderr


def test_order_of_input_changes_nothing(tmp_path: Path, packages: list[Path]) -> None:
    files = {
        "/etc/a": {"kind": "file", "text": "a"},
        "/etc/b": {"kind": "file", "text": "b"},
        **TMP,
    }
    first = listing(make_image(tmp_path, files, packages, packages))
    (tmp_path / "image").unlink()
    backwards = dict(reversed(files.items()))
    assert listing(make_image(tmp_path, backwards, packages, packages)) == first
