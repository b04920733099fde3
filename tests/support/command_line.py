"""The command line as its users start it: another process, in any folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from liminix_gen import process

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = Path(sys.executable).with_name("liminix-gen")


def run(
    *arguments: str | Path,
    cwd: Path,
    program: Path = PROGRAM,
    code: int = 0,
    timeout_s: float = 300,
) -> process.Completed:
    """Run liminix-gen; ``code`` is the exit code that it must have."""
    done = process.run([program, *arguments], cwd=cwd, check=False, timeout_s=timeout_s)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def contents(folder: Path) -> Mapping[str, tuple[int, bytes]]:
    """Return mode and bytes of every file of a folder, by its path below it."""
    return {
        str(file.relative_to(folder)): (file.stat().st_mode, file.read_bytes())
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
