"""Systems that hang: a watchdog ends them.

That it leaves a board alone that is updated, or starts another kernel, is in the other files here:
tests/storage/small.py has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.installed import Installed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.boot


def test_a_system_that_hangs_is_ended_by_the_watchdog(tmp_path: Path) -> None:
    """On trial no process but the shell on the console runs on: nothing counts seconds, nothing feeds.

    The old system is back then.
    """
    with Installed("qemu-aarch64", "jffs2", tmp_path / "board") as board:
        board.boot()
        before = board.facts()
        assert before["watchdog"] == "yes"
        start = len(board.said)
        with board.start_update("stuck"):
            board.until_said("liminix-gen: trying ", start)
            board.until_said("built-in shell", len(board.said))
            board.guest.console.wait_for_shell(60)
            start = len(board.said)
            board.guest.console.send("kill -STOP -1")
            board.until_said("Linux version", start)
            assert "liminix-gen: reboot" not in board.said[start:]
            board.until_said("all services ready", start)
        after = board.facts()
        assert (after["active"], after["confirmed"]) == (before["active"], before["active"])


@pytest.mark.parametrize(("board", "root"), [("qemu-aarch64", "jffs2"), ("x86-64", "ext4")])
def test_services_that_nobody_looks_after_are_ended_by_the_watchdog(
    board: str, root: str, tmp_path: Path
) -> None:
    with Installed(board, root, tmp_path / "board", change="hasty") as hung:
        hung.boot()
        hung.guest.console.wait_for_shell(60)
        check = hung.guest.console.check
        assert "watchdog" in check("services | grep ^watchdog.*ready")
        # Without it the board lives on.
        check("services stop -t 20 watchdog; sleep 25; services start -t 20 watchdog", 90)
        start = len(hung.said)
        hung.guest.console.send("kill -STOP $(pidof serviced)")
        hung.until_said("Linux version", start)
        assert "liminix-gen: reboot" not in hung.said[start:]
        hung.until_said("all services ready", start)
