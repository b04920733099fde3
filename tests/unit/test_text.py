"""How lines are broken for a terminal."""

from __future__ import annotations

from liminix_gen import text

MARKDOWN = """
A paragraph whose lines
are short.

- an item that goes on and on
  in the next line
- another
  1. of the second kind

      a command that is longer than the columns that there are
      and its second line

a-word-that-is-longer-than-the-columns
"""


def test_paragraphs_and_lists() -> None:
    assert text.paragraphs(MARKDOWN, 20).splitlines() == [
        "A paragraph whose",
        "lines are short.",
        "",
        "- an item that goes",
        "  on and on in the",
        "  next line",
        "- another",
        "  1. of the second",
        "     kind",
        "",
        "      a command that is longer than the columns that there are",
        "      and its second line",
        "",
        "a-word-that-is-longer-than-the-columns",
    ]


def test_what_is_short_enough_stays() -> None:
    assert text.paragraphs("a\n\n- b", 20) == "a\n\n- b"


def test_a_table() -> None:
    rows = [("name", "some words that are long"), ("a", ""), ("b", "short")]
    assert text.table(rows, 20).splitlines() == [
        "name  some words",
        "      that are long",
        "a",
        "b     short",
    ]
