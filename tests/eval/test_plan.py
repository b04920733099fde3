"""What `plan` predicts of edits, held against the derivations that Nix makes of both trees."""

from __future__ import annotations

import atexit
import os
import re
import shutil
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest
from attrs import evolve, frozen

from liminix_gen import process
from liminix_gen.deploy import archive
from liminix_gen.nix import changes, derivation
from liminix_gen.nix.changes import Action, Rebuilt
from liminix_gen.nix.events import derivation_name
from liminix_gen.nix.kernels import is_kernel
from liminix_gen.nix.tree import write
from liminix_gen.package_set import Choices
from liminix_gen.workflow.copied import SYSTEM
from liminix_gen.workflow.evaluate import evaluate
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.forecast import Drawn, Other, copied, draw, loads
from liminix_gen.workflow.load import Planned, load, planned
from liminix_gen.workflow.options import Options
from tests.support import edits, scope, steps
from tests.support.answers import answer
from tests.support.command_line import PROGRAM, contents, run
from tests.support.emission import HELLO, ROOT, instantiated, lock_file
from tests.support.suites import OPTIONS, WITHOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

pytestmark = pytest.mark.nix

EXAMPLES = ("hello", "gateway", "home")
IMPORTS = "from liminix_gen import Group, PackagePath, User, link, text_file\n"
RIGHT_OF_A_HUNDRED = 95
WITHIN = 0.05
# Whose systems are built for the bytes: that of hello holds no kernel modules, and needs no kernel.
BUILT = EXAMPLES if scope.PROVING else ("hello",)


@cache
def lock() -> Path:
    """Return a lock that covers every edit of every example."""
    folder = Path(mkdtemp(prefix="lock-"))
    atexit.register(shutil.rmtree, folder)
    every = folder / "router.lock"
    for example, ground in product(EXAMPLES, edits.GROUNDS):
        text = (ROOT / "examples" / f"{example}.py").read_text()
        more = f"config.packages = {edits.PACKAGES!r}\n"
        (folder / "router.py").write_text(edits.on(ground, text + more))
        steps.prepare(folder / "router.py", choices=Choices(without=WITHOUT))
    return every


@frozen
class Side:
    """A configuration, what `plan` knows of it, and what Nix makes of it: paths by derivation."""

    found: Planned
    drawn: Drawn
    loads: dict[str, frozenset[str]]
    ground: tuple[str, str]
    derivations: dict[str, str]
    outputs: dict[str, str]


def side(example: str, ground: tuple[str, str], more: str, folder: Path) -> Side:
    folder.mkdir()
    text = (ROOT / "examples" / f"{example}.py").read_text()
    (folder / "router.py").write_text(edits.on(ground, text) + IMPORTS + more)
    shutil.copy(lock(), folder / "router.lock")
    options = Options(choices=Choices(without=WITHOUT))
    found = planned(load(folder / "router.py", options), options)
    drawn = draw(found, options)
    assert drawn.prepared is not None, "the lock does not cover it"
    write(drawn.tree, folder / "tree")
    names = [name for name in ("default", "system") if name in found.plan.outputs]
    outputs = instantiated(folder / "tree", *(f"outputs.{name}" for name in names))
    return Side(
        found=found,
        drawn=drawn,
        loads=dict(loads(found)),
        ground=ground,
        derivations=closure(outputs.values()),
        outputs=dict(outputs),
    )


def closure(starts: Iterable[str]) -> dict[str, str]:
    waiting, seen = list(starts), dict[str, str]()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = derivation_name(path)
            waiting += derivation.read(Path(path)).inputs
    return seen


def really(old: Side, new: Side) -> tuple[Rebuilt, Action]:
    """Return what is made again, as the paths of derivations say it."""
    differ = {name for path, name in new.derivations.items() if path not in old.derivations}
    kernel = any(is_kernel(path) for path in new.derivations if path not in old.derivations)
    services = {name.removeprefix("service-") for name in differ if name.startswith("service-")}
    image = new.outputs["outputs.default"] != old.outputs["outputs.default"]
    system = "outputs.system"
    if system in new.outputs:
        root = new.outputs[system] != old.outputs.get(system)
    else:
        root = "root-tree.json" in differ
    made = Rebuilt(
        kernel=kernel, root=root, image=image, services=tuple(sorted(services)), packages=()
    )
    if system in new.outputs and not kernel and root and old.ground == new.ground:
        return made, "update"
    return made, "flash" if image else "none"


