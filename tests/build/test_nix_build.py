"""Real small derivations, built by the real Nix through liminix_gen.nix.build."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from attrs import evolve

from liminix_gen.debian import settings
from liminix_gen.errors import ConfigurationError, EvaluationError
from liminix_gen.kconfig.audit import lost_symbols
from liminix_gen.nix.build import build
from liminix_gen.nix.events import Evaluated, Event, Failed, Finished, derivation_name
from liminix_gen.nix.failures import DerivationError
from liminix_gen.nix.verbs import Nix

pytestmark = pytest.mark.nix

TREE = """\
{ }:
let
  make =
    name: text: inputs:
    derivation {
      inherit name inputs;
      salt = "@salt@";
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [ "-c" "export PATH=/usr/bin:/bin; ${text}" ];
    };
  first = make "first" "echo one > $out" [ ];
in
{
  outputs = {
    inherit first;
    second = make "second" "cat $inputs > $out" [ first ];
    broken = make "broken" "echo this is why; exit 3" [ first ];
    above = make "above" "echo > $out" [ (make "broken" "echo this is why; exit 3" [ first ]) ];
    audited = make "audited"
      "echo 'liminix-gen-audit: lost NFT_MASQ asked=m got=n'; exit 1" [ ];
    full = make "full" "echo 'cannot write: No space left on device'; exit 1" [ ];
    # It says more than a pipe holds, and there is much to remove.
    slow = make "slow" ''
      mkdir files; for n in $(seq 2000); do echo >files/$n; done; echo begun; yes & sleep 600
    '' [ ];
    wrong = (x: x.missing) { };
    thrown = throw "the lan has no interface\\nso nothing can be done";
  };
}
"""


@pytest.fixture(name="tree")
def _tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    # Not built before: derivations of this name and content are new in each run.
    (folder / "default.nix").write_text(TREE.replace("@salt@", f"{time.time_ns()}"))
    return folder


@pytest.fixture(name="nix", scope="module")
def _nix() -> Nix:
    return settings.nix()


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [
        (type(event).__name__, derivation_name(event.derivation))
        for event in events
        if isinstance(event, Finished | Failed)
    ]


def test_outputs_are_built_linked_and_told(tree: Path, nix: Nix) -> None:
    events: list[Event] = []
    link = tree.parent / "result"
    built = build(nix, tree, ["second", "first"], link=link, listener=events.append)
    assert [one.name for one in built] == ["second", "first"]
    assert link.resolve() == built[0].path
    assert built[1].link.resolve() == built[1].path
    assert built[0].path.read_text() == "one\n"
    assert told(events) == [("Finished", "first"), ("Finished", "second")]
    evaluated = events[0]
    assert isinstance(evaluated, Evaluated)
    assert sorted(map(derivation_name, evaluated.survey.missing)) == ["first", "second"]

    events.clear()
    again = build(nix, tree, ["second"], link=link, listener=events.append)
    assert again[0].path == built[0].path
    (evaluated,) = (event for event in events if isinstance(event, Evaluated))
    assert not evaluated.survey.missing
    assert [derivation_name(path) for path in evaluated.survey.cached] == ["second"]


@pytest.mark.parametrize("output", ["broken", "above"])
def test_a_failure_has_its_name_and_last_lines(output: str, tree: Path, nix: Nix) -> None:
    with pytest.raises(DerivationError) as raised:
        build(nix, tree, [output], link=tree.parent / "result")
    assert raised.value.exit_code == 5
    (problem,) = raised.value.problems
    assert problem.what == "broken failed to build"
    assert "exit code 3" in problem.why
    assert problem.why.endswith("this is why")
    assert "nix-store --read-log /nix/store/" in problem.hint
    assert not (tree.parent / "result").exists()


def test_lost_symbols_are_found_in_the_failure(tree: Path, nix: Nix) -> None:
    with pytest.raises(DerivationError) as raised:
        build(nix, tree, ["audited"], link=tree.parent / "result")
    (failure,) = raised.value.failures
    (symbol,) = lost_symbols(failure.lines, {})
    assert (symbol.name, symbol.asked, symbol.got) == ("NFT_MASQ", "m", "n")


def test_a_full_disk_is_said(tree: Path, nix: Nix) -> None:
    with pytest.raises(DerivationError) as raised:
        build(nix, tree, ["full"], link=tree.parent / "result")
    assert raised.value.problems[0].what == "the disk is full"


def test_an_evaluation_error_has_file_and_line(tree: Path, nix: Nix) -> None:
    with pytest.raises(EvaluationError) as raised:
        build(nix, tree, ["wrong"], link=tree.parent / "result")
    (problem,) = raised.value.problems
    line = 1 + TREE.split("\n").index("    wrong = (x: x.missing) { };")
    assert problem.what == "attribute 'missing' missing"
    assert problem.why.startswith(f"at {tree}/default.nix:{line}")


def test_a_thrown_text_is_told_in_full(tree: Path, nix: Nix) -> None:
    with pytest.raises(EvaluationError) as raised:
        build(nix, tree, ["thrown"], link=tree.parent / "result")
    (problem,) = raised.value.problems
    assert problem.what == "the lan has no interface"
    assert problem.why.startswith("so nothing can be done")


def test_a_file_in_the_way_of_the_link_is_refused_first(tree: Path, nix: Nix) -> None:
    link = tree.parent / "result"
    link.write_text("mine")
    with pytest.raises(ConfigurationError, match="is in the way"):
        build(nix, tree, ["first"], link=link)
    assert link.read_text() == "mine"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_leaves_nothing_behind(tree: Path, number: signal.Signals) -> None:
    """Seen: SIGTERM while a kernel compiled took a minute, and left its sources in TMPDIR.

    Nix removes them before it ends, which takes longer than anybody waits.
    """
    # A shell that starts the tests in the background has them ignore SIGINT.
    code = """\
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from liminix_gen.process import interrupt_on_termination
interrupt_on_termination()
from liminix_gen.debian.settings import nix
from liminix_gen.nix.build import build
from liminix_gen.nix.events import LogLine

