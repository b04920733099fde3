"""All roots and ways to boot have one kernel for each board: that of tests/boot."""

from __future__ import annotations

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.plan import plan
from tests.support.installed import MODULES, ROUTER, SMALL

BOARDS = ("qemu-mipsel", "qemu-aarch64", "qemu-armv7l", "x86-64")


@pytest.mark.parametrize("device", BOARDS)
def test_the_symbols_are_the_same(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog.of((MODULES,))
    monkeypatch.setenv("LIMINIX_GEN_TEST_DEVICE", device)

    def symbols() -> dict[str, str]:
        made = plan(load(SMALL, catalog), DEBIAN)
        return {symbol.name: symbol.value for symbol in made.symbols}

    expected = {one.name: one.value for one in plan(load(ROUTER, catalog), DEBIAN).symbols}
    for root in catalog.device(device).roots:
        monkeypatch.setenv("LIMINIX_GEN_TEST_ROOT", root)
        assert symbols() == expected
