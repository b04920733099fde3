"""`check --kernel`: the same answer as that of a kernel's build, and what helps."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from liminix_gen.debian.settings import nix_environment
from liminix_gen.kconfig.types import types_of
from tests.support import scope
from tests.support.answers import answer
from tests.support.command_line import run
from tests.support.emission import HELLO, ROOT, fetched, lock_file, prepared
from tests.support.evaluation import unpack
from tests.support.suites import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

pytestmark = pytest.mark.nix


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree whose packages are in the store."""
    folder = tmp_path_factory.mktemp("kernel")
    ready = prepared(HELLO, folder)
    fetched(ready)
    return unpack(ready.tree, folder / "tree")


def nix_build(*words: str | Path) -> Path:
    command = ["nix-build", "--no-out-link", *words]
    done = process.run(command, env=nix_environment(), timeout_s=3000)
    return Path(done.stdout.strip())


def symbols_of(tree: Path) -> Mapping[str, str]:
    text = json.dumps(str(tree / "system.nix"))
    expression = f"(import {text} {{ liminix.kernel = x: x; liminix.using = a: b: {{}}; "
    expression += "liminix.callService = x: {}; liminix.system = x: x; liminix.packages = {}; })"
    command = ["nix-instantiate", "--eval", "--strict", "--json"]
    command += ["--expr", f"{expression}.kernel.symbols"]
    return json.loads(process.run(command, env=nix_environment()).stdout)


def drawn(random: Random, types: Mapping[str, str]) -> Mapping[str, str]:
    """Return a few symbols as a user may ask for them, rightly and wrongly."""
    names = random.sample(sorted(types), random.randint(1, 12))
    values = {"bool": "yn", "tristate": "ymn", "int": "179", "hex": "179", "string": "ab"}
    return {name: random.choice(values[types[name]]) for name in names}


def test_what_kconfig_reads_gives_what_the_whole_source_gives(
    tree: Path, tmp_path: Path, figure: Callable[[str, str], None]
) -> None:
    count = 200 if scope.PROVING else 10
    types = types_of(nix_build(tree, "-A", "kernel.kconfig"), AnyName())
    assert len(types) > 10_000
    base, sets = symbols_of(tree), tmp_path / "sets"
    sets.mkdir()
    for number in range(count):
        random = Random(number)  # noqa: S311  the same for the same number
        asked = {**base, **drawn(random, types)}
        lines = (f"{name}={value}\n" for name, value in sorted(asked.items()))
        (sets / f"{number:03}").write_text("".join(lines))
    words = ["--arg", "tree", str(tree), "--arg", "sets", str(sets)]
    file = ROOT / "tests" / "build" / "kconfig.nix"
    whole, reused = (nix_build(file, "-A", one, *words) for one in ("whole", "reused"))
    names = sorted(path.name for path in whole.iterdir())
    assert len(names) == 2 * count
    wrong = [one for one in names if (whole / one).read_text() != (reused / one).read_text()]
    assert wrong == []
    # Both kinds of answers are among them.
    sizes = [path.stat().st_size for path in whole.glob("*.log")]
    assert any(sizes)
    assert min(path.stat().st_size for path in whole.glob("*.config")) > 10_000
    figure("sets of symbols that check --kernel sees as the build does", f"{count} of {count}")


class AnyName:
    """All names."""

    def __contains__(self, name: object) -> bool:
        return True


LOST = """\
config.kernel.config["ATH9K"] = "m"
config.kernel.config["NFT_MASK"] = "m"
config.kernel.config["BRIDGE_NETFILTER"] = "m"
config.kernel.config["HZ_250"] = "y"
config.kernel.config["XZ_DEC"] = "y"
"""


def check(folder: Path, *words: str, code: int = 0) -> str:
    """Run `check --kernel`; each time that Kconfig is asked takes seconds, on a busy machine many."""
    command = ("check", "--kernel", *words, "router.py", *OPTIONS)
    return run(*command, cwd=folder, code=code, timeout_s=1500).stdout


def router(folder: Path, more: str) -> Path:
    (folder / "router.lock").write_text(lock_file().read_text())
    (folder / "router.py").write_text(HELLO + more)
    return folder / "router.py"


def test_what_is_lost_and_what_helps(tmp_path: Path) -> None:
    router(tmp_path, LOST)
    found = answer("check --kernel", check(tmp_path, "--json", code=3))
    lost = {one["name"]: one for one in found["lost"]}
    # The board asks for HZ_100, and of a choice only one can be on.
    choice = {"HZ_100", "HZ_250"}
    (off,) = choice.intersection(lost)
    assert set(lost) == {"ATH9K", "NFT_MASK", "BRIDGE_NETFILTER", off}
    assert lost[off]["rivals"] == list(choice - {off})
    assert {"WLAN", "MAC80211", "CFG80211"} <= set(lost["ATH9K"]["parents"])
    number = 1 + (HELLO + LOST).splitlines().index('config.kernel.config["ATH9K"] = "m"')
    assert lost["ATH9K"]["askers"] == [f"config.kernel.config (router.py:{number})"]
    assert "NFT_MASQ" in lost["NFT_MASK"]["near"]
    assert {one["name"] for one in found["left"]} == {"NFT_MASK", off}
    assert {"WLAN", "MAC80211", "NETFILTER", "BRIDGE"} <= set(found["lines"])
    assert found["selected"] == ["XZ_DEC"]  # squashfs has it, whatever else is lost


def test_fix_writes_lines_that_help(tmp_path: Path) -> None:
    config = router(tmp_path, 'config.kernel.config["ATH9K"] = "m"')
    shown = check(tmp_path, "--fix")
    assert "written to router.py:" in shown
    added = config.read_text().removeprefix(HELLO).splitlines()
    assert 'config.kernel.config["MAC80211"] = "m"' in added
    assert 'config.kernel.config["WLAN"] = "y"' in added
    again = check(tmp_path)
    assert ": Kconfig grants all of them" in again.splitlines()[0]


def test_what_others_select_need_not_be_asked_for(tmp_path: Path) -> None:
    more = 'config.kernel.config["XZ_DEC"] = "y"\nconfig.kernel.config["DUMMY"] = "m"\n'
    router(tmp_path, more)
    found = answer("check --kernel", check(tmp_path, "--json"))
    assert found["selected"] == ["XZ_DEC"]
