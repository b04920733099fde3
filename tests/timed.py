"""`make test` behind `make check`: the suites in their order, with what each may take and took.

The minutes are for a machine with two cores where nothing has been built yet. One that is over its
budget fails nothing, and is said. What all of them, and `make check`, ran of liminix_gen is printed
at the end: subprocesses are counted ([tool.coverage.run] in pyproject.toml).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple

import coverage

KERNELS = "tests/build/test_kernel_config.py"
# A fuzzer repeats what other tests have run, so that counting would only cost it inputs.
UNCOUNTED = frozenset({"fuzz"})
PYTEST = (sys.executable, "-m", "pytest", "-q")
COUNTED = (sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q")
LOW = 60


class Suite(NamedTuple):
    """Tests by the words that pytest is given; ``minutes`` is what they may take."""

    name: str
    minutes: int
    words: str


# What waits for itself runs two at a time.
ALONE = (
    Suite("fuzz", 2, "-n 2 tests/fuzz"),
    Suite("evaluation", 10, "-n 2 tests/processes tests/runtime tests/debian tests/eval"),
    Suite("kernels", 14, f"-n 2 {KERNELS}"),
    Suite("builds", 7, f"-n 2 --dist loadfile tests/build tests/nixpkgs --deselect {KERNELS}"),
    Suite("storage", 5, "-n 2 --dist loadfile tests/storage"),
)
# Guests are waited for more than they compute: what is behind each other here goes on beside the
# rest of these.
TOGETHER = (
    (Suite("boot", 12, "tests/boot"),),
    (Suite("line", 6, "tests/line"), Suite("manual", 3, "tests/manual")),
)


class Ran(NamedTuple):
    suite: Suite
    minutes: float
    passed: bool

    def __str__(self) -> str:
        state = "passed" if self.passed else "failed"
        over = ", over its budget" if self.minutes > self.suite.minutes else ""
        name, limit = f"{self.suite.name:<12}", self.suite.minutes
        return f"{name}{state}, {self.minutes:4.1f} of {limit} minutes{over}"


def main() -> int:
    """Run every suite, also after one that failed, and print what each took."""
    ran = [run(suite, None) for suite in ALONE]
    with ThreadPoolExecutor(len(TOGETHER)) as pool:
        ran += [one for track in pool.map(in_turn, TOGETHER) for one in track]
    print("\n".join([*map(str, ran), *covered()]), flush=True)
    return int(not all(one.passed for one in ran))


def in_turn(track: Iterable[Suite]) -> list[Ran]:
    """Run suites behind each other; what each says is printed when it has ended."""
    ran: list[Ran] = []
    for suite in track:
        with tempfile.TemporaryFile("w+") as said:
            ran.append(run(suite, said))
            said.seek(0)
            print(f"{suite.name}:\n{said.read()}", flush=True)
    return ran


def run(suite: Suite, said: IO[str] | None) -> Ran:
    began = time.monotonic()
    command = PYTEST if suite.name in UNCOUNTED else COUNTED
    done = subprocess.run([*command, *suite.words.split()], check=False, stdout=said, stderr=said)
    return Ran(suite, (time.monotonic() - began) / 60, done.returncode == 0)


def covered() -> Iterator[str]:
    """Say how much was run of each package, then of each file that is below LOW percent."""
    counts = dict(counted())
    packages: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for file, count in counts.items():
        packages[str(file.parent).replace("/", ".")].append(count)
    for package, each in sorted(packages.items()):
        yield f"{package:<32}{percent(each):3.0f} %"
    yield f"{'liminix_gen, total':<32}{percent(counts.values()):3.0f} %"
    for file, count in sorted(counts.items()):
        if percent([count]) < LOW:
            yield f"below {LOW} %: {file} has {percent([count]):.0f} %"


def counted() -> Iterator[tuple[Path, tuple[int, int]]]:
    """Yield each file of liminix_gen with its statements, and those that were run."""
    total = coverage.Coverage()
    total.combine()
    total.save()
    for file in sorted(Path("liminix_gen").rglob("*.py")):
        _, statements, _, missing, _ = total.analysis2(str(file))
        yield file, (len(statements), len(statements) - len(missing))


def percent(counts: Iterable[tuple[int, int]]) -> float:
    statements, run = map(sum, zip(*counts, strict=True))
    return 100 * run / statements if statements else 100


if __name__ == "__main__":
    sys.exit(main())
