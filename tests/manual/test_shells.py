"""Completion in real shells, and pages for man(1)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.cli.commands import COMMANDS
from tests.support.language_server import BIN

SHARE = Path("share").resolve()


def said(*words: str | Path, **variables: str) -> list[str]:
    """Return the lines that a shell prints, with liminix-gen on its PATH."""
    environment = {**os.environ, **variables, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def bash(line: str) -> list[str]:
    script = (
        f". {SHARE}/bash-completion/completions/liminix-gen; COMP_WORDS=({line} '');"
        "[ -n \"$PARTIAL\" ] && unset 'COMP_WORDS[-1]';"
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _liminix_gen liminix-gen;"
        "printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return said("bash", "-c", script, PARTIAL="" if line.endswith(" ") else "1")


def zsh(line: str) -> list[str]:
    script = (
        "_arguments() { print -rl -- $@ }; _describe() { print -rl -- ${(P)2} }; _files() { };"
        f"words=(liminix-gen ${{=LINE}}); CURRENT=${{#words}}; . {SHARE}/zsh/site-functions/_liminix-gen"
    )
    return said("zsh", "-fc", script, LINE=line.removeprefix("liminix-gen "))


def fish(line: str) -> list[str]:
    script = f". {SHARE}/fish/vendor_completions.d/liminix-gen.fish; complete -C '{line}'"
    return said("fish", "--no-config", "-c", script)


SHELLS = pytest.mark.parametrize("shell", [bash, zsh, fish])


@SHELLS
def test_commands(shell: object) -> None:
    text = "\n".join(shell("liminix-gen se"))
    assert "services" in text
    assert "secret" in text
    assert "devices" not in text


@SHELLS
def test_options_of_a_command(shell: object) -> None:
    assert "--out-link" in "\n".join(shell("liminix-gen build --o"))


@SHELLS
def test_names_of_the_catalog(shell: object) -> None:
    text = "\n".join(shell("liminix-gen services network.d"))
    assert "network.dhcp.client" in text
    assert "qemu-mipsel" in "\n".join(shell("liminix-gen devices qemu-"))


def test_a_configuration_is_a_file() -> None:
    """bash offers files where a program has nothing to say."""
    assert bash("liminix-gen check rou") == [""]


def test_every_command_has_a_page() -> None:
    pages = sorted((SHARE / "man/man1").glob("*.1"))
    assert {one.stem for one in pages} == {
        "liminix-gen",
        *(f"liminix-gen-{one}" for one in COMMANDS),
    }
    for page in pages:
        lines = said("groff", "-man", "-ww", "-Tutf8", "-P-cbou", page)
        assert any("SYNOPSIS" in line for line in lines)


def test_all_names_are_known() -> None:
    assert set(bash("liminix-gen devices ")) == set(Catalog.of().devices)
