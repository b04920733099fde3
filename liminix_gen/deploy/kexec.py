"""A board from the system that runs into an image in memory: nothing is written to its flash."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from attrs import evolve, frozen

from liminix_gen.deploy import archive
from liminix_gen.deploy.archive import Meter
from liminix_gen.deploy.board import AbsentError, Board
from liminix_gen.deploy.facts import Facts
from liminix_gen.deploy.ssh import RemoteError, StrangerError, UnreachableError
from liminix_gen.errors import ConfigurationError, Problem, RunError
from liminix_gen.events import Listener, Remarked

# The files in the board's /run, what its `kexec` reads of them, and what the kernel copies that to.
_COPIES = 3

_PARTS = ("device-tree.dtb", "kernel.elf")

# The last member of what is sent: lines of sha256sum(1).
SUMS = "sums"

_AS_IT_WAS = "the board is as it was: nothing of the image is on it"
_ANOTHER = "`liminix-gen build CONFIG --output kexecboot` makes one"


@frozen(kw_only=True)
class Part:
    """A file of an image."""

    name: str
    size_bytes: int
    sha256: str


@frozen(kw_only=True)
class Image:
    """The output `kexecboot` of a configuration; ``image`` is how its kernel knows it."""

    folder: Path
    device: str
    image: str
    parts: tuple[Part, ...]

    @property
    def size_bytes(self) -> int:
        """What goes to the board."""
        return sum(part.size_bytes for part in self.parts)


@frozen(kw_only=True)
class Started:
    """A board that runs an image now; ``hostname`` is the image's."""

    hostname: str
    copied_bytes: int
    seconds: float


def read(folder: Path) -> Image:
    """Read the manifest of an image, and compare its files with it.

    Raises ConfigurationError if that is not such an image, or a file of it is not what was built.
    """
    file = folder / "manifest.json"
    try:
        manifest = cast("Mapping[str, object]", json.loads(file.read_text(encoding="utf-8")))
        parts = tuple(
            Part(
                name=str(one["name"]),
                size_bytes=int(str(one["size-bytes"])),
                sha256=str(one["sha256"]),
            )
            for one in cast("Iterable[Mapping[str, object]]", manifest["parts"])
        )
        found = Image(
            folder=folder,
            device=str(manifest["device"]),
            image=str(manifest["kexec-image"]),
            parts=parts,
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_image(folder, error) from None
    if sorted(part.name for part in parts) != list(_PARTS):
        raise _no_image(folder, "its parts are others")
    if wrong := tuple(_wrong(found)):
        raise ConfigurationError(*wrong)
    return found


def _no_image(folder: Path, why: object) -> ConfigurationError:
    return ConfigurationError(
        Problem(
            str(folder),
            "is not an image for kexec",
            f"manifest.json: {why}" if not isinstance(why, OSError) else str(why),
            _ANOTHER,
            kind="update",
        )
    )


def _wrong(image: Image) -> Iterator[Problem]:
    """Yield the files that are not what the manifest says."""
    for part in image.parts:
        file = image.folder / part.name
        try:
            content = file.read_bytes()
        except OSError as error:
            yield Problem(str(file), "cannot be read", str(error), _ANOTHER, kind="update")
            continue
        hash_ = hashlib.sha256(content).hexdigest()
        if (hash_, len(content)) != (part.sha256, part.size_bytes):
            size = f"{len(content)} bytes, {part.size_bytes} were built"
            what = "is damaged: it is not what its manifest says"
            yield Problem(str(file), what, size, _ANOTHER, kind="update")


def boot(board: Board, image: Image, *, timeout_s: float, listen: Listener) -> Started:
    """Copy an image into a board's memory, start it, and wait until its services are ready.

    A board that is switched off and on starts what is in its flash again. ``timeout_s`` is how long
    it may take to come back, and its services then to be ready. Raises ConfigurationError if the
    board cannot take the image, and RunError if something failed on the way.
    """
    before = board.facts()
    refuse(board.host, before, image)
    began = time.monotonic()
    meter = Meter(listen)
    try:
        board.load(meter.measured(_packed(image)))
    except UnreachableError as error:
        what = f"the connection to {board.host} was lost while the image was copied"
        raise RunError(Problem(None, what, error.reason, _AS_IT_WAS, kind="update")) from None
    except RemoteError as error:
        what = f"{board.host} did not take the image"
        raise RunError(Problem(None, what, error.said, _AS_IT_WAS, kind="update")) from None
    listen(
        Remarked(word="copied", text=f"{meter.sent_bytes} bytes, into the memory of {board.host}")
    )
    listen(Remarked(word="starting", text=f"image {image.image} on {board.host}"))
    board.reboot()
    after = _see_it_come_up(board, image, before, timeout_s)
    listen(Remarked(word="booted", text=f"{board.host} runs the image; waiting for its services"))
    if wrong := board.services_ready(timeout_s):
        what = f"not all services of the image on {board.host} are ready"
        raise RunError(Problem(None, what, wrong, board.where_the_log_is, kind="update"))
    return Started(
        hostname=after.hostname,
        copied_bytes=meter.sent_bytes,
        seconds=time.monotonic() - began,
    )


def refuse(host: str, facts: Facts, image: Image) -> None:
    """Raise ConfigurationError if a board cannot start an image."""
    if facts.device != image.device:
        raise ConfigurationError(
            Problem(
                None,
                f"{host} is a {facts.device}, and the image is for {image.device}",
                hint=f'System(device="{facts.device}") is for that board',
                kind="update",
            )
        )
    if not facts.kexec:
        raise ConfigurationError(
            Problem(
                None,
                f"the system on {host} cannot start another kernel",
                "its kernel lacks KEXEC, or kexec-tools are not on its login path",
                "its configuration must have  "
                'config.services["kexec"] = config.service.kexec.build()',
                kind="update",
            )
        )
    need = _COPIES * image.size_bytes
    if need > facts.memory_available_bytes:
        raise ConfigurationError(
            Problem(
                None,
                f"{host} does not have enough memory for the image",
                f"{_COPIES} times its {image.size_bytes} bytes are needed for a moment, "
                f"{facts.memory_available_bytes} bytes are free",
                "stop services there (`services stop NAME`), or make the image smaller",
                kind="update",
            )
        )


def _packed(image: Image) -> Iterator[bytes]:
    for part in image.parts:
        yield from archive.member(part.name, (image.folder / part.name).resolve())
    sums = "".join(f"{part.sha256}  {part.name}\n" for part in image.parts)
    yield from archive.end(SUMS, sums)


def _see_it_come_up(board: Board, image: Image, before: Facts, timeout_s: float) -> Facts:
    try:
        after = board.after_boot(before.boot, timeout_s)
    except StrangerError as error:
        (problem,) = error.problems
        why = "it has started, and nobody can say from here whether it runs the image"
        raise RunError(evolve(problem, why=why)) from None
    except AbsentError as error:
        (problem,) = error.problems
        hint = "switched off and on, it starts what is in its flash"
        raise RunError(evolve(problem, hint=hint)) from None
    if after.image != image.image:
        what = f"the image did not come up: {board.host} is back with another system"
        running = f"image {after.image}" if after.image else "it runs what is in its flash"
        raise RunError(Problem(None, what, running, kind="update"))
    return after
