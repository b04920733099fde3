"""What basedpyright says of configurations before they run: nothing of right ones, and mistakes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.docs import stubs
from liminix_gen.docs.examples import example
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.parameter import parameters_of
from tests.support.language_server import BIN
from tests.support.steps import load_plan

TYPES = Catalog.of().service_types
BEFORE = """\
from liminix_gen import File, Group, System, User

config = System(device="qemu-mipsel", hostname="hello")
service = config.service
ports = config.hardware.network_interfaces
lan = service.network.address.build(
    interface=ports["lan"], family="inet", address="192.168.19.1", prefix_length=24
)
dns = service.dnsmasq.build(interface=lan, domain="lan")
wan = service.network.dhcp.client.build(interface=ports["wan"])
config.services["lan"] = lan
"""
# A line, and a piece of what the editor says of it.
MISTAKES = {
    "the type of a parameter": (
        "service.network.address.build(interface=lan, family='inet', address='::', prefix_length='24')",
        'parameter "prefix_length" of type "int"',
    ),
    "the name of a parameter": (
        "service.dnsmasq.build(interface=lan, domain='lan', rages=[])",
        'No parameter named "rages"',
    ),
    "a missing parameter": (
        "service.dnsmasq.build(interface=lan)",
        'Argument missing for parameter "domain"',
    ),
    "a parameter without its name": (
        "service.dnsmasq.build(lan, domain='lan')",
        "Expected 0 positional arguments",
    ),
    "the name of a service type": (
        "service.dnsmaq.build(interface=lan, domain='lan')",
        'Cannot access attribute "dnsmaq"',
    ),
    "a group of service types": (
        "service.network.build()",
        'Cannot access attribute "build" for class "NetworkTypes"',
    ),
    "a call without build": ("service.dnsmasq(interface=lan)", "is not callable"),
    "the name of a board": ('System(device="qemu-mipsle")', '"qemu-mipsel", "raspberry-pi-3b"'),
    "the name of an interface": ('ports["lan2"]', "Literal['lan', 'wan', 'wlan']"),
    "an interface of another board": (
        'System(device="gl-ar750").hardware.network_interfaces["wlan"]',
        "Literal['lan', 'wan', 'wlan5']",
    ),
    "a word of an enumeration": (
        "service.dnsmasq.build(interface=lan, domain='lan', ipv6='slac')",
        "Literal['slaac', 'stateless', 'managed']",
    ),
    "text in the place of a service": (
        "service.dnsmasq.build(interface='lan', domain='lan')",
        "ServiceWith[Literal['ifname']]",
    ),
    "a service that is not an interface": (
        "service.dnsmasq.build(interface=dns, domain='lan')",
        "ServiceWith[Literal['ifname']]",
    ),
    "a nested key": (
        "service.dnsmasq.build(interface=lan, domain='lan', hosts={'tv': {'mak': 'none'}})",
        '"mak" is an undefined item in type "DnsmasqHosts"',
    ),
    "the type of a nested key": (
        "service.dnsmasq.build(interface=lan, domain='lan', hosts={'tv': {'leasetime': '1h'}})",
        '"Literal["1h"]" is not assignable to "int"',
    ),
    "text in the place of a list": (
        "service.dnsmasq.build(interface=lan, domain='lan', ranges='192.168.19.10,192.168.19.20')",
        "Listed[str]",
    ),
    "an element of a list": (
        "service.dnsmasq.build(interface=lan, domain='lan', ranges=[10, 20])",
        'is not assignable to "str"',
    ),
    "an output that there is not": ('lan.output("gateway")', "Literal['address', 'family', "),
    "an output of no service": ("dns.output('address')", 'type "Never"'),
    "the text of a secret": (
        "service.pppoe.build(interface=ports['wan'], username='me', password='geheim')",
        '"OutputReference"',
    ),
    "an attribute of config": ("config.consol = 'login'", 'Attribute "consol" is unknown'),
    "a word of an option": ("config.console = 'logn'", "Literal['shell', 'login', 'none']"),
    "a root that the board cannot have": ("config.root = 'ubifs'", "'squashfs', 'ext4', 'jffs2'"),
    "the type of an option": ("config.trial_seconds = '300'", 'is not assignable to "int"'),
    "the kernel's policy": ("config.kernel.modules = 'some'", "Literal['referenced', 'all']"),
    "the value of a symbol": ('config.kernel.config["IKCONFIG"] = None', "str | int"),
    "a dictionary for a User": ('config.users["me"] = {"name": "me"}', 'to "User"'),
    "a key of a User": (
        'config.users["me"] = User(name="me", hme="/")',
        'No parameter named "hme"',
    ),
    "text in config.services": ('config.services["x"] = "lan"', 'is not assignable to "Service"'),
    "a number as an address": ('config.hosts["nas"] = 3', "str | IPv4Address | IPv6Address"),
    # Behind it, a checker takes it for what was assigned.
    "a table as a whole": ("config.services = {}", 'Property "services" has no defined setter'),
}
RIGHT = """
from enum import StrEnum
from ipaddress import ip_address

from liminix_gen import Service


def name(of: Service) -> Service:
    return service.network.route.build(target="default", via=wan.output("router"), interface=of)


class Names(StrEnum):
    NAS = "nas"


