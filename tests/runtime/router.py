"""A scan directory with real s6, real serviced and real scripts, in a temporary folder of this machine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "packages" / "services"
LIBRARY = ROOT / "templates" / "nix" / "lib"
WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wpedantic",
    "-Wshadow",
    "-Wconversion",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
    "-Wformat=2",
    "-Wundef",
    "-Wcast-qual",
    "-Wwrite-strings",
]
CFLAGS = ["-std=c11", "-D_GNU_SOURCE", "-O1", "-g", *WARNINGS]
CORE = ["decide.c", "orders.c", "describe.c", "graph.c", "nearest.c"]
MANAGER = [*CORE, "main.c", "manager.c", "marks.c", "outputs.c", "control.c", "s6.c", "message.c"]
SHELL = "/usr/bin/busybox sh"
DEADLINE_S = 20.0


def compile_c(target: Path, sources: Sequence[str | Path], *flags: str) -> Path:
    files = [str(SOURCES / source) for source in sources]
    subprocess.run(["gcc", *CFLAGS, *flags, *files, "-o", str(target)], check=True)
    return target


def build_programs(folder: Path) -> Path:
    # The sanitizers find what the tests do not look for.
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    compile_c(folder / "serviced", MANAGER, *checks)
    compile_c(folder / "services", ["client.c"], *checks)
    compile_c(folder / "pause", ["pause.c"], "-DWITH_LIBC")
    return folder


def wait_for(condition: Callable[[], object], what: str, limit_s: float = DEADLINE_S) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def process_stat(process: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; empty when there is no such process."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return text.rpartition(")")[2].split()


class Service(NamedTuple):
    name: str
    needs: tuple[str, ...] = ()
    kind: str = "oneshot"
    up: str = ":"  # oneshot
    down: str = ""  # both
    run: str = "announce_ready; exec sleep 1000"  # longrun
    ready: str = ":"
    undo: bool = True  # has a `finish`
    controlled: bool = False
    observes: tuple[str, ...] = ()
    up_ms: int = 10000
    down_ms: int = 3000

    @property
    def line(self) -> str:
        wanted = "controlled" if self.controlled else "wanted"
        needs, observes = ",".join(self.needs), ",".join(self.observes)
        return (
            f"{self.name} {self.kind} {wanted} {self.up_ms} {self.down_ms}"
            f" needs={needs} observes={observes}\n"
        )


class Row(NamedTuple):
    state: str
    waits_for: list[str]
    note: str


class Router:
    """Every body can call `trace WORD`, which appends to one file: the order of things."""

    def __init__(
        self, folder: Path, programs: Path, *options: str, prefix: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        self.programs = programs
        self.options = options
        self.prefix = prefix  # of the command that starts it
        self.scan = folder / "service"
        self.run = folder / "run"
        self.trace_file = folder / "trace"
        self.console = folder / "console"
        self.log_file = folder / "log"
        self.services: list[Service] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.scan.mkdir(parents=True)
        self.trace_file.touch()
        self.console.touch()
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "SERVICES_DIRECTORY": str(self.run),
            "ASAN_OPTIONS": "detect_leaks=0",
        }

    def script(self, path: Path, text: str) -> None:
        path.write_text(f"#!{SHELL} -eu\n{text}")
        path.chmod(0o755)

    def add(self, name: str, *needs: str, **fields: object) -> None:
        service = Service(name, needs, **fields)  # type: ignore[arg-type]
        self.services.append(service)
        folder = self.scan / name
        (folder / "used").mkdir(parents=True)
        (folder / "down").touch()
        (folder / "notification-fd").write_text("3\n")
        (folder / "timeout-finish").write_text(f"{service.down_ms}\n")
        # The shebang line takes one argument, and "busybox sh" needs its own: -eu is set here.
        head = (
            f"set -eu\nname={name}\npause={self.programs}/pause\n"
            f'trace() {{ echo "$1 {name}" >>{self.trace_file}; }}\n'
        )
        if service.kind == "oneshot":
            body = f"up() {{\n:\ntrace up\n{service.up}\n}}\n. {LIBRARY}/services/service.sh\nrun_oneshot\n"
        else:
            body = (
                f"run() {{\n:\ntrace up\n{service.run}\n}}\nready() {{\n{service.ready}\n}}\n"
                f". {LIBRARY}/services/service.sh\nrun_longrun\n"
            )
        (folder / "run").write_text(f"#!/usr/bin/busybox sh\n{head}{body}")
        down = f"down() {{\n:\n{service.down}\ntrace down\n}}\n. {LIBRARY}/services/service.sh\nrun_undo\n"
        (folder / "finish").write_text(f"#!/usr/bin/busybox sh\n{head}{down}")
        for file in ("run", "finish"):
            (folder / file).chmod(0o755)
        if not service.undo:
            (folder / "finish").unlink()

    def add_directory(
        self, name: str, *needs: str, texts: Mapping[str, str], **fields: object
    ) -> None:
        """A service whose files came from elsewhere: name to text, `run` and `finish` executable."""
        self.services.append(Service(name, needs, **{"kind": "longrun", **fields}))  # type: ignore[arg-type]
        folder = self.scan / name
        (folder / "used").mkdir(parents=True)
        for file, text in texts.items():
            (folder / file).write_text(text)
            (folder / file).chmod(0o755)

    @property
    def graph(self) -> Path:
        return self.folder / "graph"

    def manager_arguments(self) -> list[str]:
        return [
            "-g", str(self.graph), "-s", str(self.scan), "-d", str(self.run),
            "-c", str(self.console), *self.options,
        ]  # fmt: skip

    def start(self) -> Self:
        self.graph.write_text("".join(service.line for service in self.services))
        folder = self.scan / "serviced"
        folder.mkdir()
        arguments = " ".join(self.manager_arguments())
        (folder / "run").write_text(
            f"#!/usr/bin/busybox sh\nexec {self.programs}/serviced {arguments}\n"
        )
        (folder / "run").chmod(0o755)
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, "s6-svscan", str(self.scan)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        return self

    def run_manager(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / "serviced", *self.manager_arguments()],
            env=self.environment, capture_output=True, text=True, timeout=10, check=False,
        )  # fmt: skip

    def end(self) -> None:
        if self.process is None:
            return
        subprocess.run(["s6-svscanctl", "-t", str(self.scan)], check=False)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        # Also what a test left without its supervisor.
        for stat in Path("/proc").glob("[0-9]*/cwd"):
            try:
                inside = stat.readlink().is_relative_to(self.scan)
            except OSError:
                continue
            if inside:
                os.kill(int(stat.parent.name), signal.SIGKILL)

    def call(self, *arguments: str, limit_s: float = 40) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / "services", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )

    def spawn(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.programs / "services", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def done(self, *arguments: str) -> str:
        result = self.call(*arguments)
        assert result.returncode == 0, result.stderr + self.log
        return result.stdout

    def boot(self) -> Self:
        self.start()
        self.done("ready", "-t", "20")
        return self

    def rows(self) -> dict[str, Row]:
        return {
            row["name"]: Row(row["state"], row["waits_for"], row["note"])
            for row in json.loads(self.done("list", "--json"))
        }

    def states(self) -> dict[str, str]:
        return {name: row.state for name, row in self.rows().items()}

    def all_ready(self) -> bool:
        return set(self.states().values()) == {"ready"}

    def control(self, name: str, command: str) -> None:
        subprocess.run(["s6-svc", f"-{command}", str(self.scan / name)], check=True)

    def process_id(self, name: str) -> int:
        result = subprocess.run(
            ["s6-svstat", "-o", "pid", str(self.scan / name)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return int(result.stdout)

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    @property
    def trace(self) -> list[str]:
        return self.trace_file.read_text().splitlines()

    def new_trace(self) -> Callable[[], list[str]]:
        """What is traced from now on."""
        before = len(self.trace)
        return lambda: self.trace[before:]

    def before(self, first: str, second: str, trace: Sequence[str] | None = None) -> bool:
        words = list(self.trace if trace is None else trace)
        return words.index(first) < words.index(second)

    def count(self, pattern: str) -> int:
        return len(re.findall(pattern, self.log))
