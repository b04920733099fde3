"""What a command printed with --json, held against the schema of `docs --schemas`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from liminix_gen.cli.answers import BY_COMMAND
from liminix_gen.docs import shapes


@cache
def validator(command: str) -> Draft202012Validator:
    """Return what is strict about the answers of a command."""
    schema = shapes.schema(BY_COMMAND[command], command)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def answer(command: str, text: str) -> Any:
    """Return what a command printed; its schema must take it."""
    value = json.loads(text)
    validator(command).validate(value)
    return value
