"""The service types metrics and status, and what a program in Fennel brings into an image."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen import System
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.plan import plan
from tests.support.command_line import run
from tests.support.services import Bench


@pytest.mark.parametrize("type_", ["metrics", "status"])
def test_nobody_listens_everywhere(type_: str) -> None:
    bench = Bench()
    assert "interfaces: at least one is needed" in bench.refused(type_, interfaces=[])


def described(device: str = "x86-64", **ports: int) -> System:
    config = System(device=device)
    lan = config.hardware.network_interfaces["lan"]
    for type_, port in ports.items():
        service = getattr(config.service, type_)
        config.services[type_] = service.build(interfaces=[lan], port=port)
    return config


def test_two_on_one_port_are_refused() -> None:
    config = described(metrics=8080, status=8080)
    with pytest.raises(Exception, match="port 8080") as raised:
        plan(config, DEBIAN)
    assert "metrics" in str(raised.value)


def test_a_body_in_fennel_brings_what_runs_it() -> None:
    with_lua = {one.name: one for one in plan(described(metrics=9100), DEBIAN).packages}
    assert not with_lua["lua"].login
    assert [asked.by for asked in with_lua["lua"].asked] == ["metrics"]
    assert "lua" not in {one.name for one in plan(described(), DEBIAN).packages}


def test_tests_at_the_prompt_need_a_file(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(
        'from liminix_gen import System\nconfig = System(device="x86-64")\n'
    )
    told = run("repl", "--test", "router.py", cwd=tmp_path, code=2).stderr
    assert "--test: no FILE with tests is named" in told
    assert "hint: liminix-gen repl --test CONFIG FILE" in told
