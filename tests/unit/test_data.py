"""Configurations as data: what they become, and what is wrong with them, with its line and path."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings, strategies
from jsonschema import Draft202012Validator

from liminix_gen.catalog import Catalog
from liminix_gen.data import KEYS, Place
from liminix_gen.docs.schema import configuration
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import Plan
from tests.support.forked import ended as run
from tests.support.steps import load_plan

EXAMPLES = int(os.environ.get("LIMINIX_GEN_FUZZ", "40"))
# What means something in some place of a configuration.
WORDS = (
    "type", "parameters", "dependencies", "config", "modules", "text", "link", "directory", "mode",
    "uid", "members", "name", "$service", "$interface", "$output", "$path", "lan", "IKCONFIG", "",
)  # fmt: skip
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
        (("users", "admin"), {"shel": "x"}, "$.users.admin.shel): config.users['admin'] has no 'shel'\n  hint: did you mean shell?"),
        (("files", "/etc/motd"), {"txt": ""}, "motd.txt): config.files['/etc/motd'] has no 'txt'\n  hint: did you mean text?"),
        (("files", "/etc/motd"), {}, "a file has one of text, link, directory"),
        (("files", "/etc/motd"), {"text": "", "link": "x"}, "a file has one of text, link"),
        (("files", "/etc/motd"), {"text": "", "link": ["x"], "mode": "0600"}, "a file has one of"),
        (("files", "/etc/motd"), {"text": "", "user": "me"}, "motd.user): config.files['/etc/motd'] has no"),
        (("files", "/etc/motd"), {"text": "", "path": "/x"}, "motd.path): config.files['/etc/motd'] has no"),
        (("files", "/etc/motd"), {"link": "x", "mode": "0600"}, "motd.mode): config.files['/etc/motd'] has no"),
        (("files", "/etc/motd"), {"directory": False}, "motd): directory must be true"),
        (("files", "/etc/motd"), {"text": ["x"]}, "the content of a file is text"),
        (("users", "admin"), {"name": "admin"}, "admin.name): config.users['admin'] has no 'name'"),
        (("groups", "lights"), {"name": "x"}, "$.groups.lights.name): config.groups['lights'] has no"),
        (("device",), {"a": [1]}, "$.device): there is no device \"{'a': [1]}\""),
        (("hostname",), 7, "$.hostname): hostname must be a host name"),
        (("services", "lan", "type"), ["x"], "$.services.lan): there is no service type \"['x']\""),
        (("kernel", "config", "IKCONFIG"), 1.5, "'n', a whole number or a line of text, not 1.5"),
        (("sysctl", "net.ipv4.tcp_syncookies"), 1.5, "must be a whole number or a line of text, not"),
        (("others", "lan"), LAN, "$.others.lan): 'lan' is one of `services` too\n  hint: give"),
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
        ('{"a":' * 600 + "1" + "}" * 600, "is nested too deeply"),
        ('{"device": "x",\n "trial_seconds": ' + "7" * 5000 + "}",
         "router.json:2 ($.trial_seconds): a number of 5000 digits is too long"),
        ('{"sysctl": {"a": 1e999}}', "($.sysctl.a): the number 1e999 is too large"),
        ('{"sysctl": {"a": -Infinity}}', "($.sysctl.a): is not JSON: -Infinity is not a number"),
        ('{"device": nul}', "is not JSON: expecting value"),
    ],
)  # fmt: skip
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


def test_the_mark_that_windows_writes_before_a_text(tmp_path: Path) -> None:
    assert plan_of("\ufeff" + json.dumps(GOOD), tmp_path).hostname == "data"


def test_a_long_chain_of_services(tmp_path: Path) -> None:
    """Deeper than Python's stack, and each before the one that it needs."""
    data = json.loads(json.dumps(GOOD))
    parameters = {"target": "10.0.0.0/24", "via": "192.168.19.2", "interface": {"$service": "lan"}}
    for n in range(400):
        needed = {"$service": f"r{n + 1}" if n < 399 else "lan"}
        route = {"type": "network.route", "parameters": parameters, "dependencies": [needed]}
        data["others"][f"r{n}"] = route
    data["services"]["first"] = {**route, "dependencies": [{"$service": "r0"}]}
    said = mistakes(data, tmp_path)
    assert "can have" in said[0], said[0]
    data["others"]["r399"]["dependencies"] = [{"$service": "r0"}]
    said = mistakes(data, tmp_path)
    assert "in a circle: r0 -> r1 -> r2" in said[0], said[0]


def test_every_mistake_is_reported(tmp_path: Path) -> None:
    data = json.loads(json.dumps(GOOD))
    data["devise"] = "x"
    data["kernel"]["modul"] = 1
    data["services"]["lan"]["parameters"]["adress"] = "x"
    data["console"] = "loud"
    data["users"]["admin"] = {"uid": -1}
    assert len(mistakes(data, tmp_path)) == 5
    del data["device"]
    assert len(mistakes(data, tmp_path)) == 6


def test_what_the_plan_finds_is_reported_beside_the_rest(tmp_path: Path) -> None:
    data = json.loads(json.dumps(GOOD))
    data["hosts"]["nas.lan"] = "nowhere"
    data["services"]["again"] = data["services"]["lan"]
    found = mistakes(data, tmp_path)
    assert ["hosts" in found[0], "only one can have" in found[1]] == [True, True], found


# Anything that JSON can say, and text that is nearly it.
_VALUES = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.floats()
    | strategies.text() | strategies.sampled_from(["lan", "qemu-mipsel", "network.address", "/x"]),
    lambda inner: strategies.lists(inner, max_size=3)
    | strategies.dictionaries(strategies.sampled_from(WORDS) | strategies.text(), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
_WHOLE = strategies.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, _VALUES))


@strategies.composite
def _changed(draw: strategies.DrawFn) -> object:
    """A configuration with something else in some places of it."""

    def change(value: object) -> object:
        if draw(strategies.integers(0, 30)) == 0:
            return draw(_VALUES)
        if isinstance(value, dict):
            return {name: change(one) for name, one in value.items()}
        return [change(one) for one in value] if isinstance(value, list) else value

    return change(GOOD)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(
    text=(_WHOLE | _VALUES | _changed()).map(lambda said: json.dumps(said, indent=1))
    | strategies.text(alphabet='{}[]":,019.eE-+ntrufalsINity\\ \n\ufeff'),
    cut=strategies.integers(0, 400) | strategies.none(),
)
def test_whatever_it_says_an_error_is_of_a_place(text: str, cut: int | None) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "router.json"
        file.write_text(text[:cut])
        try:
            load_plan(file)
        except ConfigurationError as error:
            for problem in error.problems:
                assert isinstance(problem.where, Place), problem
                str(problem)
