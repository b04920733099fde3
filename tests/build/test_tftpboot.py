"""Images that U-Boot starts from memory, and scripts that write one (lib/python/boot_*.py).

Built with the real Nix and looked into; tests/storage/test_uboot.py has U-Boot run them.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from functools import cache
from pathlib import Path

import pytest

from tests.build.test_outputs import COMMAND_LINE, build, refused, tool, unpacked

MEBIBYTE = 1 << 20
LINE = f"{COMMAND_LINE} root=mtd:memory rootfstype=squashfs ro"


@cache
def made(boot: str) -> dict[str, Path]:
    """Return the files of the image, with the squashfs and the kernel that it is made of."""
    image, squashfs, parts = build("tftpboot", "squashfs", "parts", boot=boot).stdout.split()
    found = {path.name: path for path in Path(image).iterdir()}
    return {**found, "squashfs": Path(squashfs), "raw": Path(parts) / "kernel"}


def script(boot: str) -> list[str]:
    return [line.strip() for line in made(boot)["boot.cmd"].read_text().splitlines()]


def start_of(boot: str, name: str) -> int:
    manifest = json.loads(made(boot)["manifest.json"].read_text())
    (part,) = (part for part in manifest["parts"] if part["name"] == name)
    return int(part["address"], 16)


def tree_of(boot: str, folder: Path) -> Path:
    """Take the device tree out of the image."""
    tree = folder / "tree.dtb"
    match boot:
        case "uimage":  # behind the kernel, compressed with it
            data = unpacked(made(boot)["kernel"].read_bytes()[64:])
            tree.write_bytes(data[made(boot)["raw"].stat().st_size :])
        case "fit":
            tool("dumpimage", "-T", "flat_dt", "-p", "1", "-o", tree, made(boot)["kernel"])
        case _:
            tree.write_bytes(made(boot)["device-tree.dtb"].read_bytes())
    return tree


@pytest.mark.parametrize("boot", ["uimage", "fit", "raw"])
def test_the_root_is_whole_pages(boot: str) -> None:
    root, squashfs = (made(boot)[name].read_bytes() for name in ("rootfs", "squashfs"))
    assert len(root) == -(-len(squashfs) // 4096) * 4096
    assert root == squashfs.ljust(len(root), b"\0")


@pytest.mark.parametrize("boot", ["uimage", "fit", "raw"])
def test_the_device_tree_reserves_the_root(boot: str, tmp_path: Path) -> None:
    tree = tree_of(boot, tmp_path)
    start, size = start_of(boot, "rootfs"), made(boot)["rootfs"].stat().st_size
    node = f"/reserved-memory/memory@{start:x}"
    assert tool("fdtget", "-l", tree, "/reserved-memory") == f"memory@{start:x}\n"
    assert tool("fdtget", tree, node, "compatible") == "phram\n"
    assert tool("fdtget", tree, node, "label") == "memory\n"
    # The tree says nothing of cells at its top, which is one and one for Linux.
    assert tool("fdtget", "-t", "x", tree, node, "reg") == f"{start:x} {size:x}\n"
    assert tool("fdtget", "-t", "u", tree, "/reserved-memory", "#address-cells") == "1\n"
    assert tool("fdtget", "-t", "u", tree, "/reserved-memory", "#size-cells") == "1\n"
    assert "ranges" in tool("fdtget", "-p", tree, "/reserved-memory").split()
    name = "bootargs-override" if boot == "fit" else "bootargs"
    assert tool("fdtget", tree, "/chosen", name) == f"{LINE}\n"


@pytest.mark.parametrize("boot", ["uimage", "fit", "raw"])
def test_the_script_is_what_u_boot_sources(boot: str) -> None:
    image = made(boot)["boot.scr.uimg"].read_bytes()
    magic, _, time, size, _, _, checksum = struct.unpack_from(">7I", image)
    kind = image[30]
    assert (magic, time, size, kind) == (0x27051956, 1, len(image) - 64, 6)
    assert checksum == zlib.crc32(image[64:])
    # A list of sizes that a zero ends, then the scripts.
    text = made(boot)["boot.cmd"].read_bytes()
    assert image[64:72] == struct.pack(">II", len(text), 0)
    assert image[72:] == text


@pytest.mark.parametrize(
    ("boot", "names", "last"),
    [
        ("uimage", ["kernel", "rootfs"], ["setenv bootargs liminix", "bootm 0x84000000"]),
        ("fit", ["kernel", "rootfs"], ["setenv bootargs", "bootm 0x84000000"]),
        (
            "raw",
            ["kernel", "rootfs", "device-tree.dtb"],
            ["setenv bootargs", "booti 0x84000000 - 0x86000000"],
        ),
    ],
)
def test_the_script_fetches_checks_and_starts(boot: str, names: list[str], last: list[str]) -> None:
    lines = script(boot)
    # A MIPS program sees memory behind 0x80000000; the manifest has physical addresses.
    window = 0x80000000 if boot == "uimage" else 0
    fetched = [line.split() for line in lines if "tftpboot" in line]
    assert fetched == [
        ["if", "tftpboot", f"{start_of(boot, name) + window:#010x}", f"{name};", "then"]
        for name in names
    ]
    for name in names:
        content = made(boot)[name].read_bytes()
        address = f"{start_of(boot, name) + window:#010x}"
        (check,) = (line for line in lines if line.startswith(f"crc32 {address} "))
        _, _, size, scratch = check.split()
        assert int(size, 16) == len(content)
        assert int(scratch, 16) >= int(address, 16) + len(content)
        compared = lines[lines.index(check) + 1]
        assert f"itest.l *{scratch} == {zlib.crc32(content):#x}" in compared
    started = [line for line in lines if line.startswith(("setenv", "boot"))]
    assert started == last
    assert lines.count("fi") == 2 * len(names)


def test_manifest() -> None:
    manifest = json.loads(made("uimage")["manifest.json"].read_text())
    assert manifest["device"] == "test-board"
    assert [part["address"] for part in manifest["parts"]] == ["0x04000000", "0x01000000"]
    for part in manifest["parts"]:
        content = made("uimage")[part["name"]].read_bytes()
        assert part["size-bytes"] == len(content)
        assert part["sha256"] == hashlib.sha256(content).hexdigest()


def place(address: int, size: int) -> dict[str, str | int]:
    return {"address": f"{address:#010x}", "sizeBytes": size}


def overlapping(**places: object) -> str:
    """Return what is said of an image whose board has other places."""
    return refused("tftpboot", places=json.dumps(places))


def test_real_sizes_that_overlap_are_refused() -> None:
    """The rooms are apart as the board states them, and what is in one is larger than it."""
    raw, packed = made("uimage")["raw"].stat().st_size, made("uimage")["kernel"].stat().st_size
    root = made("uimage")["rootfs"].stat().st_size
    # The page behind each file has its checksum when it has been fetched.
    packed, root = (-(-size // 4096) * 4096 + 4096 for size in (packed, root))
    said = overlapping(kernel=place(0x1001000, MEBIBYTE))
    assert re.search(
        rf"test-board: the kernel's file \(0x01001000 to {0x1001000 + packed:#010x}\) and the root "
        rf"\(0x01000000 to {0x1000000 + root:#010x}\) overlap, by (\d+) \(0x[0-9a-f]+\) bytes",
        said,
    )
    # Unpacked it is larger than its file, and needs room behind it for what is zero.
    said = overlapping(root=place(0x60000 + raw // 4096 * 4096, MEBIBYTE))
    assert "test-board: the root (" in said
    assert "the unpacked kernel (0x00060000 to " in said
    said = overlapping(root=place(0x6FFF000, MEBIBYTE))
    over = root - 4096
    assert (
        f"the boot loader (0x07000000 to 0x08000000) overlap, by {over} ({over:#x}) bytes" in said
    )
    said = overlapping(root=place(0x8000000 - 4096, MEBIBYTE), reserved={})
    assert f"is not in the memory (0x00000000 to 0x08000000), by {over} ({over:#x}) bytes" in said


def test_the_script_that_writes_to_flash() -> None:
    folder = Path(build("mtdimage").stdout.strip())
    image = (folder / "firmware.bin").read_bytes()
    lines = [line.strip() for line in (folder / "flash.cmd").read_text().splitlines()]
    size, checksum = f"{len(image):#x}", f"{zlib.crc32(image):#x}"
    steps = [line for line in lines if re.match("(if )?(tftpboot|crc32|itest|erase|cp|cmp)", line)]
    scratch = f"{0x81000000 + len(image):#x}"
    assert steps[0] == "if tftpboot 0x81000000 firmware.bin; then"
    assert steps[1] == f"crc32 0x81000000 {size} {scratch}"
    assert f"itest.l *{scratch} == {checksum}" in steps[2]
    assert steps[3:] == [
        f"erase 0x9f050000 +{size}",
        f"cp.b 0x81000000 0x9f050000 {size}",
        f"if cmp.b 0x81000000 0x9f050000 {size}; then",
    ]
    # The kernel's file says all that the boot loader has to know.
    assert not any(line.startswith(("setenv", "saveenv")) for line in lines)
    assert not (folder / "environment.txt").exists()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["flash-address"] == "0x9f050000"


def test_a_raw_kernel_in_flash_needs_a_device_tree_from_the_loader() -> None:
    assert "a raw kernel in flash, and nothing has the device tree" in refused(
        "mtdimage", boot="raw"
    )
