"""A system that was built, as an update takes it: its facts, and all that it needs."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from liminix_gen.deploy.answer import WORD, Answer
from liminix_gen.errors import InternalError
from liminix_gen.nix.verbs import Nix


@frozen(kw_only=True)
class System:
    """A system by its store path; ``closure`` holds it too.

    ``device``, ``root`` and ``kernel`` are as the board reports them.
    """

    path: str
    device: str
    root: str
    kernel: str
    closure: tuple[str, ...]
    nix: Nix

    def locate(self, path: str) -> Path:
        """Return where a store path lies on this machine."""
        return self.nix.physical(path)


def read(name: str, nix: Nix) -> System:
    """Read a system from the store by its name there."""
    path = f"/nix/store/{name}"
    place = nix.physical(path)
    closure = nix.closure(path)
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
        closure=closure,
        nix=nix,
    )
