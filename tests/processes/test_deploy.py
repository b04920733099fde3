"""The host's side of update and kexec, as far as it needs no board that boots."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from liminix_gen.cli.main import main
from liminix_gen.deploy import archive, facts, kexec, update
from liminix_gen.deploy import board as boards
from liminix_gen.deploy.ssh import Ssh
from liminix_gen.deploy.system import System
from liminix_gen.errors import ConfigurationError, RunError
from liminix_gen.events import Event, Remarked
from liminix_gen.nix.verbs import Nix
from tests.support.board import BUSYBOX, NEW, OLD, SHARED, Board, add_path, add_system

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "root@board.example"
LIBRARY = "/nix/store/44444444444444444444444444444444-library"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    """A board in a folder, which `ssh` reaches."""
    made = Board(tmp_path / "board")
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def board() -> boards.Board:
    return boards.Board(ssh=Ssh(destination=HOST))


@pytest.fixture
def new(tmp_path: Path) -> System:
    """A system that goes with the board, in a store of its own."""
    here = tmp_path / "here"
    add_system(here, NEW, SHARED, LIBRARY)
    return System(
        path=NEW,
        device="qemu-mipsel",
        root="jffs2",
        kernel="KERNEL",
        closure=tuple(sorted((NEW, SHARED, LIBRARY))),
        nix=Nix(environ={"NIX_REMOTE": f"local?root={here}"}),
    )


@pytest.fixture
def told() -> list[str]:
    return []


def run_update(board: boards.Board, new: System, told: list[str]) -> update.Updated:
    def listen(event: Event) -> None:
        if isinstance(event, Remarked):
            told.append(f"{event.word}: {event.text}")

    return update.update(board, new, timeout_s=1, listen=listen)


def refusal(board: boards.Board, new: System) -> str:
    with pytest.raises(ConfigurationError) as caught:
        run_update(board, new, [])
    assert len(caught.value.problems) == 1
    return str(caught.value)


# --- what goes over the network


def test_an_archive_is_a_store_path_as_root_has_it(tmp_path: Path) -> None:
    add_path(tmp_path, LIBRARY)
    long = tmp_path / f".{LIBRARY}" / ("x" * 200)
    long.write_text("long")
    stream = b"".join(archive.pack([LIBRARY], lambda path: Path(f"{tmp_path}{path}")))
    with tarfile.open(fileobj=io.BytesIO(stream)) as read:
        members = {member.name: member for member in read.getmembers()}
        assert list(members)[-1] == "list"
        assert read.extractfile("list").read().decode() == f"{LIBRARY}\n"  # type: ignore[union-attr]
    program = members[f"{LIBRARY[1:]}/bin/program"]
    assert (program.mode, program.uid, program.gid, program.mtime) == (0o555, 0, 0, 0)
    assert members[f"{LIBRARY[1:]}/bin/link"].linkname == f"{LIBRARY}/bin/program"
    assert f"{LIBRARY[1:]}/{'x' * 200}" in members
    assert members[LIBRARY[1:]].isdir()


def test_the_least_size_is_no_more_than_a_file_system_takes(tmp_path: Path) -> None:
    add_path(tmp_path, LIBRARY)

    def locate(path: str) -> Path:
        return Path(f"{tmp_path}{path}")

    text = (locate(LIBRARY) / "bin" / "program").stat().st_size
    assert archive.least_bytes([LIBRARY], locate, "ext4") == -(-text // 1024) * 1024
    # The text is a few bytes many times over; there are a file, a link and two folders.
    assert 4 * 68 < archive.least_bytes([LIBRARY], locate, "jffs2") < text


# --- facts


def test_facts_are_read(scratch: Board, board: boards.Board) -> None:
    del scratch
    found = board.facts()
    assert (found.device, found.root, found.kernel) == ("qemu-mipsel", "jffs2", "KERNEL")
    assert (found.active, found.confirmed, found.trial) == (OLD, OLD, "")
    assert found.free_bytes > 0


def test_a_host_without_the_program_is_not_ours(scratch: Board, board: boards.Board) -> None:
    (scratch.programs / "system").unlink()
    with pytest.raises(ConfigurationError) as caught:
        board.facts()
    assert f"{HOST} does not run firmware made by liminix-gen" in str(caught.value)
    assert "it has no program `system`" in str(caught.value)


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("", "prints something else"),
        ("Welcome!\n", "prints something else"),
        ("protocol=2\n", "speaks protocol 2, this is 1"),
        ("protocol=1\ndevice=x\n", "does not report hostname"),
    ],
)
def test_facts_that_are_not_ours_are_refused(printed: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        facts.parse(printed, host=HOST)


FACTS = {
    "protocol": "1",
    "device": "qemu-mipsel",
    "hostname": "board",
    "root": "jffs2",
    "kernel": "KERNEL",
    "active": OLD,
    "confirmed": OLD,
    "trial": "",
    "boot": "1d7ed8a5-3c0e-4d49-9f4c-2f1f6a2a6b9f",
    "memory-available": "100000000",
    "free-bytes": "100000000",
    "watchdog": "no",
    "kexec": "yes",
}


def answer(**changes: str) -> str:
    values = {**FACTS, **{key.replace("_", "-"): value for key, value in changes.items()}}
    return "".join(f"{key}={value}\n" for key, value in values.items())


# What a board may say: anything. Seen was "lots"; escape sequences, which reached the terminal;
# `missing=` lines that named files of the workstation, which it got.
@pytest.mark.parametrize(
    ("printed", "why"),
    [
        (answer(free_bytes="lots"), "free-bytes='lots', which is not a number of bytes"),
        (answer(free_bytes="-1"), "free-bytes='-1', which is not a number of bytes"),
        (answer(free_bytes="9" * 5000), "which is not a number of bytes"),
        (answer(free_bytes="1_0"), "which is not a number of bytes"),
        (answer(free_bytes="\u0661"), "which is not a number of bytes"),
        (answer(free_bytes="1" + "\0" * 3), r"free-bytes='1\x00\x00\x00'"),
        (answer() + "free-bytes=1\n", "reports free-bytes 2 times"),
        (answer() + "protocol=1\n", "reports protocol twice"),
        (answer().replace("boot=", "toob="), "does not report boot"),
        (answer().rstrip("\n"), "ends in the middle of a line: 'kexec=yes'"),
        (answer(hostname="a\x1b]0;title\x07"), r"hostname='a\x1b]0;title\x07', which is not a word"),
        (answer(hostname="a\u202eb"), "which is not a word"),
        (answer(hostname="x" * 65), "which is not a word"),
        (answer(trial="/etc/shadow"), "trial='/etc/shadow', which is not a store path"),
        (answer(trial=f"{NEW}/../../../etc"), "which is not a store path"),
        (answer(protocol="1\r"), r"protocol='1\r', which is not a word"),
        (answer(watchdog="maybe"), "watchdog='maybe', which is not yes or no"),
        ("\xff\n" * 1000, "prints something else"),
    ],
)  # fmt: skip
def test_facts_of_another_form_are_refused(printed: str, why: str) -> None:
    assert facts.parse(answer(), host=HOST).free_bytes == 100_000_000
    with pytest.raises(ConfigurationError) as caught:
        facts.parse(printed, host=HOST)
    assert why in str(caught.value)
    assert_is_short_and_printable(str(caught.value))


def assert_is_short_and_printable(said: str) -> None:
    assert len(said) < 10_000
    assert all(line.isprintable() for line in said.replace("\t", " ").split("\n")), repr(said)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("yes protocol=1", "said more than"),
        ("yes >&2", "said more than"),
        ("head -c 100000000 /dev/zero", "said more than"),
        ("printf 'protocol=1\\033[2J\\n'", r"protocol='1\x1b[2J'"),
        ("printf 'no\\033]0;title\\007 \\302\\233 \\342\\200\\256evil' >&2; exit 1", r"no\x1b]0;title\x07 \x9b \u202eevil"),
        ("head -c 900000 /dev/urandom >&2; exit 1", "\\x"),
        ("exit 1", "exit code 1"),
        ("sh -c 'kill -9 $$'; exit $?", "Killed"),
    ],
)  # fmt: skip
def test_a_board_that_says_anything(
    scratch: Board, board: boards.Board, script: str, why: str
) -> None:
    """Its facts, on both streams: without end, unprintable, or nothing."""
    scratch.write("system", f"{script}\n")
    with pytest.raises(ConfigurationError) as caught:
        board.facts()
    assert why in str(caught.value)
    assert_is_short_and_printable(str(caught.value))


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("missing=/root/.ssh/id_ed25519", "missing='/root/.ssh/id_ed25519', which is not a store"),
        (f"missing={NEW}/../../../etc/shadow", "which is not a store path"),
        (f"missing={OLD}", f"asks for {OLD}, which is not of the new system"),
        (f"missing={NEW}\nmissing={NEW}", "reports missing twice with one value"),
        ("missing=", "which is not a store path"),
        ("", "does not report free-bytes"),
    ],
)
def test_nothing_but_the_new_system_is_ever_sent(
    scratch: Board, board: boards.Board, new: System, printed: str, why: str
) -> None:
    add_system(
        Path(new.nix.environ["NIX_REMOTE"].partition("root=")[2]), OLD
    )  # it lies on this machine
    answered = scratch.root / "answered"
    answered.write_text(f"{printed}\n" + ("free-bytes=100000\n" if printed else ""))
    real = (scratch.programs / "system").read_text()
    scratch.write("system", f'[ "$1" != collect ] || exec cat {answered}\n{real}')
    scratch.write("tar", f"touch {scratch.root}/received; exit 1\n")
    with pytest.raises(RunError) as caught:
        run_update(board, new, [])
    assert why in str(caught.value)
    assert "nothing was sent to it" in str(caught.value)
    assert not (scratch.root / "received").exists()


def test_a_board_that_takes_nothing_is_not_waited_for(
    scratch: Board, board: boards.Board, new: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time is counted from the last piece that it took."""
    monkeypatch.setattr(boards, "_STALLED_S", 1.0)
    real = (scratch.programs / "system").read_text()
    scratch.write("system", f'[ "$1" != receive ] || exec sleep 60\n{real}')
    with pytest.raises(RunError, match="no answer within 1 s"):
        run_update(board, new, [])


