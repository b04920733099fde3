"""Updates of a board that lose their power at random moments."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

from tests.support.installed import Installed

if TYPE_CHECKING:
    from pathlib import Path

# Real flash writes in the order in which it is told; a disk keeps what was synced.
BOARDS = (("qemu-aarch64", "jffs2"), ("qemu-aarch64", "ubifs"), ("qemu-armv7l", "ext4"))

# All that a system needs is there, and its files are.
WHOLE = """
for path in $(cat {system}/store-paths); do [ -e $path ] || echo $path is missing; done
ls -l /init /activate
"""


def check(device: str, root: str, folder: Path, *, moments: int) -> None:
    """Cut the power that many times; raises AssertionError with the seed and the moment.

    LIMINIX_GEN_SEED repeats a run as far as chance goes.
    """
    seed = int(os.environ.get("LIMINIX_GEN_SEED", random.SystemRandom().randrange(2**32)))
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    with Installed(device, root, folder) as board:
        systems = {change: board.built(change) for change in ("", "service")}
        board.boot()
        began = time.monotonic()
        board.update("service")
        whole_s = time.monotonic() - began
        for number in range(moments):
            # The system that is not there; what the one before lacks has to be copied again.
            change = "" if number % 2 == 0 else "service"
            after_s = chance.uniform(0, whole_s)
            try:
                _cut_once(board, change, systems[change], after_s)
            except BaseException as error:
                error.add_note(f"seed {seed}, cut {number}, {after_s:.2f} s after the start")
                raise


def _cut_once(board: Installed, change: str, built: str, after_s: float) -> None:
    before = board.facts()["active"]
    with board.start_update(change) as child:
        board.loop.until(lambda: child.poll() is not None, after_s)
        board.cut()
        child.stop()
    board.boot()
    facts = board.facts()
    assert facts["active"] in {before, built}
    assert facts["confirmed"] in {before, built}
    said = board.ssh(WHOLE.format(system=facts["active"]))
    assert "missing" not in said, said
    if facts["active"] != facts["confirmed"]:
        # A trial that had just begun: whatever restarts the board ends it.
        board.cut()
        board.boot()
        assert board.facts()["active"] == facts["confirmed"]
    # Nothing of what was cut off stands in the way of the next one.
    board.update(change)
    assert board.facts()["active"] == built