def listen(event):
    if isinstance(event, LogLine) and event.text == "begun":
        print(event.text, flush=True)

try:
    build(nix(), Path("tree"), ["slow"], link=Path("result"), listener=listen)
except KeyboardInterrupt:
    sys.exit(130)
"""
    scratch, cache = tree.parent / "scratch", tree.parent / "cache"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tree.parent,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch), "XDG_CACHE_HOME": str(cache)},
    ) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "begun\n"
            assert list(scratch.rglob("1999"))
            process.send_signal(number)
            assert process.wait(30) == 130
        finally:
            process.kill()
    assert not (tree.parent / "result").exists()
    assert not list(scratch.iterdir())
    trash = cache / "liminix-gen" / "trash"
    deadline = time.monotonic() + 120
    while list(trash.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not list(trash.iterdir())


def test_what_nix_keeps_of_a_failure_stays(
    tree: Path, nix: Nix, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree.parent / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tree.parent / "scratch"))
    config = nix.environ.get("NIX_CONFIG", "") + "\nkeep-failed = true\n"
    keeping = evolve(nix, environ={**nix.environ, "NIX_CONFIG": config})
    with pytest.raises(DerivationError):
        build(keeping, tree, ["full"], link=tree.parent / "result")
    (kept,) = (tree.parent / "scratch").glob("liminix-gen-*/builds/*")
    assert "full" in kept.name


def test_without_a_folder_for_builders(
    tree: Path, nix: Nix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tree.parent / "absent"))
    with pytest.raises(ConfigurationError, match="No such file or directory\n  hint: set TMPDIR"):
        build(nix, tree, ["first"], link=tree.parent / "result")