# --- ssh


def test_ssh_gets_the_users_options_first(tmp_path: Path, scratch: Board) -> None:
    scratch.write("ssh", f'printf "%s\\n" "$@" >{tmp_path}/arguments; exit 0\n')
    Ssh(destination=HOST, options=("Port=2222", "ConnectTimeout=60")).run("a b", "c")
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments[:5] == ["-T", "-o", "Port=2222", "-o", "ConnectTimeout=60"]
    assert arguments[-3:] == ["--", HOST, "'a b' c"]
    assert arguments.index("ConnectTimeout=60") < arguments.index("ConnectTimeout=20")


def test_no_connection_is_told_with_what_ssh_said(scratch: Board, board: boards.Board) -> None:
    scratch.write("ssh", "echo ssh: no route to host >&2; exit 255\n")
    with pytest.raises(RunError) as caught:
        board.facts()
    assert f"ssh does not reach {HOST}" in str(caught.value)
    assert "ssh: no route to host" in str(caught.value)


def test_another_host_key_is_told_with_the_way_out(scratch: Board, board: boards.Board) -> None:
    scratch.write("ssh", "echo Host key verification failed. >&2; exit 255\n")
    with pytest.raises(RunError) as caught:
        board.facts()
    assert "has a different host key from the one ssh knows" in str(caught.value)
    assert "ssh-keygen -R board.example" in str(caught.value)


