"""health_check: its scripts under real s6 and serviced, and a program that is asked."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, Router, wait_for

FOLDER = ROOT / "modules" / "health_check"
VERDICT = """
watch_changes
follow() {
  pass_on "$services/outputs/line" || return 0
  [ -z "$ready" ] || services announce "$name"
}
ready=
follow
echo >&3
ready=yes
follow_changes follow
"""


class Checked:
    """A service `line`, healthy while there is a file; `user` reads an output of what stands for it."""

    def __init__(self, router: Router, *, restart: bool, recovery: int = 3) -> None:
        self.router = router
        self.healthy = router.folder / "healthy"
        self.asked = router.folder / "asked"
        self.healthy.touch()
        router.add("line", kind="longrun", run='put router 192.0.2.1\n[ -e "$outputs/router" ]\n'
                   "announce_ready; exec sleep 1000")  # fmt: skip
        restarted = "line" if restart else ""
        run = (
            f"manager=services checked=line restarted='{restarted}'\n"
            f"interval=0 threshold=2 recovery={recovery}\n"
            f"look() {{ echo . >>{self.asked}; sleep 0.1; [ -e {self.healthy} ]; }}\n"
            f". {FOLDER}/watch.sh\n"
            f"ill={router.folder}/ill\n"
            "announce_ready\nwatch_health"
        )
        router.add("well.probe", "line", kind="longrun", run=run, undo=False)
        router.add(
            "well", "line", "well.probe", kind="longrun", run=VERDICT, controlled=True,
            observes=("line",),
        )  # fmt: skip
        router.add("user", "well", up=f"output {router.run}/outputs/well/router >/dev/null")
        router.start()

    def looks(self) -> int:
        return len(self.asked.read_text().splitlines())

    def after_looks(self, count: int) -> None:
        """Wait until it was looked so often, and one look is under way."""
        end = self.looks() + count + 1
        wait_for(lambda: self.looks() >= end, "looks")

    def is_up(self) -> bool:
        return self.router.states()["user"] == "ready"


@pytest.fixture
def well(router: Router) -> Checked:
    checked = Checked(router, restart=False)
    wait_for(checked.is_up, "up")
    return checked


def test_one_success_is_enough_at_first(well: Checked) -> None:
    assert well.looks() <= 3


def test_as_many_failures_as_the_threshold_are_put_up_with(well: Checked) -> None:
    well.healthy.unlink()
    before = well.looks()
    wait_for(lambda: well.looks() > before + 1, "two failures")
    well.healthy.touch()
    well.after_looks(3)
    assert well.is_up()
    assert well.router.count("is not healthy") == 0


def test_one_more_is_too_many_and_it_takes_several_successes(well: Checked) -> None:
    well.healthy.unlink()
    wait_for(lambda: not well.is_up(), "down")
    assert "line is not healthy" in well.router.rows()["user"].note
    assert well.router.states()["line"] == "ready"
    well.after_looks(8)
    assert not well.is_up()
    before = well.looks()
    well.healthy.touch()
    wait_for(well.is_up, "up")
    assert well.looks() >= before + 3
    assert well.router.rows()["user"].note == ""


def test_outputs_are_passed_on(well: Checked) -> None:
    outputs = well.router.run / "outputs"
    assert (outputs / "well" / "router").read_text() == "192.0.2.1\n"
    process = well.router.process_id("user")
    (outputs / "line" / "router").write_text("192.0.2.2\n")
    (outputs / "line" / "dns").write_text("192.0.2.53\n")
    well.router.done("announce", "line")
    # Who read it starts again with the new one.
    wait_for(lambda: well.router.process_id("user") not in {process, -1}, "restart")
    assert (outputs / "well" / "router").read_text() == "192.0.2.2\n"
    assert (outputs / "well" / "dns").read_text() == "192.0.2.53\n"
    (outputs / "line" / "dns").unlink()
    well.router.done("announce", "line")
    wait_for(lambda: not (outputs / "well" / "dns").exists(), "gone")


def test_it_goes_down_with_the_service(well: Checked) -> None:
    well.router.done("stop", "line")
    assert not well.is_up()
    well.router.done("start", "line")
    wait_for(well.is_up, "up")


def test_the_service_is_restarted_ever_more_seldom(router: Router) -> None:
    checked = Checked(router, restart=True)
    wait_for(checked.is_up, "up")
    first = router.process_id("line")
    checked.healthy.unlink()
    wait_for(lambda: router.count("restarting line") == 1, "first restart")
    before = time.monotonic()
    wait_for(lambda: router.count("restarting line") == 2, "second restart")
    assert router.process_id("line") != first
    # Six failures in place of three.
    assert time.monotonic() - before > 6 * 0.1
    assert not checked.is_up()
    # It is not healthy for the first success after a restart.
    before_looks = checked.looks()
    checked.healthy.touch()
    wait_for(checked.is_up, "up")
    assert checked.looks() >= before_looks + 3
    assert not Path(router.folder / "ill").exists()


def test_it_ends_at_once(well: Checked) -> None:
    """Also in the middle of a look."""
    before = time.monotonic()
    well.router.done("stop", "well.probe")
    assert time.monotonic() - before < 1
