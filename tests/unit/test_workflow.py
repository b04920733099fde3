"""What `build` and `run` make of failures and of outputs."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError, Problem, Where
from liminix_gen.events import Event, Waiting, unheard
from liminix_gen.kconfig.audit import KernelAuditError
from liminix_gen.model.kernel import Asked
from liminix_gen.nix.failures import DerivationError, Failure
from liminix_gen.nix.verbs import Nix
from liminix_gen.plan import Plan, PlannedSymbol, plan
from liminix_gen.workflow import build
from liminix_gen.workflow.explain import explained

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
    planned = plan(load(tmp_path / "router.py", Catalog.of()), DEBIAN)
    with pytest.raises(ConfigurationError) as raised:
        build._refuse_unknown(["vmrot", "squashfs", "mtdimage"], planned)
    assert str(raised.value).replace(f"{tmp_path}/", "").splitlines() == [
        "there is no output 'vmrot'",
        "  hint: did you mean vmroot?",
        "router.py:3: the output mtdimage of qemu-aarch64 cannot hold a root that is ext4",
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