@pytest.mark.parametrize("destination", ["", "-oProxyCommand=x", "root@x\n"])
def test_what_is_no_destination_is_refused(destination: str) -> None:
    with pytest.raises(ValueError, match="is not an ssh destination"):
        Ssh(destination=destination)


# --- update: what is refused


def test_another_board_is_refused(scratch: Board, board: boards.Board, new: System) -> None:
    del scratch
    assert "is a qemu-mipsel, and the system is for x" in refusal(board, evolve(new, device="x"))


def test_a_read_only_root_is_refused(scratch: Board, board: boards.Board, new: System) -> None:
    (scratch.root / "activate").unlink()
    said = refusal(board, new)
    assert re.search(rf"the root of {HOST} is \w+, which cannot be updated", said)
    assert "mtdimage" in said
    assert "liminix-gen kexec" in said


def test_another_root_is_refused(scratch: Board, board: boards.Board, new: System) -> None:
    del scratch
    said = refusal(board, evolve(new, root="ext4"))
    assert "is jffs2, and that of the system is ext4" in said
    assert 'config.root = "jffs2"' in said


def test_another_kernel_is_refused(scratch: Board, board: boards.Board, new: System) -> None:
    before = scratch.store()
    said = refusal(board, evolve(new, kernel="OTHER"))
    assert "KERNEL runs, OTHER is needed" in said
    assert all(word in said for word in ("mtdimage", "tftpboot", "liminix-gen kexec"))
    assert scratch.store() == before


