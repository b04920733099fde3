"""service.nix: what it makes of bodies, what it refuses, and that its texts run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.router import LIBRARY, ROOT, Router, wait_for

BODIES = Path(__file__).with_name("bodies.nix")
pytestmark = pytest.mark.nix


def evaluate(
    expression: str, programs: Path = Path("/programs")
) -> subprocess.CompletedProcess[str]:
    text = f'with import {BODIES} {{ programs = "{programs}"; source = {ROOT}; }}; {expression}'
    return subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--read-write-mode", "--expr", text],
        capture_output=True,
        text=True,
        check=False,
    )


def value(expression: str, programs: Path = Path("/programs")) -> dict[str, str]:
    result = evaluate(expression, programs)
    assert result.returncode == 0, result.stderr
    made: dict[str, str] = json.loads(result.stdout)
    return made


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("undeclared", "`other` is neither a declared package, a parameter nor a writer"),
        ("unused", "`other`, `x` is declared in module.py, but the body does not take it"),
        ("missing", "there is no package `absent` in this package set"),
        ("twice", "`lib` is a parameter, but a package or writer has that name already"),
        ("endless", "a line that begins with `exec`"),
        ("unknown", "a longrun has no `up`; it has `run`, `ready`"),
        ("both", "either `ready` is polled or the program notifies by itself"),
        ("empty", "a longrun needs `run`"),
        ("service", "sh.word: `wan` is a service, not a word"),
        ("list", "sh.word: a list is not a word"),
        ("secret", "sh.word: /run/services/outputs/wan/password is a secret"),
        ("wrongConsole", "console: `screen` is none of shell, login, none"),
        ("wrongNeed", "service `route` needs or observes lan, which this system does not have"),
    ],
)
def test_mistakes_are_named(name: str, message: str) -> None:
    result = evaluate(name)
    assert result.returncode == 1
    assert message in result.stderr
    if name not in ("service", "list", "secret", "wrongConsole", "wrongNeed"):
        assert "service `lan.it's`" in result.stderr


def test_a_formal_with_a_default_may_be_left_out() -> None:
    assert "exec /programs/other" in value("either")["run"]


def test_references() -> None:
    assert value("references") == {
        "reference": "\"$(output '/run/services/outputs/wan/router')\"",
        "secret": "\"$(output '/run/services/outputs/wan/password')\"",
        "perhapsSecret": "\"$(output '/run/services/outputs/wan/router')\"",
        "noSecret": r"'it'\''s'",
        "words": "'a b' '7' \"$(output '/run/services/outputs/wan/router')\"",
    }


def test_init() -> None:
    assert value("graph") == (
        "route oneshot wanted 30000 10000 needs=wan observes=\n"
        "wan oneshot wanted 30000 10000 needs= observes=\n"
    )
    shell, login, none = value("consoles")
    assert "cttyhack sh -l" in shell
    assert "getty" in login
    assert none == ""


def nix_string(text: str) -> str:
    for old, new in (("\\", "\\\\"), ('"', '\\"'), ("${", "\\${"), ("\r", "\\r")):
        text = text.replace(old, new)
    return f'"{text}"'


@settings(max_examples=25, derandomize=True)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))))
def test_words_come_back_from_the_shell(texts: list[str]) -> None:
    words = value(f"words [ {' '.join(nix_string(text) for text in texts)} ]")
    script = f"for word in {' '.join(words)}; do printf '%s\\0' \"$word\"; done"
    shell = subprocess.run(
        ["busybox", "sh"], input=script.encode(), capture_output=True, check=True
    )
    assert shell.stdout == b"".join(text.encode() + b"\0" for text in texts)


def test_the_texts_run(router: Router, tmp_path: Path) -> None:
    programs = tmp_path / "store"
    (programs / "busybox" / "bin").mkdir(parents=True)
    (programs / "busybox" / "bin" / "sh").symlink_to("/usr/bin/busybox")
    (programs / "services").mkdir()
    (programs / "services" / "bin").symlink_to(router.programs)

    def add(name: str, *needs: str, kind: str) -> None:
        texts = {"down": "", "notification-fd": "3\n", "timeout-finish": "3000\n"}
        for file, text in value(kind, programs).items():
            # Nix names the file by its place here; outputs are not at /run in a test.
            text = text.replace("/run/services", str(router.run))  # noqa: PLW2901
            text = text.replace("name='lan.it'\\''s'", f"name={name}")  # noqa: PLW2901
            if text:
                texts[file] = text
        router.add_directory(name, *needs, texts=texts)

    add("wan", kind="oneshot")
    add("plain", "wan", kind="plain")
    add("polled", "plain", kind="polled")
    add("empty", kind="nothing")
    router.boot()
    assert "up-text" in router.log
    assert "via=192.0.2.1" in router.log
    assert (router.scan / "polled" / "flag").exists()
    router.done("stop", "wan")
    assert "down-text" in router.log
    assert not (router.scan / "polled" / "flag").exists()
    wait_for(lambda: router.states()["empty"] == "ready", "the rest is untouched")


def test_the_scripts_are_posix() -> None:
    scripts = sorted(LIBRARY.rglob("*.sh"))
    assert len(scripts) > 5
    subprocess.run(["shellcheck", *scripts], check=True)
    for script in scripts:
        subprocess.run(["busybox", "sh", "-n", script], check=True)
