"""The programs of the C fuzzers: our sources with a small `main` (harness.h), under the sanitizers."""

from __future__ import annotations

import struct
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.runtime.router import ROOT, compile_c

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
_CHECKS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


class Program:
    """A program that answers inputs, one by one; ``AssertionError`` has what a sanitizer says."""

    def __init__(
        self, harness: str, folder: Path, sources: Sequence[str] = (), *flags: str
    ) -> None:
        files = [HERE / harness, *(ROOT / folder / source for source in sources)]
        # The log of a sanitizer goes to a file: nobody reads a pipe meanwhile.
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  closed with the program
        with tempfile.TemporaryDirectory() as place:
            target = compile_c(
                Path(place, "program"), files, *_CHECKS, f"-I{ROOT / folder}", f"-I{HERE}", *flags
            )
            self.process = subprocess.Popen(
                [target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log
            )
            # It has begun, and so needs its file no more.
            assert self.ask(b"") is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()
        self.log.close()

    def ask(self, content: bytes) -> bytes:
        """Return the answer to an input."""
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
            raise AssertionError(f"{self.process.wait()}, with {content!r}: {said}")
        return answer
