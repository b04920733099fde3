"""Configurations as data: what they become, and what is wrong with them, with its line and path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from liminix_gen.catalog import Catalog
from liminix_gen.docs.schema import configuration
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import Plan
from tests.support.forked import ended as run
from tests.support.steps import load_plan

LAN = {
    "type": "network.address",
    "parameters": {
        "interface": {"$interface": "lan"},
        "family": "inet",
        "address": "192.168.19.1",
        "prefix_length": 24,
    },
}
DNS = {
    "type": "dnsmasq",
    "parameters": {"interface": {"$service": "lan"}, "domain": "lan", "ranges": ["192.168.19.10,192.168.19.20"]},
}  # fmt: skip
GOOD: dict[str, object] = {
    "device": "qemu-mipsel",
    "hostname": "data",
    "services": {"dns": DNS, "lan": LAN, "firewall": {"type": "firewall"}},
    "others": {
        "line": {
            "type": "pppoe",
            "parameters": {
                "interface": {"$interface": "wan"},
                "username": "me",
                "password": {"$service": "password", "$output": "value"},
            },
        },
        "password": {"type": "secret.file", "parameters": {"path": "/state/ppp"}},
    },
    "state": "state",
    "console": "login",
    "packages": ["strace"],
    "trial_seconds": 60,
    "kernel": {"modules": "all", "config": {"IKCONFIG": "y", "LOCALVERSION": "-mine"}},
    "users": {"admin": {"shell": "/bin/sh", "password_hash": {"$path": "/state/hash"}}},
    "groups": {"lights": {"members": ["admin"]}},
    "files": {
        "/etc/motd": {"text": "Mind the gap.\n"},
        "/etc/other": {"link": "motd"},
        "/var/kept": {"directory": True, "mode": "0700"},
    },
    "sysctl": {"net.ipv4.tcp_syncookies": 1},
    "hosts": {"nas.lan": ["192.168.19.5", "fd00::5"]},
}
SAME = """\
from liminix_gen import Group, RuntimePath, System, User, directory, link, text_file

