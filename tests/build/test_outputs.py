"""Images of real boards (outputs/), built with the real Nix and looked into."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import re
import struct
import subprocess
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pynixutil
import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.debian.packages import HOST_TOOLS, image_tools
from liminix_gen.debian.settings import nix_environment
from liminix_gen.model.output import whole
from tests.support.evaluation import NIX, declared_tools

HERE = Path(__file__).parent
CATALOG = Catalog.of()
COMMAND_LINE = 'console=ttyS0 root=/dev/mtdblock5 say="it\'s $HOME"'
MEBIBYTE = 1 << 20
PEB, LEB = 131072, 126976
BUILT = (
    "device-tree",
    "ext4",
    "jffs2",
    "kernel-image",
    "mtdimage",
    "squashfs",
    "system",
    "tftpboot",
    "tplink-safeloader",
    "ubifs",
    "ubimage",
    "zyxel-nwa-fit",
)


def words(*outputs: str, **facts: object) -> list[str | Path]:
    found: list[str | Path] = [HERE / "outputs.nix"]
    for name, path in (("nix", NIX.resolve()), ("tools", declared_tools())):
        found += ["--arg", name, path]
    for name, value in facts.items():
        kind = "--argstr" if isinstance(value, str) else "--arg"
        found += [kind, name, value if isinstance(value, str) else json.dumps(value)]
    for output in outputs:
        found += ["-A", output]
    return found


def build(
    *outputs: str, check: bool = True, again: bool = False, **facts: object
) -> process.Completed:
    command = ["nix-build", "--no-out-link", *words(*outputs, **facts)]
    if again:
        command.append("--check")
    return process.run(command, env=nix_environment(), timeout_s=600, check=check)


@cache
def built(boot: str = "uimage") -> dict[str, Path]:
    """Return every output by name, and the kernel and the root's parts that they are made of."""
    done = build(*BUILT, "parts", boot=boot)
    *paths, parts = done.stdout.split()
    return {
        **{name: Path(path) for name, path in zip(BUILT, paths, strict=True)},
        **{path.name: path.resolve() for path in Path(parts).iterdir()},
    }


