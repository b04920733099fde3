"""A system on trial that hangs: a watchdog ends it, and the old system is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.installed import Installed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.boot


def test_a_system_that_hangs_is_ended_by_the_watchdog(tmp_path: Path) -> None:
    """No process but the shell on the console runs on: nothing counts seconds, nothing feeds."""
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
