"""The configurations of kernels, compared with the plan."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.debian.boards import obstacle
from liminix_gen.debian.settings import nix_environment
from tests.support import scope
from tests.support.command_line import run
from tests.support.emission import ROOT
from tests.support.steps import load_plan
from tests.support.suites import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

TESTS = ROOT / "tests"


def values(config: str) -> Mapping[str, str]:
    """Read a .config; a symbol that is not in it has no value, which is the same as n."""
    return dict(re.findall(r"^CONFIG_(\w+)=(.*)$", config, re.MULTILINE))


SERVED = sorted(
    name for name in Catalog.of().devices if obstacle(Catalog.of().device(name)) is None
)


@pytest.mark.parametrize("device", SERVED)
def test_every_planned_symbol_has_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    """Builds the kernel of a board that this run boots, unless it is there.

    Of any other board only the configuration is made; `make prove` builds the rest.
    """
    attribute = "kernel.config" if scope.boots(device) else "kernel.audit"
    monkeypatch.setenv("LIMINIX_GEN_TEST_DEVICE", device)
    configuration = [TESTS / "boot" / "router.py", "--modules", TESTS / "modules"]
    # As in tests/support/router.py: one lock for both.
    run("emit", *configuration, *OPTIONS, "-o", "tree", cwd=tmp_path)
    process.run(["sh", "tree/fetch.sh"], cwd=tmp_path, env=nix_environment(), timeout_s=900)
    command = ["nix-build", "--no-out-link", "tree", "-A", attribute]
    built = process.run(command, cwd=tmp_path, env=nix_environment(), timeout_s=3000).stdout

    if scope.boots(device):
        command[-1] = "kernel.support"
        done = process.run(command, cwd=tmp_path, env=nix_environment(), timeout_s=300)
        support = Path(done.stdout.strip())
        assert re.search(
            r"^[0-9a-f]+ T start_kernel$", (support / "System.map").read_text(), re.MULTILINE
        )
        objects = (support / "objects").read_text().splitlines()
        assert {"init/main.o", "net/ipv4/tcp.o", "net/netfilter/nf_tables_api.o"} <= set(objects)
        assert objects == sorted(objects)
        assert not [name for name in objects if name.startswith(("scripts/", "tools/"))]

    symbols = load_plan(TESTS / "boot" / "router.py", modules=(TESTS / "modules",)).symbols
    planned = {symbol.name: symbol.value for symbol in symbols}
    got = values(Path(built.strip()).read_text())
    assert len(planned) > 60
    assert {name: got.get(name, "n") for name in planned} == planned
    # allnoconfig: what nobody asked for is not there, unless something that was asked for needs it.
    assert "MODULE_SIG" not in got
    assert "DEBUG_INFO" not in got


TYPED = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
config.kernel.config.update(
    MAGIC_SYSRQ=True, MAGIC_SYSRQ_DEFAULT_ENABLE=0x1B0, MESSAGE_LOGLEVEL_DEFAULT="0x5",
    PANIC_TIMEOUT="0x0A", LOCALVERSION="5", DEFAULT_HOSTNAME="y",
)
"""


def test_values_are_written_as_the_types_of_their_symbols(tmp_path: Path) -> None:
    """Kconfig would take 432 for 0x432, and drop a number in hex and text without quotes."""
    (tmp_path / "router.py").write_text(TYPED)
    run("emit", "router.py", *OPTIONS, "-o", "tree", cwd=tmp_path)
    process.run(["sh", "tree/fetch.sh"], cwd=tmp_path, env=nix_environment(), timeout_s=900)
    command = ["nix-build", "--no-out-link", "tree", "-A", "kernel.audit"]
    built = process.run(command, cwd=tmp_path, env=nix_environment(), timeout_s=1500).stdout
    got = values(Path(built.strip()).read_text())
    assert got["MAGIC_SYSRQ_DEFAULT_ENABLE"] == "0x1b0"
    assert got["MESSAGE_LOGLEVEL_DEFAULT"] == "5"
    assert got["PANIC_TIMEOUT"] == "10"
    assert got["LOCALVERSION"] == '"5"'
    assert got["DEFAULT_HOSTNAME"] == '"y"'
