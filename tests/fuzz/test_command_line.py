"""Random command lines, in this process: a result, or a usage error, and never a fault of ours."""

from __future__ import annotations

import contextlib
import io
import os
from typing import TYPE_CHECKING

from liminix_gen.cli.main import main
from tests.fuzz.mutation import TEXTS

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    import pytest

    from tests.fuzz.ground import Fuzz

GOOD = 'from liminix_gen import System\nconfig = System(device="qemu-mipsel")\n'
# What builds, fetches or asks a board gets a configuration that is not there.
LINES = (
    ("check", "good.py"),
    ("check", "good.py", "--json"),
    ("check", "bad.py", "--json"),
    ("check", "good.py", "--package-set", "nixpkgs"),
    ("check", "good.py", "--modules", "own", "--devices=own"),
    ("emit", "good.py", "--package-set", "nixpkgs", "-o", "tree"),
    ("emit", "good.py", "--package-set=nixpkgs", "--check", "tree"),
    ("services",),
    ("services", "ssh"),
    ("services", "ssh", "--json"),
    ("devices",),
    ("devices", "qemu-mipsel"),
    ("devices", "--json", "--devices", "own"),
    ("init", "new.py"),
    ("--version",),
    ("--help",),
    ("check", "--help"),
    ("build", "none.py", "--output", "vmroot", "-o", "result"),
    ("run", "none.py", "--check", "--timeout", "3"),
    ("lock", "none.py", "--update", "curl"),
    ("update", "none.py", "root@192.0.2.1"),
    ("kexec", "none", "root@192.0.2.1"),
)
WORDS = (
    "--",
    "-",
    "-h",
    "--help",
    "--json",
    "--locked",
    "--show-trace",
    "--modules",
    "--devices",
    "--package-set",
    "--package-set=debian",
    "--without",
    "--store",
    "--nixpkgs",
    "--check",
    "--timeout",
    "-o",
    "--output",
    "own",
    "good.py",
    "bad.py",
    "none.py",
    "own/",
    "/dev/null",
    "vlan",
    "nixpkgs",
)


def line(random: Random) -> list[str]:
    """Return a line that is right, or has some words changed."""
    words = list(random.choice(LINES))
    if random.random() < 0.4:
        return words
    for _ in range(random.randint(1, 2)):
        place = random.randrange(len(words) + 1)
        other = random.choice(WORDS) if random.random() < 0.8 else random.choice(TEXTS)
        match random.randrange(5):
            case 0 if place < len(words):
                del words[place]
            case 1 if place < len(words):
                words[place] = other
            case 2 if place < len(words):
                words.insert(place, words[place])
            case 3:
                random.shuffle(words)
            case _:
                words.insert(place, other)
    return words


def test_command_lines(fuzz: Fuzz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A usage error is 2, and what a check says is 3."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIX_PATH", "")
    monkeypatch.setenv("NIX_REMOTE", "")
    (tmp_path / "own").mkdir()
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "bad.py").write_text(f"{GOOD}config.state = 3\n")

    def one(random: Random) -> bool:
        words = line(random)
        if {"build", "run", "lock", "update", "kexec"} & set(words):
            words = [word for word in words if word not in {"good.py", "bad.py"}]
        if {"emit", "init"} & set(words):  # what writes stays in its folder
            words = [word for word in words if not word.startswith("/") and ".." not in word]
        words = [word for word in words if "\0" not in word]
        out, err, code = io.StringIO(), io.StringIO(), None
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                # As a shell would hand them over.
                main([os.fsdecode(one.encode(errors="surrogatepass")) for one in words])
            except SystemExit as end:
                code = end.code
        assert code in {0, 2, 3}, (words, code, err.getvalue())
        assert "Traceback" not in err.getvalue(), (words, err.getvalue())
        assert code == 0 or err.getvalue() or out.getvalue(), words
        return code == 0

    fuzz.each(one, short=100)
