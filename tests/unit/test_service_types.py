"""A service type may have any name, also one that Python or this project uses for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.docs.examples import example
from liminix_gen.plan import plan

MODULE = """\
from liminix_gen import Part, Service, oneshot, service_type

@service_type
class Own(Service):
    def parts(self) -> tuple[Part, ...]:
        return (oneshot("own.nix"),)
"""


@pytest.mark.parametrize(
    "name",
    [
        *("prefix", "built", "catalog", "problems", "of", "build", "build_at", "types", "name"),
        *(
            "service",
            "import",
            "class",
            "None",
            "self",
            "_types",
            "_ServiceNames",
            "dhcp-6",
            "6to4",
        ),
        *("mro", "keys", "items", "get", "where", "output", "parts"),
    ],
)
def test_any_name(tmp_path: Path, name: str) -> None:
    for folder in (name, f"own/{name}", f"own/{name}/deeper"):
        (tmp_path / "modules" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "modules" / folder / "module.py").write_text(MODULE)
        (tmp_path / "modules" / folder / "own.nix").write_text('{ }: { up = ""; }\n')
    file = tmp_path / "router.py"
    file.write_text(
        "from liminix_gen import System\n"
        "config = System(device='qemu-mipsel')\n"
        f"top = getattr(config.service, {name!r})\n"
        f"inner = getattr(config.service.own, {name!r})\n"
        "config.services['a'] = top.build()\n"
        "config.services['b'] = inner.build()\n"
        "config.services['c'] = inner.deeper.build()\n"
    )
    catalog = Catalog.of(modules=(tmp_path / "modules",))
    made = plan(load(file, catalog), DEBIAN)
    shown = tmp_path / "shown.py"
    shown.write_text(example(f"own.{name}", catalog.service_type(f"own.{name}")))
    assert f"own.{name}" in {one.type for one in plan(load(shown, catalog), DEBIAN).services}
    types = {service.name: service.type for service in made.services}
    assert (types["a"], types["b"]) == (name, f"own.{name}")
    assert types["c"] == f"own.{name}.deeper"
