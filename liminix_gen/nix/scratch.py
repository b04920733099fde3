"""Where builders work: a folder for each build, which is gone with it, however it ends.

The sources of a kernel are tens of thousands of files, and a disk may take a minute to forget them.
Nix removes what a build that is stopped has left before it ends; so that nobody waits for that, it
is moved out of Nix's way first, and what does not go within seconds goes in the background. A Nix
daemon builds in a folder of its own, and clears up there by itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from attrs import frozen

from liminix_gen import process
from liminix_gen.cache import cache_directory
from liminix_gen.errors import ConfigurationError, Problem

_PATIENCE_S = 5.0
# A builder may leave folders that their owner cannot write to.
_REMOVE = 'rm -rf "$@" 2>/dev/null || { chmod -R u+rwx "$@"; rm -rf "$@"; }'


@frozen
class Scratch:
    """The folder of a build; ``builds`` is for the builders (TMPDIR), the rest for this program.

    ``trash`` is where what is left of a build goes when it is stopped.
    """

    folder: Path
    trash: Path

    @property
    def builds(self) -> Path:
        """Where builders make their folders."""
        return self.folder / "builds"

    @property
    def here(self) -> Path:
        """Where that goes when ``trash`` is on another file system."""
        return self.folder / "trash"

    def let_go(self) -> None:
        """Take what builders have made so far out of their, and Nix's, way."""
        with suppress(OSError):
            self.trash.mkdir(parents=True, exist_ok=True)
            self.builds.rename(self.trash / self.folder.name)
            return
        with suppress(OSError):
            self.builds.rename(self.here)


@contextmanager
def scratch() -> Generator[Scratch]:
    """Make the folder of a build, and remove it, and what an earlier one had no time to remove."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="liminix-gen-"))
    except OSError as error:
        what = f"cannot create a folder for builds: {error.strerror}"
        hint = "set TMPDIR to a folder with some GB that you can write to"
        raise ConfigurationError(Problem(None, what, hint=hint)) from None
    made = Scratch(folder, cache_directory() / "trash")
    try:
        # A builder may run as another user, who has to get through.
        folder.chmod(0o711)
        made.builds.mkdir(mode=0o755)
        yield made
    finally:
        with suppress(OSError):
            made.builds.rmdir()
        for one in _in(folder):
            if one.is_symlink():  # to a derivation
                one.unlink()
        with suppress(OSError):  # what is in there now, Nix keeps on purpose (keep-failed)
            folder.rmdir()
        here = [folder] if made.here.exists() else []
        _remove([*here, *_in(made.trash)])


def _in(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _remove(places: list[Path]) -> None:
    if not places:
        return
    command: list[str | Path] = ["sh", "-c", _REMOVE, "sh", *places]
    try:
        process.run(command, timeout_s=_PATIENCE_S, check=False)
    except (process.CommandTimeoutError, KeyboardInterrupt) as error:
        process.leave(command)
        if isinstance(error, KeyboardInterrupt):
            raise
