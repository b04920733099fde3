"""What preinit runs in a writable root: the real script and program, in a folder that is /.

A boot here is a run of /activate. The power fails before the Nth command that changes something.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.runtime.router import LIBRARY, compile_c, wait_for
from tests.runtime.test_activate import SOURCES, Tree, archive, file, folder, link, look, traces

OLD, NEW = "/nix/store/0-system", "/nix/store/1-system"
TOOLS = "/nix/store/2-tools"
TRIAL_SECONDS = 3

FILES: dict[str, Tree] = {
    OLD: {
        b"etc": folder(),
        b"etc/name": file(b"old"),
        b"etc/only-old": file(b"old"),
        b"old": folder(),
        b"old/file": file(b"old"),
        b"same": link(b"etc"),
    },
    NEW: {
        b"etc": folder(0o700),
        b"etc/name": file(b"new"),
        b"new": folder(),
        b"new/file": file(b"new", 0o600),
        b"same": link(b"etc"),
    },
}
FIXED = {"cut", "dev", "lib", "lib64", "nix", "usr"}
MARKS = {b"activate", b"activating", b"init", b"trial"}

# Stands for each command that changes something: counts, and ends its caller in front of one.
SHIM = """\
#!/nix/store/2-tools/bin/busybox sh
read -r number </cut/number
number=$((number + 1))
echo $number >/cut/number
read -r cut_at </cut/at
if [ "$number" = "$cut_at" ]; then
	kill -9 $PPID
	exit 1
fi
exec {command} "$@"
"""
NO_SYNC = """\
int __wrap_fsync(int file);
void __wrap_sync(void);
int __wrap_fsync(int file) { return file < 0 ? -1 : 0; }
void __wrap_sync(void) { }
"""
CHANGES = ("activate", "ln", "mv", "rm", "sync")


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the programs, which boots copy."""
    assert shutil.which("busybox"), "apt-get install busybox"
    top = tmp_path_factory.mktemp("tools")
    programs = top / TOOLS[1:] / "bin"
    programs.mkdir(parents=True)
    sources = [SOURCES / name for name in ("main.c", "archive.c", "tree.c")]
    # No disk of the machine that runs tests has to be waited for.
    harness = tmp_path_factory.mktemp("harness") / "no_sync.c"
    harness.write_text(NO_SYNC)
    flags = ("-static", "-D_FILE_OFFSET_BITS=64", "-Wl,--wrap=fsync", "-Wl,--wrap=sync")
    compile_c(programs / "activate.real", [*sources, harness], *flags)
    shutil.copy("/usr/bin/busybox", programs)
    listed = subprocess.run(["ldd", "/usr/bin/busybox"], capture_output=True, text=True, check=True)
    for word in listed.stdout.split():
        if word.startswith("/"):
            library = top / word[1:]
            library.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(word, library)
    for name in ("cat", "kill", "readlink", "sleep"):
        (programs / name).symlink_to("busybox")
    for name in CHANGES:
        command = {"activate": "activate.real", "sync": "busybox true"}.get(name, f"busybox {name}")
        (programs / name).write_text(SHIM.format(command=f"{TOOLS}/bin/{command}"))
        (programs / name).chmod(0o755)
    reboot = f"#!{TOOLS}/bin/busybox sh\necho reboot >>/dev/console\nexit 1\n"
    (programs / "reboot").write_text(reboot)
    (programs / "reboot").chmod(0o755)
    for name in ("cut", "dev"):
        (top / name).mkdir()
    (top / "dev" / "console").touch()
    (top / "dev" / "null").touch()
    return top


