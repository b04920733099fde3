"""Quoting is a law: what is written and evaluated by the real Nix is what was meant."""

import json
import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liminix_gen.nix.expression import (
    Attribute,
    AttributeSet,
    Call,
    Comment,
    Identifier,
    List,
    expression,
)
from liminix_gen.nix.template import filled

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
TRICKY = st.text(st.sampled_from("a $'\"{}\\\n\t#;. "), max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT | TRICKY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | TRICKY, inner, max_size=4),
    max_leaves=12,
)


def evaluate(text: str) -> object:
    command = ["nix-instantiate", "--eval", "--strict", "--json", "--readonly-mode", "-"]
    done = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NIX_CONFIG": "build-users-group =\nsandbox = true\n"},
    )
    assert done.returncode == 0, done.stderr + text
    return json.loads(done.stdout)


@pytest.mark.nix
@pytest.mark.skipif(shutil.which("nix-instantiate") is None, reason="needs nix-instantiate")
@given(st.lists(VALUES, min_size=30, max_size=60))
@settings(max_examples=12)
def test_nix_gives_back_what_was_written(values: list[object]) -> None:
    assert evaluate(expression(values).at(0)) == values


def test_form() -> None:
    written = AttributeSet(
        {
            "a": expression([1]),
            "b-c": expression(["x", "y"]),
            "let": expression({}),
            "f": Call(Identifier("f"), (List(()), Call(Identifier("g"), (expression(1),)))),
            "s": Attribute(Identifier("services"), "lan.link", quoted=True),
            "t": expression("one\n  two ${x}\n"),
        },
        inherited=("kernel",),
    )
    assert written.at(0) == (
        "{\n"
        "  inherit kernel;\n"
        "  a = [ 1 ];\n"
        '  b-c = [\n    "x"\n    "y"\n  ];\n'
        '  "let" = { };\n'
        "  f = f [ ] (g 1);\n"
        '  s = services."lan.link";\n'
        "  t = ''\n    one\n      two ''${x}\n  '';\n"
        "}"
    )


def test_a_template_takes_expressions_at_a_column() -> None:
    description = expression(["one", "two"])
    text = filled(
        "flake.nix.in",
        source=Comment("a\nb.py"),
        nixpkgs=expression("url"),
        description=description,
    ).decode()
    assert text.startswith("# Made by liminix-gen from a\\nb.py: edit that file")
    assert '\n  description = [\n    "one"\n    "two"\n  ];\n' in text


def test_a_template_is_filled_whole_and_with_expressions_only() -> None:
    with pytest.raises(KeyError, match="description"):
        filled("flake.nix.in", source=Comment("a.py"))
    with pytest.raises(TypeError, match="bare text"):
        filled("system.nix.in", source="a.py")  # type: ignore[arg-type]