def tool(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def unpacked(compressed: bytes) -> bytes:
    """Decompress .lzma, as xz knows it."""
    command = ["xz", "--format=lzma", "-dc"]
    return subprocess.run(command, input=compressed, check=True, capture_output=True).stdout


def refused(output: str, **facts: object) -> str:
    """Return what an output that does not come to be says."""
    done = build(output, check=False, **facts)
    assert done.returncode != 0
    return done.stderr


# Device tree and kernel


def test_the_command_line_is_in_the_device_tree() -> None:
    tree = built()["device-tree"]
    assert tool("fdtget", tree, "/chosen", "bootargs") == f"{COMMAND_LINE}\n"
    assert tool("fdtget", tree, "/", "compatible") == "test,board\n"


def test_the_board_names_the_property() -> None:
    tree = built("fit")["device-tree"]
    assert tool("fdtget", tree, "/chosen", "bootargs-override") == f"{COMMAND_LINE}\n"
    assert tool("fdtget", tree, "/chosen", "bootargs") == "what the vendor says\n"


def test_uimage() -> None:
    image = built()["kernel-image"].read_bytes()
    listed = tool("dumpimage", "-l", built()["kernel-image"])
    assert "MIPS Linux Kernel Image (lzma compressed)" in listed
    assert "Load Address: 80060000\nEntry Point:  80060400" in listed
    assert "Created:      Thu Jan  1 00:00:01 1970" in listed
    header, data = bytearray(image[:64]), image[64:]
    magic, checksum, _, size, load, entry, data_checksum = struct.unpack_from(">7I", header)
    assert (magic, load, entry, size) == (0x27051956, 0x80060000, 0x80060400, len(data))
    assert data_checksum == zlib.crc32(data)
    header[4:8] = bytes(4)
    assert checksum == zlib.crc32(header)
    raw = built()["kernel"].read_bytes() + built()["device-tree"].read_bytes()
    assert unpacked(data) == raw


def test_lzma_has_the_size_and_no_end_mark() -> None:
    """U-Boot's lzmadec never ends with both, U-Boot of old wants the size."""
    data = built()["kernel-image"].read_bytes()[64:]
    raw = built()["kernel"].read_bytes() + built()["device-tree"].read_bytes()
    properties, dictionary, size = struct.unpack_from("<BIQ", data)
    assert (properties, dictionary, size) == (0x6D, 1 << 23, len(raw))
    without_size = lzma.LZMADecompressor(lzma.FORMAT_ALONE)
    assert without_size.decompress(data[:5] + b"\xff" * 8 + data[13:]) == raw
    assert not without_size.eof


def test_fit(tmp_path: Path) -> None:
    image = built("fit")["kernel-image"]
    listed = tool("dumpimage", "-l", image)
    assert "Default Configuration: 'config-1'" in listed
    assert "Load Address: 0x80060000" in listed
    assert "Architecture: AArch64" in listed
    assert listed.count("Hash algo:    crc32") == listed.count("Hash algo:    sha1") == 2
    for position, name in enumerate(("kernel", "device-tree")):
        part = tmp_path / name
        tool("dumpimage", "-T", "flat_dt", "-p", str(position), "-o", part, image)
    kernel = (tmp_path / "kernel").read_bytes()
    assert struct.unpack_from("<Q", kernel, 5) == (built("fit")["kernel"].stat().st_size,)
    assert unpacked(kernel) == built("fit")["kernel"].read_bytes()
    assert (tmp_path / "device-tree").read_bytes() == built("fit")["device-tree"].read_bytes()
    # Data lies behind the tree, and both parts at a multiple of the board's alignment.
    (size,) = struct.unpack_from(">I", image.read_bytes(), 4)
    offsets = [
        int(tool("fdtget", "-t", "u", image, f"/images/{name}", "data-offset"))
        for name in ("kernel-1", "fdt-1")
    ]
    assert size % 4096 == 0
    assert [offset % 4096 for offset in offsets] == [0, 0]


@pytest.mark.parametrize("boot", ["uimage", "fit"])
def test_an_elf_kernel_is_refused(boot: str) -> None:
    said = refused("kernel-image", boot=boot, kernelHead=r"\177ELF")
    assert "test-board: the kernel is an ELF file, and the boot loader takes a raw binary" in said


# NOR flash


def test_mtdimage() -> None:
    folder = built()["mtdimage"]
    image = (folder / "firmware.bin").read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["device"] == "test-board"
    assert manifest["partition-bytes"] == 4 * MEBIBYTE
    assert manifest["headroom-bytes"] == 4 * MEBIBYTE - len(image)
    assert manifest["size-bytes"] == len(image)
    assert [part["name"] for part in manifest["parts"]] == ["kernel", "root"]
    position = 0
    for part, file in zip(manifest["parts"], ("kernel-image", "squashfs"), strict=True):
        content = built()[file].read_bytes()
        start, size = part["offset-bytes"], part["size-bytes"]
        assert start == position
        assert image[start : start + size] == content
        assert part["sha256"] == digest(content)
        position = start + -(-size // 65536) * 65536
        assert set(image[start + size : position]) <= {0xFF}
    assert position == len(image)


def test_headroom_is_in_the_log() -> None:
    path = build("mtdimage").stdout.strip()
    log = process.run(["nix-store", "--read-log", path], env=nix_environment()).stdout
    size = (built()["mtdimage"] / "firmware.bin").stat().st_size
    left = 4 * MEBIBYTE - size
    assert f"{size} ({size:#x}) of 4194304 (0x400000) bytes, {left} ({left:#x}) left" in log


def test_too_large_for_the_flash() -> None:
    size = (built()["mtdimage"] / "firmware.bin").stat().st_size
    said = refused("mtdimage", flashBytes=size - 1)
    assert "test-board: the image is too large, by 1 (0x1) bytes" in said
    said = refused("mtdimage", flashBytes=65536)
    over = size - 65536
    assert f"test-board: the image is too large, by {over} ({over:#x}) bytes" in said
    assert "  flash at 0x9f050000  65536 (0x10000)" in said
    _, _, largest = said.partition("The 10 largest store paths of the root")
    lines = re.findall(r"^ +(\d+)  (/nix/store/\S+)$", largest, re.MULTILINE)
    closure = json.loads(built()["closure"].read_text())
    expected = sorted(closure.items(), key=lambda item: (-item[1], item[0]))[:10]
    assert [(path, int(bytes_)) for bytes_, path in lines] == expected
    assert re.search("-large$", lines[0][1])
    assert len(closure) > 10


def test_an_exact_fit() -> None:
    size = (built()["mtdimage"] / "firmware.bin").stat().st_size
    folder = Path(build("mtdimage", flashBytes=size).stdout.strip())
    assert json.loads((folder / "manifest.json").read_text())["headroom-bytes"] == 0


def nor_flash(**facts: object) -> tuple[bytes, dict[str, Any]]:
    """Return the image for a flash, and its manifest."""
    folder = Path(build("mtdimage", **facts).stdout.strip())
    return (folder / "firmware.bin").read_bytes(), manifest_of(folder)


def test_a_jffs2_finds_nothing_of_before() -> None:
    """Web pages and boot loaders erase no more than what they write."""
    image, manifest = nor_flash(root="jffs2")
    content = Path(build("jffs2", root="jffs2").stdout.split()[0]).read_bytes()
    assert len(image) == 4 * MEBIBYTE
    (_, root) = manifest["parts"]
    end = root["offset-bytes"] + root["size-bytes"]
    assert image[root["offset-bytes"] : end] == content
    assert set(image[end:]) == {0xFF}
    assert manifest["headroom-bytes"] == 4 * MEBIBYTE - manifest["size-bytes"] > 0


DEVICES = "test-board vendor,test-board"


def described(image: bytes) -> tuple[bytes, dict[str, Any]]:
    """Return an image without what fwtool reads at its end, and that."""
    magic, checksum, kind, size = struct.unpack(">4sIB3xI", image[-16:])
    content = image[-size:-16]
    assert (magic, kind, content[:8]) == (b"FWx0", 1, bytes(8))
    assert checksum == 0xFFFFFFFF - zlib.crc32(image[:-16])
    found: dict[str, Any] = json.loads(content[8:])
    return image[:-size], found


@pytest.mark.parametrize("root", ["jffs2", "squashfs"])
def test_sysupgrade_knows_whose_image_it_is(root: str) -> None:
    nor = json.dumps({"supportedDevices": DEVICES})
    image, manifest = nor_flash(root=root, nor=nor)
    plain, found = described(image)
    assert found["supported_devices"] == DEVICES.split()
    without, _ = nor_flash(root=root)
    assert plain == without[: len(plain)]
    # It lies in the flash too, behind all that the root is given: in an erase block of its own.
    assert len(plain) % 65536 == 0
    assert manifest["partition-bytes"] == 4 * MEBIBYTE - 65536
    if root == "jffs2":
        assert len(plain) == 4 * MEBIBYTE - 65536


def test_what_sysupgrade_reads_has_a_place_in_the_flash() -> None:
    nor = json.dumps({"supportedDevices": DEVICES})
    size = (built()["mtdimage"] / "firmware.bin").stat().st_size
    said = refused("mtdimage", flashBytes=size, nor=nor)
    assert "test-board: the image is too large, by 65536 (0x10000) bytes" in said
    assert f"flash at 0x9f050000, but for its last erase block  {size - 65536}" in said


def test_fwtool_reads_an_image(tmp_path: Path) -> None:
    """LIMINIX_GEN_FWTOOL names the program, which Debian does not have."""
    fwtool = os.environ.get("LIMINIX_GEN_FWTOOL")
    if fwtool is None:
        pytest.skip("LIMINIX_GEN_FWTOOL names no fwtool of OpenWrt")
    image, _ = nor_flash(root="jffs2", nor=json.dumps({"supportedDevices": DEVICES}))
    (tmp_path / "firmware.bin").write_bytes(image)
    found = json.loads(tool(fwtool, "-i", "-", tmp_path / "firmware.bin"))
    assert found["supported_devices"] == DEVICES.split()
    tool(fwtool, "-t", "-i", "/dev/null", tmp_path / "firmware.bin")
    assert (tmp_path / "firmware.bin").read_bytes() == described(image)[0]


# UBIFS


class Ubifs:
    """The files of a UBIFS image, read node by node (fs/ubifs/ubifs-media.h of the kernel)."""

    def __init__(self, content: bytes) -> None:
        self.inodes: dict[int, tuple[int, int, int]] = {}  # mode, owner, group
        self.sizes: dict[int, int] = {}
        self.links: dict[int, str] = {}
        self.times: set[bytes] = set()
        self.names: dict[int, list[tuple[str, int]]] = {}
        self.superblock = b""
        for start in range(0, len(content) - 24, 8):
            magic, found, _, length, kind = struct.unpack_from("<IIQIB", content, start)
            if magic == 0x06101831:
                node = content[start : start + length]
                assert found == zlib.crc32(node[8:]) ^ 0xFFFFFFFF
                self.add(kind, node)

    def add(self, kind: int, node: bytes) -> None:
        if kind == 0 and len(node) >= 160:
            (number,) = struct.unpack_from("<I", node, 24)
            owner, group, mode = struct.unpack_from("<3I", node, 96)
            self.inodes[number] = (mode, owner, group)
            (self.sizes[number],) = struct.unpack_from("<Q", node, 48)
            self.links[number] = node[160:].decode()
            self.times.add(node[56:92])
        if kind == 2:
            (parent,) = struct.unpack_from("<I", node, 24)
            (number,) = struct.unpack_from("<Q", node, 40)
            (size,) = struct.unpack_from("<H", node, 50)
            self.names.setdefault(parent, []).append((node[56 : 56 + size].decode(), number))
        if kind == 6:
            self.superblock = node

    def files(self, top: int = 1, path: str = "") -> dict[str, int]:
        found = {path or "/": top}
        for name, number in self.names.get(top, []):
            found |= self.files(number, f"{path}/{name}")
        return found


@cache
def ubifs() -> Ubifs:
    return Ubifs(built()["ubifs"].read_bytes())


def test_ubifs_holds_the_store_the_mark_and_the_kernel() -> None:
    files = ubifs().files()
    system = built()["system"]
    needed = {*(system / "store-paths").read_text().split(), str(system)}
    assert {path for path in files if re.fullmatch(r"/nix/store/[^/]+", path)} == needed
    assert {path for path in files if path.count("/") == 1} == {"/", "/activate", "/boot", "/nix"}
    assert ubifs().links[files["/activate"]] == f"{system}/activate"
    (large,) = (path for path in needed if path.endswith("-large"))
    assert ubifs().sizes[files[f"{large}/bin/large"]] == 200000
    assert ubifs().inodes[files[f"{large}/bin/large"]][0] == 0o100555
    assert ubifs().sizes[files["/boot/fit"]] == built()["kernel-image"].stat().st_size
    assert {
        owners for _, *owners in map(list, ubifs().inodes.values()) if owners != [0, 0]
    } == set()


def test_ubifs_has_neither_times_nor_chance() -> None:
    assert ubifs().times == {bytes(36)}
    geometry = struct.unpack_from("<4I", ubifs().superblock, 32)
    assert geometry == (2048, LEB, built()["ubifs"].stat().st_size // LEB, 256)
    assert ubifs().superblock[108:124] != bytes(16)


def test_ubimage() -> None:
    folder = built()["ubimage"]
    manifest = json.loads((folder / "manifest.json").read_text())
    (part,) = manifest["parts"]
    assert (folder / "rootfs").read_bytes() == built()["ubifs"].read_bytes()
    assert part["name"] == "liminix"
    assert part["sha256"] == digest((folder / "rootfs").read_bytes())
    # Of 256 blocks: two for the volume table, one and one for UBI, five against bad ones.
    assert manifest["partition-bytes"] == 247 * LEB
    assert manifest["headroom-bytes"] == 247 * LEB - part["size-bytes"]


def test_too_large_for_ubi() -> None:
    """By as much as UBI needs for itself; and so much that mkfs.ubifs itself says no."""
    blocks = built()["ubifs"].stat().st_size // LEB
    for size, usable in ((blocks * PEB, blocks - 5), ((blocks - 1) * PEB, blocks - 6)):
        said = refused("ubimage", ubiBytes=size)
        over = (blocks - usable) * LEB
        assert re.search(rf"test-board: the image is too large, by {over} \({over:#x}\)", said)
        assert "The 10 largest store paths" in said


# TP-Link


def safeloader(image: bytes) -> dict[str, bytes]:
    """Return what the table of an image lists, and see that its size and its checksum are right."""
    assert struct.unpack_from(">I", image) == (len(image),)
    salt = bytes.fromhex("7a2b15ed9b98596de504ab44ac2a9f4e")
    assert image[4:20] == hashlib.md5(salt + image[20:], usedforsecurity=False).digest()
    assert image[0x14:0x1014] == bytes(4) + b"\xff" * 4092
    table = 0x1014
    rows = re.findall(
        rb"fwup-ptn (\S+) base 0x(\w+) size 0x(\w+)\t\r\n", image[table : table + 0x800]
    )
    found: dict[str, bytes] = {}
    end = table + 0x800
    for name, base, size in rows:
        start = table + int(base, 16)
        assert start == end
        end = start + int(size, 16)
        found[name.decode()] = image[start:end]
    assert end == len(image)
    return found


def test_tplink_with_a_root_that_grows() -> None:
    folder = Path(build("tplink-safeloader", root="jffs2").stdout.strip())
    parts = safeloader((folder / "firmware.bin").read_bytes())
    assert len(parts["os-image"] + parts["file-system"]) == 4 * MEBIBYTE


def test_tplink() -> None:
    folder = built()["tplink-safeloader"]
    parts = safeloader((folder / "firmware.bin").read_bytes())
    firmware = (built()["mtdimage"] / "firmware.bin").read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text())
    offset = manifest["parts"][1]["offset-bytes"]
    assert parts["os-image"] == firmware[:offset]
    assert parts["file-system"] == firmware[offset:]
    assert parts["support-list"][8:-1].decode().splitlines() == [
        "SupportList:",
        "{product_name:Test,product_ver:1.0,special_id:45550000}",
        "{product_name:Test,product_ver:1.20,special_id:4A500000}",
    ]
    assert parts["soft-version"][8:] == b"soft_ver:3.0.3\n\0\0"
    assert parts["partition-table"][4:].rstrip(b"\xff\0").decode().splitlines() == [
        "partition fs-uboot base 0x00000 size 0x40000",
        f"partition os-image base 0x40000 size 0x{offset:05x}",
        f"partition file-system base 0x{0x40000 + offset:05x} size 0x{0x400000 - offset:05x}",
        "partition radio base 0x440000 size 0x10000",
    ]
    assert manifest == json.loads((built()["mtdimage"] / "manifest.json").read_text())


# Zyxel


def test_zyxel(tmp_path: Path) -> None:
    folder = built("fit")["zyxel-nwa-fit"]
    models = tool("fdtget", "-t", "bx", folder / "firmware.bin", "/", "compat-models")
    assert models.split() == ["6b", "e1", "6f", "e1", "77", "e1", "ff", "ff", "ff", "ff"]
    tool("dumpimage", "-T", "flat_dt", "-p", "0", "-o", tmp_path / "data", folder / "firmware.bin")
    data = (tmp_path / "data").read_bytes()
    kernel = built("fit")["kernel-image"].read_bytes()
    assert data[: 8 * MEBIBYTE] == kernel.ljust(8 * MEBIBYTE, b"\xff")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [part["offset-bytes"] for part in manifest["parts"]] == [0, 8 * MEBIBYTE]

    ubi = data[8 * MEBIBYTE :]
    assert len(ubi) % PEB == 0
    blocks = [ubi[start : start + PEB] for start in range(0, len(ubi), PEB)]
    assert {block[:4] for block in blocks} == {b"UBI#"}
    assert {struct.unpack_from(">I", block, 16) for block in blocks} == {(2048,)}
    assert {struct.unpack_from(">I", block, 20) for block in blocks} == {(4096,)}
    sequences = {block[24:28] for block in blocks}
    assert sequences == {bytes.fromhex(digest(built("fit")["ubifs"].read_bytes())[:8])}
    # Two blocks of volume table, then the volume.
    table = blocks[0][4096:]
    name_size, flags = struct.unpack_from(">H", table, 14)[0], table[144]
    assert table[16 : 16 + name_size] == b"liminix"
    assert flags == 1  # grows at the first attach
    assert blocks[0][4096:] == blocks[1][4096:]
    assert b"".join(block[4096:] for block in blocks[2:]) == built("fit")["ubifs"].read_bytes()


def test_a_kernel_too_large_for_its_place() -> None:
    said = refused("zyxel-nwa-fit", kernelBytes=8 * MEBIBYTE)
    assert re.search(r"test-board: the kernel is too large, by \d+ \(0x[0-9a-f]+\) bytes", said)
    assert "  its place  8388608 (0x800000)" in said
    # What the root holds has nothing to do with that.
    assert "store paths of the root" not in said


# Disk


CARD = {"bootLoaders": "board/spl.bin@8192 board/u-boot.bin@8388608"}


@cache
def card(**facts: object) -> Path:
    """Return the SD card of a board that starts from two places on it."""
    given: dict[str, Any] = {"card": json.dumps(CARD), "state": "my state", **facts}
    return Path(build("sdimage", **given).stdout.strip())


def test_sdimage_has_a_table_that_others_read() -> None:
    image = card() / "disk.img"
    dumped = tool("sfdisk", "-d", image)
    assert "label: dos\nlabel-id: 0x4c4d5831\n" in dumped
    lines = [
        line.partition(" : ")[2].replace(" ", "")
        for line in dumped.splitlines()
        if ": start" in line
    ]
    sectors = -(-built()["squashfs"].stat().st_size // MEBIBYTE) * 2048
    assert lines == [
        "start=32768,size=131072,type=c,bootable",
        f"start=163840,size={sectors},type=83",
        f"start={163840 + sectors},size=131072,type=83",
    ]
    assert "No errors detected." in tool("sfdisk", "--verify", image)


def test_sdimage_holds_what_its_manifest_says(tmp_path: Path) -> None:
    content = (card() / "disk.img").read_bytes()
    manifest = manifest_of(card())
    assert manifest["size-bytes"] == len(content)
    for part in manifest["parts"]:
        start, size = part["offset-bytes"], part["size-bytes"]
        (tmp_path / part["name"]).write_bytes(content[start : start + size])
        assert digest(content[start : start + size]) == part["sha256"]
    assert content[8192:].startswith(b"spl of the board")
    assert content[8388608:].startswith(b"u-boot of the board")
    assert (tmp_path / "root").read_bytes() == built()["squashfs"].read_bytes()
    tool("e2fsck", "-fn", tmp_path / "state")
    assert "Filesystem volume name:   my state" in tool("dumpe2fs", "-h", tmp_path / "state")
    tool("fsck.vfat", "-n", tmp_path / "boot")
    for name, file in (("kernel-a", "kernel"), ("tree-a.dtb", "device-tree")):
        tool("mcopy", "-i", tmp_path / "boot", f"::{name}", tmp_path / name)
        assert (tmp_path / name).read_bytes() == built()[file].read_bytes()
    extlinux = tool("mtype", "-i", tmp_path / "boot", "::extlinux/extlinux.conf")
    assert f"  kernel /kernel-a\n  fdt /tree-a.dtb\n  append {COMMAND_LINE}\n" in extlinux
    listed = tool("mdir", "-/", "-i", tmp_path / "boot")
    assert set(re.findall(r"\d{4}-\d\d-\d\d", listed)) == {"1980-01-01"}


def test_sdimage_of_a_raspberry_pi() -> None:
    facts = {"bootFiles": "board/spl.bin", "configLines": "arm_64bit=1 enable_uart=1"}
    folder = card(card=json.dumps(facts))
    boot = f"{folder / 'disk.img'}@@1M"
    said = "arm_64bit=1\nenable_uart=1\nkernel=kernel-a\ndevice_tree=tree-a.dtb\n"
    assert tool("mtype", "-i", boot, "::config.txt") == said
    assert tool("mtype", "-i", boot, "::cmdline.txt") == f"{COMMAND_LINE}\n"
    assert tool("mtype", "-i", boot, "::spl.bin") == "spl of the board"
    assert "extlinux" not in tool("mdir", "-i", boot)
    assert [part["name"] for part in manifest_of(folder)["parts"]] == ["boot", "root", "state"]


def test_room_before_the_partitions_of_an_sdimage() -> None:
    folder = card(card=json.dumps({"firstBytes": 16 * MEBIBYTE}))
    content = (folder / "disk.img").read_bytes()
    assert not any(content[512 : 16 * MEBIBYTE])
    assert manifest_of(folder)["parts"][0]["offset-bytes"] == 16 * MEBIBYTE
    assert "start=       32768" in tool("sfdisk", "-d", folder / "disk.img")


def test_an_sdimage_without_the_boards_firmware() -> None:
    said = refused("sdimage", card=json.dumps({"bootLoaders": "board/other.bin@8192"}))
    what = "test-board: the image lacks board/other.bin, without which the board does not start"
    assert what in said


def test_loaders_of_an_sdimage_that_overlap() -> None:
    said = refused(
        "sdimage", card=json.dumps({"bootLoaders": "board/spl.bin@8192 board/u-boot.bin@8200"})
    )
    assert "test-board: the loader-1 is too large" in said
    said = refused("sdimage", card=json.dumps({"bootLoaders": "board/spl.bin"}))
    assert "`board/spl.bin` among the bootLoaders of sdimage is not FILE@BYTES" in said


def test_too_large_for_the_card() -> None:
    small = json.dumps({**CARD, "sizeBytes": 100 * MEBIBYTE})
    said = refused("sdimage", card=small, state="state")
    assert re.search(r"test-board: the image is too large, by \d+\.\d MiB\n", said)
    assert "hint: a larger disk (sizeBytes of the board's sdimage)" in said


PC_COMMAND_LINE = "console=tty0 console=ttyS0,115200 root=/dev/vda rootfstype=squashfs ro"


@cache
def disk(**facts: object) -> Path:
    """Return the disk of a PC; a command line for GRUB has no quotes."""
    given = {"commandLine": PC_COMMAND_LINE, "state": "my state", **facts}
    return Path(build("gptimage", **given).stdout.strip())


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found


def test_gptimage_has_a_table_that_others_read() -> None:
    folder = disk()
    manifest = manifest_of(folder)
    parts = manifest["parts"]
    image = folder / "disk.img"
    found = json.loads(tool("sfdisk", "--json", image))["partitiontable"]
    assert (found["label"], found["firstlba"]) == ("gpt", 34)
    assert [part["node"].rpartition("disk.img")[2] for part in found["partitions"]] == list("1234")
    for part, read in zip(parts, found["partitions"], strict=True):
        assert read["start"] * 512 == part["offset-bytes"]
        assert read["size"] * 512 == part["partition-bytes"] >= part["size-bytes"]
        assert read["uuid"].lower() == part["partuuid"]
        assert read["name"] == part["partlabel"] == f"{part['name']}-{part['sha256'][:8]}"
    linux = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
    assert [read["type"] for read in found["partitions"]] == [
        "21686148-6449-6E6F-744E-656564454649",
        "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
        linux,
        linux,
    ]
    # Checksums of both tables, and that nothing overlaps; the one complaint is about the places.
    said = tool("sfdisk", "--verify", image)
    assert "No errors detected." in said
    assert manifest["size-bytes"] == image.stat().st_size
    assert manifest["size-bytes"] % MEBIBYTE == 0


def test_gptimage_holds_what_its_manifest_says(tmp_path: Path) -> None:
    folder = disk()
    content = (folder / "disk.img").read_bytes()
    for part in manifest_of(folder)["parts"]:
        start, size = part["offset-bytes"], part["size-bytes"]
        (tmp_path / part["name"]).write_bytes(content[start : start + size])
        assert digest(content[start : start + size]) == part["sha256"]
    assert (tmp_path / "root").read_bytes() == built()["squashfs"].read_bytes()
    tool("e2fsck", "-fn", tmp_path / "state")
    assert "Filesystem volume name:   my state" in tool("dumpe2fs", "-h", tmp_path / "state")
    tool("fsck.vfat", "-n", tmp_path / "efi")
    tool("mcopy", "-i", tmp_path / "efi", "::kernel-a", tmp_path / "kernel")
    assert (tmp_path / "kernel").read_bytes() == built()["kernel"].read_bytes()
    listed = tool("mdir", "-/", "-i", tmp_path / "efi")
    assert set(re.findall(r"\d{4}-\d\d-\d\d", listed)) == {"1980-01-01"}


def test_gptimage_starts_its_own_root(tmp_path: Path) -> None:
    folder = disk()
    (root,) = (part for part in manifest_of(folder)["parts"] if part["name"] == "root")
    efi = f"{folder / 'disk.img'}@@1M"
    configuration = tool("mtype", "-i", efi, "::grub/grub.cfg")
    words = PC_COMMAND_LINE.replace("root=/dev/vda ", "")
    wanted = f"  linux /kernel-a {words} root=PARTLABEL={root['partlabel']}\n"
    assert wanted in configuration
    tool("mcopy", "-i", efi, "::EFI/BOOT/BOOTX64.EFI", tmp_path / "loader")
    assert (tmp_path / "loader").read_bytes()[:2] == b"MZ"


def test_gptimage_gives_the_processor_its_microcode(tmp_path: Path) -> None:
    """As an archive that is not compressed: the kernel reads it before it can unpack anything."""
    efi = f"{disk() / 'disk.img'}@@1M"
    assert "\n  initrd /microcode.cpio\n" in tool("mtype", "-i", efi, "::grub/grub.cfg")
    tool("mcopy", "-i", efi, "::microcode.cpio", tmp_path / "archive")
    command = ["cpio", "--quiet", "-id", "--no-absolute-filenames", "-F", tmp_path / "archive"]
    subprocess.run(command, check=True, cwd=tmp_path)
    found = {path.name: path.read_text() for path in (tmp_path / "kernel/x86/microcode").iterdir()}
    assert found == {"AuthenticAMD.bin": "amd", "GenuineIntel.bin": "intel"}


def test_the_bios_finds_the_second_part_of_grub() -> None:
    content = (disk() / "disk.img").read_bytes()
    sector, core = content[:512], content[34 * 512 : MEBIBYTE]
    assert sector[-2:] == b"\x55\xaa"
    assert struct.unpack_from("<Q", sector, 0x5C) == (34,)
    first, sectors, segment = struct.unpack_from("<QHH", core, 500)
    (bios, *_) = manifest_of(disk())["parts"]
    assert (first, sectors) == (35, -(-bios["size-bytes"] // 512) - 1)
    assert segment == 0x820
    assert core[488:500] == bytes(12)


def test_another_root_is_another_disk() -> None:
    """Two in one machine are told apart by what the loader tells the kernel."""
    one, other = (manifest_of(disk(root=root))["parts"][2] for root in ("squashfs", "ext4"))
    assert one["partlabel"] != other["partlabel"]


def test_too_large_for_the_disk() -> None:
    small = json.dumps({"sizeBytes": 100 * MEBIBYTE})
    said = refused("gptimage", commandLine=PC_COMMAND_LINE, state="state", disk=small)
    assert "test-board: the image is too large, by 31.0 MiB\n" in said
    assert re.search(r"^ *efi +64\.0 MiB$", said, re.MULTILINE)
    assert re.search(r"^ *disk, but for its last MiB +99\.0 MiB$", said, re.MULTILINE)
    assert "hint: a larger disk (sizeBytes" in said
    assert "The 10 largest store paths of the root" in said


def test_the_exact_size_of_a_disk() -> None:
    size = manifest_of(disk())["size-bytes"]
    exact = disk(disk=json.dumps({"sizeBytes": size}))
    assert (exact / "disk.img").read_bytes() == (disk() / "disk.img").read_bytes()


def test_two_kernels_have_room() -> None:
    small = json.dumps({"bootBytes": 34 * MEBIBYTE})
    said = refused("gptimage", commandLine="", disk=small, kernelBytes=17 * MEBIBYTE)
    assert "test-board: the partition efi has no room for two kernels" in said
    assert "give it more (bootBytes)" in said


def test_a_command_line_that_grub_reads_otherwise_is_refused() -> None:
    said = refused("gptimage", commandLine='say="$HOME"')
    assert 'the command line `say="$HOME"` holds what GRUB would read otherwise' in said


def test_qcow2(tmp_path: Path) -> None:
    folder = Path(build("qcow2", commandLine=PC_COMMAND_LINE, state="my state").stdout.strip())
    tool("qemu-img", "convert", "-O", "raw", folder / "disk.qcow2", tmp_path / "disk.img")
    assert (tmp_path / "disk.img").read_bytes() == (disk() / "disk.img").read_bytes()
    assert manifest_of(folder) == manifest_of(disk())


# All of them


@pytest.mark.parametrize("boot", ["uimage", "fit"])
def test_built_twice_is_the_same(boot: str) -> None:
    built(boot)
    build(*BUILT, boot=boot, again=True)


def test_a_disk_built_twice_is_the_same() -> None:
    disk()
    build("gptimage", commandLine=PC_COMMAND_LINE, state="my state", again=True)
    build("qcow2", commandLine=PC_COMMAND_LINE, state="my state")
    build("qcow2", commandLine=PC_COMMAND_LINE, state="my state", again=True)
    card()
    build("sdimage", card=json.dumps(CARD), state="my state", again=True)


def test_the_builders_are_clean_shell() -> None:
    command = [
        "nix-instantiate",
        "--eval",
        "--strict",
        "--json",
        *words("commands", commandLine=PC_COMMAND_LINE),
    ]
    scripts = json.loads(process.run(command, env=nix_environment()).stdout)
    assert scripts.keys() == {*CATALOG.outputs, "system"}
    for name, text in scripts.items():
        done = subprocess.run(
            # Variables come from the derivation.
            ["shellcheck", "--shell=bash", "--exclude=SC2154", "-"],
            input=f"set -eu\n{text}",
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}"


@pytest.mark.parametrize("output", CATALOG.outputs)
def test_the_lock_has_the_tools_of(output: str) -> None:
    """An output's tools are those that its own builder names, and those of what it is made of."""
    command = ["nix-instantiate", *words(output, commandLine=PC_COMMAND_LINE)]
    derivation = process.run(command, env=nix_environment()).stdout.strip()
    query = ["nix-store", "--query", "--requisites", derivation]
    used: set[str] = set()
    for path in process.run(query, env=nix_environment()).stdout.split():
        if path.endswith(".drv"):
            used |= set(pynixutil.drvparse(Path(path).read_text()).env["nativeBuildInputs"].split())
    images = whole([output], ("squashfs", "uimage"), CATALOG.image)
    assert used - HOST_TOOLS.keys() == set(image_tools(images.values()))


def test_some_images_need_no_more_tools() -> None:
    def of(*names: str) -> tuple[str, ...]:
        return image_tools(whole(names, (), CATALOG.image).values())

    assert of("vmroot", "squashfs") == ()
    assert of("ubimage", "ext4") == ("e2fsprogs", "mtdutils", "ubootTools")
