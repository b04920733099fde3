"""What Nix and a build say and leave: log lines, and the manifest of an image for kexec."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, cast

from liminix_gen.deploy import kexec
from liminix_gen.errors import ConfigurationError
from liminix_gen.nix import events
from tests.fuzz import mutation

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.fuzz.ground import Fuzz

_DRV = "/nix/store/00000000000000000000000000000000-linux-6.12.drv"
_RECORDS: tuple[dict[str, object], ...] = (
    {"action": "start", "id": 1, "type": 104},
    {"action": "start", "id": 2, "type": 105, "fields": [_DRV, "", 1, 1]},
    {"action": "start", "id": 3, "type": 108, "fields": ["/nix/store/1-x", "cache"]},
    {"action": "result", "id": 2, "type": 101, "fields": ["a line"]},
    {"action": "result", "id": 1, "type": 105, "fields": [1, 2, 0, 0]},
    {"action": "msg", "level": 1, "msg": "warning: \x1b[31mx"},
    {
        "action": "msg",
        "level": 0,
        "msg": "error",
        "raw_msg": f"builder for '{_DRV}' failed",
        "file": "a.nix",
        "line": 3,
        "column": 1,
        "trace": [{"raw_msg": "while evaluating", "file": "b.nix", "line": 4, "column": 1}],
    },
    {"action": "stop", "id": 2},
)


def test_log_lines(fuzz: Fuzz) -> None:
    """A line of the log is an event, or is kept as it is."""

    def one(random: Random) -> bool:
        heard: list[events.Event] = []
        reader = events.Reader(heard.append)
        for record in _RECORDS:
            changed = (
                mutation.change_value(random, record, most=1) if random.random() < 0.3 else record
            )
            line = f"@nix {json.dumps(changed)}"
            if random.random() < 0.1:
                line = mutation.change(random, line.encode(), most=1).decode(errors="replace")
            reader.feed(line)
        assert all(str(place) for one in reader.complaints for place in one.places)
        return len(heard) >= 6

    fuzz.each(one, short=3000)


def test_images_for_kexec(fuzz: Fuzz, memory_path: Path) -> None:
    """An image is whole and its manifest says so, or it is refused."""
    parts: list[dict[str, object]] = []
    for name in ("kernel.elf", "device-tree.dtb"):
        (memory_path / name).write_bytes(name.encode())
        digest = hashlib.sha256(name.encode()).hexdigest()
        parts.append({"name": name, "size-bytes": len(name), "sha256": digest})
    manifest = {"device": "qemu-mipsel", "kexec-image": "0123", "parts": parts, "more": ["x"] * 9}

    def one(random: Random) -> bool:
        text = json.dumps(mutation.change_value(random, manifest, most=2)).encode()
        if random.random() < 0.2:
            text = mutation.change(random, text, most=1)
        (memory_path / "manifest.json").write_bytes(text)
        try:
            found = kexec.read(memory_path)
        except ConfigurationError:
            return False
        assert found.size_bytes == sum(cast("int", part["size-bytes"]) for part in parts)
        return True

    fuzz.each(one, short=2000)
