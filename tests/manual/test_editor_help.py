"""What editors offer in a configuration: those with basedpyright's server, and those with jedi."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import jedi
import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.model.parameter import parameters_of
from tests.support.language_server import LanguageServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HELLO = Path("examples/hello.py").read_text(encoding="utf-8")
CATALOG = Catalog.of()
DNSMASQ = {one.name: one.description for one in parameters_of(CATALOG.service_type("dnsmasq"))}
FIRST_WORDS = {name.partition(".")[0] for name in CATALOG.service_types}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    with LanguageServer(tmp_path_factory.mktemp("editor")) as one:
        yield one


def test_types_are_listed(server: LanguageServer) -> None:
    offered = server.completions(f"{HELLO}\nservice.|")
    assert {one for one in offered if not one.startswith("_")} == FIRST_WORDS
    assert server.completions(f"{HELLO}\nservice.network.dhcp.|").keys() >= {"client"}


def test_options_are_listed_without_internals(server: LanguageServer) -> None:
    offered = server.completions(f"{HELLO}\nconfig.|")
    assert {one for one in offered if not one.startswith("_")} == {
        "console", "device", "files", "groups", "hardware", "hostname", "hosts", "kernel",
        "packages", "root", "service", "services", "state", "sysctl", "trial_seconds", "users",
    }  # fmt: skip


def test_parameters_are_listed(server: LanguageServer) -> None:
    offered = server.completions(f"{HELLO}\nservice.dnsmasq.build(|)")
    assert {f"{name}=" for name in DNSMASQ} <= set(offered)


@pytest.mark.parametrize("name", DNSMASQ)
def test_a_parameter_has_its_type_and_description(server: LanguageServer, name: str) -> None:
    """An editor asks for the one that is being written."""
    said = server.parameters(f"{HELLO}\nservice.dnsmasq.build({name}=|)")
    ((label, about),) = [(one, text) for one, text in said.items() if text]
    assert label.startswith(f"{name}: ")
    assert re.sub(r"\\(.)", r"\1", about) == f"{name}: {DNSMASQ[name]}"


def test_names_are_offered(server: LanguageServer) -> None:
    ports = server.completions(f'{HELLO}\nconfig.hardware.network_interfaces["|"]')
    assert {'"lan"', '"wan"'} <= set(ports)
    boards = server.completions('from liminix_gen import System\nSystem(device="|")')
    assert {f'"{name}"' for name in CATALOG.devices} <= set(boards)
    words = server.completions(f'{HELLO}\nservice.dnsmasq.build(ipv6="|")')
    assert {'"slaac"', '"stateless"', '"managed"'} <= set(words)
    outputs = server.completions(f'{HELLO}\nlan.output("|")')
    assert {'"address"', '"ifname"'} <= set(outputs)
    keys = server.completions(f'{HELLO}\nservice.dnsmasq.build(hosts={{"tv": {{"|"}}}})')
    assert {'"mac"', '"v4"', '"leasetime"'} <= set(keys)


def test_a_word_says_what_it_is(server: LanguageServer) -> None:
    said = server.hover(f"{HELLO}\nservice.dns|masq")
    assert "Serve DHCP, DHCPv6, router advertisements and DNS on one interface" in said
    assert "reaches" not in said
    assert "which win over the defaults" in server.hover(f"{HELLO}\nconfig.sys|ctl")


def test_jedi(tmp_path: Path) -> None:
    def script(line: str) -> jedi.Script:
        return jedi.Script(f"{HELLO}\n{line}", path=tmp_path / "router.py")

    def offered(line: str) -> set[str]:
        return {one.name_with_symbols for one in script(line).complete()}

    assert offered("service.") >= FIRST_WORDS
    assert offered("service.dnsmasq.build(") >= {f"{name}=" for name in DNSMASQ}
    assert {one for one in offered("config.kernel.") if not one.startswith("_")} == {
        "config",
        "modules",
    }
    (signature,) = script("service.dnsmasq.build(").get_signatures()
    assert {one.name for one in signature.params} >= {*DNSMASQ, "dependencies"}
    assert DNSMASQ["domain"] in signature.docstring()
