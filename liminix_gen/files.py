"""Files of the user's: written whole or not at all; and folders that are gone with their block."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from liminix_gen.errors import ConfigurationError, Problem

# What to do about a folder for temporary files that cannot be used.
OTHER_TMPDIR = "set TMPDIR to another folder that you can write to"
# What a file system still has that is full: less than anything that is written there.
_FULL_BYTES = 64 << 10


def read(path: Path) -> bytes:
    """Return what a file holds. Raises OSError, also for what has no end, as a pipe."""
    _refuse_dangling(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is not a file", str(path))
    return path.read_bytes()


def write(path: Path, content: bytes) -> bool:
    """Make a file hold this, whole or not at all; say whether it changed.

    What a link leads to is written, and so is a device or pipe. Raises OSError with the path.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return True
        _refuse_dangling(path)
        if path.is_file() and path.read_bytes() == content:
            return False
        _replace(path.resolve(), content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    return True


def _refuse_dangling(path: Path) -> None:
    if path.is_symlink() and not path.exists():
        what = f"it is a link to {path.readlink()}, which is not there"
        raise OSError(errno.ENOENT, what, str(path))


def create(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Make a file that is not there yet, whole or not at all. Raises OSError."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:32]}.")
    staged = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        staged.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove(place: Path) -> None:
    """Remove what is at a place, whatever it is; a link is not followed. Raises OSError.

    An interruption is raised when all is gone.
    """
    _to_the_end(lambda: _remove(place))


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@contextmanager
def temporary_folder(parent: Path | None = None, other: str = OTHER_TMPDIR) -> Generator[Path]:
    """Make a folder, in TMPDIR if no parent is named, which is gone with the block.

    An interruption of its removal is raised when all is gone. Raises ConfigurationError if it
    cannot be made, or its file system is full; ``other`` says how to have another one.
    """
    try:
        if parent is not None:
            parent.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix="liminix-gen-", dir=parent)
    except OSError as error:
        where = error.filename or parent or "a temporary folder"
        what = f"{where} cannot be created: {error.strerror}"
        raise ConfigurationError(Problem(None, what, hint=other)) from None
    try:
        yield Path(made.name)
    except Exception as error:
        cause = error.__cause__ or error
        if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
            require_space(Path(made.name).parent, other)
        raise
    finally:
        _to_the_end(made.cleanup)


def _to_the_end(step: Callable[[], object]) -> None:
    """Do a step that may be begun again, and begin it again whenever it is interrupted."""
    interrupted: KeyboardInterrupt | None = None
    while True:
        try:
            step()
            break
        except KeyboardInterrupt as error:
            interrupted = error
    if interrupted is not None:
        raise interrupted


def require_space(place: Path, other: str) -> None:
    """Raise ConfigurationError if the file system of a folder is full.

    ``other`` says how to have another one.
    """
    there = os.statvfs(place)
    if there.f_bavail * there.f_frsize < _FULL_BYTES:
        raise no_space(place, other)


def no_space(place: Path, other: str) -> ConfigurationError:
    """Return the error of a folder whose file system is full."""
    hint = f"free some, or {other}"
    return ConfigurationError(Problem(None, f"no space left in {place}", hint=hint))
