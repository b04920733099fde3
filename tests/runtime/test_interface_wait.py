"""interface-wait, in a network namespace of its own with nothing but lo."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, compile_c
from tests.support.namespaces import in_own_network

SOURCES = ROOT / "packages" / "interface-wait"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("interface-wait") / "interface-wait"
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return compile_c(target, [SOURCES / "main.c", SOURCES / "netlink.c"], *checks)


def run(program: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        in_own_network("sh", "-euc", script.replace("WAIT", str(program))),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("WAIT present lo", 0),
        ("WAIT -t 0 running lo", 1),
        ("WAIT -t 1 up lo", 1),
        ("WAIT -t 0 present none", 1),
        ("ip link set lo up; WAIT running lo", 0),
        ("(sleep 0.2; ip link set lo up) & WAIT -t 5 running lo", 0),
        ("WAIT", 2),
        ("WAIT jumping lo", 2),
        ("WAIT up a-name-that-is-too-long", 2),
        ("WAIT -t x up lo", 2),
        ("WAIT up lo more", 2),
        ("WAIT --follow up lo", 2),
    ],
)
def test_waits(program: Path, script: str, code: int) -> None:
    result = run(program, script)
    assert result.returncode == code, result.stderr
    assert (code == 2) == ("usage:" in result.stderr)


def test_follows_and_says_when_it_knows(program: Path) -> None:
    result = run(
        program,
        """
        # Newlines of descriptor 3 come out as a word, once the program ran for the first time.
        WAIT --follow -n 3 running lo sh -c 'echo "$@"' sh port 3>&1 & follower=$!
        sleep 0.3
        for state in up down up; do ip link set lo $state; sleep 0.3; done
        kill $follower
        wait $follower || :
        """,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["port no", "", "port yes", "port no", "port yes"]


def test_a_change_while_the_program_runs_is_not_lost(program: Path) -> None:
    result = run(
        program,
        """
        WAIT --follow running lo sh -c 'echo "$1"; sleep 0.4' sh & follower=$!
        sleep 0.2
        for state in up down up; do ip link set lo $state; done
        sleep 1
        kill $follower
        wait $follower || :
        """,
    )
    assert result.stdout.splitlines() == ["no", "yes"]
    assert result.returncode == 0


def test_a_failing_program_is_reported_and_not_the_end(program: Path) -> None:
    result = run(
        program,
        """
        WAIT --follow running lo false & follower=$!
        sleep 0.2; ip link set lo up; sleep 0.2
        kill $follower
        wait $follower || :
        """,
    )
    assert result.stderr.count("false failed") == 2


def test_what_there_was_no_room_for_is_asked_again(program: Path) -> None:
    """ENOBUFS: more happens than the socket holds while nobody reads it."""
    result = run(
        program,
        """
        WAIT --follow running lo sh -c 'echo "$1"' sh & follower=$!
        sleep 0.3
        kill -STOP $follower
        for i in $(seq 1000 1999); do echo "link set lo mtu $i"; done | ip -batch -
        ip link set lo up
        kill -CONT $follower
        sleep 0.5
        kill $follower
        wait $follower || :
        """,
    )
    assert result.stdout.splitlines() == ["no", "yes"]
    assert result.returncode == 0
