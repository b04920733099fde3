"""What `update` would copy to a board that runs another tree, before anything is built."""

from __future__ import annotations

from collections.abc import Iterable

from liminix_gen.deploy import archive
from liminix_gen.nix.events import derivation_name
from liminix_gen.workflow.evaluate import Evaluation
from liminix_gen.workflow.held import Held

SYSTEM = "outputs.system"


def copied_bytes(new: Iterable[Held], old: Evaluation) -> int:
    """Return about how many bytes those of new store paths are, as `update` packs them.

    One that is in the store is measured. Of another, that of the same name of the old tree is, if
    it is there: with another file of the configuration, a system is as large as before.
    """
    before = {
        one.outputs["out"]: derivation_name(path)
        for path, one in old.needed(SYSTEM).items()
        if "out" in one.outputs
    }
    by_name = {name: path for path, name in before.items()}
    changed = [one for one in new if one.path not in before]
    listed = "".join(f"{one.path}\n" for one in changed)
    ended = sum(map(len, archive.end(archive.LIST, listed)))
    return ended + sum(_bytes(one, by_name.get(one.name), old) for one in changed)


def _bytes(one: Held, before: str | None, old: Evaluation) -> int:
    for path in (one.path, before):
        if path is not None and old.nix.physical(path).exists():
            return archive.members_bytes(path, old.nix.physical)
    return one.about.copied