config.services["route"] = name(wan)
config.services["dns"] = service.dnsmasq.build(
    interface=lan,
    domain="lan",
    ranges=(f"192.168.19.{number},192.168.19.{number + 9}" for number in (10, 20)),
    addresses={Names.NAS: ip_address("192.168.19.5")},
    dhcp_options={"42": "192.168.19.1", "6:56": ["fd00::1"]},
    hosts={name: {"mac": f"02:00:00:00:00:0{end}", "v4": f"192.168.19.{end + 5}"} for end, name in enumerate(["a", "b"])},
)
bridge = service.bridge.members.build(
    primary=service.bridge.primary.build(ifname="int"), members=list(ports.values())
)
config.hosts["nas"] = "192.168.19.5"
config.hosts["tv"] = [ip_address("192.168.19.6")]
config.packages = ["iproute2"]
config.kernel.config["LOG_BUF_SHIFT"] = 16
config.users["me"] = User(name="me")
config.groups["lights"] = Group(name="lights", members=("me",))
config.files["/etc/motd"] = File(path="/etc/motd", kind="file", content=("Mind the gap.",))
for key, port in ports.items():
    config.services[f"port-{key}"] = port
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[int, str]]:
    """What basedpyright says of all files, by name and line."""
    folder = tmp_path_factory.mktemp("editor")
    lines = "\n".join(line for line, _ in MISTAKES.values())
    (folder / "mistakes.py").write_text(BEFORE + lines)
    (folder / "right.py").write_text(BEFORE + RIGHT)
    for file in Path("examples").glob("*.py"):
        shutil.copy(file, folder)
    own_types(folder)
    for name in TYPES:
        cls = Catalog.of().service_type(name)
        each = [(one.name,) for one in parameters_of(cls) if not one.required]
        for number, also in enumerate(((), *each)):
            (folder / f"example_{name.replace('.', '_')}_{number}.py").write_text(
                example(name, cls, *also)
            )
    (folder / "pyproject.toml").write_text('[tool.basedpyright]\ntypeCheckingMode = "standard"\n')
    words = [BIN / "basedpyright", "--outputjson", "--project", folder]
    words += ["--pythonpath", BIN / "python"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        file, line = Path(one["file"]).name, one["range"]["start"]["line"] + 1
        found[file][line] = f"{found[file].get(line, '')}{one['message']}\n"
    return found


def own_types(folder: Path) -> None:
    """Write a service type and a board of one's own, a configuration with them, and the stubs."""
    beacon, board = folder / "own/modules/lan/beacon", folder / "own/devices/own_board"
    beacon.mkdir(parents=True)
    board.mkdir(parents=True)
    (beacon / "module.py").write_text(
        "from liminix_gen import INTERFACE, Output, Part, Service, longrun, parameter, service_type\n"
        "from liminix_gen import values\n\n\n"
        "@service_type\nclass Beacon(Service):\n"
        '    """Announce the router to a network."""\n\n'
        '    OUTPUTS = (Output("sent", "how many were sent"),)\n'
        '    interface: Service = parameter(INTERFACE, "where", example="link")\n'
        '    how: str = parameter(values.OneOf("fast", "slow"), "how often", example="fast")\n\n'
        "    def parts(self) -> tuple[Part, ...]:\n"
        '        return (longrun("beacon.nix", interface=self.interface),)\n'
    )
    (beacon / "beacon.nix").write_text('{ interface, sh }: { run = "exec beacon"; }')
    (board / "device.py").write_text(
        "from attrs import evolve\n\nfrom liminix_gen.catalog import Catalog\n\n"
        "_malta = Catalog.of().device('qemu-mipsel')\n"
        "device = evolve(_malta, description='A board', network_interfaces=lambda service: {\n"
        "    'uplink': service.network.link.build(ifname='eth0')})\n"
    )
    catalog = Catalog.of((folder / "own/modules",), (folder / "own/devices",))
    stubs.write(catalog, folder / "typings")
    (folder / "own.py").write_text(
        "from liminix_gen import System\n"
        'config = System(device="own-board")\n'
        'uplink = config.hardware.network_interfaces["uplink"]\n'
        'beacon = config.service.lan.beacon.build(interface=uplink, how="fast")\n'
        'config.services["beacon"] = beacon\n'
        'beacon.output("sent")\n'
        'config.service.lan.beacon.build(interface=uplink, how="often")\n'
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_before_anything_runs(
    said: dict[str, dict[int, str]], name: str
) -> None:
    line = BEFORE.count("\n") + 1 + list(MISTAKES).index(name)
    text = said["mistakes.py"].get(line, "")
    assert MISTAKES[name][1].replace("'", '"') in text.replace("'", '"'), text


def test_nothing_else_is_said(said: dict[str, dict[int, str]]) -> None:
    first = BEFORE.count("\n") + 1
    assert set(said["mistakes.py"]) == set(range(first, first + len(MISTAKES)))


@pytest.mark.parametrize("name", MISTAKES)
def test_it_is_one_when_it_runs_too(name: str, tmp_path: Path) -> None:
    """The stubs are not stricter than the checks."""
    line = MISTAKES[name][0]
    if line.startswith("System"):  # of one that is not `config`, nothing is said
        line = f"config = {line}".replace(".hardware", "\nconfig.hardware")
    (tmp_path / "router.py").write_text(BEFORE + line)
    with pytest.raises(ConfigurationError):
        load_plan(tmp_path / "router.py", package_set="nixpkgs")


@pytest.mark.parametrize(
    "name", ["right.py", *(path.name for path in Path("examples").glob("*.py"))]
)
def test_what_is_right_has_no_error(said: dict[str, dict[int, str]], name: str) -> None:
    assert said.get(name, {}) == {}


def test_examples_of_the_reference_have_no_error(said: dict[str, dict[int, str]]) -> None:
    assert {name: lines for name, lines in said.items() if name.startswith("example_")} == {}


def test_what_is_right_can_be_planned(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text(BEFORE + RIGHT)
    load_plan(tmp_path / "router.py", package_set="nixpkgs")


def test_types_and_boards_of_ones_own(said: dict[str, dict[int, str]]) -> None:
    assert set(said["own.py"]) == {7}
    assert "Literal['fast', 'slow']" in said["own.py"][7]
