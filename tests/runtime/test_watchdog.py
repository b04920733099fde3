"""watchdog: a file in the place of the hardware, and real s6 and serviced.

tests/storage has the hardware.
"""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, Router, compile_c

SOURCES = ROOT / "packages" / "watchdog"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("watchdog") / "watchdog"
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return compile_c(target, [SOURCES / "main.c", SOURCES / "answer.c"], *checks)


class Fed:
    """A watchdog that counts how often it is fed."""

    def __init__(self, program: Path, router: Router, *names: str, head_start: int = 0) -> None:
        self.file = router.folder / "device"
        self.file.touch()
        words = ["-d", str(self.file), "-t", "4", "-s", str(head_start), "-p", "2", *names]
        self.process = subprocess.Popen(
            [program, *words], env=router.environment, stderr=subprocess.PIPE, text=True
        )

    def count(self) -> int:
        return len(self.file.read_text())

    def is_fed(self, seconds: float = 2.5) -> bool:
        before = self.count()
        time.sleep(seconds)
        return self.count() > before

    def end(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=10)
        assert self.process.returncode == 0, said
        return said


@pytest.fixture
def booted(router: Router) -> Router:
    router.add("dns", kind="longrun")
    router.add("ssh", kind="longrun")
    return router.boot()


def test_it_is_fed_while_services_are_ready(program: Path, booted: Router) -> None:
    fed = Fed(program, booted, "dns", "ssh")
    assert fed.is_fed()
    fed.end()
    assert fed.file.read_text().endswith("V")


def test_it_starves_when_one_is_not_ready_for_long(program: Path, booted: Router) -> None:
    fed = Fed(program, booted, "dns", "ssh")
    assert fed.is_fed()
    booted.done("stop", "ssh")
    # A restart takes less than its patience.
    assert fed.is_fed(1.5)
    time.sleep(2)
    assert not fed.is_fed()
    booted.done("start", "ssh")
    time.sleep(1.5)
    assert fed.is_fed()
    said = fed.end()
    assert "ssh is not ready: it is not fed any more, and resets the board in 4 s" in said
    assert "it is fed again" in said


def test_it_starves_when_nobody_looks_after_services(program: Path, booted: Router) -> None:
    fed = Fed(program, booted)
    assert fed.is_fed()
    manager = booted.process_id("serviced")
    subprocess.run(["kill", "-STOP", str(manager)], check=True)
    try:
        time.sleep(4)
        assert not fed.is_fed()
    finally:
        subprocess.run(["kill", "-CONT", str(manager)], check=True)
    assert "serviced does not answer" in fed.end()


def test_the_head_start(program: Path, router: Router) -> None:
    """There is no serviced yet."""
    fed = Fed(program, router, "dns", head_start=4)
    assert fed.is_fed()
    time.sleep(3)
    assert not fed.is_fed()
    fed.end()


def test_a_name_that_begins_like_another(program: Path, booted: Router) -> None:
    fed = Fed(program, booted, "dn")
    time.sleep(1)
    assert not fed.is_fed()
    assert "dn is not ready" in fed.end()


def test_it_waits_for_the_device(program: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [program, "-d", tmp_path / "none"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "none: No such file or directory" in done.stderr


@pytest.mark.parametrize("words", [["-t", "x"], ["-s"], ["-x"], ["-p", "-1"]])
def test_wrong_words(program: Path, words: list[str]) -> None:
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage: watchdog" in done.stderr
