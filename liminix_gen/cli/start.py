"""Where the program starts: Ctrl-C during the imports is no traceback either."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    try:
        from liminix_gen.cli import main as command_line  # noqa: PLC0415  may be interrupted
    except KeyboardInterrupt:
        sys.exit(130)
    command_line.main()
