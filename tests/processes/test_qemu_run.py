"""The user's terminal while QEMU has it: as it was afterwards, and QEMU ends with the command.

A program of our own stands for QEMU. Of the same kind, tried here: its own end, also a failed one; SIGTERM
and SIGKILL to the command; a terminal that is closed; Ctrl-C before QEMU has the terminal; standard
input that is no terminal.
"""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import sys
import termios
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

from liminix_gen import process
from liminix_gen.catalog import Catalog
from liminix_gen.cli.run import _alone as alone
from liminix_gen.errors import RunError
from liminix_gen.qemu import run
from liminix_gen.qemu.console import Console
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.machines import VmRoot
from tests.support.reaching import liminix_gen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liminix_gen.model.device import Qemu

# Like QEMU: a raw terminal, a copy of all that is said, and on SIGTERM the terminal as it was. Signals
# are waited for beside keys: one that comes right before a read would be lost.
STAND_IN = r"""
import os, select, signal, sys, termios, tty
from pathlib import Path

place = Path(os.environ["PLACE"])
copy = next(word.rpartition("logfile=")[2] for word in sys.argv if word.startswith("stdio,"))
copied = open(copy, "wb", buffering=0)
signalled, wakeup = os.pipe()
os.set_blocking(wakeup, False)
signal.set_wakeup_fd(wakeup)
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, lambda *_: None)
before = termios.tcgetattr(0) if os.isatty(0) else None

def say(text):
    os.write(1, text.encode() + b"\r\n")
    copied.write(text.encode() + b"\r\n")

def run():
    if before:
        tty.setraw(0)
    (place / "pid").write_text(str(os.getpid()))
    say("[    0.0] kernel: " + next(word for word in sys.argv if "rootfstype" in word))
    say("liminix-gen: box starts")
    if (place / "reboots").exists():
        (place / "reboots").unlink()
        say("[    9.9] reboot: Restarting system")
        return 0
    if (place / "fails").exists():
        return 3
    if not before:
        say("no terminal")
        return 0
    say("ready")
    while True:
        readable, _, _ = select.select([0, signalled], [], [])
        if signalled in readable:
            return 0
        key = os.read(0, 1)
        if key in (b"", b"q", b"f"):
            return 4 if key == b"f" else 0
        say("got  " + key.hex())

try:
    sys.exit(run())
finally:
    if before:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
"""

COMMAND = """
import sys
from pathlib import Path
from liminix_gen.cli import main
from liminix_gen.errors import LiminixGenError
from liminix_gen.process import interrupt_on_termination
from tests.processes.test_qemu_run import run_stand_in
interrupt_on_termination()
try:
    run_stand_in(Path(sys.argv[1]))
except LiminixGenError as error:
    print(error)
    sys.exit(error.exit_code)
print("command over")
"""


def machine_at(place: Path) -> Qemu:
    machine = Catalog.of().device("qemu-mipsel").qemu
    assert machine is not None
    return attrs.evolve(machine, executable=str(place / "qemu"))


def run_stand_in(place: Path) -> None:
    """Run it as `run` does; called in a process of its own."""
    vmroot = VmRoot(kernel=place, root=place, command_line="rootfstype=squashfs")
    with Loop() as loop:
        run.interactive(
            machine_at(place),
            vmroot,
            loop,
            log=place / "log",
            on_start=lambda: sys.stderr.write("to reach it\r\n"),
        )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "qemu").write_text(f"#!{sys.executable} -IS\n{STAND_IN}")
    (tmp_path / "qemu").chmod(0o755)
    return tmp_path


class Terminal:
    """The command on a terminal that is its controlling one."""

    def __init__(self, place: Path, loop: Loop) -> None:
        self.place = place
        self.loop = loop
        words = (sys.executable, "-c", textwrap.dedent(COMMAND), place)
        self.child = process.Child(
            ("setsid", "--ctty", "--wait", *words),
            env=process.environment(PLACE=str(place), TERM="xterm"),
            pty=True,
        )
        assert self.child.terminal is not None
        self.terminal = self.child.terminal
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.before = termios.tcgetattr(self.terminal)
        self.console = Console(os.dup(self.terminal), loop)

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def close(self) -> None:
        if self.child.terminal is not None:
            self.console.close()
            os.close(self.terminal)
            self.child.terminal = None

    def end(self) -> int | None:
        self.loop.until(lambda: self.child.poll() is not None, 20)
        return self.child.poll()

    def qemu_runs(self) -> bool:
        pid = int((self.place / "pid").read_text())

        def gone() -> bool:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                return True
            return state in "ZX"

        return not self.loop.until(gone, 10)


