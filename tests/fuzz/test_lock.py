"""The lock file: read strictly, whatever stands in it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from liminix_gen.debian import lock
from liminix_gen.debian.lock_model import ArchitectureLock, HostTool, Lock, LockedPackage
from liminix_gen.errors import ConfigurationError
from liminix_gen.lock_file import Ids
from tests.fuzz import mutation

if TYPE_CHECKING:
    from random import Random

    from tests.fuzz.ground import Fuzz


@cache
def whole() -> str:
    libc = LockedPackage(
        name="libc6",
        version="2.36-9+deb12u13",
        path="pool/main/g/glibc/libc6_2.36-9+deb12u13_mipsel.deb",
        sha256="1" * 64,
        size_bytes=123,
        suite="bookworm",
        libraries=(),
    )
    busybox = evolve(
        libc, name="busybox", path="pool/main/b/busybox/busybox_1.deb", libraries=("libc6",)
    )
    section = ArchitectureLock(
        packages={"libc6": libc, "busybox": busybox},
        roots=("busybox",),
        names={"busybox": "busybox", "libc": "libc6"},
        suites=("bookworm",),
        linux_source=evolve(libc, name="linux-source-6.12"),
        firmware={"firmware-x": evolve(libc, name="firmware-x")},
    )
    tool = HostTool(package="gcc-mipsel-linux-gnu", version="4:12.2.0-3")
    return lock.dump(
        Lock(
            architectures={"mipsel": section, "arm64": ArchitectureLock()},
            host={"gcc": tool, "ld": tool},
            ids=Ids(users={"a": 1000}, groups={"b": 1001}),
        )
    )


def test_locks(fuzz: Fuzz) -> None:
    """A lock is refused with its place, or read and written again as it was."""

    def one(random: Random) -> bool:
        if random.random() < 0.5:
            text = mutation.change(random, whole().encode(), most=1).decode(errors="replace")
        else:
            value = mutation.change_value(random, json.loads(whole()), most=1)
            text = json.dumps(value)
        try:
            found = lock.parse(text, Path("router.lock"))
        except ConfigurationError as error:
            said = str(error)
            assert len(said) < 2000
            assert all(one.isprintable() or one == "\n" for one in said)
            return False
        assert lock.parse(lock.dump(found), Path("router.lock")) == found
        return True

    fuzz.each(one, short=3000)
