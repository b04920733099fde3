"""zyxel-dual-image, with a flash that is a file: what it writes, and when it does not."""

from __future__ import annotations

import os
import random
import subprocess
from itertools import product
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, compile_c

BLOCK = 4096
REST = random.Random(50).randbytes(BLOCK - 2)  # noqa: S311 - content, no secret
# None, new, valid, invalid.
STATES = range(4)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("zyxel-dual-image") / "zyxel-dual-image"
    files = ("packages/zyxel-dual-image/main.c", "tests/runtime/told_flash.c")
    sources = [ROOT / file for file in files]
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return compile_c(target, sources, "-Dioctl=told_ioctl", "-Dpwrite=told_pwrite", *checks)


def marked(program: Path, image: object, states: int, active: int, folder: Path) -> tuple[str, int]:
    """Run it on a flash; return what it says, and how often the flash was erased."""
    flash, erasures = folder / "flash", folder / "erasures"
    erasures.write_bytes(b"")
    flash.write_bytes(bytes([states, active]) + REST)
    done = run(program, flash, image, TOLD_ERASURES=str(erasures))
    return done.stderr, erasures.stat().st_size


def run(
    program: Path, *words: object, size: int = BLOCK, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "TOLD_ERASE_BLOCK": str(size), **environment},
    )


def states_of(flash: Path) -> tuple[int, int, int]:
    """Return the state of the first image and of the second, and which one starts."""
    states, active = flash.read_bytes()[:2]
    return states >> 2 & 3, states >> 6 & 3, active & 1


@pytest.mark.parametrize("image", [0, 1])
@pytest.mark.parametrize("before", [*product(STATES, STATES, [0, 1])])
def test_an_image_is_valid_and_starts(
    program: Path, tmp_path: Path, before: tuple[int, int, int], image: int
) -> None:
    first, second, active = before
    said, erasures = marked(program, image, first << 2 | second << 6, active, tmp_path)
    assert said == ""
    after = (2, second, 0) if image == 0 else (first, 2, 1)
    assert states_of(tmp_path / "flash") == after
    assert (tmp_path / "flash").read_bytes()[2:] == REST
    # The flash is worn by what is new, and by nothing else.
    assert erasures == (before != after)


@pytest.mark.parametrize("others", [0x33, 0x00, 0x11])
def test_other_bits_stay(program: Path, tmp_path: Path, others: int) -> None:
    marked(program, 1, others, 0xFE, tmp_path)
    assert (tmp_path / "flash").read_bytes()[:2] == bytes([others | 0x80, 0xFF])


def test_a_flash_that_cannot_be_erased(program: Path, tmp_path: Path) -> None:
    (tmp_path / "flash").write_bytes(bytes(2) + REST)
    done = run(program, tmp_path / "flash", 0, TOLD_WORN="1")
    assert done.returncode == 1
    assert "flash: erase: Input/output error" in done.stderr
    assert (tmp_path / "flash").read_bytes() == bytes(2) + REST


def test_a_flash_that_is_shorter_than_its_erase_block(program: Path, tmp_path: Path) -> None:
    (tmp_path / "flash").write_bytes(bytes(10))
    done = run(program, tmp_path / "flash", 0)
    assert (done.returncode, "read: Input/output error" in done.stderr) == (1, True)
    assert run(program, tmp_path / "flash", 0, size=1).returncode == 1


def test_no_flash(tmp_path: Path) -> None:
    real = compile_c(tmp_path / "real", [ROOT / "packages/zyxel-dual-image/main.c"])
    (tmp_path / "file").write_bytes(bytes(BLOCK))
    done = run(real, tmp_path / "file", 0)
    assert done.stderr.startswith(f"zyxel-dual-image: {tmp_path / 'file'}: not flash: ")
    assert "open: No such file" in run(real, tmp_path / "none", 0).stderr


@pytest.mark.parametrize("words", [[], ["/dev/null"], ["/dev/null", "2"], ["/dev/null", "0", "1"]])
def test_what_it_takes(program: Path, words: list[str]) -> None:
    done = run(program, *words)
    assert (done.returncode, done.stderr[:6]) == (2, "usage:")
