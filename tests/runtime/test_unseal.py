"""Sealed secrets: our program against age's own, and the services under the real supervisor.

What a sealed text can be: for this key, for others, for several with this one among them; armoured or not; cut short
anywhere, changed anywhere; too long; no such text at all. What a key can be: absent, age-keygen's with its comments,
not a key, another one later.
"""

from __future__ import annotations

import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.evaluated import evaluated
from tests.runtime.router import ROOT, Router, compile_c, wait_for

HERE = Path(__file__).parent
SECRET = "correct horse \"battery' $staple"  # noqa: S105


@pytest.fixture(scope="session")
def unseal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = [ROOT / "packages" / "unseal" / name for name in ("main.c", "age.c", "bech32.c")]
    folder = tmp_path_factory.mktemp("unseal") / "bin"
    folder.mkdir()
    found = subprocess.run(
        ["gcc", "-print-file-name=libbearssl.a"], capture_output=True, text=True, check=True
    )
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    return compile_c(folder / "unseal", [*sources, found.stdout.strip()], *checks)


def run(*words: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, input=given, capture_output=True, check=False)


def keys(folder: Path, name: str) -> tuple[Path, str]:
    """A private key of age-keygen's in a file, and its public one."""
    file = folder / name
    assert run("age-keygen", "-o", file).returncode == 0
    return file, run("age-keygen", "-y", file).stdout.decode().strip()


def seal(secret: bytes, *public: str, armour: bool = True) -> bytes:
    words = [word for key in public for word in ("-r", key)]
    done = run("age", "--encrypt", *(["--armor"] if armour else []), *words, given=secret)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return keys(tmp_path_factory.mktemp("keys"), "key")


@pytest.fixture
def opened(
    unseal: Path, key: tuple[Path, str], tmp_path: Path
) -> Callable[[bytes], subprocess.CompletedProcess[bytes]]:
    """What our program makes of a sealed text."""

    def open_(sealed: bytes) -> subprocess.CompletedProcess[bytes]:
        (tmp_path / "sealed").write_bytes(sealed)
        done = run(unseal, key[0], tmp_path / "sealed")
        assert done.returncode in {0, 1}
        return done

    return open_


Opened = Callable[[bytes], subprocess.CompletedProcess[bytes]]


