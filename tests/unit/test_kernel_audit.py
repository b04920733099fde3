"""templates/nix/lib/kernel/kernel-audit.awk: what was asked of Kconfig against what it gave."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "templates/nix/lib/kernel/kernel-audit.awk"

CONFIG = """\
#
# Linux/mips 6.1 Kernel Configuration
#
CONFIG_NET=y
CONFIG_BRIDGE=m
# CONFIG_WLAN is not set
CONFIG_CMDLINE="console=ttyS0 a=b"
CONFIG_PANIC_TIMEOUT=10
CONFIG_MAGIC_SYSRQ_DEFAULT_ENABLE=0x1B0
CONFIG_BASE_SMALL=-0
CONFIG_START=0x0
"""


def audit(asked: str, tmp_path: Path) -> tuple[int, list[str]]:
    (tmp_path / "asked").write_text(asked)
    (tmp_path / ".config").write_text(CONFIG)
    done = subprocess.run(
        ["awk", "-f", SCRIPT, tmp_path / "asked", tmp_path / ".config"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize(
    "asked",
    [
        "NET=y",
        "BRIDGE=m",
        "NET=m",  # built in, because another symbol selects it
        "WLAN=n",
        "UNKNOWN=n",
        'CMDLINE="console=ttyS0 a=b"',
        "PANIC_TIMEOUT=10",
        "PANIC_TIMEOUT=010",
        "MAGIC_SYSRQ_DEFAULT_ENABLE=0x1b0",
        "MAGIC_SYSRQ_DEFAULT_ENABLE=0x01B0",
        "BASE_SMALL=0",
        "START=0x00",
        "NET=y\nBRIDGE=m",
    ],
)
def test_granted(asked: str, tmp_path: Path) -> None:
    assert audit(asked + "\n", tmp_path) == (0, [])


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("WLAN=y", "lost WLAN asked=y got=n"),
        ("BRIDGE=y", "lost BRIDGE asked=y got=m"),
        ("NET=n", "lost NET asked=n got=y"),
        ("UNKNOWN=m", "lost UNKNOWN asked=m got=absent"),
        ("PANIC_TIMEOUT=5", "lost PANIC_TIMEOUT asked=5 got=10"),
        ("PANIC_TIMEOUT=0x10", "lost PANIC_TIMEOUT asked=0x10 got=10"),
        ("PANIC_TIMEOUT=100", "lost PANIC_TIMEOUT asked=100 got=10"),
        ("PANIC_TIMEOUT=-10", "lost PANIC_TIMEOUT asked=-10 got=10"),
        (
            "MAGIC_SYSRQ_DEFAULT_ENABLE=0x432",
            "lost MAGIC_SYSRQ_DEFAULT_ENABLE asked=0x432 got=0x1B0",
        ),
        ('CMDLINE="console=ttyS0"', 'lost CMDLINE asked="console=ttyS0" got="console=ttyS0 a=b"'),
    ],
)
def test_lost(asked: str, line: str, tmp_path: Path) -> None:
    assert audit(asked + "\n", tmp_path) == (1, [f"liminix-gen-audit: {line}"])


def test_every_lost_symbol_in_the_order_asked(tmp_path: Path) -> None:
    code, lines = audit("WLAN=y\nNET=y\nAAA=y\n", tmp_path)
    assert code == 1
    assert [line.split()[2] for line in lines] == ["WLAN", "AAA"]
