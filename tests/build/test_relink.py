"""templates/nix/debian/relink on packages made here, with the cross compiler for mipsel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

RELINK = Path(__file__).parents[2] / "templates/nix/debian/relink"
PYTHON = Path(__file__).parents[2] / "templates/nix/lib/python"
sys.path[:0] = [str(RELINK), str(PYTHON)]
sys.dont_write_bytecode = True  # nothing new in the folder that goes into the store

import applets  # type: ignore[import-not-found] # noqa: E402
import elf  # type: ignore[import-not-found] # noqa: E402
import layout  # type: ignore[import-not-found] # noqa: E402
import mips  # type: ignore[import-not-found] # noqa: E402

TRIPLET = "mipsel-linux-gnu"


def compiled(target: Path, text: str, *options: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [f"{TRIPLET}-gcc", "-nostdlib", "-x", "c", "-", "-x", "none", "-o", target, *options],
        input=text,
        text=True,
        check=True,
    )


def library(root: Path, name: str) -> Path:
    path = root / "usr/lib" / TRIPLET / f"lib{name}.so.1"
    compiled(
        path, f"int {name}(void) {{ return 1; }}", "-shared", "-fPIC",
        f"-Wl,-soname,lib{name}.so.1", "-Wl,--hash-style=gnu",
    )  # fmt: skip
    return path


def program(root: Path, *libraries: Path) -> None:
    calls = "".join(f"int {path.name[3:-5]}(void);" for path in libraries)
    body = " + ".join(f"{path.name[3:-5]}()" for path in libraries)
    compiled(
        root / "usr/sbin/program", f"{calls} int __start(void) {{ return {body}; }}",
        "-fPIE", "-pie", "-Wl,--hash-style=gnu", "-Wl,--dynamic-linker=/lib/ld.so.1",
        "-Wl,--allow-shlib-undefined", *map(str, libraries),
    )  # fmt: skip


def relinked(
    root: Path, out: Path, *searched: Path, **given: str
) -> subprocess.CompletedProcess[str]:
    (root / "DEBIAN").mkdir(exist_ok=True)
    control = "Package: p\nVersion: 1\nArchitecture: mipsel\nMaintainer: us\nDescription: d\n"
    (root / "DEBIAN/control").write_text(control)
    deb = out.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "-b", root, deb], check=True, capture_output=True)
    settings = {
        "deb": str(deb), "out": str(out), "package": "p", "triplet": TRIPLET, "verbatim": "",
        "searched": " ".join(map(str, searched)), "interpreter": "/nix/libc/lib/ld.so.1",
        "drop": "", "applets": "", **given,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, RELINK], env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(PYTHON), **settings}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip


def run_path(file: Path) -> list[str]:
    text = subprocess.run(
        ["patchelf", "--print-rpath", file], check=True, capture_output=True, text=True
    ).stdout
    return text.strip().split(":")


def test_run_path_holds_only_what_was_hit(tmp_path: Path) -> None:
    one, two = library(tmp_path / "l1", "one"), library(tmp_path / "l2", "two")
    own = library(tmp_path / "p", "own")
    program(tmp_path / "p", one, own)
    done = relinked(tmp_path / "p", tmp_path / "out", two.parent, one.parent)
    assert done.returncode == 0, done.stderr
    assert run_path(tmp_path / "out/bin/program") == [str(tmp_path / "out/lib"), str(one.parent)]


def test_a_missing_library_is_an_error_that_names_both(tmp_path: Path) -> None:
    program(tmp_path / "p", library(tmp_path / "l", "lost"))
    done = relinked(tmp_path / "p", tmp_path / "out", tmp_path)
    assert done.returncode == 1
    assert "p: liblost.so.1, which " in done.stderr
    assert "bin/program needs, is in none of" in done.stderr
    dropped = relinked(tmp_path / "p", tmp_path / "out2", tmp_path, drop="bin/prog*")
    assert dropped.returncode == 0, dropped.stderr


def test_mips_tags_point_at_their_sections(tmp_path: Path) -> None:
    one = library(tmp_path / "l", "one")
    program(tmp_path / "p", one)
    done = relinked(tmp_path / "p", tmp_path / "out", one.parent)
    assert done.returncode == 0, done.stderr
    file = elf.Elf((tmp_path / "out/bin/program").read_bytes())
    assert file.has_interpreter()
    sections = {section.name: section.address for section in file.sections()}
    tags = {tag: (value, at) for tag, value, at in file.dynamic()}
    assert tags[mips.DT_MIPS_XHASH][0] == sections[".MIPS.xhash"]
    distance, at = tags[mips.DT_MIPS_RLD_MAP_REL]
    offset, address = next(
        (one.place, one.address) for one in file.segments() if one.kind == elf.PT_DYNAMIC
    )
    assert (address + at - 4 - offset + distance) & 0xFFFFFFFF == sections[".rld_map"]


@pytest.mark.parametrize(
    ("path", "flat"),
    [
        ("usr/sbin/dnsmasq", "bin/dnsmasq"),
        ("bin/sh", "bin/sh"),
        (f"usr/lib/{TRIPLET}/libz.so.1", "lib/libz.so.1"),
        ("lib/ld.so.1", "lib/ld.so.1"),
        ("usr/lib/execline/bin/if", "lib/execline/bin/if"),
        ("etc/x", "etc/x"),
        ("var/lib/x", None),
    ],
)
def test_flat_names(path: str, flat: str | None) -> None:
    found = layout.flat_name(Path(path), TRIPLET)
    assert (None if found is None else str(found)) == flat


def test_a_link_never_takes_the_place_of_its_file(tmp_path: Path) -> None:
    """libc6 has the loader in the triplet's folder, and a link to it of the same flat name."""
    loader = tmp_path / "s/lib" / TRIPLET / "ld.so.1"
    loader.parent.mkdir(parents=True)
    loader.write_text("loader")
    (tmp_path / "s/lib/ld.so.1").symlink_to(f"{TRIPLET}/ld.so.1")
    (tmp_path / "s/usr/sbin").mkdir(parents=True)
    (tmp_path / "s/usr/sbin/alias").symlink_to(f"/lib/{TRIPLET}/ld.so.1")
    (tmp_path / "s/usr/sbin/gone").symlink_to("nowhere")
    layout.flatten(tmp_path / "s", tmp_path / "o", TRIPLET, ())
    layout.remove_dangling(tmp_path / "o")
    assert (tmp_path / "o/lib/ld.so.1").read_text() == "loader"
    assert str((tmp_path / "o/bin/alias").readlink()) == "../lib/ld.so.1"
    assert not (tmp_path / "o/bin/gone").is_symlink()


def test_applets_of_busybox(tmp_path: Path) -> None:
    program = tmp_path / "busybox"
    program.write_bytes(b"\x7fELF noise\0[\0[[\0acpid\0zcat\0\0more noise\0")
    applets.link(program)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "[",
        "[[",
        "acpid",
        "busybox",
        "zcat",
    ]
