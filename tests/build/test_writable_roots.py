"""Roots that can be written: what is in their images, and what makes the rest of them at boot."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

from tests.build.test_outputs import build, built, refused, tool

ERASE_BLOCK_BYTES = 65536


def needed(system: Path) -> set[str]:
    return {*(system / "store-paths").read_text().split(), str(system)}


def archived(system: Path) -> dict[str, str]:
    """Return the members of root.cpio, and how cpio(1) lists each."""
    with (system / "root.cpio").open("rb") as stream:
        command = ["cpio", "--list", "--verbose", "--numeric-uid-gid", "--quiet"]
        listed = subprocess.run(command, stdin=stream, check=True, capture_output=True, text=True)
    # A device has two numbers, and a blank between them, where a file has its size.
    lines = re.sub(r",\s+", ",", listed.stdout).splitlines()
    split = (line.split(maxsplit=8) for line in lines)
    return {
        fields[8].partition(" -> ")[0].removeprefix("./"): " ".join(fields[:4]) for fields in split
    }


def test_a_system_lists_all_that_it_needs() -> None:
    """A device keeps what the list names; one too few, and an update breaks the system."""
    system = built()["system"]
    closure = tool("nix-store", "--query", "--requisites", system).split()
    assert set(closure) == needed(system)
    assert not any(re.search(r"-linux-[0-9]", path) for path in closure)


def test_a_system_says_what_it_is() -> None:
    facts = (built()["system"] / "facts").read_text()
    kernel = built()["kernel"].parent.name[:32]
    assert facts == f"device=test-board\nhostname=test\nroot=squashfs\nkernel={kernel}\n"


def test_files_outside_the_store_are_in_the_archive() -> None:
    files = archived(built()["system"])
    assert files["etc/secret"] == "-rwsr-x--- 2 51 1000"
    assert files["etc/other-name"] == "-rwsr-x--- 2 51 1000"
    assert files["etc/unreadable"] == "---------- 1 0 0"
    assert files["etc/with a space"] == "-rw-r--r-- 1 0 0"
    assert files["etc/null"] == "crw-rw-rw- 1 0 0"
    assert files["etc/liminix-system"] == "-rw-r--r-- 1 0 0"
    assert files["srv"] == "drwxrwxrwt 1 0 7"
    assert files["bin/large"].startswith("lrwxrwxrwx")
    # The activation makes it.
    assert "init" not in files


def test_squashfs_has_the_same_files() -> None:
    listed = tool("unsquashfs", "-lln", built()["squashfs"])
    inodes = {line.split()[-1]: line.split()[:3] for line in listed.splitlines()}
    assert inodes["squashfs-root/etc/secret"][:2] == ["-rwsr-x---", "51/1000"]
    assert inodes["squashfs-root/etc/other-name"] == inodes["squashfs-root/etc/secret"]
    assert inodes["squashfs-root/etc/null"][:2] == ["crw-rw-rw-", "0/0"]
    assert "squashfs-root/etc/liminix-system" in inodes


def test_jffs2_holds_the_store_and_the_mark() -> None:
    image = Path(build("jffs2", "system", bigEndian=False).stdout.split()[0])
    system = built()["system"]
    listed = tool("jffs2reader", "-r", "-d", "/", image)
    names = [line.split() for line in listed.splitlines()]
    tops = {name[5].rstrip("/") for name in names if re.fullmatch(r"/nix/store/[^/]+/?", name[5])}
    assert tops == needed(system)
    assert {tuple(name[2:4]) for name in names} == {("0", "0")}
    assert image.stat().st_size % ERASE_BLOCK_BYTES == 0
    nodes = tool("jffs2dump", "-l", "-c", image)
    assert "wrong" not in nodes.lower()
    assert re.findall(r"#pino +1, .* name (\S+)", nodes) == ["activate", "nix"]
    assert f"{system}/activate".encode() in image.read_bytes()


def test_jffs2_has_the_order_of_bytes_of_the_board() -> None:
    (little,) = build("jffs2", bigEndian=False).stdout.split()
    assert struct.unpack("<H", Path(little).read_bytes()[:2]) == (0x1985,)
    assert struct.unpack(">H", built()["jffs2"].read_bytes()[:2]) == (0x1985,)


def test_jffs2_too_large_for_its_place() -> None:
    said = refused("jffs2", rootBytes=65536)
    assert re.search(r"test-board: the image is too large, by \d+ \(0x[0-9a-f]+\) bytes", said)
    assert "The 10 largest store paths of the root" in said


def test_ext4_holds_the_store_and_the_mark(tmp_path: Path) -> None:
    image, system = built()["ext4"], built()["system"]
    tool("e2fsck", "-f", "-n", image)
    listed = tool("debugfs", "-R", "ls -p /nix/store", image)
    entries = [line.split("/") for line in listed.splitlines() if line]
    names = {entry[5] for entry in entries}
    assert names - {".", ".."} == {path.rpartition("/")[2] for path in needed(system)}
    assert {tuple(entry[3:5]) for entry in entries} == {("0", "0")}
    root = tool("debugfs", "-R", "ls -p /", image)
    top = {line.split("/")[5] for line in root.splitlines() if line}
    assert top == {".", "..", "activate", "lost+found", "nix"}
    (large,) = (path for path in needed(system) if path.endswith("-large"))
    tool("debugfs", "-R", f"dump {large}/bin/large {tmp_path / 'large'}", image)
    assert (tmp_path / "large").read_bytes() == Path(large, "bin", "large").read_bytes()
    assert "Mode:  0555" in tool("debugfs", "-R", f"stat {large}/bin/large", image)


def test_ext4_has_room_or_the_size_of_its_place() -> None:
    assert built()["ext4"].stat().st_size == 67108864
    (small,) = build("ext4", rootBytes=33554432).stdout.split()
    assert Path(small).stat().st_size == 33554432
