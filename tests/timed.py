"""`make test` behind `make check`: the suites in their order, with what each may take and took.

The minutes are for a machine with two cores where nothing has been built yet. One that is over its
budget fails nothing, and is said. What all of them, and `make check`, ran of liminix_gen is printed
at the end: subprocesses are counted ([tool.coverage.run] in pyproject.toml).
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import coverage

KERNELS = "tests/build/test_kernel_config.py"
# Name, minutes, and what pytest is given. What waits for itself runs two at a time.
SUITES = (
    ("manual", 2, "tests/manual"),
    ("fuzz", 2, "-n 2 tests/fuzz"),
    ("evaluation", 10, "-n 2 tests/processes tests/runtime tests/debian tests/eval"),
    ("kernels", 18, f"-n 2 {KERNELS}"),
    ("builds", 7, f"-n 2 --dist loadfile tests/build tests/nixpkgs --deselect {KERNELS}"),
    ("boot", 12, "tests/boot"),
    ("storage", 5, "-n 2 --dist loadfile tests/storage"),
    ("line", 4, "tests/line"),
)
# A fuzzer repeats what other tests have run, so that counting would only cost it inputs.
UNCOUNTED = frozenset({"fuzz"})
PYTEST = (sys.executable, "-m", "pytest", "-q")
COUNTED = (sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q")
LOW = 60


def main() -> int:
    """Run every suite, also after one that failed, and print what each took."""
    failed = False
    lines: list[str] = []
    for name, minutes, words in SUITES:
        began = time.monotonic()
        command = PYTEST if name in UNCOUNTED else COUNTED
        done = subprocess.run([*command, *words.split()], check=False)
        took = (time.monotonic() - began) / 60
        failed |= done.returncode != 0
        state = "failed" if done.returncode else "passed"
        over = ", over its budget" if took > minutes else ""
        lines.append(f"{name:<12}{state}, {took:4.1f} of {minutes} minutes{over}")
    print("\n".join([*lines, *covered()]), flush=True)
    return int(failed)


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
