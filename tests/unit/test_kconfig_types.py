"""Types of symbols, as Kconfig files define them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liminix_gen.kconfig.types import types_of

if TYPE_CHECKING:
    from pathlib import Path

KCONFIG = """\
menuconfig NET
\tbool "Networking"
\thelp
\t  config INSIDE_HELP
\t    bool

config BRIDGE
\t# a comment

\ttristate "Bridging"
\tdepends on NET

config LEVEL
\tint "Level"
config HIDDEN
\tdef_bool y
config NAME
\tdepends on NET
\tstring "Name"
"""


def test_types_of_symbols(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "Kconfig").write_text(KCONFIG)
    names = {"NET", "BRIDGE", "LEVEL", "HIDDEN", "NAME", "ABSENT"}
    assert types_of(tmp_path, names) == {
        "NET": "bool",
        "BRIDGE": "tristate",
        "LEVEL": "int",
        "HIDDEN": "bool",
        "NAME": "string",
    }
    assert types_of(tmp_path, {"NET"}) == {"NET": "bool"}