def inside(top: Path, *command: str) -> list[str]:
    """Return a command that runs with a folder as its root."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    entering = [str(shutil.which("chroot", path=path)), str(top), *command]
    return entering if os.geteuid() == 0 else ["/usr/bin/unshare", "--map-root-user", *entering]


class Board:
    """A root with two systems; the old one is confirmed."""

    def __init__(self, tools: Path, top: Path) -> None:
        self.top = top
        subprocess.run(["cp", "-a", "-l", tools, top], check=True)
        for name in ("cut", "dev"):
            shutil.rmtree(top / name)
            shutil.copytree(tools / name, top / name)
        # The console is a file here, and keeps what was said before.
        script = (
            (LIBRARY / "root" / "activate.sh")
            .read_text()
            .replace(">/dev/console", ">>/dev/console")
        )
        for system, files in FILES.items():
            place = top / system[1:]
            place.mkdir()
            (place / "activate").write_text(
                f"#!{TOOLS}/bin/busybox sh\nPATH={TOOLS}/bin\nsystem={system}\n"
                f"trial_seconds={TRIAL_SECONDS}\n{script}"
            )
            (place / "activate").chmod(0o755)
            (place / "root.cpio").write_bytes(archive(files))
            (place / "init").touch()
        self.mark("activate", OLD)

    def mark(self, name: str, system: str) -> None:
        (self.top / name).unlink(missing_ok=True)
        (self.top / name).symlink_to(f"{system}/{'init' if name == 'init' else 'activate'}")

    def marked(self, name: str) -> str | None:
        place = self.top / name
        return str(place.readlink()).rpartition("/")[0] if place.is_symlink() else None

    def boot(self, cut_at: int = 0) -> int:
        """Run what preinit runs; return its exit code, or -SIGKILL for a power cut."""
        (self.top / "cut" / "at").write_text(f"{cut_at}\n")
        (self.top / "cut" / "number").write_text("0\n")
        command = inside(self.top, "/activate")
        return subprocess.run(command, check=False, timeout=30, env={}).returncode

    @property
    def changes(self) -> int:
        """How many commands of the last boot changed something."""
        return int((self.top / "cut" / "number").read_text())

    @property
    def console(self) -> str:
        return (self.top / "dev" / "console").read_text()

    def changing(self) -> list[Path]:
        """Return what boots make in the root."""
        return [place for place in self.top.iterdir() if place.name not in FIXED]

    def save(self) -> Path:
        """Keep what boots have made in a folder of its own."""
        saved = Path(tempfile.mkdtemp(dir=self.top.parent))
        subprocess.run(["cp", "-a", "-t", saved, *self.changing()], check=True)
        return saved

    def restore(self, saved: Path) -> None:
        """Have what boots have made be as it was."""
        subprocess.run(["rm", "-rf", *self.changing()], check=True)
        subprocess.run(["cp", "-a", "-t", self.top, *saved.iterdir()], check=True)

    def files(self) -> Tree:
        """Return what is in the root, the marks and what these tests need aside."""
        ours = MARKS | {os.fsencode(name) for name in FIXED}
        return {
            path: node
            for path, node in look(self.top).items()
            if path.split(b"/")[0].removesuffix(b".new") not in ours
        }

    def runs(self, system: str) -> None:
        """See that a system runs, and that nothing of the other one is there."""
        assert self.marked("init") == system
        assert self.marked("activating") is None
        assert self.marked("trial") is None
        assert self.files() == FILES[system]


@pytest.fixture
def board(tools: Path, tmp_path: Path) -> Iterator[Board]:
    made = Board(tools, tmp_path / "board")
    command = inside(made.top, f"{TOOLS}/bin/busybox", "true")
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("neither root nor a user namespace: no folder can be /")
    yield made
    end_processes(made.top)


def deadline_processes(top: Path) -> list[int]:
    """Return the processes that live in the root."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if (place / "root").readlink() == top:
                found.append(int(place.name))
        except OSError:  # it has ended
            continue
    return found


def end_processes(top: Path) -> None:
    for process in deadline_processes(top):
        with suppress(ProcessLookupError):  # it has ended by itself
            os.kill(process, signal.SIGKILL)
    wait_for(lambda: not deadline_processes(top), "the processes of a boot did not end")


def test_the_first_boot_makes_everything(board: Board) -> None:
    assert board.boot() == 0
    board.runs(OLD)


def test_a_boot_with_nothing_to_do_writes_nothing(board: Board) -> None:
    board.boot()
    before = traces(board.top)
    assert board.boot() == 0
    after = traces(board.top)
    here = tuple(os.fsencode(board.top / name) + b"/" for name in ("cut", "dev"))
    assert {p for p in after if after[p] != before.get(p) and not p.startswith(here)} == set()
    # Only `activate`, which reads.
    assert board.changes == 1


def test_what_was_changed_by_hand_is_as_configured(board: Board) -> None:
    board.boot()
    (board.top / "etc" / "name").write_text("by hand")
    (board.top / "old" / "file").unlink()
    assert board.boot() == 0
    board.runs(OLD)


def test_a_trial_that_nobody_confirms_ends(board: Board) -> None:
    board.boot()
    board.mark("trial", NEW)
    began = time.monotonic()
    assert board.boot() == 0
    board.runs(NEW)
    assert board.marked("activate") == OLD
    wait_for(lambda: "reboot" in board.console, "the trial has not ended")
    assert time.monotonic() - began >= TRIAL_SECONDS
    assert f"nobody has confirmed this system in {TRIAL_SECONDS} seconds" in board.console
    end_processes(board.top)
    assert board.boot() == 0
    board.runs(OLD)


def test_a_confirmed_trial_stays(board: Board) -> None:
    board.boot()
    board.mark("trial", NEW)
    assert board.boot() == 0
    board.mark("activate", NEW)
    wait_for(lambda: not deadline_processes(board.top), "the deadline has not ended")
    assert "reboot" not in board.console
    assert board.boot() == 0
    board.runs(NEW)