def wrong_bytes(seed: int, old: Side, new: Side) -> str:
    """Build both systems; return what was foreseen wrongly of the bytes to copy, or nothing."""
    options = Options(choices=Choices(without=WITHOUT))
    nix = new.found.packages.nix(options.choices)
    before = set(nix.closure(built(old, options)))
    other = Other(
        contents=old.drawn.contents,
        evaluate=lambda _: evaluate(old.drawn.locked(), options, (SYSTEM,)),
    )
    foreseen = copied(new.found, new.drawn, other, options)
    missing = sorted({*nix.closure(built(new, options))} - before)
    copied_bytes = sum(map(len, archive.pack(missing, nix.physical)))
    assert foreseen is not None
    if abs(foreseen / copied_bytes - 1) <= WITHIN:
        return ""
    return f"seed {seed}: {foreseen} bytes to copy, but {copied_bytes}: {missing}"


def built(side: Side, options: Options) -> str:
    """Build the system of a configuration, and return its store path."""
    prepared = side.drawn.locked()
    nix = side.found.packages.nix(options.choices)
    fetch(prepared, options, nix)
    command = ["nix-store", "--realise", side.outputs[SYSTEM]]
    return process.run(command, env=nix.environ, timeout_s=7200).stdout.split()[-1]


def wrongs(seed: int, folder: Path) -> str:
    """Return what was predicted wrongly of an edit, or nothing."""
    random = Random(seed)  # noqa: S311  the same for the same seed
    example = random.choice(EXAMPLES)
    ground = random.choice(edits.GROUNDS)
    before, after = random.choice(("", edits.edit(random))), edits.edit(random)
    old = side(example, ground, before, folder / f"{seed}-old")
    new = side(example, edits.another(random, ground), after, folder / f"{seed}-new")
    foreseen = changes.rebuilt(old.drawn.contents, new.drawn.contents, new.loads)
    action = changes.action(old.drawn.contents, new.drawn.contents, foreseen)
    expected = (evolve(foreseen, packages=()), action)
    if expected == really(old, new):
        return wrong_bytes(seed, old, new) if action == "update" and example in BUILT else ""
    edit = f"seed {seed}, {example} on {old.ground}:\n{before}->\n{after}on {new.ground}:\n"
    return f"{edit}{expected}\nbut\n{really(old, new)}"


