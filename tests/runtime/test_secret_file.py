"""secret.file: a password that comes with the device, under the real supervisor.

What a file can be: absent, in a folder that is absent, empty, a folder, not text, too long, without the end of its
line, half written, replaced by a rename, open to others, and gone again.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, Router, compile_c, wait_for

SECRET = "correct horse \"battery' $staple"  # noqa: S105


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = [ROOT / "packages" / "secret-file" / "main.c"]
    return compile_c(tmp_path_factory.mktemp("secret-file") / "secret-file", sources)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The secret's place, in a folder that is not there yet."""
    return tmp_path / "state" / "secrets" / "ppp"


@pytest.fixture
def with_secret(
    new_router: Callable[..., Router], program: Path, file: Path, tmp_path: Path
) -> Router:
    """A router with the service `key`, and `login`, which writes what it was given to a file."""
    router = new_router()
    router.add("key", kind="longrun", run=f'exec {program} {file} "$outputs" services announce key')
    used = 'password=$(output "$services/outputs/key/value"); printf "%s" "$password"'
    router.add("login", "key", up=f"{used} >{tmp_path}/used")
    router.start()
    wait_for(lambda: router.states().get("key") == "ready", "the secret's service")
    return router


def put(file: Path, text: str, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode)
    file.write_text(text)
    file.chmod(mode)


def note(router: Router, name: str, text: str) -> None:
    wait_for(lambda: text in router.rows()[name].note, f"{name} says {text!r}")


def test_what_uses_it_waits_for_it_and_follows_it(
    with_secret: Router, file: Path, tmp_path: Path
) -> None:
    used = tmp_path / "used"
    note(with_secret, "key", f"{file} is not there")
    note(with_secret, "login", "output value of key")
    put(file, f"{SECRET}\n")
    wait_for(lambda: with_secret.states()["login"] == "ready", "the login")
    assert used.read_text() == SECRET
    assert with_secret.rows()["key"].note == ""
    # Another one comes by a rename, as sed -i and scp do.
    put(file.with_name("new"), "another")
    file.with_name("new").rename(file)
    wait_for(lambda: used.read_text() == "another", "the new secret")
    file.unlink()
    note(with_secret, "key", "is not there")
    wait_for(lambda: with_secret.states()["login"] != "ready", "the login ends")


def test_ten_restarts_leave_nothing_behind(with_secret: Router, file: Path, program: Path) -> None:
    put(file, f"{SECRET}\n")

    def left() -> tuple[list[str], int]:
        wait_for(lambda: with_secret.states()["login"] == "ready", "the login")
        running = 0
        for one in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                running += one.read_bytes().startswith(f"{program}\0{file}\0".encode())
        return sorted(str(one) for one in with_secret.run.rglob("*")), running

    before = left()
    assert before[1] == 1
    for _ in range(10):
        with_secret.done("restart", "key")
        assert left() == before


def test_only_root_can_read_it(with_secret: Router, file: Path) -> None:
    put(file, f"{SECRET}\n", 0o644)
    note(with_secret, "key", f"{file} can be read by others than root")
    wait_for(lambda: with_secret.states()["login"] == "ready", "the login")
    value = with_secret.run / "outputs" / "key" / "value"
    assert stat.S_IMODE(value.stat().st_mode) == 0o600
    file.chmod(0o600)
    wait_for(lambda: not with_secret.rows()["key"].note, "all is well")


def test_it_is_in_no_message(with_secret: Router, file: Path) -> None:
    put(file, f"{SECRET}\n")
    wait_for(lambda: with_secret.states()["login"] == "ready", "the login")
    said = with_secret.log + with_secret.done("list", "--json")
    assert SECRET not in said
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert SECRET.encode() not in line.read_bytes()
        except OSError:
            continue


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("\nsecond\n", "is empty"),
        ("a\tb\n", "holds what is not text"),
        ("a\0b\n", "holds what is not text"),
        ("x" * 2000, "has a line that is too long"),
        (None, "is not a file"),
    ],
)
def test_what_is_no_secret(
    with_secret: Router, file: Path, content: str | None, problem: str
) -> None:
    if content is None:
        file.mkdir(parents=True)
    else:
        put(file, content)
    note(with_secret, "key", problem)
    assert with_secret.states()["login"] != "ready"
