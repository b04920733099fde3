"""`why` for paths of the store: the tree is evaluated, and nothing is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen.nix import derivation
from tests.support.command_line import run
from tests.support.emission import HELLO, emitted, instantiated
from tests.support.suites import OPTIONS

pytestmark = pytest.mark.nix


def test_a_store_path_is_traced_to_the_line_that_leads_to_it(tmp_path: Path) -> None:
    tree = emitted(HELLO, tmp_path)
    derivations = instantiated(tree, "packages.dnsmasq-small", "outputs.default")
    dnsmasq = derivations["packages.dnsmasq-small"]
    output = derivation.read(Path(dnsmasq)).outputs["out"]
    number = 1 + HELLO.splitlines().index('config.services["dns"] = service.dnsmasq.build(')

    shown = run("why", "router.py", output, *OPTIONS, cwd=tmp_path).stdout.splitlines()
    assert shown[0] == f"config.services['dns'] (router.py:{number})"
    assert shown[1].strip().startswith("└─ service dns (dnsmasq")
    assert shown[2].strip().endswith("-service-dns.drv")
    ends = [f"└─ derivation {dnsmasq}", f"└─ store path {output}"]
    assert [line.strip() for line in shown[3:5]] == ends

    image = derivations["outputs.default"]
    shown = run("why", "router.py", image, *OPTIONS, cwd=tmp_path).stdout.splitlines()
    assert shown == ["output vmroot", f"└─ derivation {image}"]


def test_a_store_path_of_something_else(tmp_path: Path) -> None:
    emitted(HELLO, tmp_path)
    other = f"/nix/store/{'a' * 32}-other"
    done = run("why", "router.py", other, *OPTIONS, cwd=tmp_path, code=2)
    assert f"{other} is neither a derivation of the image nor the output of one" in done.stderr


@pytest.mark.parametrize(
    "words", [("plan", "router.py"), ("why", "router.py", f"/nix/store/{'a' * 32}-other")]
)
def test_a_body_that_cannot_be_evaluated_is_told_with_its_file(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """With the user's line and the author's file: the tree is gone by then."""
    folder = tmp_path / "modules" / "gauge"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(
        "from liminix_gen import Part, Service, oneshot, service_type\n\n@service_type\n"
        "class Gauge(Service):\n    def parts(self) -> tuple[Part, ...]:\n"
        '        return (oneshot("gauge.nix"),)\n'
    )
    (folder / "gauge.nix").write_text('{ sh }:\n{ up = throw "no gauge"; }\n')
    added = 'config.services["gauge"] = config.service.gauge.build()\n'
    emitted(HELLO, tmp_path)
    (tmp_path / "router.py").write_text(HELLO + added)
    done = run(*words, "--modules", "modules", *OPTIONS, cwd=tmp_path, code=4)
    assert f"router.py:{len(HELLO.splitlines()) + 1}: no gauge\n  for gauge" in done.stderr
    assert f"at {folder}/gauge.nix:2\n" in done.stderr
    assert "liminix-gen-" not in done.stderr.replace(str(tmp_path), "")
