"""What programs of this project are compiled from, besides their own files: entries of the archive.

They are the same for every architecture, of the release of the kernel's source: a package whose
architecture is "all", of which no file reaches an image, or the source of a package with Debian's
patches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import frozen


@frozen(kw_only=True)
class Input:
    """A package of Debian that a build reads; ``is_source``: its source.

    Without ``patched`` that is what the authors released.
    """

    name: str
    is_source: bool = False
    patched: bool = True


_LUA = (Input(name="fennel"), Input(name="lua5.4", is_source=True))

# Package of this project -> what it is compiled from.
INPUTS: Mapping[str, tuple[Input, ...]] = MappingProxyType(
    {
        "chrony-small": (Input(name="chrony", is_source=True),),
        "dnsmasq-small": (Input(name="dnsmasq", is_source=True),),
        "dropbear-small": (Input(name="dropbear", is_source=True),),
        "fennel": _LUA,
        "hostapd-small": (
            # What Debian changes in it is for other programs.
            Input(name="libnl3", is_source=True, patched=False),
            Input(name="wolfssl", is_source=True),
            Input(name="wpa", is_source=True),
        ),
        "lua": _LUA,
        "pppd": (Input(name="ppp", is_source=True),),
        # Debian changes nothing in it.
        "unseal": (Input(name="bearssl", is_source=True, patched=False),),
    }
)


def needed(packages: Iterable[str]) -> tuple[Input, ...]:
    """Return what packages of this project are compiled from; other names need nothing."""
    found = {one.name: one for name in packages for one in INPUTS.get(name, ())}
    return tuple(found[name] for name in sorted(found))
