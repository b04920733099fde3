"""The programs of the C fuzzers: our sources with a small `main` (harness.h), under the sanitizers."""

from __future__ import annotations

import struct
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.fuzz.ground import in_memory
from tests.runtime.router import compile_c

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
_CHECKS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


class Program:
    """A program that answers inputs, one by one."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        self.process = process
        self.log = log

    def ask(self, content: bytes) -> bytes:
        """Return the answer to an input; ``AssertionError`` has what a sanitizer says."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(struct.pack("=I", len(content)) + content)
            stdin.flush()
            size = stdout.read(4)
            answer = stdout.read(struct.unpack("=I", size)[0]) if len(size) == 4 else None
        except BrokenPipeError:
            answer = None
        if answer is None:
            self.log.seek(0)
            said = self.log.read().decode(errors="replace")
            raise AssertionError(f"{self.process.wait()}: {said}\nwith {content!r}")
        return answer


@contextmanager
def built(harness: str, folder: Path, sources: Sequence[str], *flags: str) -> Iterator[Program]:
    """Compile a file of this folder and some of another one; give the program that runs."""
    files = [HERE / harness, *(folder / source for source in sources)]
    # The log of a sanitizer goes to a file: nobody reads a pipe meanwhile.
    with (
        tempfile.TemporaryDirectory() as place,
        in_memory() as work,
        Path(place, "log").open("w+b") as log,
    ):
        options = [*_CHECKS, f"-I{folder}", f"-I{HERE}", *flags]
        target = compile_c(Path(place, "program"), files, *options)
        with subprocess.Popen(
            [target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=work
        ) as process:
            yield Program(process, log)
            with suppress(BrokenPipeError):
                process.communicate()
