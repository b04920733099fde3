"""Which programs this machine has, and the environment that they get."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.programs import PACKAGE_OF_PROGRAM


class MissingToolError(ConfigurationError):
    """A program is not installed."""

    kind = "missing-tool"

    def __init__(self, program: str) -> None:
        package = PACKAGE_OF_PROGRAM.get(os.path.basename(program), os.path.basename(program))  # noqa: PTH119
        super().__init__(
            Problem(None, f"the program {program} is not installed", "", f"apt install {package}")
        )
        self.program = program
        self.package = package


def environment(**changes: str | None) -> dict[str, str]:
    """Return this process's environment with messages in English; None removes a variable."""
    result = dict(os.environ)
    result.update({"LC_ALL": "C.UTF-8", "LANGUAGE": "C"})
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def find(program: str, *, env: Mapping[str, str] | None = None) -> str:
    """Return the path of a program; system directories count even when PATH lacks them."""
    path = (os.environ if env is None else env).get("PATH", os.defpath)
    found = shutil.which(program, path=f"{path}:/usr/sbin:/sbin:/usr/bin:/bin")
    if found is None:
        raise MissingToolError(program)
    return found


def has(program: str) -> bool:
    """Say whether a program is installed."""
    try:
        find(program)
    except MissingToolError:
        return False
    return True
