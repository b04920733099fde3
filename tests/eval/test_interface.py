"""Every service type, every board and every example evaluates with the interface alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen import System, process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.settings import nix_environment
from liminix_gen.model import base
from liminix_gen.process import CommandError
from tests.support.command_line import run
from tests.support.emission import HELLO, emitted, lock_file
from tests.support.evaluation import NIX, evaluate, evaluate_trees, planned, rendered, unpack
from tests.support.services import Bench
from tests.unit.test_modules import TYPES

HERE = Path(__file__).parent
BOARDS = sorted(Catalog.of().devices)
# Those of every image cannot be there twice.
BESIDE_BASE = [type_ for type_ in TYPES if type_ not in base.SERVICES.values()]
EXAMPLES = sorted(Path("examples").glob("*.py"))


def asked_of(board: str) -> str:
    """Return what a board asks of its kernel, with nothing to do."""
    system = System(device=board)
    build = evolve(system.device.kernel, device_tree=None, symbols={})
    return f"{build} {[(one.name, one.value) for one in planned(system).symbols]}"


def test_all_evaluate(tmp_path: Path) -> None:
    """In one process, so that this takes seconds; an error names the service and its file."""
    for type_ in BESIDE_BASE:
        bench = Bench(type_)
        service = bench.good(type_, **bench.required(type_))
        bench.put(service)
        unpack(rendered(bench.system), tmp_path / f"type-{type_}")
    for board in BOARDS:
        unpack(rendered(System(device=board)), tmp_path / f"board-{board}")
    for example in EXAMPLES:
        unpack(rendered(load(example, Catalog.of())), tmp_path / f"example-{example.stem}")

    found = evaluate_trees(tmp_path)
    assert len(found) == len(BESIDE_BASE) + len(BOARDS) + len(EXAMPLES)
    for name, derivations in found.items():
        assert {"kernel", "squashfs", "default"} <= derivations.keys(), name
    # Boards of one family share a kernel: all but its device tree is the same.
    kernels = {(found[f"board-{board}"]["kernel"], asked_of(board)) for board in BOARDS}
    assert (
        len(kernels) == len({path for path, _ in kernels}) == len({asked for _, asked in kernels})
    )
    # One board, one hostname: the service alone makes the difference.
    images = [found[f"type-{type_}"]["squashfs"] for type_ in BESIDE_BASE]
    assert len(set(images)) == len(BESIDE_BASE)


@pytest.mark.parametrize("package_set", ["debian", "nixpkgs"])
def test_this_nix_parses_every_file(tmp_path: Path, package_set: str) -> None:
    """Also one that is too old for nixpkgs: Debian 12 has 2.8."""
    tree = unpack(rendered(load(EXAMPLES[0], Catalog.of()), package_set), tmp_path / "tree")
    files = sorted(tree.rglob("*.nix"))
    assert len(files) > 20
    process.run(["nix-instantiate", "--parse", *files], env=nix_environment())


def test_the_debian_set_holds_what_the_interface_lists(tmp_path: Path) -> None:
    found = evaluate(HERE / "extras.nix", nix=NIX, tree=emitted(HELLO, tmp_path))
    assert found == {"lib": [], "set": [], "stdenv": [], "complete": True}


MODULE = """\
from liminix_gen import Part, Service, oneshot, parameter, service_type, values
from liminix_gen.model import base

@service_type
class Gauge(Service):
    level: str = parameter(values.Text(), "a level", default="7", example="8")

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("gauge.nix", packages=({packages}), level=self.level),)
"""
WHERE = "service `gauge`, modules/gauge/gauge.nix: "


def gauge(folder: Path, body: str, packages: str = "") -> System:
    """A system with a service of the user's own type."""
    module = folder / "modules" / "gauge"
    module.mkdir(parents=True)
    (module / "module.py").write_text(MODULE.format(packages=packages))
    (module / "gauge.nix").write_text(body)
    file = folder / "router.py"
    file.write_text(
        "from liminix_gen import System\n"
        'config = System(device="qemu-mipsel")\n'
        'config.services["gauge"] = config.service.gauge.build()\n'
    )
    return load(file, Catalog.of(modules=(folder / "modules",)))


def test_a_users_own_type_evaluates(tmp_path: Path) -> None:
    body = "{ dnsmasq, level, sh }: { up = ''echo ${dnsmasq} ${sh.word level}''; }"
    unpack(rendered(gauge(tmp_path, body, '"dnsmasq",')), tmp_path / "trees" / "one")
    assert evaluate_trees(tmp_path / "trees")["one"]["squashfs"].endswith("-root.squashfs.drv")


@pytest.mark.parametrize(
    ("body", "packages", "message"),
    [
        ('{ level, dnsmasq }: { up = "${dnsmasq} ${level}"; }', "", "`dnsmasq` is neither"),
        ('{ level, pkgs }: { up = "${pkgs.dnsmasq} ${level}"; }', "", "`pkgs` is neither"),
        ("{ level }: { up = level; }", '"dnsmasq",', "`dnsmasq` is declared in module.py, but"),
        ('{ }: { up = ""; }', "", "`level` is declared in module.py, but"),
        ("{ level, cowsay }: { up = level; }", '"cowsay",', "there is no package `cowsay`"),
        ("{ level, hello }: { up = level; }", '"hello",', "there is no package `hello`"),
        ("{ level, lib }: { up = lib.mkIf true level; }", "", "attribute 'mkIf' missing"),
        (
            '{ buildPackages, level }: { up = "${buildPackages.hello} ${level}"; }',
            "",
            "attribute 'hello' missing",
        ),
        ('{ level }: { up = level; run = ""; }', "", "a oneshot has no `run`"),
    ],
)  # fmt: skip
def test_what_is_not_declared_is_an_error(
    tmp_path: Path, body: str, packages: str, message: str
) -> None:
    unpack(rendered(gauge(tmp_path, body, packages)), tmp_path / "trees" / "one")
    with pytest.raises(CommandError) as raised:
        evaluate_trees(tmp_path / "trees")
    text = re.sub(r"\x1b\[[0-9;]*m", "", raised.value.completed.stderr)
    assert message in text
    assert "missing" in message or WHERE in text


def test_show_trace_shows_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gauge(tmp_path, "{ level, lib }: { up = lib.boolToString (level + 1); }")
    shutil.copy(lock_file(), tmp_path / "router.lock")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    words = ("build", "router.py", "--modules", "modules")
    short = run(*words, cwd=tmp_path, code=4).stderr
    whole = run(*words, "--show-trace", cwd=tmp_path, code=4).stderr
    for told in (short, whole):
        assert "router.py:3: cannot coerce an integer to a string" in told
        assert "/modules/gauge/gauge.nix:1" in told
    assert "all steps of the evaluation: --show-trace" in short
    step = r"of (the )?derivation 'service-gauge'"  # by the version of Nix
    assert not re.search(step, short)
    assert re.search(step, whole)


def test_a_user_is_told_by_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gauge(tmp_path, '{ level, pkgs }: { up = "${pkgs.dnsmasq} ${level}"; }')
    shutil.copy(lock_file(), tmp_path / "router.lock")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    refused = run("build", "router.py", "--modules", "modules", cwd=tmp_path, code=4)
    message = f"{WHERE}`pkgs` is neither a declared package, a parameter nor a writer"
    # The line of the user's that built the service.
    assert f"router.py:3: {message}" in refused.stderr
    assert "/lib/services/service.nix:" in refused.stderr
    assert not (tmp_path / "result").exists()
