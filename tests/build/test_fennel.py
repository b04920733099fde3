"""Programs in Fennel: compiled and tested by the build, and what it says of a mistake."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import time
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
from tests.support.command_line import PROGRAM
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
        (open_bracket, "follower.fnl:30:0: Parse error: expected closing delimiter }"),
        (broken_test, r'follower-test.fnl:5: "12 -\n" is not "12 +\n"'),
        (
            no_main,
            (
                "follower.fnl:29: there is no function mian among what the module exports; "
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


PAGE = (Path(__file__).parents[2] / "docs/services.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def beacon(bench: Bench) -> Bench:
    """The beacon of the docs, in Fennel, in the place of the follower."""
    folder = bench.modules / "beacon"
    folder.mkdir()
    (module,) = (one for one in blocks("python") if "class Beacon" in one)
    (body,) = (one for one in blocks("nix") if "writeFennel" in one)
    source, tests, _ = blocks("fennel")
    for name, text in {
        "module.py": module,
        "beacon.nix": body,
        "beacon.fnl": source,
        "beacon-test.fnl": tests,
    }.items():
        (folder / name).write_text(text)
    text = ROUTER.replace(
        'test.follower.build(value=lan.output("ifname"))', "beacon.build(interface=lan, every=1)"
    )
    (bench.folder / "router.py").write_text(text)
    return bench


def test_the_tutorial_of_the_docs(beacon: Bench) -> None:
    ready = beacon.prepared()
    tree = compiled.parts(ready, beacon.folder / "tree")
    run = (compiled.built(tree, "services.it.directory") / "run").read_text()
    found = re.search(r"exec (\S+/bin/beacon) ", run)
    assert found
    with subprocess.Popen([found[1], "lo", "1"], env=BARE, stdout=subprocess.PIPE) as program:
        assert program.stdout
        # The second comes while it runs, so what it prints is not kept back.
        lines = [program.stdout.readline() for _ in range(2)]
        program.kill()
    assert len(set(lines)) == 1
    assert re.fullmatch(rb"lo is (not )?connected\n", lines[0])


@pytest.mark.parametrize("language", ["shell", "Fennel"])
def test_what_the_docs_ask_again_and_again_is_built(bench: Bench, language: str) -> None:
    folder = bench.modules / "reach"
    folder.mkdir()
    (module,) = (one for one in blocks("python") if "class Reach" in one)
    (body,) = (one for one in blocks("nix") if "publish_every" in one)
    if language == "Fennel":
        body = """{ host, sh, writeFennel }:
let
  program = writeFennel "reach" { mainFunction = "main"; } ./reach.fnl;