@pytest.fixture
def start(place: Path) -> Iterator[Callable[[], Terminal]]:
    started: list[Terminal] = []
    with Loop() as loop:

        def begin() -> Terminal:
            terminal = Terminal(place, loop)
            started.append(terminal)
            return terminal

        yield begin
        for terminal in started:
            terminal.close()
            terminal.child.stop()


def test_the_guest_knows_its_terminal_and_each_start_is_told(
    start: Callable[[], Terminal], place: Path
) -> None:
    (place / "reboots").touch()
    terminal = start()
    terminal.console.wait_for(
        r"kernel: rootfstype=squashfs liminix COLUMNS=100 LINES=40 TERM=xterm\n", 20
    )
    text = terminal.console
    assert terminal.loop.until(lambda: text.text.count("to reach it\n") == 2, 20)
    assert terminal.loop.until(lambda: "ready\n" in text.text, 20)
    terminal.type("\x03")
    terminal.console.wait_for("got  03", 20)  # Ctrl-C is the guest's
    terminal.type("q")
    assert terminal.end() == 0
    terminal.console.wait_for("command over", 20)
    assert termios.tcgetattr(terminal.terminal) == terminal.before
    assert b"liminix-gen: box starts" in (place / "log").read_bytes()


def test_an_end_that_is_none_is_told(start: Callable[[], Terminal], place: Path) -> None:
    (place / "fails").touch()
    terminal = start()
    assert terminal.end() == RunError.exit_code
    terminal.console.wait_for(r"ended with exit code 3", 20)
    assert termios.tcgetattr(terminal.terminal) == terminal.before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_qemu_ends_with_the_command(start: Callable[[], Terminal], number: int) -> None:
    terminal = start()
    terminal.console.wait_for("ready", 20)
    children = Path(f"/proc/{terminal.child.pid}/task/{terminal.child.pid}/children")
    (command,) = map(int, children.read_text().split())
    os.kill(command, number)
    assert terminal.end() is not None
    assert terminal.loop.until(lambda: not terminal.qemu_runs(), 10)
    assert terminal.loop.until(lambda: termios.tcgetattr(terminal.terminal) == terminal.before, 10)


def test_qemu_ends_with_the_terminal(start: Callable[[], Terminal]) -> None:
    terminal = start()
    terminal.console.wait_for("ready", 20)
    terminal.close()
    assert terminal.end() is not None
    assert terminal.loop.until(lambda: not terminal.qemu_runs(), 10)


def test_without_a_terminal_the_console_is_only_shown(place: Path) -> None:
    words = (sys.executable, "-c", textwrap.dedent(COMMAND), place)
    done = process.run(words, env=process.environment(PLACE=str(place)), timeout_s=30)
    assert "no terminal" in done.stdout
    assert "kernel: rootfstype=squashfs\r\n" in done.stdout
    assert "to reach it" in done.stderr


def test_two_runs_do_not_write_one_image(tmp_path: Path) -> None:
    image = tmp_path / "router.root"
    refused = pytest.raises(RunError, match="in use by another run of this configuration")
    with alone(image), refused, alone(image):
        pass
    with alone(image):
        pass


@pytest.mark.parametrize("log", ["absent/log", "."])
def test_a_log_that_cannot_be_written_is_said_before_the_build(tmp_path: Path, log: str) -> None:
    config = 'from liminix_gen import System\nconfig = System(device="qemu-mipsel", hostname="x")\n'
    (tmp_path / "x.py").write_text(config)
    done = process.run(liminix_gen("run", "x.py", "--log", log), cwd=tmp_path, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"liminix-gen: cannot write {log}: ")
    assert "Traceback" not in done.stderr


def test_a_board_that_qemu_does_not_run_is_refused_before_the_build(tmp_path: Path) -> None:
    config = 'from liminix_gen import System\n\nconfig = System(device="belkin-rt3200")\n'
    (tmp_path / "x.py").write_text(config)
    done = process.run(liminix_gen("run", "x.py"), cwd=tmp_path, check=False)
    assert done.returncode == 2, done.stderr
    assert "x.py:3: the device belkin-rt3200 does not have a QEMU machine" in done.stderr
    assert "hint: `liminix-gen devices` says which have" in done.stderr
