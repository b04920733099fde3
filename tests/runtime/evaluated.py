"""What a Nix file of the tests evaluates to."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any


def evaluated(file: Path, **arguments: str) -> Any:
    """The value of the function in a file; the arguments are Nix."""
    words = " ".join(f"{name} = {value};" for name, value in arguments.items())
    done = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--read-write-mode",
         "--expr", f"import {file} {{ {words} }}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
