"""`make test` behind `make check`: the suites in their order, with what each may take and took.

The minutes are for a machine with two cores where nothing has been built yet. One that is over its
budget fails nothing, and is said.
"""

import subprocess
import sys
import time

# Name, minutes, and what pytest is given.
SUITES = (
    ("fuzz", 2, "-n 2 tests/fuzz"),
    ("evaluation", 9, "-n 2 tests/runtime tests/debian tests/eval"),
    ("kernels", 18, "tests/build/test_kernel_config.py"),
    ("builds", 9, "tests/build tests/nixpkgs --deselect tests/build/test_kernel_config.py"),
    ("boot", 12, "tests/boot"),
    ("storage", 6, "tests/storage"),
)


def main() -> int:
    """Run every suite, also after one that failed, and print what each took."""
    failed = False
    lines: list[str] = []
    for name, minutes, words in SUITES:
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", *words.split()], check=False)
        took = (time.monotonic() - began) / 60
        failed |= done.returncode != 0
        state = "failed" if done.returncode else "passed"
        over = ", over its budget" if took > minutes else ""
        lines.append(f"{name:<12}{state}, {took:4.1f} of {minutes} minutes{over}")
    print("\n".join(lines), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
