"""A system that was built, as an update takes it: its facts, and all that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from liminix_gen import process
from liminix_gen.deploy.answer import WORD, Answer
from liminix_gen.errors import InternalError
from liminix_gen.nix import derivation


@frozen(kw_only=True)
class System:
    """A system by its store path; ``closure`` holds it too.

    ``device``, ``root`` and ``kernel`` are as the board tells them. ``env`` is Nix's environment.
    """

    path: str
    device: str
    root: str
    kernel: str
    closure: tuple[str, ...]
    env: Mapping[str, str]

    def locate(self, path: str) -> Path:
        """Return where a store path lies on this machine."""
        return derivation.physical(path, self.env)


def read(name: str, env: Mapping[str, str]) -> System:
    """Read a system from the store by its name there."""
    path = f"/nix/store/{name}"
    place = derivation.physical(path, env)
    closure = process.run(["nix-store", "--query", "--requisites", path], env=env).stdout.split()
    # The board keeps what this list names: if it lacked one, an update would break its system.
    listed = (place / "store-paths").read_text(encoding="utf-8").split()
    if {*listed, path} != set(closure):
        wrong = ", ".join(sorted({*listed, path} ^ set(closure)))
        raise InternalError(f"the list of what {path} needs is wrong: {wrong}")
    found = Answer.parse((place / "facts").read_text(encoding="utf-8"))
    return System(
        path=path,
        device=found.one("device", WORD),
        root=found.one("root", WORD),
        kernel=found.one("kernel", WORD),
        closure=tuple(sorted(closure)),
        env=env,
    )
