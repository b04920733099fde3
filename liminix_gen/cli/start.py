"""Where the program starts: Ctrl-C during the imports does not give a traceback either."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

# Objects between two looks for rings of them. What imports and plans make is not garbage, and to
# look at all of it again and again took a third of the time of a large router.
_OBJECTS = 200_000


def main() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(_OBJECTS)
    try:
        from liminix_gen.cli import main as command_line  # noqa: PLC0415  may be interrupted
    except KeyboardInterrupt:
        sys.exit(130)
    command_line.main()
