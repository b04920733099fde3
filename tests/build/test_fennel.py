"""Programs in Fennel: compiled and tested by the build, and what it says of a mistake."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from liminix_gen.errors import LiminixGenError
from liminix_gen.nix import blame
from liminix_gen.nix.failures import DerivationError, ExpressionError
from liminix_gen.package_set import Choices
from liminix_gen.workflow.emit import Prepared
from liminix_gen.workflow.explain import explained
from tests.support import compiled
from tests.support.steps import prepare
from tests.support.suites import WITHOUT

pytestmark = pytest.mark.nix

MODULES = Path(__file__).parent.parent / "modules"
ROUTER = """\
from liminix_gen import System

config = System(device="x86-64")
lan = config.service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan
config.services["it"] = config.service.test.follower.build(value=lan.output("ifname"))
"""
# What the device's interpreter needs of the environment: nothing.
BARE = {"PATH": "/usr/bin:/bin"}


class Bench:
    """A router with the follower, whose files a test may change."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder = folder
        if lock.exists():
            shutil.copy(lock, folder)
        self.modules = folder / "modules"
        shutil.copytree(MODULES / "test" / "follower", self.modules / "test" / "follower")
        (folder / "router.py").write_text(ROUTER)

    def file(self, name: str) -> Path:
        return self.modules / "test" / "follower" / name

    def change(self, name: str, before: str, after: str) -> None:
        text = self.file(name).read_text()
        assert before in text
        self.file(name).write_text(text.replace(before, after))

    def prepared(self) -> Prepared:
        return prepare(
            self.folder / "router.py",
            choices=Choices(without=WITHOUT),
            modules=(self.modules,),
        )

    def program(self) -> Path:
        """Build the service, and return its program."""
        tree = compiled.parts(self.prepared(), self.folder / "tree")
        run = (compiled.built(tree, "services.it.directory") / "run").read_text()
        found = re.search(r"exec (\S+)/bin/follower", run)
        assert found
        return Path(found[1])

    def refusal(self) -> str:
        """Return what a user reads of a build that fails."""
        ready = self.prepared()
        tree = compiled.parts(ready, self.folder / "tree")
        try:
            compiled.built(tree, "services.it.directory")
        except DerivationError as error:
            return self.shown(explained(error, ready.plan))
        except ExpressionError as error:
            return self.shown(blame.placed(error, ready.plan, tree, whole=False))
        raise AssertionError("it was built")

    def shown(self, error: LiminixGenError) -> str:
        return str(error).replace(f"{self.folder}/", "")


@pytest.fixture(scope="module")
def lock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lock for all: what it needs is looked up once."""
    folder = tmp_path_factory.mktemp("lock")
    Bench(folder, folder / "router.lock").prepared()
    return folder / "router.lock"


@pytest.fixture
def bench(tmp_path: Path, lock: Path) -> Bench:
    return Bench(tmp_path, lock)


def test_the_program_runs_its_main_function_once(bench: Bench) -> None:
    bench.file("follower.fnl").write_text(
        '(print "loaded")\n(fn main [one two] (print one two) (values 7))\n{: main}\n'
    )
    bench.file("follower-test.fnl").unlink()
    program = bench.program()
    done = subprocess.run(
        [program / "bin" / "follower", "a b", "c"],
        env=BARE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # Once, though it is a module too.
    assert (done.stdout, done.stderr, done.returncode) == ("loaded\na b\tc\n", "", 7)


def test_another_program_takes_the_module_and_programs_by_path(bench: Bench) -> None:
    bench.file("follower.nix").write_text("""
{ busybox, value, writeFennel }:
let
  library = writeFennel "half" { } ./half.fnl;
  program = writeFennel "follower" {
    mainFunction = "main";
    packages = [ library busybox ];
  } ./follower.fnl;
in
{
  run = ''
    exec ${program}/bin/follower ${value.output}
  '';
}
""")
    bench.change("module.py", '"follower.nix", ', '"follower.nix", packages=("busybox",), ')
    bench.file("half.fnl").write_text("(fn half [n] (// n 2))\n{: half}\n")
    bench.file("half-test.fnl").write_text(
        "(import-macros {: expect=} :router.test)\n(expect= ((. (require :half) :half) 9) 4)\n"
    )
    bench.file("follower.fnl").write_text("""\
(local {: half} (require :half))
(local processes (require :router.processes))
(fn main []
  (print (half 8) (processes.check [:basename "/a/b"])))
{: main}
""")
    bench.file("follower-test.fnl").unlink()
    program = bench.program()
    done = subprocess.run(
        [program / "bin" / "follower"], env={}, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("4\tb\n\n", "", 0)


def test_an_error_while_it_runs_names_the_line_of_the_source(bench: Bench) -> None:
    bench.file("follower.fnl").write_text(
        '(fn deep []\n  ;; Three lines\n  ;; above.\n  (error "no way"))\n(fn main []\n  (deep) nil)\n{: main}\n'
    )
    bench.file("follower-test.fnl").unlink()
    done = subprocess.run(
        [bench.program() / "bin" / "follower"],
        env=BARE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert re.search(r"follower\.lua:4: no way\nstack traceback:", done.stderr)


def unknown_name(bench: Bench) -> None:
    bench.change("follower.fnl", "(or value ", "(or valeu ")


def open_bracket(bench: Bench) -> None:
    bench.change("follower.fnl", "{: line : main}", "{: line : main")


def broken_test(bench: Bench) -> None:
    bench.change("follower-test.fnl", '"12 -\\n"', '"12 +\\n"')


def no_main(bench: Bench) -> None:
    bench.change("follower.nix", 'mainFunction = "main"', 'mainFunction = "mian"')


def absent_module(bench: Bench) -> None:
    bench.change("follower.fnl", "(require :router.outputs)", "(require :router.output)")


def undeclared_package(bench: Bench) -> None:
    bench.change("follower.nix", "{\n  sh,", "{\n  nftables,\n  sh,")


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (unknown_name, "follower.fnl:9:21: Compile error: unknown identifier: valeu"),
        (open_bracket, "follower.fnl:32:0: Parse error: expected closing delimiter }"),
        (broken_test, r'follower-test.fnl:5: "12 -\n" is not "12 +\n"'),
        (
            no_main,
            (
                "follower.fnl:31: there is no function mian among what the module exports; "
                "its functions are line, main"
            ),
        ),
        (absent_module, "follower.fnl:3: module 'router.output' not found:"),
    ],
)
def test_a_mistake_has_its_line_and_the_users(
    bench: Bench, mistake: Callable[[Bench], None], told: str
) -> None:
    mistake(bench)
    expected = f"router.py:11: test.follower: modules/test/follower/{told}"
    assert bench.refusal().split("\n")[0] == expected


def test_a_package_that_is_not_declared_has_the_users_line(bench: Bench) -> None:
    undeclared_package(bench)
    told = bench.refusal()
    assert told.startswith("router.py:11: service `it`, test/follower/follower.nix: `nftables` is")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('"follower" {', '"Follower!" {', "`Follower!` is no name"),
        ('"main"', '"main()"', "`main()` is not the name of a function"),
        ("./follower.fnl;", "./module.lua;", "module.lua is not a file of Fennel (.fnl)"),
    ],
)
def test_what_the_writer_does_not_take(bench: Bench, before: str, after: str, told: str) -> None:
    bench.change("follower.nix", before, after)
    assert "test.follower: writeFennel" in bench.refusal()
    assert told in bench.refusal()
