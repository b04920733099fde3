"""The command line in processes of its own that do not import it again.

A server has imported it, and forks a child for each run, which takes less than half of a start. What
a start imports is asked of whole processes (tests/unit/test_cli.py).
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

import liminix_gen
from liminix_gen.cli.main import main

ROOT = Path(__file__).parents[2]


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run liminix-gen in a folder, with this process's environment, to any end."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [os.path.join(folder, name) for name in ("stdout", "stderr")]  # noqa: PTH118
        request = [arguments, str(cwd), dict(os.environ), *streams]
        code = _server().ask(json.dumps(request))
        out, err = (Path(name).read_text(encoding="utf-8") for name in streams)
    return subprocess.CompletedProcess(arguments, code, out, err)


def ended(*arguments: str | Path, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run liminix-gen as `run` does; ``code`` is the exit code that it must have."""
    done = run(*map(str, arguments), cwd=cwd)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


class _Server:
    """The process that forks."""

    def __init__(self) -> None:
        command = (sys.executable, "-m", __name__)
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def ask(self, request: str) -> int:
        """Return the exit code of a run; negative, it is the signal that ended it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{request}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Let the server end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@functools.cache
def _server() -> _Server:
    server = _Server()
    atexit.register(server.close)
    return server


def _serve() -> None:
    """Fork for each request; a child becomes the run and ends as it does."""
    for module in pkgutil.walk_packages(liminix_gen.__path__, "liminix_gen."):
        importlib.import_module(module.name)
    gc.freeze()  # a child that collects would copy all of it
    for line in sys.stdin:
        if not (child := os.fork()):
            arguments, folder, environment, *streams = json.loads(line)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            for number, file in enumerate((os.devnull, *streams)):
                flags = os.O_RDWR | os.O_CREAT if number else os.O_RDONLY
                os.dup2(os.open(file, flags, 0o600), number)
            sys.argv[1:] = arguments
            main()
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve()
