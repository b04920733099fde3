"""What lies in the user's cache, and what a mirror sends: whatever it is, it costs a fetch at most."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from liminix_gen.debian import apt
from liminix_gen.debian.index import PackageIndex
from liminix_gen.debian.sources import Source
from liminix_gen.debian.suites import BOOKWORM
from liminix_gen.errors import BuildError
from liminix_gen.nix import kernels
from liminix_gen.process import Completed
from tests.fuzz import mutation

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    import pytest

    from tests.fuzz.ground import Fuzz

_RECORD = [
    {"device": "qemu-mipsel", "path": f"/nix/store/{digit * 32}-linux-6.12.1", "seconds": 600.5}
    for digit in "0123"
]
_STANZA = """\
Package: busybox
Version: 1:1.35.0-4+b1
Section: utils
Depends: libc6 (>= 2.36), libx | liby (<< 2)
Filename: pool/main/b/busybox/busybox_1.35.0-4+b1_mipsel.deb
Size: 123456
SHA256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

Package: libc6
Version: 2.36-9
Section: libs
Provides: libc6-abi, libx (= 1)
Filename: ./pool/main/g/glibc/libc6_2.36-9_mipsel.deb
Size: 1
SHA256: 1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
"""


def test_records_of_kernels(fuzz: Fuzz, memory_path: Path) -> None:
    """A record that holds nonsense is ignored."""
    record = memory_path / "kernels.json"

    def one(random: Random) -> bool:
        text = json.dumps(mutation.change_value(random, _RECORD, most=1)).encode()
        record.write_bytes(text if random.random() < 0.7 else mutation.change(random, text, most=1))
        found = kernels.load(record)
        assert all(isinstance(kernel.device, str) and kernel.seconds >= 0 for kernel in found)
        return bool(found)

    fuzz.each(one, short=3000)


def test_indexes_of_packages(fuzz: Fuzz) -> None:
    """A package of an index has what a lock takes, or the index is told to be broken."""

    def one(random: Random) -> bool:
        text = mutation.change(random, _STANZA.encode(), most=2).decode(errors="replace")
        index = PackageIndex([("bookworm", text)])
        try:
            for name in ("busybox", "libc6"):
                package = index.get(name)
                assert package is None or (len(package.sha256) == 64 and package.size_bytes >= 0)
            index.providers("libx")
        except BuildError:
            return False
        return True

    fuzz.each(one, short=3000)


def test_lists_of_apt(fuzz: Fuzz, memory_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists that are not as apt has loaded them are loaded again; the others are not.

    Found: an InRelease that was cut, which stayed for ever.
    """
    source = Source(uri="http://mirror.example/debian", suite="bookworm")
    found = apt.Apt("mipsel", BOOKWORM, directory=memory_path, sources=(source,))
    lists = found.directory / "lists"
    contents = {"a_InRelease": b"Suite: bookworm\n" * 9, "a_Packages.lz4": bytes(range(256))}
    loads = 0

    def run(argv: list[object], **_: object) -> Completed:
        nonlocal loads
        stdout = f"bookworm main {source.uri}/ /lists/x\n"
        if "update" in argv:
            loads += 1
            stdout = ""
            # As apt does: what is there, and no older than the mirror's, stays.
            for name, content in contents.items():
                if not (lists / name).exists():
                    (lists / name).write_bytes(content)
        return Completed(command=("apt",), returncode=0, stdout=stdout, stderr="", seconds=0)

    monkeypatch.setattr(apt, "run", run)

    def one(random: Random) -> bool:
        nonlocal loads
        found.update()
        loads = 0
        place = random.choice((*(lists / name for name in contents), found._stamp))
        before = place.read_bytes()
        damaged = random.random() < 0.6
        if damaged:
            place.write_bytes(mutation.change(random, before, most=1))
        if random.random() < 0.3:
            name = random.choice(("apt.conf", "sources/liminix-gen.sources"))
            (found.directory / name).write_bytes(mutation.change(random, b"x" * 9))
        found.update()
        assert {file.name: file.read_bytes() for file in lists.glob("a_*")} == contents
        return loads == 0

    fuzz.each(one, short=1000)
