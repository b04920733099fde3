"""What is in the graph of derivations because a service asks for it, and what is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from tests.support.derivations import (
    closure,
    for_the_board,
    instantiate,
    parsed,
    system_of,
    tree_of,
)
from tests.support.emission import HELLO, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

GATEWAY = Path("examples/gateway.py").read_text()
TARGET = "mips-unknown-linux-musl"
VLAN = """
guests = service.vlan.build(
    ifname="guests", primary=config.hardware.network_interfaces["lan"], vid=7
)
config.services["guests"] = guests
"""


class Trees:
    """Derivations of configurations for the board qemu."""

    def __init__(self, folder: Path, nixpkgs: Path, env: Mapping[str, str]) -> None:
        self._folder, self._nixpkgs, self._env = folder, nixpkgs, env
        self._made = 0

    def derivations(self, text: str, *attributes: str) -> tuple[str, ...]:
        self._made += 1
        folder = self._folder / str(self._made)
        tree = tree_of(system_of(text, folder, "qemu"), folder / "tree")
        return instantiate(tree, self._nixpkgs, self._env, *attributes)

    def programs(self, text: str) -> frozenset[str]:
        """The names of all that is cross-compiled for an image."""
        (image,) = self.derivations(text, "outputs.default")
        return for_the_board(closure(image, self._env), TARGET)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory, nixpkgs: Path, env: Mapping[str, str]) -> Trees:
    return Trees(tmp_path_factory.mktemp("trees"), nixpkgs, env)


def test_a_program_is_there_for_the_services_that_use_it(trees: Trees) -> None:
    hello, gateway = trees.programs(HELLO), trees.programs(GATEWAY)
    for always in ("busybox", "execline", "s6", "musl"):
        assert always in hello, hello
        assert always in gateway, gateway
    assert "nftables" not in hello
    assert "nftables" in gateway
    # What is compiled for a router instead has no name of the target's.
    assert {"chrony", "dnsmasq", "dropbear"} & (hello | gateway) == set()
    # What nobody asks for; the last test shows that it would be seen.
    assert {"hostapd", "ppp", "openssl", "dbus"} & (hello | gateway) == set()


def test_signed_answers_bring_what_checks_them(trees: Trees) -> None:
    signed = HELLO.replace('domain="lan"', 'domain="lan", dnssec=True')
    assert signed != HELLO
    brought = trees.programs(signed) - trees.programs(HELLO)
    assert {"dnsmasq", "nettle"} <= brought
    assert {"dbus", "libidn2", "nftables"} & brought == set()


@pytest.mark.parametrize("name", ["hostapd", "ppp"])
def test_a_program_that_is_asked_for_is_there(trees: Trees, name: str) -> None:
    assert name in trees.programs(f'{HELLO}\nconfig.packages = ["{name}"]\n')


def test_the_cross_builds_of_a_whole_router(trees: Trees) -> None:
    """`make bench` counts them; with the programs as nixpkgs has them there are 84."""
    programs = trees.programs(f'{GATEWAY}\nconfig.packages = ["nftables", "strace"]\n')
    assert {"nftables", "strace", "libmnl", "libnftnl"} <= programs
    brought = {"jansson", "gmp-with-cxx", "libpcap", "elfutils", "libunwind", "readline", "ncurses"}
    assert brought & programs == set()
    assert len(programs) <= 24, sorted(programs)


def test_a_service_that_nobody_refers_to_brings_nothing(trees: Trees) -> None:
    left = HELLO + "\nservice.firewall.build()\nservice.ntp.build(servers={'192.0.2.1': []})\n"
    assert trees.derivations(left, "outputs.default") == trees.derivations(HELLO, "outputs.default")


def test_a_userland_edit_leaves_the_kernel(trees: Trees) -> None:
    kernel, image = trees.derivations(HELLO, "kernel", "outputs.default")
    changed = HELLO.replace("192.168.19.250", "192.168.19.200")
    assert changed != HELLO
    assert trees.derivations(changed, "kernel")[0] == kernel
    assert trees.derivations(changed, "outputs.default")[0] != image


def test_another_kernel_module_is_another_kernel(trees: Trees) -> None:
    assert trees.derivations(HELLO + VLAN, "kernel") != trees.derivations(HELLO, "kernel")


METRICS = f"""{HELLO}
config.services["metrics"] = service.metrics.build(interfaces=[lan])
"""


def test_the_prompt_has_the_lua_of_the_device(
    trees: Trees, nixpkgs: Path, env: Mapping[str, str]
) -> None:
    """One version, one set of options; `fennelrepl` is an output of the flake, by nix/lua.nix."""
    (device,) = trees.derivations(METRICS, "packages.lua")
    lua = f"((import {nixpkgs} {{ }}).callPackage {ROOT}/nix/lua.nix {{ }})"
    command = ["nix-instantiate", "-E", f"[ {lua}.onBuildMachine {lua}.fennelrepl ]"]
    done = process.run(command, env=env, timeout_s=120)
    build, prompt = (line.partition("!")[0] for line in done.stdout.split())
    assert build in closure(prompt, env)

    def of_lua(derivation: str) -> tuple[str, set[str]]:
        text = dict(parsed(derivation, env).env)["buildCommand"]
        (options,) = {
            line.strip() for line in text.splitlines() if line.strip().startswith("options=")
        }
        sources = {
            path for path in closure(derivation, env) if re.search(r"-lua-5\.4\.\d+\.tar", path)
        }
        return options, sources

    assert of_lua(device) == of_lua(build)
    options, sources = of_lua(device)
    assert "LUA_USE_POSIX" in options
    assert len(sources) == 1