@settings(max_examples=25)
@given(secret=st.binary(max_size=4096), armour=st.booleans(), others=st.integers(0, 2))
def test_what_age_seals_is_opened(
    unseal: Path, key: tuple[Path, str], secret: bytes, armour: bool, others: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        public = [keys(folder, str(number))[1] for number in range(others)]
        (folder / "sealed").write_bytes(seal(secret, *public, key[1], armour=armour))
        done = run(unseal, key[0], folder / "sealed")
    assert (done.returncode, done.stdout) == (0, secret), done.stderr


@pytest.mark.parametrize("armour", [True, False])
def test_what_was_cut_short_or_changed_is_not(
    opened: Opened, key: tuple[Path, str], armour: bool
) -> None:
    sealed = seal(SECRET.encode(), key[1], armour=armour)
    for place in range(0, len(sealed), 7 if armour else 1):
        cut = opened(sealed[:place])
        # The last end of line is no part of it.
        assert cut.returncode == 1 or sealed[place:].strip() == b""
        other = bytes([sealed[place] ^ 1])
        changed = opened(sealed[:place] + other + sealed[place + 1 :])
        assert changed.stdout in {b"", SECRET.encode()}
        if not armour:
            assert changed.returncode == 1, place


def test_what_is_not_for_this_key(opened: Opened, tmp_path: Path) -> None:
    _, other = keys(tmp_path, "other")
    assert opened(seal(b"secret", other)).stderr == b"the secret is sealed for another key\n"


@pytest.mark.parametrize("text", [b"", b"secret\n", b"age-encryption.org/v1\n", b"x" * 20000])
def test_what_is_not_sealed(opened: Opened, text: bytes) -> None:
    assert b"is not a file of age, or was cut short" in opened(text).stderr


def test_what_is_too_long(opened: Opened, key: tuple[Path, str]) -> None:
    assert opened(seal(b"x" * 5000, key[1])).returncode == 1


def test_a_key_is_made_once(unseal: Path, tmp_path: Path) -> None:
    file = tmp_path / "key"
    made = run(unseal, "-k", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("age-keygen", "-y", file).stdout == made.stdout
    assert run(unseal, "-k", file).stdout == made.stdout
    (tmp_path / "sealed").write_bytes(seal(b"secret", made.stdout.decode().strip()))
    assert run(unseal, file, tmp_path / "sealed").stdout == b"secret"


def test_a_key_of_ages_own_is_kept(unseal: Path, key: tuple[Path, str]) -> None:
    assert run(unseal, "-k", key[0]).stdout.decode().strip() == key[1]


@pytest.mark.parametrize(
    "text", ["", "AGE-SECRET-KEY-1QQQQ\n", f"age1{'q' * 58}\n", f"AGE-SECRET-KEY-1{'Q' * 58}\n"]
)
def test_what_is_no_key_is_never_replaced(unseal: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    done = run(unseal, "-k", tmp_path / "key")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"holds no private key of age" in done.stderr
    assert (tmp_path / "key").read_text() == text


@pytest.mark.nix
def test_the_services(new_router: Callable[..., Router], unseal: Path, tmp_path: Path) -> None:
    """The first start makes a key; what is sealed for another one says so until that is there."""
    (tmp_path / "unseal").mkdir()
    (tmp_path / "unseal" / "bin").symlink_to(unseal.parent)
    (tmp_path / "busybox" / "bin").mkdir(parents=True)
    (tmp_path / "busybox" / "bin" / "sh").symlink_to("/usr/bin/busybox")
    (tmp_path / "services").mkdir()
    router = new_router()
    (tmp_path / "services" / "bin").symlink_to(router.programs)
    file, public = keys(tmp_path, "later")
    (tmp_path / "sealed").write_bytes(seal(f"{SECRET}\n".encode(), public))
    bodies = evaluated(HERE / "secrets.nix", programs=f'"{tmp_path}"', source=str(ROOT))
    for name, needs in (("key", ()), ("sealed", ("key",))):
        texts = {"down": "", "notification-fd": "3\n", "timeout-finish": "3000\n"}
        for body, text in bodies[name].items():
            moved = text.replace("/run/services", str(router.run))
            moved = moved.replace("/state/", f"{tmp_path}/state/")
            if moved:
                texts[body] = moved
        router.add_directory(name, *needs, texts=texts, kind="oneshot")
    used = 'password=$(output "$services/outputs/sealed/value"); printf "%s" "$password"'
    router.add("login", "sealed", up=f"{used} >{tmp_path}/used")
    (tmp_path / "state").mkdir()
    router.start()
    wait_for(lambda: "sealed for another key" in router.rows()["sealed"].note, "the reason")
    assert router.states()["key"] == "ready"
    assert router.states()["login"] != "ready"

    (tmp_path / "state" / "secrets" / "key").write_bytes(file.read_bytes())
    router.done("restart", "key")
    router.done("start", "sealed")
    wait_for(lambda: router.states()["login"] == "ready", "the login")
    assert (tmp_path / "used").read_text() == SECRET
    assert (router.run / "outputs" / "key" / "public").read_text().strip() == public
    value = router.run / "outputs" / "sealed" / "value"
    assert stat.S_IMODE(value.stat().st_mode) == 0o600
    assert SECRET not in router.log

    # Ten restarts leave nothing behind.
    def left() -> list[str]:
        return sorted(
            str(one) for top in (tmp_path / "state", router.run) for one in top.rglob("*")
        )

    before = left()
    for _ in range(10):
        router.done("restart", "key")
        wait_for(lambda: router.states()["login"] == "ready", "the login")
    assert left() == before
