"""The reference: its examples are configurations, and nothing of the models is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liminix_gen import System
from liminix_gen.catalog import Catalog
from liminix_gen.cli.commands import COMMANDS
from liminix_gen.docs.added import Measured
from liminix_gen.docs.examples import NAMES, example
from liminix_gen.docs.services import contents
from liminix_gen.model.parameter import parameters_of
from tests.support.forked import ended as run
from tests.support.services import BESIDE, BOARDS
from tests.support.steps import load_plan

CATALOG = Catalog.of()
TYPES = {name: CATALOG.service_type(name) for name in CATALOG.service_types}


def cases() -> list[tuple[str, tuple[str, ...]]]:
    """Return each type alone, and with each parameter that it can do without."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, cls in TYPES.items():
        if cls.EXAMPLE is not None:
            also = [
                (*BESIDE.get((name, one.name), ()), one.name)
                for one in parameters_of(cls)
                if not one.required and (name, one.name) not in BOARDS
            ]
            found += [(name, one) for one in ((), *also)]
    return found


@pytest.mark.parametrize(("name", "also"), cases(), ids=str)
def test_an_example_is_a_configuration(name: str, also: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "router.py"
    file.write_text(example(name, TYPES[name], *also), encoding="utf-8")
    plan = load_plan(file, package_set="nixpkgs")
    key = name.rpartition(".")[2]
    assert any(one.name == key for one in plan.services)


def test_types_without_an_example_are_in_every_router_of_some_board(tmp_path: Path) -> None:
    file = tmp_path / "router.py"
    file.write_text(
        "from liminix_gen import RuntimePath, System, User\n"
        "config = System(device='qemu-mipsel')\n"
        "config.users['root'] = User(name='root', password_hash=RuntimePath('/run/hash'))\n"
        "config.state = 'state'\nconfig.sysctl['net.ipv4.tcp_syncookies'] = 1\n"
    )
    built = {one.type for one in load_plan(file, package_set="nixpkgs").services}
    for board in CATALOG.devices:
        file.write_text(f"from liminix_gen import System\nconfig = System(device={board!r})\n")
        built |= {one.type for one in load_plan(file, package_set="nixpkgs").services}
    assert {name for name, cls in TYPES.items() if cls.EXAMPLE is None} == built


def test_what_an_example_brings_is_known() -> None:
    for name, cls in TYPES.items():
        assert (contents(name, CATALOG) is None) == (cls.EXAMPLE is None), name
    firewall = contents("firewall", CATALOG)
    assert firewall is not None
    assert {"nft_masq", "nf_tables"} <= set(firewall.modules)
    assert firewall.packages == ("nftables",)


def test_sizes_of_packages_are_those_that_were_measured() -> None:
    """A package that came later has none until `make sizes`."""
    measured = Measured.read()
    found = [contents(name, CATALOG) for name in TYPES]
    assert measured.bytes.keys() <= {name for one in found if one for name in one.packages}
    assert max(measured.bytes.values()) < 4_000_000
    # Every image has it.
    assert measured.shown("services") == "services"
    firewall = contents("firewall", CATALOG)
    assert firewall is not None
    said = dict(firewall.rows())
    assert re.fullmatch(r"nftables \(\d+ kB\)", said["packages"])
    assert measured.date in said["sizes"]
    assert measured.shown("of-ones-own") == "of-ones-own"


def test_services_shows_what_can_be_pasted(tmp_path: Path) -> None:
    said = run("services", "dnsmasq", cwd=tmp_path).stdout
    _, _, after = said.partition("EXAMPLE, a whole configuration\n")
    shown, _, brings = after.partition("\nWHAT IT BRINGS INTO THE IMAGE\n")
    lines = [line.removeprefix("  ") for line in shown.splitlines()]
    (tmp_path / "pasted.py").write_text("\n".join(lines))
    load_plan(tmp_path / "pasted.py", package_set="nixpkgs")
    assert "UDP port 53 on lan" in brings


def test_every_page_is_there(pages: Path) -> None:
    for name, cls in TYPES.items():
        text = (pages / f"reference/services/{name}.html").read_text(encoding="utf-8")
        for one in parameters_of(cls):
            assert f'id="{one.name.replace("_", "-")}"' in text, (name, one.name)
    commands = (pages / "reference/commands.html").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f'<section id="{name}">' in commands
    outputs = (pages / "reference/outputs.html").read_text(encoding="utf-8")
    for name in CATALOG.outputs:
        assert f'<section id="{name}">' in outputs


def test_every_attribute_of_a_configuration_has_a_section(pages: Path) -> None:
    text = (pages / "reference/options.html").read_text(encoding="utf-8")
    config = System(device="qemu-mipsel")
    named = {name for name in vars(config) if not name.startswith("_")}
    named -= {"where", "problems", "catalog", "types"}
    named |= {"kernel.config", "kernel.modules"}
    named.discard("kernel")
    for name in named:
        assert f'<section id="config-{re.sub("[._]", "-", name)}">' in text, name


def test_it_can_be_searched(pages: Path) -> None:
    index = (pages / "searchindex.js").read_text(encoding="utf-8")
    assert "dnsmasq" in index
    assert "trial_second" in index


@pytest.mark.parametrize("page", ["features", "coming-from-openwrt"])
def test_a_table_of_words_names_what_there_is(page: str) -> None:
    """Of service types all with a dot, of outputs those that are said to be one."""
    rows = re.findall(r"^\|[^|]+\| (.*) \|$", Path(f"docs/{page}.md").read_text(), re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`([a-z0-9]+(?:\.[a-z0-9]+)+)`", row)}
    named = {one for one in named if not one.startswith(("config.", "profiles.", "router."))}
    assert len(named) > 5
    assert named <= TYPES.keys()
    for row in rows:
        if row.startswith("output"):
            outputs = re.findall(r"`([a-z0-9-]+)`", row)
            assert set(outputs) <= CATALOG.outputs.keys()


def test_types_of_ones_own_have_pages(tmp_path: Path) -> None:
    folder = tmp_path / "modules/beacon"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(
        "from liminix_gen import INTERFACE, Part, Service, longrun, parameter, service_type\n"
        "@service_type\nclass Beacon(Service):\n"
        '    """Announce the router."""\n\n'
        '    interface: Service = parameter(INTERFACE, "where", example="mine")\n\n'
        "    def parts(self) -> tuple[Part, ...]:\n"
        '        return (longrun("beacon.nix", packages=("hello",), interface=self.interface),)\n'
    )
    (folder / "beacon.nix").write_text("{ hello, interface, sh }: { run = ''exec hello''; }")
    assert "mine" not in NAMES
    run("docs", "-o", tmp_path / "out", "--modules", tmp_path / "modules", cwd=tmp_path)
    page = (tmp_path / "out/services/beacon.md").read_text()
    assert "mine = config.hardware.network_interfaces" in page
    assert "| packages | hello |" in page
    said = run("services", "beacon", "--modules", tmp_path / "modules", cwd=tmp_path).stdout
    assert "service.beacon.build(interface=mine)" in said


# What Liminix has, by the words of its own documentation.
FEATURES = """
cross-compiled; overlay; devices; typed parameters; documentation from the types; s6-rc; controlled;
outputs; references; templates; subscriber; zones; secrets; link; address; route; forward; bridge;
members that come late; VLAN; DHCPv4; DHCPv6; PPPoE; L2TP; dnsmasq; router advertisements;
autoconfiguration; hostapd; firewall; ssh; NTP; watchdog; mount; wwan; health check; failover;
round robin; ifwait; TLS certificates; log shipping; one derivation; configuration checked; modules;
loader; dtb; uimage; FIT; extlinux; command line; phram; squashfs; jffs2; ubifs; ext4; Btrfs;
safeloader; NWA FIT; mtd; tftp; QEMU; updater; min-copy-closure; garbage collector; levitate;
recovery; rollback; REPL; writers; TFTP server; VM runner; border VM; two networks; USB; U-Boot;
profiles; soft restart
"""


def test_no_feature_is_left_out() -> None:
    page = Path("docs/features.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)
    there = "\n".join(left.casefold() for left, right in rows if right.strip())
    wanted = [word.strip().casefold() for word in FEATURES.replace("\n", " ").split(";")]
    assert [word for word in wanted if word not in there] == []
