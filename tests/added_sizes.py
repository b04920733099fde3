"""Part of `make sizes`: what the packages of service types add to an image; writes docs/added-sizes.json."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from liminix_gen.catalog import Catalog
from liminix_gen.docs import added
from liminix_gen.docs.services import contents
from liminix_gen.model import base
from liminix_gen.nix.build import build_attribute
from liminix_gen.nix.sizes import measured
from liminix_gen.nix.tree import write
from liminix_gen.nix.verbs import Nix
from liminix_gen.workflow.emit import prepare
from liminix_gen.workflow.fetch import fetch
from liminix_gen.workflow.load import load
from liminix_gen.workflow.options import Options

BOARD = "qemu-mipsel"


def wanted() -> list[str]:
    """Return the packages that examples of service types bring."""
    catalog = Catalog.of()
    found = [contents(name, catalog) for name in catalog.service_types]
    return sorted({name for one in found if one for name in one.packages})


def closure(nix: Nix, path: Path) -> set[str]:
    done = subprocess.run(
        ["nix-store", "--query", "--requisites", path],
        env=nix.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def measure(folder: Path) -> dict[str, int]:
    """Build each package; return what it adds to a squashfs that has what every image has."""
    names = [*base.PACKAGES, *wanted()]
    file = folder / "sizes.py"
    file.write_text(
        "from liminix_gen import System\n"
        f"config = System(device={BOARD!r})\nconfig.packages = {names!r}\n"
    )
    options = Options(listen=lambda event: print(event, file=sys.stderr))
    prepared = prepare(load(file, options), options)
    nix = prepared.packages.nix(options.choices)
    prepared, arguments = fetch(prepared, options, nix)
    write(prepared.tree, folder / "tree")
    paths: dict[str, set[str]] = {}
    for name in names:
        built = build_attribute(nix, folder / "tree", f"packages.{name}", arguments, options.listen)
        paths[name] = closure(nix, built)
    every = set().union(*(paths[name] for name in base.PACKAGES))
    found: dict[str, int] = {}
    for name in wanted():
        new = measured(sorted(paths[name] - every), nix)
        found[name] = sum(one.packed for one in new.values())
    return found


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        made = {
            "device": BOARD,
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "bytes": measure(Path(place)),
        }
    added.file().write_text(f"{json.dumps(made, indent=2, sort_keys=True)}\n")
