"""Secrets that one device can open: sealed by age(1) for the device's public key."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import cast

from liminix_gen import files, process, text
from liminix_gen.deploy.board import Board
from liminix_gen.errors import ConfigurationError, Problem, writing

_KEY_SERVICE = "secret.key"
# bech32 of 32 bytes (BIP 173, and the age format of X25519 recipients).
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PUBLIC_KEY = re.compile(rf"age1[{_LETTERS}]{{58}}")
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_PRIVATE = "AGE-SECRET-KEY-"
# What the device's program opens (packages/unseal/age.h).
_LONGEST_BYTES = 4096


def is_public_key(text: str) -> bool:
    """Say whether a text is a public key of age, by its checksum too."""
    if _PUBLIC_KEY.fullmatch(text) is None:
        return False
    name = [ord(letter) for letter in "age"]
    digits = [_LETTERS.index(letter) for letter in text[len("age1") :]]
    sum_ = 1
    for value in (*(one >> 5 for one in name), 0, *(one & 31 for one in name), *digits):
        top = sum_ >> 25
        sum_ = (sum_ & 0x1FFFFFF) << 5 ^ value
        for bit, one in enumerate(_GENERATOR):
            sum_ ^= one if top >> bit & 1 else 0
    return sum_ == 1


def refuse_as_device(subject: str) -> None:
    """Raise ConfigurationError for what was meant as a key of age, not as a device."""
    if subject.upper().startswith(_PRIVATE):
        # It is in no message.
        what, hint = "that is a private key", "age-keygen -y FILE says the public one, age1..."
        raise ConfigurationError(Problem(None, what, hint=hint, kind="secret"))
    if re.fullmatch(r"(?i)age1[^@.:]*", subject):
        hint = f"compare it with the device's: it has {len(subject)} letters of 62"
        if len(subject) == len("age1") + 58:
            hint = "compare it with the device's: its checksum, at its end, is that of another"
        raise ConfigurationError(
            Problem(None, f"{subject} is no public key of age", hint=hint, kind="secret")
        )


def public_key_of(board: Board) -> str:
    """Ask a board for its public key.

    Raises ConfigurationError if it has none, UnreachableError if ssh fails.
    """
    rows = cast("list[dict[str, str]]", json.loads(board.ssh.run("services", "--json").stdout))
    for row in rows:
        if row["type"] == _KEY_SERVICE and row["state"] == "ready":
            path = f"/run/services/outputs/{row['name']}/public"
            key = board.ssh.run("cat", path).stdout.strip()
            if is_public_key(key):
                return key
    raise ConfigurationError(
        Problem(
            None,
            f"{board.host} has no key to seal secrets for",
            hint="give it one: config.services['key'] = config.service.secret.key.build()",
            kind="secret",
        )
    )


def make_key(file: Path) -> str:
    """Make a private key in a file of mode 0600 that is not there yet; return the public one.

    Raises ConfigurationError if something is there, or it cannot be written.
    """
    if file.exists() or file.is_symlink():
        raise ConfigurationError(
            Problem(
                None,
                f"{file} is there already, and is not replaced",
                hint=f"age-keygen -y {text.operand(file)} says its public key, if it is one",
                kind="secret",
            )
        )
    key = process.run(["age-keygen"]).stdout
    public = process.run(["age-keygen", "-y"], input=key).stdout.strip()
    with writing(file):
        files.create(file, key.encode(), 0o600)
    return public


def seal(secret: str, public_key: str) -> str:
    """Return a line of text as only the holder of the private key can read it, armoured.

    Raises ConfigurationError if it cannot be a secret.
    """
    if not secret.isprintable() or not secret:
        raise ConfigurationError(
            Problem(None, "a secret is one line of text, and not empty", kind="secret")
        )
    if len(secret.encode()) >= _LONGEST_BYTES:
        raise ConfigurationError(
            Problem(None, f"a secret has at most {_LONGEST_BYTES - 1} bytes", kind="secret")
        )
    command = ["age", "--encrypt", "--armor", "--recipient", public_key]
    return process.run(command, input=f"{secret}\n").stdout