def test_a_board_that_tries_a_system_is_refused(
    scratch: Board, board: boards.Board, new: System
) -> None:
    add_system(scratch.root, NEW)
    scratch.link("init", NEW)
    said = refusal(board, new)
    assert "tries a system that nobody has confirmed" in said
    assert "system confirm" in said


def test_no_space_is_refused_before_anything_is_copied(
    scratch: Board, board: boards.Board, new: System
) -> None:
    before = scratch.store()
    scratch.write("stat", "echo 10 100\n")
    said = refusal(board, new)
    assert "has no space for the new system" in said
    assert "1000 are free" in said
    assert scratch.store() == before


def test_no_space_is_told_when_the_board_finds_out(
    scratch: Board, board: boards.Board, new: System
) -> None:
    """What a file system takes is known when it is full."""
    before = scratch.store()
    scratch.write("tar", "echo tar: write error: No space left on device >&2; exit 1\n")
    assert "has no space for the new system" in refusal(board, new)
    assert scratch.store() == before
    assert scratch.beside_the_store() == []


def test_what_runs_already_is_not_copied(scratch: Board, board: boards.Board, new: System) -> None:
    before = scratch.store()
    done = run_update(board, evolve(new, path=OLD, closure=(OLD, SHARED)), [])
    assert done == update.Updated(
        system=OLD, before=OLD, copied_paths=0, copied_bytes=0, seconds=0.0
    )
    assert scratch.store() == before


# --- update: what fails on the way


@pytest.mark.parametrize("bytes_", [0, 100, 5000, 9000])
def test_a_lost_connection_leaves_the_board_as_it_was(
    scratch: Board, board: boards.Board, new: System, bytes_: int
) -> None:
    before = scratch.store()
    # The board gets so many bytes, then the end of its input; here ssh says that it is over.
    scratch.write(
        "ssh",
        f"""\
while [ "$1" != -- ]; do shift; done
case $3 in
*receive*)
	head -c {bytes_} | {BUSYBOX} sh -c "$3"
	echo "client_loop: send disconnect: Broken pipe" >&2
	exit 255
	;;
*) exec {BUSYBOX} sh -c "$3" ;;
esac
""",
    )
    with pytest.raises(RunError) as caught:
        run_update(board, new, [])
    said = str(caught.value)
    assert f"the connection to {HOST} was lost while store paths were copied" in said
    assert "send disconnect: Broken pipe" in said
    assert "the board is as it was" in said
    assert scratch.store() == before
    assert scratch.beside_the_store() == []
    assert scratch.marked("trial") is None


def test_a_board_that_stays_away_is_told(
    scratch: Board, board: boards.Board, new: System, told: list[str]
) -> None:
    scratch.write("reboot", f"printf '#!{BUSYBOX} sh\\nexit 255\\n' >{scratch.programs}/ssh\n")
    with pytest.raises(RunError) as caught:
        run_update(board, new, told)
    said = str(caught.value)
    assert f"{HOST} did not come back within 1 s" in said
    assert f"{OLD} is next" in said
    assert "switch it off and on" in said