def test_the_watchdog_is_fed_and_then_left(board: Board) -> None:
    """The device is a pipe here: a device file of its own needs a kernel's driver."""
    board.boot()
    script = board.top / NEW[1:] / "activate"
    os.mkfifo(board.top / "dev" / "watchdog")
    script.write_text(script.read_text().replace("-c /dev/watchdog", "-p /dev/watchdog"))
    board.mark("trial", NEW)
    reader = os.open(board.top / "dev" / "watchdog", os.O_RDONLY | os.O_NONBLOCK)
    fed = b""

    def read_more() -> bytes:
        nonlocal fed
        with suppress(BlockingIOError):
            fed += os.read(reader, 100)
        return fed

    assert board.boot() == 0
    wait_for(lambda: read_more().count(b".") >= 2, "it is not fed")
    board.mark("activate", NEW)
    wait_for(lambda: read_more().endswith(b"V"), "it was not left")
    wait_for(lambda: not deadline_processes(board.top), "the deadline has not ended")
    assert read_more().strip(b".") == b"V"
    os.close(reader)


def test_a_watchdog_that_cannot_be_opened(board: Board) -> None:
    """The deadline is there all the same."""
    board.boot()
    script = board.top / NEW[1:] / "activate"
    script.write_text(script.read_text().replace("-c /dev/watchdog", "! -c /dev/watchdog"))
    (board.top / "dev" / "watchdog").mkdir()
    board.mark("trial", NEW)
    assert board.boot() == 0
    wait_for(lambda: "reboot" in board.console, "the trial has not ended")
    end_processes(board.top)


@pytest.mark.parametrize("damage", ["no activate", "not executable", "no interpreter", "no files"])
def test_a_damaged_system_is_tried_once(board: Board, damage: str) -> None:
    board.boot()
    place = board.top / NEW[1:]
    match damage:
        case "no activate":
            shutil.rmtree(place)
        case "not executable":
            (place / "activate").chmod(0o644)
        case "no interpreter":
            (place / "activate").write_text("#!/nix/store/absent/bin/sh\n")
        case _:
            (place / "root.cpio").write_bytes(archive(FILES[NEW])[:-5])
    board.mark("trial", NEW)
    code = board.boot()
    # preinit restarts the board if it is not 0, and there is no second trial.
    assert (code == 0) == (damage in {"no activate", "not executable"})
    assert board.marked("trial") is None
    assert code == 0 or board.boot() == 0
    board.runs(OLD)


def test_files_that_cannot_be_made(board: Board) -> None:
    """A trial ends; the confirmed system has nobody behind it, and goes on with what there is."""
    board.boot()
    bad = {**FILES[NEW], b"absent/file": file()}
    (board.top / NEW[1:] / "root.cpio").write_bytes(archive(bad))
    board.mark("trial", NEW)
    assert board.boot() == 1
    assert f"not all files of {NEW} could be made" in board.console
    assert board.boot() == 0
    board.runs(OLD)
    board.mark("activate", NEW)
    assert board.boot() == 0
    board.runs(NEW)


def test_a_damaged_list_of_the_other_system(board: Board) -> None:
    """What the other one had cannot be told; the confirmed one's own files are there."""
    board.boot()
    board.mark("trial", NEW)
    board.boot()
    end_processes(board.top)
    (board.top / NEW[1:] / "root.cpio").write_bytes(b"damaged")
    assert board.boot() == 0
    assert board.marked("init") == OLD
    assert FILES[OLD].items() <= board.files().items()


def cuts(board: Board) -> Iterator[int]:
    """Boot what is there again and again, with a cut before each change; at last without one."""
    saved = board.save()
    code, cut_at = -signal.SIGKILL, 0
    while code != 0:
        cut_at += 1
        board.restore(saved)
        code = board.boot(cut_at)
        assert code in {0, -signal.SIGKILL}
        end_processes(board.top)
        yield cut_at
    shutil.rmtree(saved)


def see(board: Board, confirmed: str, *where: int) -> None:
    """See that the next boots are of one whole system, and in the end of the confirmed one."""
    for _ in range(2):
        assert board.boot() == 0, where
        end_processes(board.top)
        system = board.marked("init")
        assert system in FILES, where
        board.runs(system)
    board.runs(confirmed)


@pytest.mark.parametrize("what", ["first boot", "after a confirmation"])
def test_a_power_cut_before_every_change(board: Board, what: str) -> None:
    confirmed = OLD
    if what != "first boot":
        assert board.boot() == 0
        board.mark("activate", NEW)
        confirmed = NEW
    number = 0
    for number in cuts(board):
        see(board, confirmed, number)
    assert number > 8


@pytest.mark.parametrize("what", ["trial", "back from a trial"])
def test_two_power_cuts_before_every_change(board: Board, what: str) -> None:
    assert board.boot() == 0
    board.mark("trial", NEW)
    if what == "back from a trial":
        assert board.boot() == 0
        end_processes(board.top)
    number = 0
    for number in cuts(board):
        for then in cuts(board):
            see(board, OLD, number, then)
    assert number > 8
