"""templates/nix/lib/kernel/kernel-values.py: values as the types of their symbols want them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "templates/nix/lib/kernel/kernel-values.py"
KCONFIG = """\
config SYSRQ
\thex "Enable magic SysRq key functions by default"
\tdefault 0x1
\thelp
\t  An
\t  int that is written in hex.

config SECONDS
\tint
\tprompt "Seconds"

menuconfig LINE
    string "A line" if EXPERT
config SWITCH
\tdef_bool y
config MODULE
\ttristate "A module"
config OTHER
\tbool "Another"
"""


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("SYSRQ=432", "SYSRQ=0x1b0"),
        ("SYSRQ=0x1B0", "SYSRQ=0x1b0"),
        ("SYSRQ=18446744073709551615", "SYSRQ=0xffffffffffffffff"),
        ("SYSRQ=0", "SYSRQ=0x0"),
        ("SECONDS=0x10", "SECONDS=16"),
        ("SECONDS=-1", "SECONDS=-1"),
        ("SECONDS=007", "SECONDS=7"),
        ("LINE=y", 'LINE="y"'),
        ("LINE=5", 'LINE="5"'),
        ('LINE="a=\\"b\\""', 'LINE="a=\\"b\\""'),
        ('LINE=""', 'LINE=""'),
        ('SWITCH="y"', "SWITCH=y"),
        ("SWITCH=n", "SWITCH=n"),
        ("MODULE=m", "MODULE=m"),
        # What fits no type stays as it is, for Kconfig to refuse and the audit to tell.
        ('SYSRQ="all"', 'SYSRQ="all"'),
        ("SECONDS=y", "SECONDS=y"),
        ("SWITCH=2", "SWITCH=2"),
        ("NOWHERE=432", "NOWHERE=432"),
        ("ELSEWHERE=432", "ELSEWHERE=432"),
        ("HERE=16", "HERE=0x10"),
    ],
)
def test_a_value_is_written_as_its_type(asked: str, written: str, tmp_path: Path) -> None:
    for folder, text in (
        ("lib", KCONFIG),
        ("arch/mips", 'config HERE\n\thex "here"\n'),
        ("arch/arm", 'config HERE\n\tint "here"\n\nconfig ELSEWHERE\n\thex "there"\n'),
    ):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "Kconfig.debug").write_text(text)
    (tmp_path / "asked").write_text(f"OTHER=y\n{asked}\n")
    done = subprocess.run(
        [sys.executable, SCRIPT, "mips", "asked"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == f"OTHER=y\n{written}\n"


def test_nothing_asked_is_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "asked").write_text("")
    command = [sys.executable, SCRIPT, "mips", "asked"]
    assert subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout == b""
