"""What `build` and `run` make of failures and of outputs."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from attrs import evolve

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError, Problem, Where
from liminix_gen.events import Event, Listener, Remarked, Waiting, unheard
from liminix_gen.kconfig.audit import KernelAuditError
from liminix_gen.lock_file import LockFile
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.failures import DerivationError, Failure
from liminix_gen.nix.verbs import Nix
from liminix_gen.nixpkgs.behaviour import Nixpkgs
from liminix_gen.package_set import Choices, GoneError, UnusableError
from liminix_gen.plan import Plan, PlannedSymbol, plan
from liminix_gen.workflow import build
from liminix_gen.workflow.emit import emit
from liminix_gen.workflow.explain import explained
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.load import load as load_file
from liminix_gen.workflow.load import planned
from liminix_gen.workflow.options import Options
from tests.support.forked import ended as run

KERNEL = "/nix/store/00000000000000000000000000000000-linux-6.12.drv"


def failed(*lines: str) -> DerivationError:
    return DerivationError([Problem(None, "failed")], [Failure(derivation=KERNEL, lines=lines)])


def plan_with(symbol: PlannedSymbol) -> Plan:
    firewall = SimpleNamespace(asked=Asked(by="firewall", where=Where(Path("hello.py"), 9)))
    return cast("Plan", SimpleNamespace(symbols=(symbol,), services=(firewall,)))


ASKED = PlannedSymbol(
    name="ATH9K",
    value="m",
    asked=(Asked(by="config.kernel.config", where=Where(Path("hello.py"), 7)),),
)


def test_a_lost_symbol_becomes_a_table_with_the_users_line() -> None:
    error = failed("liminix-gen-audit: lost ATH9K asked=m got=absent")
    told = explained(error, plan_with(ASKED))
    assert isinstance(told, KernelAuditError)
    assert told.symbols[0].askers == ("config.kernel.config (hello.py:7)",)
    assert KERNEL in str(told)


def test_what_a_services_check_refuses_has_the_users_line() -> None:
    error = failed("liminix-gen-refused: firewall 'in', 'tcp dport x': nft says: no", "and more")
    told = explained(error, plan_with(ASKED))
    assert not isinstance(told, DerivationError)
    assert str(told).startswith("hello.py:9: firewall: 'in', 'tcp dport x': nft says: no")


def test_another_failure_stays_what_it_is() -> None:
    error = failed("cc1: internal compiler error")
    assert explained(error, plan_with(ASKED)) is error


def test_an_output_that_there_is_not_is_refused_with_the_reason(tmp_path: Path) -> None:
    text = 'from liminix_gen import System\nconfig = System(device="qemu-aarch64")\n'
    (tmp_path / "router.py").write_text(f'{text}config.root = "ext4"\n')
    made = plan(load(tmp_path / "router.py", Catalog.of()), DEBIAN)
    with pytest.raises(ConfigurationError) as raised:
        build._refuse_unknown(["vmrot", "squashfs", "mtdimage"], made)
    assert str(raised.value).replace(f"{tmp_path}/", "").splitlines() == [
        "there is no output 'vmrot'",
        "  hint: did you mean vmroot?",
        "router.py:3: the output mtdimage of qemu-aarch64 cannot hold a root that is ext4",
        '  hint: config.root = "squashfs" or config.root = "jffs2"',
    ]


def test_two_builds_of_a_configuration_take_turns(tmp_path: Path) -> None:
    waits = threading.Event()
    said: list[Event] = []
    order: list[str] = []

    def listen(event: Event) -> None:
        said.append(event)
        waits.set()

    folder = tmp_path / "trees" / "router"

    def second() -> None:
        with build._alone(folder, listen):
            order.append("second")

    thread = threading.Thread(target=second)
    with build._alone(folder, listen):
        thread.start()
        assert waits.wait(10)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
    assert said == [Waiting(what="for another build of this configuration")]


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigurationError, match="set XDG_CACHE_HOME"),
        build._alone(tmp_path / "file" / "trees" / "router", unheard),
    ):
        pass


def test_files_of_an_output_are_found_below_a_private_store(tmp_path: Path) -> None:
    store = tmp_path / "nix/store"
    (store / "a-vmroot").mkdir(parents=True)
    (store / "b-kernel").mkdir()
    (store / "b-kernel/kernel").write_bytes(b"1234")
    (store / "a-vmroot/kernel").symlink_to("/nix/store/b-kernel/kernel")
    (store / "a-vmroot/command-line").write_text("quiet")
    files = build.files_of(
        store / "a-vmroot", Nix(environ={"NIX_REMOTE": f"local?root={tmp_path}"})
    )
    assert files == {
        "command-line": store / "a-vmroot/command-line",
        "kernel": store / "b-kernel/kernel",
    }


def test_an_output_that_is_a_file_is_one_image(tmp_path: Path) -> None:
    (tmp_path / "x-root.squashfs").write_bytes(b"1")
    assert list(build.files_of(tmp_path / "x-root.squashfs", Nix(environ={}))) == ["image"]


def test_configurations_of_one_name_have_trees_of_their_own(tmp_path: Path) -> None:
    first = build.folder_of(tmp_path / "a/router.py")
    assert first != build.folder_of(tmp_path / "b/router.py")
    assert first == build.folder_of(tmp_path / "a/../a/router.py")


@pytest.mark.parametrize("command", ["check", "emit", "build", "run"])
def test_a_users_file_runs_once(tmp_path: Path, command: str) -> None:
    """Also in `run`, which looks at the board before it prepares anything."""
    (tmp_path / "router.py").write_text(
        "from pathlib import Path\n"
        "from liminix_gen import System\n"
        'config = System(device="qemu-mipsel")\n'
        'with Path("runs").open("a") as file:\n    file.write("x")\n'
    )
    words = ("--package-set", "nixpkgs", "--nixpkgs", ".")  # which is not a nixpkgs
    run(command, "router.py", *words, cwd=tmp_path, code=2)
    assert (tmp_path / "runs").read_text() == "x"


def test_what_is_gone_from_the_mirror_is_locked_anew_and_planned_once(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(
        'from liminix_gen import System\nconfig = System(device="qemu")\n'
    )
    heard: list[Event] = []
    tries: list[Choices] = []
    options = Options(package_set="nixpkgs", listen=heard.append)

    class Moving(Nixpkgs):
        def lock(self, plan: Plan, lock: LockFile, choices: Choices, listen: Listener) -> LockFile:
            return lock.with_content({**lock.content, "refreshed": list(choices.refresh)})

        def fetch(
            self, plan: Plan, lock: LockFile, choices: Choices, nix: Nix, listen: Listener
        ) -> dict[str, str]:
            tries.append(choices)
            if not choices.refresh:
                raise GoneError(["dnsmasq"], Problem(None, "dnsmasq is gone"))
            return {"a": "b"}

    found = planned(load_file(tmp_path / "router.py", options), options)
    prepared = emit(found.path, found.plan, Moving(), found.lock, options)
    newer, arguments = fetch(prepared, options, Nix(environ={}))
    assert arguments == {"a": "b"}
    assert newer.plan is prepared.plan
    assert newer.lock.content["refreshed"] == ["dnsmasq"]
    assert [one.refresh for one in tries] == [(), ("dnsmasq",)]
    assert Remarked(word="gone from the mirror", text="dnsmasq") in heard
    locked = evolve(options, choices=Choices(locked=True))
    with pytest.raises(GoneError, match="dnsmasq is gone"):
        fetch(prepared, locked, Nix(environ={}))


def test_another_set_is_named_if_one_cannot_be_used_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _program: "/usr/bin/apt-get")
    (tmp_path / "router.py").write_text(
        'from liminix_gen import System\nconfig = System(device="qemu-mipsel")\n'
    )
    options = Options(package_set="nixpkgs")

    class Old(Nixpkgs):
        def fetch(
            self, plan: Plan, lock: LockFile, choices: Choices, nix: Nix, listen: Listener
        ) -> dict[str, str]:
            raise UnusableError(Problem(None, "Nix is too old", hint="use a newer Nix"))

    found = planned(load_file(tmp_path / "router.py", options), options)
    prepared = emit(found.path, found.plan, Old(), found.lock, options)
    with pytest.raises(UnusableError) as raised:
        fetch(prepared, options, Nix(environ={}))
    assert raised.value.problems[0].hint.startswith("use a newer Nix, or build with --package-set")


def test_a_private_store_is_of_one_nix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not of this process: another value has another store."""
    monkeypatch.delenv("NIX_REMOTE", raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    places = [
        one.environ.get("NIX_REMOTE")
        for store in (tmp_path / "store", None)
        for one in [Nixpkgs().nix(Choices(store=store))]
    ]
    assert places == [f"local?root={tmp_path}/store", None]
