"""Trees for nixpkgs, instantiated by the real Nix; their derivations read with pynixutil."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pynixutil import drvparse

from liminix_gen import System, bands_of, process
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.nix.environment import physical
from tests.support.evaluation import rendered, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pynixutil import Derivation


def text_for(board: str, text: str) -> str:
    """Return a configuration of qemu-mipsel for another board, whatever its ports are called.

    If it has one alone, the wan is a VLAN there.
    """
    interfaces = System(device=board).hardware.network_interfaces
    ports = [name for name, one in interfaces.items() if not bands_of(one)]
    lan = "lan" if "lan" in ports else ports[0]
    wan = "wan" if "wan" in ports else next((one for one in ports if one != lan), None)
    text = text.replace('["lan"]', f'["{lan}"]')
    if wan is not None:
        text = text.replace('["wan"]', f'["{wan}"]')
    else:
        more = f'config.service.vlan.build(ifname="wan", primary=ports["{lan}"], vid=7)'
        text = text.replace(_PORTS, f'{_PORTS}ports = {{**ports, "wan": {more}}}\n')
    return text.replace("qemu-mipsel", board)


_PORTS = "ports = config.hardware.network_interfaces\n"


def system_of(text: str, folder: Path, board: str) -> System:
    """Load a configuration of qemu-mipsel for another board."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "router.py").write_text(text_for(board, text), encoding="utf-8")
    return load(folder / "router.py", Catalog.of())


def tree_of(system: System, folder: Path) -> Path:
    """Write the tree of a system for nixpkgs to a new folder."""
    return unpack(rendered(system, "nixpkgs"), folder)


def instantiate(
    tree: Path, nixpkgs: Path, env: Mapping[str, str], *attributes: str
) -> tuple[str, ...]:
    """Return the derivations of attributes of a tree; they are in the store."""
    words = [word for attribute in attributes for word in ("-A", attribute)]
    command = ["nix-instantiate", tree, *words, "--argstr", "nixpkgs", nixpkgs]
    done = process.run(command, env=env, timeout_s=120)
    return tuple(line.partition("!")[0] for line in done.stdout.split())


def closure(derivation: str, env: Mapping[str, str]) -> frozenset[str]:
    """Return a derivation with all that it needs, sources included."""
    done = process.run(["nix-store", "--query", "--requisites", derivation], env=env)
    return frozenset(done.stdout.split())


def parsed(derivation: str, env: Mapping[str, str]) -> Derivation:
    """Read a derivation of the store."""
    return drvparse(physical(derivation, env).read_text(encoding="utf-8"))


def for_the_board(paths: frozenset[str], config: str) -> frozenset[str]:
    """Return the names of what is cross-compiled: nixpkgs puts the target into them."""
    pattern = re.compile(rf"/nix/store/\w+-(.+)-{re.escape(config)}-.*\.drv")
    return frozenset(match[1] for path in paths if (match := pattern.fullmatch(path)))
