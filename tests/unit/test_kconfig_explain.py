"""templates/nix/lib/kernel/kernel-explain.py on a small Kconfig tree."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "templates/nix/lib/kernel/kernel-explain.py"

KCONFIG = """\
mainmenu "A kernel"

config NET
\tbool "Networking"
\thelp
\t  This text says: depends on NOTHING
\t  if it is read.

\t  config INSIDE_HELP

if NET

source "net/$(SRCARCH)/Kconfig"

endif # NET

menu "Drivers"
\tdepends on HAS_IO && \\
\t\t!NO_DRIVERS

config DRIVER
\ttristate "A driver"
\tselect LIBRARY

endmenu

config HAS_IO
\tdef_bool y

config NO_DRIVERS
\tbool "None"

config LIBRARY
\ttristate

choice
\tprompt "Speed"

config SLOW
\tbool "Slow"

config FAST
\tbool "Fast" if NET || DRIVER = y

endchoice

config COMPILER
\tbool "Wants more of the compiler"
\tdepends on $(cc-option,-fwonder $(flags))
"""

NET_KCONFIG = """\
menuconfig NETFILTER
\tbool "Packet filter"

config NAT
\ttristate "Address translation"
\tdepends on NETFILTER && (INET || !NAT_OFF)

config INET
\tbool "IP"

config NAT_OFF
\tbool "Off"

config SIX
\ttristate "Six"
\tdepends on m && NET!=n
"""


@pytest.fixture(name="tree")
def _tree(tmp_path: Path) -> Path:
    (tmp_path / "net/mips").mkdir(parents=True)
    (tmp_path / "Kconfig").write_text(KCONFIG)
    (tmp_path / "net/mips/Kconfig").write_text(NET_KCONFIG)
    return tmp_path


def explained(tree: Path, lost: str, config: str) -> list[str]:
    (tree / ".config").write_text(config)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "mips"],
        input=f"liminix-gen-audit: lost {lost} got=absent\n",
        cwd=tree,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.removeprefix("liminix-gen-audit: ") for line in done.stderr.splitlines()]


def test_parents_are_named_with_their_own_parents(tree: Path) -> None:
    assert explained(tree, "NAT asked=m", "CONFIG_HAS_IO=y\n") == [
        "parent NAT NET",
        "parent NAT NETFILTER",
        "parent NETFILTER NET",
    ]


def test_an_alternative_that_holds_is_enough(tree: Path) -> None:
    config = "CONFIG_NET=y\nCONFIG_NETFILTER=y\nCONFIG_NAT_OFF=y\n"
    assert explained(tree, "NAT asked=m", config) == ["parent NAT INET"]
    assert explained(tree, "NAT asked=m", config.replace("NAT_OFF=y", "NAT_OFF=n")) == []


def test_a_condition_of_a_menu_counts(tree: Path) -> None:
    config = "CONFIG_HAS_IO=y\nCONFIG_NO_DRIVERS=y\n"
    assert explained(tree, "DRIVER asked=m", config) == ["parent DRIVER !NO_DRIVERS"]


def test_built_in_needs_more_than_a_module_for_its_parent(tree: Path) -> None:
    config = "CONFIG_NET=y\n"
    assert explained(tree, "SIX asked=m", config) == []
    assert explained(tree, "SIX asked=y", config) == ["parent SIX m"]


def test_a_rival_of_a_choice_is_named(tree: Path) -> None:
    config = "CONFIG_NET=y\nCONFIG_SLOW=y\n"
    assert explained(tree, "FAST asked=y", config) == ["choice FAST SLOW"]


def test_a_condition_of_the_prompt_counts(tree: Path) -> None:
    assert explained(tree, "FAST asked=y", "CONFIG_SLOW=y\n") == ["parent FAST NET"]


def test_a_symbol_without_prompt_is_switched_on_by_others(tree: Path) -> None:
    assert explained(tree, "LIBRARY asked=y", "") == ["selected LIBRARY DRIVER"]


def test_near_names_of_an_unknown_symbol(tree: Path) -> None:
    assert explained(tree, "NETFILTRE asked=y", "") == ["near NETFILTRE NETFILTER"]


def test_what_only_the_compiler_knows_counts_as_granted(tree: Path) -> None:
    assert explained(tree, "COMPILER asked=y", "") == []


def test_text_of_a_help_is_not_read(tree: Path) -> None:
    assert explained(tree, "INSIDE_HELP asked=y", "") == []
    assert explained(tree, "NET asked=y", "") == []