def test_missing_paths_alone_are_copied(
    scratch: Board, board: boards.Board, new: System, told: list[str]
) -> None:
    scratch.write("reboot", "exit 0\n")
    with pytest.raises(RunError, match="did not restart within 1 s"):
        run_update(board, new, told)
    assert scratch.marked("trial") == NEW
    assert scratch.marked("activate") == OLD
    assert any(line.startswith("copied: 2 store paths") for line in told), told
    assert any("no watchdog" in line for line in told), told


# --- kexec


def image(folder: Path, **changes: object) -> Path:
    """Write an image with small files in the place of large ones."""
    folder.mkdir(exist_ok=True)
    parts: list[Mapping[str, object]] = []
    for name in ("kernel.elf", "device-tree.dtb"):
        content = name.encode() * 100
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        parts.append({"name": name, "size-bytes": len(content), "sha256": digest})
    manifest = {"device": "qemu-mipsel", "kexec-image": "0123", "parts": parts, **changes}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_an_image_is_read(tmp_path: Path) -> None:
    found = kexec.read(image(tmp_path / "image"))
    assert (found.device, found.image, found.size_bytes) == ("qemu-mipsel", "0123", 2500)


def test_a_folder_that_is_no_image_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent", image(tmp_path / "image", parts=[])):
        with pytest.raises(ConfigurationError, match="is not an image for kexec") as caught:
            kexec.read(folder)
        assert "--output kexecboot" in str(caught.value)


def test_a_damaged_image_is_refused(tmp_path: Path) -> None:
    folder = image(tmp_path / "image")
    (folder / "device-tree.dtb").unlink()
    with (folder / "kernel.elf").open("r+b") as file:
        file.write(b"K")
    with pytest.raises(ConfigurationError) as caught:
        kexec.read(folder)
    assert [problem.what for problem in caught.value.problems] == [
        "is damaged: it is not what its manifest says",
        "cannot be read",
    ]


def test_a_board_that_cannot_start_an_image_is_refused(
    tmp_path: Path, scratch: Board, board: boards.Board
) -> None:
    del scratch
    found = kexec.read(image(tmp_path / "image"))
    able = evolve(board.facts(), kexec=True, memory_available_bytes=7500)
    kexec.refuse(HOST, able, found)
    for bad, said in (
        (evolve(able, device="x"), "is a x, and the image is for qemu-mipsel"),
        (evolve(able, kexec=False), r'config.services\["kexec"\]'),
        (evolve(able, memory_available_bytes=7499), "does not have enough memory for the image"),
    ):
        with pytest.raises(ConfigurationError, match=said):
            kexec.refuse(HOST, bad, found)


# --- the command line


def test_the_command_line_ends_with_the_code_of_the_cause(
    tmp_path: Path,
    scratch: Board,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "router.py"
    config.write_text(
        'from liminix_gen import System\nconfig = System(device="qemu-mipsel")\n', encoding="utf-8"
    )
    (scratch.programs / "system").unlink()

    def code(*words: str) -> int:
        with pytest.raises(SystemExit) as caught:
            main(words)
        return int(caught.value.code or 0)

    assert code("update", "router.py", HOST) == 2
    said = capsys.readouterr().err
    assert "router.py:2: a system whose root is squashfs cannot be updated" in said
    assert '"jffs2"' in said
    assert code("kexec", str(tmp_path), HOST) == 2
    assert "is not an image for kexec" in capsys.readouterr().err
    assert code("kexec", str(image(tmp_path / "image")), HOST) == 2
    assert "does not run firmware made by liminix-gen" in capsys.readouterr().err
    scratch.write("ssh", "exit 255\n")
    assert code("kexec", str(tmp_path / "image"), HOST) == 6
    config.write_text(config.read_text() + 'config.root = "jffs2"\n', encoding="utf-8")
    assert code("update", "router.py", HOST) == 6
    assert "ssh does not reach" in capsys.readouterr().err