config = System(device="qemu-mipsel", hostname="data")
service = config.service
lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet", address="192.168.19.1", prefix_length=24,
)
config.services["dns"] = service.dnsmasq.build(
    interface=lan, domain="lan", ranges=["192.168.19.10,192.168.19.20"]
)
config.services["lan"] = lan
config.services["firewall"] = service.firewall.build()
service.pppoe.build(
    interface=config.hardware.network_interfaces["wan"], username="me",
    password=service.secret.file.build(path="/state/ppp").output("value"),
)
config.state, config.console, config.packages = "state", "login", ["strace"]
config.trial_seconds = 60
config.kernel.modules = "all"
config.kernel.config.update(IKCONFIG="y", LOCALVERSION="-mine")
config.users["admin"] = User(
    name="admin", shell="/bin/sh", password_hash=RuntimePath("/state/hash")
)
config.groups["lights"] = Group(name="lights", members=["admin"])
config.files["/etc/motd"] = text_file("/etc/motd", "Mind the gap.\\n")
config.files["/etc/other"] = link("/etc/other", "motd")
config.files["/var/kept"] = directory("/var/kept", mode="0700")
config.sysctl["net.ipv4.tcp_syncookies"] = 1
config.hosts["nas.lan"] = ["192.168.19.5", "fd00::5"]
"""


def plan_of(said: object, folder: Path) -> Plan:
    file = folder / "router.json"
    file.write_text(said if isinstance(said, str) else json.dumps(said, indent=1))
    return load_plan(file)


def mistakes(said: object, folder: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        plan_of(said, folder)
    return [str(one).removeprefix(f"{folder}/") for one in error.value.problems]


def test_it_is_what_python_would_have_said(tmp_path: Path) -> None:
    for name, text in (("a/router.json", json.dumps(GOOD)), ("b/router.py", SAME)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    for name in ("a/router.json", "b/router.py"):
        file = Path(name)
        run("--package-set", "nixpkgs", "emit", file.name, "-o", "tree", cwd=tmp_path / file.parent)
    ours, theirs = tmp_path / "a/tree", tmp_path / "b/tree"
    names = {str(file.relative_to(ours)) for file in ours.rglob("*") if file.is_file()}
    assert names == {str(file.relative_to(theirs)) for file in theirs.rglob("*") if file.is_file()}
    for name in names - {"manifest.json"}:
        # The first line names the file that it is from.
        one, other = ((tree / name).read_bytes().split(b"\n") for tree in (ours, theirs))
        assert one[1:] == other[1:], name
    manifest = json.loads((ours / "manifest.json").read_text())
    assert "router.json:" in json.dumps(manifest)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("device",), "qemu-mipzel", "$.device): there is no device 'qemu-mipzel'"),
        (("device",), 7, "$.device): there is no device '7'"),
        (("hostname",), "not a name", "$.hostname): hostname must be a host name"),
        (("devise",), "x", "$.devise): a configuration has no 'devise'\n  hint: did you mean device"),
        (("services", "lan", "type"), "network.adress", "$.services.lan): there is no service type"),
        (("services", "lan", "kind"), "x", "$.services.lan.kind): the service lan has no 'kind'"),
        (("services", "lan"), 1, "$.services.lan): the service lan must be an object"),
        (("services", "lan"), {}, "$.services.lan): has no type"),
        (("services",), [], "$.services): services must be an object"),
        (("services", "lan", "parameters"), [], "parameters): parameters must be an object"),
        (
            ("services", "lan", "parameters", "prefix_length"),
            240,
            "$.services.lan.parameters.prefix_length): network.address.prefix_length must be",
        ),
        (
            ("services", "dns", "parameters", "ranges"),
            ["192.168.19.10,192.168.19.20", "x"],
            "$.services.dns.parameters.ranges[1]): dnsmasq.ranges 'x' must start",
        ),
        (
            ("services", "dns", "parameters", "interface"),
            {"$service": "lam"},
            "parameters.interface): there is no service 'lam'\n  hint: did you mean lan",
        ),
        (
            ("services", "dns", "parameters", "interface"),
            {"$interface": "lam"},
            "interface): the device qemu-mipsel has no network interface 'lam'",
        ),
        (
            ("services", "dns", "parameters", "interface"),
            {"$service": "dns"},
            "interface): services refer to each other in a circle: dns -> dns",
        ),
        (
            ("services", "dns", "parameters", "interface"),
            {"$service": "lan", "more": "x"},
            "interface): a reference has $service or $interface",
        ),
        (
            ("services", "dns", "parameters", "interface"),
            {"$service": 7},
            "interface): a reference names what it is for by text",
        ),
        (
            ("others", "line", "parameters", "password"),
            {"$service": "password", "$output": "valve"},
            "password.$output): secret.file has no output 'valve'",
        ),
        (("others", "line", "parameters", "password"), "hunter2", "must be an output that holds"),
        (("services", "dns", "dependencies"), [7], "$.services.dns.dependencies[0]): dnsmasq."),
        (("console",), "loud", "$.console): config.console must be one of"),
        (("kernel", "modules"), "some", "$.kernel.modules): config.kernel.modules must be one of"),
        (("kernel", "modul"), "all", "$.kernel.modul): kernel has no 'modul'"),
        (("kernel",), "all", "$.kernel): kernel must be an object"),
        (("kernel", "config", "CONFIG_X"), "y", "$.kernel.config.CONFIG_X): a key of config.kernel"),
        (("users", "admin"), "x", "$.users.admin): config.users['admin'] must be an object"),
        (("users", "admin"), {"uid": "x"}, "$.users.admin): User.uid must be"),
        (("users", "admin"), {"shel": "x"}, "got an unexpected key 'shel'"),
        (("files", "/etc/motd"), {"txt": ""}, "a file has one of text, link, directory"),
        (("files", "/etc/motd"), {"text": "", "link": "x"}, "a file has one of text, link"),
        (("sysctl", "no"), 1, "$.sysctl.no): a key of config.sysctl must be"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_line_and_path(
    keys: tuple[str, ...], value: object, said: str, tmp_path: Path
) -> None:
    data = json.loads(json.dumps(GOOD))
    at = data
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    found = mistakes(data, tmp_path)
    assert any(said in one for one in found), found
    line = int(found[0].removeprefix("router.json:").split()[0])
    text = (tmp_path / "router.json").read_text().split("\n")[line - 1]
    assert "hunter2" not in found[0]
    assert text.strip(), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "router.json:1 ($): is not JSON: a value is missing"),
        ("\n{\n", "router.json:3 ($): is not JSON: "),
        ('{"device": "x"} more', "is not JSON: there is more after its end"),
        ('{"device": "x",\n "device": "y"}', "router.json:2 ($.device): is there twice"),
        ("[]", "router.json:1 ($): a configuration must be an object"),
        ("{}", "router.json:1 ($): has no device"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"device": nul}', "is not JSON: expecting value"),
    ],
)
def test_what_is_no_configuration(text: str, said: str, tmp_path: Path) -> None:
    (found,) = mistakes(text, tmp_path)
    assert said in found


@pytest.fixture(scope="module", name="schema")
def _schema() -> Draft202012Validator:
    schema = configuration(Catalog.of())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_schema_takes_what_we_take(schema: Draft202012Validator) -> None:
    assert [error.message for error in schema.iter_errors(GOOD)] == []


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("device",), "qemu-mipzel"),
        (("devise",), "x"),
        (("console",), "loud"),
        (("trial_seconds",), 0),
        (("services", "lan", "type"), "network.adress"),
        (("services", "lan", "kind"), "x"),
        (("services", "lan", "parameters", "prefix_length"), 240),
        (("services", "lan", "parameters", "prefix_lenght"), 24),
        (("services", "lan", "parameters", "family"), "inet5"),
        (("services", "dns", "parameters", "interface"), "lan"),
        (("services", "dns", "parameters", "interface"), {"$service": "lan", "more": 1}),
        (("services", "dns", "parameters"), {"domain": "lan"}),
        (("services", "dns", "parameters", "ranges"), "192.168.19.10,192.168.19.20"),
        (("others", "line", "parameters", "password"), "hunter2"),
        (("kernel", "modules"), "some"),
    ],
)
def test_the_schema_finds_what_is_wrong(
    schema: Draft202012Validator, keys: tuple[str, ...], value: object
) -> None:
    data = json.loads(json.dumps(GOOD))
    at = data
    for key in keys[:-1]:
        at = at[key]
    at[keys[-1]] = value
    assert not schema.is_valid(data)


def test_the_schema_is_written(tmp_path: Path) -> None:
    run("docs", "--schemas", "schemas", cwd=tmp_path)
    written = json.loads((tmp_path / "schemas" / "configuration.json").read_text())
    assert written == json.loads(json.dumps(configuration(Catalog.of())))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "router.json").write_bytes(b"\xff")
    done = run("check", "router.json", cwd=tmp_path, code=2)
    assert "router.json: is not UTF-8" in done.stderr


def test_every_mistake_is_reported(tmp_path: Path) -> None:
    data = json.loads(json.dumps(GOOD))
    data["services"]["lan"]["parameters"]["adress"] = "x"
    data["console"] = "loud"
    data["users"]["admin"] = {"uid": -1}
    assert len(mistakes(data, tmp_path)) == 3