def test_predictions_of_edits_are_right(tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    count = 100 if scope.PROVING else 10
    wrong = [found for seed in range(count) if (found := wrongs(seed, tmp_path))]
    figure("predictions of edits that were right", f"{count - len(wrong)} of {count}")
    assert len(wrong) <= count - RIGHT_OF_A_HUNDRED * count // 100, "\n\n".join(wrong)


def test_a_package_that_the_lock_lacks_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the index that a lock loaded before; without one, all else is known."""
    shutil.copy(lock_file(), tmp_path / "router.lock")
    (tmp_path / "router.py").write_text(HELLO + 'config.packages = ["zile"]\n')
    before = contents(tmp_path)

    def planned() -> Mapping[str, object]:
        return answer("plan", run("plan", "router.py", "--json", *OPTIONS, cwd=tmp_path).stdout)

    made = planned()
    assert made["unlocked"] >= 1
    assert {name.split()[0] for name in made["cost"]["fetched"]} >= {"zile"}
    assert any(name.startswith("zile-") for name in made["cost"]["built"])
    assert contents(tmp_path) == before, "plan writes nothing"
    shown = run("plan", "router.py", *OPTIONS, cwd=tmp_path).stdout
    assert "to add, of the package index that was loaded last" in shown

    (tmp_path / "router.py").write_text(HELLO + 'config.packages = ["zilch"]\n')
    number = HELLO.count("\n") + 1
    said = run("plan", "router.py", *OPTIONS, cwd=tmp_path, code=2).stderr
    assert f"router.py:{number}: Debian 12 (bookworm) has no package zilch" in said

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "router.py").write_text(HELLO + 'config.packages = ["zile"]\n')
    made = planned()
    assert made["cost_unknown_because"].startswith("the lock does not cover the packages")
    assert ("+", "package", "zile") in {(i["sign"], i["kind"], i["name"]) for i in made["changes"]}


def test_the_last_line_says_what_is_copied(tmp_path: Path) -> None:
    """Of a tree or a revision; a manifest alone does not say what its store paths are."""
    shutil.copy(lock(), tmp_path / "router.lock")
    router = tmp_path / "router.py"
    router.write_text(edits.on(("qemu-mipsel", "ext4"), HELLO))
    run("emit", "router.py", "-o", "tree", *OPTIONS, cwd=tmp_path)
    shutil.copy(tmp_path / "tree" / "manifest.json", tmp_path / "alone.json")
    router.write_text(f"{router.read_text()}config.packages = ['tcpdump']\n")

    shown = run("plan", "router.py", "--against", "tree", *OPTIONS, cwd=tmp_path).stdout
    (size,) = re.findall(r"^plan: .* to remove, update, ([\d.]+) MB to copy$", shown, re.MULTILINE)
    assert 8 < float(size) < 15  # tcpdump with its libraries
    alone = ("plan", "router.py", "--against", "alone.json", "--json", *OPTIONS)
    assert answer("plan", run(*alone, cwd=tmp_path).stdout)["copied_bytes"] is None


FACTS = """\
protocol=1
device=qemu-mipsel
hostname=hello
root=ext4
kernel={kernel}
boot=b
active={active}
confirmed={active}
free-bytes=1000000
memory-available=1000000
watchdog=no
kexec=no
"""


@pytest.mark.parametrize(
    ("more", "kernel", "action"),
    [
        ("", "", "none"),
        (edits.EXAMPLE, "", "update"),
        (edits.EXAMPLE, "0" * 32, "flash"),
    ],
)
def test_a_board_says_what_it_takes(tmp_path: Path, more: str, kernel: str, action: str) -> None:
    """The board is a program that answers as one would that runs hello."""
    there = side("hello", ("qemu-mipsel", "ext4"), "", tmp_path / "there")
    system = derivation.read(Path(there.outputs["outputs.system"])).outputs["out"]
    of_kernel = next(path for path in there.derivations if is_kernel(path))
    runs = Path(derivation.read(Path(of_kernel)).outputs["out"]).name[:32]
    init = f"/nix/store/{'0' * 32}-init"
    held = there.drawn.contents
    names = (*held.names("service"), *held.names("loader"), "serviced")
    (tmp_path / "facts").write_text(FACTS.format(kernel=kernel or runs, active=system))
    (tmp_path / "paths").write_text(f"{init}\n")
    (tmp_path / "names").write_text("".join(f"{name}\n" for name in names))
    (tmp_path / "ssh").write_text(
        "#!/bin/sh\nfor last; do :; done\n"
        f'case $last in\n"system facts") cat {tmp_path}/facts ;;\n'
        f"*/store-paths) cat {tmp_path}/paths ;;\n"
        f'"ls {init}/scandir") cat {tmp_path}/names ;;\n'
        "*) exit 9 ;;\nesac\n"
    )
    (tmp_path / "ssh").chmod(0o755)

    side("hello", ("qemu-mipsel", "ext4"), more, tmp_path / "here")
    path = f"{tmp_path}:{os.environ['PATH']}"
    command = [PROGRAM, "plan", "router.py", "--against", "root@board", "--json", *OPTIONS]
    done = process.run(command, cwd=tmp_path / "here", env=process.environment(PATH=path))
    made = answer("plan", done.stdout)
    assert made["action"] == action
    services = {(one["sign"], one["name"]) for one in made["changes"] if one["kind"] == "service"}
    assert services == ({("+", "out")} if more else set())