in
{
  notifies = true;
  run = "exec ${program}/bin/reach ${sh.word host}";
}
"""
        (folder / "reach.fnl").write_text(blocks("fennel")[2])
    (folder / "module.py").write_text(module)
    (folder / "reach.nix").write_text(body)
    use = 'config.services["it"] = config.service.reach.build(host="192.168.19.5")'
    router = bench.folder / "router.py"
    router.write_text(re.sub(r'config.services\["it"\] = .*', use, router.read_text()))
    tree = compiled.parts(bench.prepared(), bench.folder / "tree")
    run = (compiled.built(tree, "services.it.directory") / "run").read_text()
    assert ("/bin/reach '192.168.19.5'" in run) == (language == "Fennel"), run
    assert ("publish_every 30 look" in run) == (language == "shell")
    assert "announce_ready" not in run, "it says so itself"


def test_the_session_of_the_docs_at_a_terminal(beacon: Bench) -> None:
    """Typed line by line, each when the prompt is there, as a reader of the docs does."""
    (session,) = (one for one in blocks("console") if "liminix-gen repl" in one)
    command, *rest = session.splitlines()
    assert command == "$ liminix-gen repl router.py"
    options = [word for suite in WITHOUT for word in ("--without", suite)]
    terminal, inner = os.openpty()
    with subprocess.Popen(
        [PROGRAM, "repl", "router.py", "--modules", "modules", *options],
        cwd=beacon.folder, stdin=inner, stdout=inner, stderr=inner, start_new_session=True,
        env={**os.environ, "TERM": "dumb"},
    ) as child:  # fmt: skip
        os.close(inner)
        said = until(terminal, ">> ")
        for line in rest:
            if line.startswith(">> "):
                os.write(terminal, f"{line[3:]}\n".encode())
                said = until(terminal, "\n>> ")
            else:
                # The terminal shows what was typed, then comes the answer.
                assert said.splitlines()[1:-1] == [line]
        os.write(terminal, b"\4")
        assert child.wait(30) == 0
    os.close(terminal)


def until(terminal: int, text: str) -> str:
    """Read what a terminal says until it ends in a text."""
    said = ""
    limit = time.monotonic() + 240
    while not said.endswith(text):
        assert time.monotonic() < limit, said
        said += os.read(terminal, 4096).decode().replace("\r\n", "\n")
    return said


def test_sources_under_work_come_before_what_is_built(beacon: Bench, tmp_path: Path) -> None:
    work = tmp_path / "work/router"
    work.mkdir(parents=True)
    (work / "text.fnl").write_text('(fn split [] "mine")\n{: split}\n')
    (tmp_path / "try.fnl").write_text(
        '(local {: split} (require :router.text))\n(print (split))\n(error "here" 1)\n'
    )
    done = subprocess.run(
        [PROGRAM, "repl", "router.py", "try.fnl", "--modules", "modules"],
        cwd=beacon.folder,
        env={**os.environ, "FENNEL_PATH": f"{tmp_path}/work/?.fnl"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("mine\n", 1)
    assert "runtime error: here" in done.stderr
    assert "\ttry.fnl:3: in" in done.stderr


def test_tests_at_the_prompt(beacon: Bench) -> None:
    words = [PROGRAM, "repl", "--test", "router.py", "modules/beacon/beacon-test.fnl"]
    words += ["--modules", "modules"]
    done = subprocess.run(words, cwd=beacon.folder, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == (
        "modules/beacon/beacon-test.fnl: all as expected\n",
        0,
    )
    file = beacon.modules / "beacon/beacon-test.fnl"
    file.write_text(file.read_text().replace("is connected", "is lost"))
    done = subprocess.run(words, cwd=beacon.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert '"eth0 is connected" is not "eth0 is lost"' in done.stderr
    assert "beacon-test.fnl:4: " in done.stderr


def test_lua_and_its_library_are_small(tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    (tmp_path / "router.py").write_text(ROUTER.replace("x86-64", "qemu-mipsel"))
    ready = prepare(tmp_path / "router.py", choices=Choices(without=WITHOUT), modules=(MODULES,))
    tree = compiled.parts(ready, tmp_path / "tree")
    lua, library = (compiled.built(tree, f"packages.lua{one}") for one in ("", ".library"))
    run = (compiled.built(tree, "services.it.directory") / "run").read_text()
    found = re.search(r"exec (\S+)/bin/follower", run)
    assert found
    sizes = {}
    for what, paths in {
        "Lua and its library on mipsel, squashfs": [lua, library],
        "the same, with one program": [lua, library, Path(found[1])],
    }.items():
        image = tmp_path / "image"
        options = [
            "-comp",
            "xz",
            "-b",
            "256K",
            "-noappend",
            "-quiet",
            "-no-progress",
            "-no-exports",
        ]
        subprocess.run(["mksquashfs", *paths, image, *options], check=True, capture_output=True)
        sizes[what] = image.stat().st_size
        figure(what, f"{sizes[what] / 1000:.0f} kB")
    assert max(sizes.values()) < 350_000


@pytest.mark.skipif(platform.machine() != "x86_64", reason="it cannot run here")
def test_the_prompt_of_a_device(bench: Bench) -> None:
    """It is of the device's architecture, which is that of this machine, and needs nothing of it."""
    with (bench.folder / "router.py").open("a") as file:
        file.write('config.packages = ["fennel"]\n')
    tree = compiled.parts(bench.prepared(), bench.folder / "tree")
    done = subprocess.run(
        [compiled.built(tree, "packages.fennel") / "bin/fennel"],
        input="((. (require :router.base64) :encode) :foo)\n",
        env={}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == '>> "Zm9v"'
