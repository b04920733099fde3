"""What a board says: whatever it is, a value of its form or one error that can be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from liminix_gen import process
from liminix_gen.deploy import facts
from liminix_gen.deploy.board import Board
from liminix_gen.deploy.ssh import Ssh
from liminix_gen.errors import ConfigurationError, LiminixGenError, RunError
from tests.fuzz import mutation

if TYPE_CHECKING:
    from random import Random

    import pytest

    from tests.fuzz.ground import Fuzz

HOST = "root@board.example"
_PATHS = tuple(
    f"/nix/store/{digit * 32}-{name}" for digit, name in zip("01234", "abcde", strict=True)
)

_FACTS = f"""\
protocol=1
device=qemu-mipsel
hostname=board
root=jffs2
kernel=0123456789abcdfghijklmnpqrsvwxyz
active={_PATHS[0]}
confirmed={_PATHS[0]}
trial=
boot=1d7ed8a5-3c0e-4d49-9f4c-2f1f6a2a6b9f
memory-available=100000000
free-bytes=100000000
watchdog=no
kexec=yes
"""


def lines(random: Random, text: str) -> str:
    """Return lines in another order, of which a few say something else."""
    if random.random() < 0.3:
        return mutation.change(random, text.encode(), most=1).decode(errors="replace")
    entries = text.splitlines()
    random.shuffle(entries)
    for _ in range(random.randint(0, 2)):
        place = random.randrange(len(entries))
        key, _, _ = entries[place].partition("=")
        odd = (*mutation.TEXTS, *mutation.NUMBERS[:8])
        value = random.choice(odd if random.random() < 0.5 else (*_PATHS, "yes", "7", "word"))
        changed = f"{key}={value}".encode(errors="replace").decode()
        if random.random() < 0.2:
            entries.append(changed)
        else:
            entries[place] = changed
    return "".join(f"{entry}\n" for entry in entries)


def assert_can_be_shown(error: LiminixGenError) -> None:
    said = str(error)
    assert len(error.problems) == 1
    assert len(said) < 10_000
    assert all(one.isprintable() or one in "\n\t" for one in said), repr(said)


def test_facts(fuzz: Fuzz) -> None:
    """Facts are of their types.

    Found: `free-bytes=lots` (a ValueError from `system collect`), numbers in other scripts or
    below 0, escape sequences in a host name, which went to the terminal.
    """

    def one(random: Random) -> bool:
        text = lines(random, _FACTS)
        try:
            found = facts.parse(text, host=HOST)
        except ConfigurationError as error:
            assert_can_be_shown(error)
            return False
        words = (found.device, found.hostname, found.root, found.kernel, found.boot, found.image)
        assert all(word.isascii() and word.isprintable() and len(word) <= 64 for word in words)
        for path in (found.active, found.confirmed, found.trial):
            assert not path or re.fullmatch(r"/nix/store/[^/\s]{33,244}", path)
        assert 0 <= found.free_bytes < 10**18
        assert 0 <= found.memory_available_bytes < 10**18
        return True

    fuzz.each(one, short=4000)


def test_what_a_board_lacks(fuzz: Fuzz, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes to a board that is not of the closure.

    Found: `missing=` with any path of the workstation, which was then sent.
    """
    said = ""

    def run(_self: Ssh, *words: str, **_options: object) -> process.Completed:
        return process.Completed(command=words, returncode=0, stdout=said, stderr="", seconds=0)

    monkeypatch.setattr(Ssh, "run", run)
    board = Board(ssh=Ssh(destination=HOST))
    closure = _PATHS[:4]
    whole = "".join(f"missing={path}\n" for path in closure[:3]) + "free-bytes=12345\n"

    def one(random: Random) -> bool:
        nonlocal said
        said = lines(random, whole)
        try:
            collected = board.collect(closure)
        except RunError as error:
            assert_can_be_shown(error)
            return False
        assert set(collected.missing) <= set(closure)
        assert len(collected.missing) == len(set(collected.missing))
        assert collected.free_bytes >= 0
        return True

    fuzz.each(one, short=4000)
