"""Updates over the network of a writable root, what stops them, and the way back.

The tests run in their order, on one board.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.answers import answer
from tests.support.installed import TIMEOUT_S, Installed
from tests.support.reaching import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liminix_gen import process

pytestmark = pytest.mark.boot
BOARD = "qemu-mipsel"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    with Installed(BOARD, "jffs2", tmp_path_factory.mktemp("update") / "board") as made:
        made.boot()
        yield made


def store(board: Installed) -> list[str]:
    return sorted(board.ssh("ls /nix/store").split())


def systems(board: Installed) -> tuple[str, str]:
    """Return the active system and the confirmed one."""
    facts = board.facts()
    return facts["active"], facts["confirmed"]


def needed(board: Installed) -> set[str]:
    """Return the names of what the active system and the confirmed one need."""
    both = set(systems(board))
    paths = board.ssh(f"cat {' '.join(f'{one}/store-paths' for one in both)}").split()
    return {path.rpartition("/")[2] for path in (*both, *paths)}


@pytest.mark.parametrize("device", [BOARD])
def test_a_service_more_is_two_paths_and_a_reboot(
    board: Installed, device: str, figure: Callable[[str, str], None]
) -> None:
    assert board.facts()["device"] == device
    before, boot = board.facts()["active"], board.facts()["boot"]
    there = store(board)
    board.ssh("echo mine >/root/note")
    board.built("service")
    foreseen = board.plan("service")
    assert foreseen["action"] == "update"
    assert ("+", "service", "added") in {
        (one["sign"], one["kind"], one["name"]) for one in foreseen["changes"]
    }
    assert store(board) == there, "plan changes nothing"
    done = board.update("service")
    assert "the board has no watchdog" in done.stderr
    result = json.loads(done.stdout)
    assert result["before"] == before
    assert systems(board) == (result["system"], result["system"])
    assert board.facts()["boot"] != boot
    assert "added" in board.ssh("services")
    # The old one stays, and so does what was written.
    assert set(there) < set(store(board))
    assert board.ssh("cat /root/note").strip() == "mine"
    assert result["copied_paths"] == len(store(board)) - len(there)
    assert result["copied_bytes"] < 300_000
    assert foreseen["copied_bytes"] == pytest.approx(result["copied_bytes"], rel=0.05)
    figure("bytes copied by an update that adds a service", str(result["copied_bytes"]))


def test_what_runs_already_is_left_alone(board: Installed) -> None:
    boot = board.facts()["boot"]
    assert board.plan("service")["action"] == "none"
    result = answer("update", board.update("service").stdout)
    assert (result["copied_paths"], result["copied_bytes"]) == (0, 0)
    assert result["before"] == result["system"]
    assert board.facts()["boot"] == boot


def test_another_kernel_is_refused(board: Installed) -> None:
    there = store(board)
    assert board.plan("kernel")["action"] == "flash"
    said = board.update("kernel", code=2).stderr
    assert f"the kernel on {HOST} is not the one of the system" in said
    assert store(board) == there


def test_no_space_is_refused(board: Installed) -> None:
    there = store(board)
    # What /dev/urandom gives cannot be compressed. 1 MB is left.
    free = int(board.facts()["free-bytes"])
    board.ssh(f"dd if=/dev/urandom of=/root/filling bs=65536 count={(free - 1_000_000) // 68_000}")
    said = board.update("large", code=2).stderr
    assert f"{HOST} has no space for the new system beside the one that runs" in said
    # The system before this one had to go: that was not enough.
    assert needed(board) <= set(store(board)) < set(there)
    assert board.ssh("ls /nix").split() == ["store"]
    board.ssh("rm /root/filling")


def ssh_of(child: process.Child) -> int:
    """Return the ssh that a liminix-gen runs, 0 if it runs none."""
    children = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
    names = {int(one): Path(f"/proc/{one}/comm").read_text().strip() for one in children}
    return next((one for one, name in names.items() if name == "ssh"), 0)


def sent_bytes(pid: int) -> int:
    """Return how much a process has written: asking the board takes longer than a copy."""
    try:
        return int(Path(f"/proc/{pid}/io").read_text().partition("wchar: ")[2].split()[0])
    except OSError:  # it has ended
        return 0


def test_a_connection_that_is_lost_in_mid_copy_leaves_the_board_as_it_was(
    board: Installed,
) -> None:
    there, before = store(board), systems(board)
    with board.start_update("large") as child:
        deadline = time.monotonic() + TIMEOUT_S
        while sent_bytes(ssh_of(child)) < 1_000_000:  # of 3 MB
            assert time.monotonic() < deadline
            assert child.poll() is None
            time.sleep(0.01)
        os.kill(ssh_of(child), signal.SIGKILL)
        said = board.ended(child, 6).stderr
    assert f"the connection to {HOST} was lost while store paths were copied" in said
    board.ssh("while [ -e /nix/incoming ]; do sleep 0.2; done")
    assert store(board) == there
    assert systems(board) == before
    assert board.facts()["trial"] == ""


def test_a_system_whose_services_are_not_ready_is_not_confirmed(board: Installed) -> None:
    before = board.facts()["active"]
    said = board.update("stuck", code=6).stderr
    assert f"not all services of the new system on {HOST} are ready" in said
    assert f"ssh {HOST} logread" in said
    assert "added" in said
    active, confirmed = systems(board)
    assert confirmed == before
    assert active != before
    # Whatever restarts the board, the old system is back.
    board.cut()
    board.boot()
    assert systems(board) == (before, before)


def test_a_system_that_nobody_reaches_is_gone_by_itself(board: Installed) -> None:
    before = board.facts()["active"]
    said = board.update("deaf", code=6).stderr
    assert f"the new system did not come up: {HOST} is back with the old one" in said
    assert systems(board) == (before, before)
    assert "nobody has confirmed this system in 30 seconds" in board.said


def test_the_next_update_clears_up(board: Installed) -> None:
    before = needed(board)
    assert before < set(store(board))  # and what failed
    result = answer("update", board.update("").stdout)
    assert systems(board) == (result["system"], result["system"])
    assert before | needed(board) == set(store(board))
