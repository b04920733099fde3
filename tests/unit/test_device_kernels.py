"""What a board's kernel must have for its processor and its work, which allnoconfig leaves out."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from liminix_gen import System
from liminix_gen.catalog import Catalog
from liminix_gen.nixpkgs.package_set import NIXPKGS
from liminix_gen.plan import plan

if TYPE_CHECKING:
    from collections.abc import Mapping

CATALOG = Catalog.of()
BOARDS = {name: CATALOG.device(name) for name in CATALOG.devices}
ARM64 = [name for name, board in BOARDS.items() if board.kernel.architecture == "arm64"]


@cache
def asked(board: str) -> Mapping[str, str]:
    """Return the symbols of a board that has nothing to do."""
    return {symbol.name: symbol.value for symbol in plan(System(device=board), NIXPKGS).symbols}


def cores(board: str) -> set[str]:
    """Return the names of the ARM cores, as the board's description has them: A72 and A53."""
    found = re.findall(r"\bA\d{1,2}\b", BOARDS[board].description)
    assert found
    return set(found)


def errata(board: str) -> set[str]:
    return {name for name in asked(board) if "_ERRATUM_" in name or "_ERRATA_" in name}


@pytest.mark.parametrize("board", BOARDS)
def test_queues_are_short_and_fair(board: str) -> None:
    symbols = asked(board)
    assert symbols["BQL"] == "y"
    # A default needs its parents, and another would be chosen instead of it.
    assert {"NET_SCHED", "NET_SCH_DEFAULT", "NET_SCH_FQ_CODEL"} <= symbols.keys()
    assert [name for name in symbols if re.fullmatch(r"DEFAULT_(FQ|SFQ|PFIFO|CODEL)\w*", name)] == [
        "DEFAULT_FQ_CODEL"
    ]


@pytest.mark.parametrize("board", BOARDS)
def test_the_tick_is_chosen_once(board: str) -> None:
    assert len([name for name in asked(board) if re.fullmatch(r"HZ_\d+", name)]) == 1


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_with_several_processors_says_how_many(board: str) -> None:
    symbols = asked(board)
    if "SMP" not in symbols:
        # Kconfig has no NR_CPUS there. On 64-bit ARM it always does, with 512.
        assert "NR_CPUS" not in symbols
        assert BOARDS[board].kernel.architecture in {"arm", "mips"}
        return
    assert 2 <= int(symbols["NR_CPUS"]) <= 64
    assert symbols["RPS"] == "y"


@pytest.mark.parametrize("board", ARM64)
def test_page_tables_have_three_levels(board: str) -> None:
    assert [name for name in asked(board) if name.startswith("ARM64_VA_BITS")] == [
        "ARM64_VA_BITS_39"
    ]


@pytest.mark.parametrize("board", ARM64)
def test_mitigations_of_64_bit_arm_are_there(board: str) -> None:
    assert {"MITIGATE_SPECTRE_BRANCH_HISTORY", "UNMAP_KERNEL_AT_EL0"} <= asked(board).keys()


@pytest.mark.parametrize("board", ARM64)
def test_boards_of_one_core_work_around_the_same_errata(board: str) -> None:
    """A kernel that several boards share has the errata of other cores too."""
    for core in cores(board):
        least = min((errata(other) for other in ARM64 if core in cores(other)), key=len)
        assert least <= errata(board)
    # Which of them a chip has is its revision's: the one that came last is in all chips.
    assert "A53" not in cores(board) or "ARM64_ERRATUM_843419" in errata(board)


def test_a_cortex_a9_with_several_cores_cleans_its_cache() -> None:
    boards = [name for name, board in BOARDS.items() if "Cortex-A9" in board.description]
    assert boards
    for board in boards:
        assert asked(board).keys() >= {"SMP", "ARM_ERRATA_764369"}


@pytest.mark.parametrize("board", BOARDS)
def test_a_crash_has_names_where_the_flash_has_room(board: str) -> None:
    symbols = asked(board)
    assert ("KALLSYMS" in symbols) != ("MTD_SPLIT_UIMAGE_FW" in symbols)


@pytest.mark.parametrize("board", BOARDS)
def test_what_belongs_together_is_together(board: str) -> None:
    symbols = asked(board)
    assert ("PCI" in symbols) == ("PCI_QUIRKS" in symbols)
    assert ("RTC_HCTOSYS" in symbols) == ("RTC_SYSTOHC" in symbols)


@pytest.mark.parametrize("board", BOARDS)
def test_ciphers_of_a_radio_are_not_tried_out(board: str) -> None:
    system = System(device=board)
    # A port may have two names.
    for name, interface in system.hardware.network_interfaces.items():
        if interface not in system.services.values():
            system.services[name] = interface
    symbols = {symbol.name for symbol in plan(system, NIXPKGS).symbols}
    assert ("MAC80211" in symbols) == ("CRYPTO_MANAGER_DISABLE_TESTS" in symbols)


@pytest.mark.parametrize("board", [one for one in BOARDS if BOARDS[one].kernel.openwrt])
def test_a_kernel_of_openwrt_with_flash_links(board: str) -> None:
    """Seen: without it vmlinux lacked register_mtd_blktrans_devs(), and no symbol was lost."""
    assert asked(board)["MTD"] == "y"
    assert asked(board)["MTD_BLOCK"] == "y"
