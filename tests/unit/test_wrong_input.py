"""Wrong input: one clear message with the user's line, and nothing written.

Each row is lines of a configuration, of which the first has number 6, and what must be said.
"""

import re
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from liminix_gen.debian import lock
from liminix_gen.debian.update import UnresolvedError
from liminix_gen.errors import ConfigurationError, Problem
from liminix_gen.nix import tree
from tests.support.command_line import PROGRAM
from tests.support.forked import ended as run
from tests.support.steps import load_plan, prepare

START = """\
from liminix_gen import File, Group, PackagePath, Service, System, User, device_node, directory, hard_link, link, text_file
config = System(device="qemu-mipsel", hostname="hello")
service = config.service
port = config.hardware.network_interfaces["lan"]
lan = service.network.address.build(interface=port, family="inet", address="192.168.19.1", prefix_length=24)
"""
DNS = "config.services['lan'] = lan; config.services['dns'] = service.dnsmasq.build(interface=lan, domain='lan', ranges=['{}'])"
VLAN = "service.vlan.build(ifname='g1', primary=port, vid={})"


def said(tmp_path: Path, text: str, *, start: str = START) -> str:
    """Return all problems of a configuration, with the folder left out."""
    file = tmp_path / "router.py"
    file.write_text(start + text + "\n")
    with pytest.raises(ConfigurationError) as error:
        load_plan(file)
    assert error.value.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["router.py"]
    return str(error.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # service types
        ("service.dnsmask.build()", "router.py:6: there is no service type 'dnsmask'\n  hint: did you mean dnsmasq?"),
        ("service.networkk.address.build()", "there is no service type 'networkk.address'\n  hint: did you mean network.address"),
        ("service.dnsmasq(interface=lan)", "router.py:6: service.dnsmasq(...) is not a valid call\n  hint: make a service with service.TYPE.build(...)"),
        ("service.dnsmasq.biuld(interface=lan)", "service.dnsmasq.biuld(...) is not a valid call"),
        ("service.dnsmasq.build(lan)", "router.py:6: dnsmasq: parameters of build() are given by name"),
        ("config.services['x'] = service.dnsmasq", "config.services['x'] must be a service, made by build(), not service.dnsmasq"),
        # parameters
        (VLAN.format("'2'"), "router.py:6: vlan.vid must be a whole number from 1 to 4094, not '2'"),
        ("service.vlan.build(primary=port, vid=2)", "router.py:6: vlan lacks the parameter 'ifname' (name of the interface that is made)"),
        (VLAN.format("2, vif=3"), "router.py:6: vlan has no parameter 'vif'"),
        ("service.network.route.build(target='default', interface=lan, via='300.1.1.1')", "network.route.via must be an IP address, not '300.1.1.1'"),
        ("service.network.route.build(target='default', interface=lan, via=lan.output('ruter'))", "router.py:6: network.address has no output 'ruter'"),
        ("service.network.forward.build(dependencies=lan)", "network.forward.dependencies must be a list, each element a service, not <network.address of router.py:5>"),
        ("service.network.forward.build(dependencies=['lan'])", "network.forward.dependencies must be a service, not 'lan'"),
        ("config.hardware.network_interfaces['lna']", "router.py:6: the device qemu-mipsel has no network interface 'lna'\n  hint: did you mean lan?"),
        # addresses
        (DNS.format("10.0.0.1,10.0.0.9"), "router.py:6: dnsmasq: range '10.0.0.1,10.0.0.9' is in no network of lan"),
        (DNS.format("192.168.19.10,192.168.19.5"), "ends before it starts"),
        # names
        ("config.services['a'] = lan; config.services['a'] = port", "router.py:6: config.services['a'] is set twice\n  it was set at router.py:6"),
        ("config.services['a'] = lan; config.services['b'] = lan", "config.services['b'] is already config.services['a']"),
        ("config.services['hostname'] = lan", "router.py:6: only one can have the name 'hostname'\n  the other is that of every image"),
        (f"a = {VLAN.format(2)}\nb = {VLAN.format(3)}\nconfig.services['f'] = service.network.forward.build(dependencies=[a, b])", "router.py:7: only one can have the interface g1\n  the other is that of vlan (router.py:6)"),
        # kernel symbols
        ("config.kernel.config['CONFIG_NET'] = 'y'", "router.py:6: a key of config.kernel.config must be a kernel symbol without CONFIG_"),
        ("config.kernel.config['MODULES'] = 'n'", "router.py:6: kernel symbol MODULES cannot be both y and n\n  y is asked for by every image, n by config.kernel.config (router.py:6)"),
        ("config.kernel.config['PANIC_TIMEOUT'] = 0xb", "router.py:6: kernel symbol PANIC_TIMEOUT cannot be both 10 and 11"),
        ("config.kernel.config['NFT_MASQ'] = 'y'\nconfig.services['f'] = service.firewall.build()", "router.py:7: kernel symbol NFT_MASQ cannot be both y and m\n  y is asked for by config.kernel.config (router.py:6), m by firewall (router.py:7)"),
        # what a service refuses, and builds its parts of
        ("config.services['f'] = service.firewall.build(extra_rules={'mine': {'rules': ['accept']}})", "there is no such chain, and a new one needs the key 'family'"),
        # users and groups
        ("config.users['a'] = User(name='Bad Name')", "router.py:6: User.name must be a user or group name, not 'Bad Name'"),
        ("config.users['a'] = User(name='a', uid='12')", "router.py:6: User.uid must be a whole number from 0 to"),
        ("config.users['a'] = User(name='a', uid=0)", "router.py:6: there cannot be both the number 0 of the user root and the number 0 of the user a"),
        ("config.users['a'] = User(name='a', home='/a:b')", "User.home must be an absolute path without '.', '..' or ':', not '/a:b'"),
        ("config.users['a'] = User(name='a', password_hash='$6$secret')", "User.password_hash must be RuntimePath(PATH), the place of a hash on the device"),
        ("config.groups['a'] = Group(name='a', members=['x:y'])", "Group.members must be a user or group name, not 'x:y'"),
        # files
        ("config.files['/x'] = text_file('/x', 3)", "router.py:6: the content of a file is text and PackagePath, not 3"),
        ("config.files['/x'] = text_file('/x', 'a\\0')", "the content of a file must be text that UTF-8 can encode, without NUL"),
        ("config.files['/x'] = text_file('/x', '', mode='999')", "router.py:6: mode must be octal text such as '0644', not '999'"),
        ("config.files['/x'] = text_file('/y', '')", "router.py:6: config.files['/x'] is a File of '/y'"),
        ("config.files['/x'] = link('/x', '')", "the target of a link must not be empty"),
        ("config.files['/x'] = link('/x', PackagePath('busybox', '../y'))", "a path in a package must be a path without '.', '..'"),
        ("config.files['/x'] = directory('/x', user='ghost')", "router.py:6: /x belongs to user 'ghost', which does not exist"),
        ("config.files['/x'] = device_node('/x', 'q', major=1, minor=3)", "router.py:6: the type of a device must be one of 'c', 'b', not 'q'"),
        ("config.files['/x'] = device_node('/x', 'c', major=-1, minor=3)", "router.py:6: the major number must be a whole number from 0 to 4095, not -1"),
        ("config.files['/x'] = hard_link('/x', '/y')", "router.py:6: /x cannot be a hard link to /y\n  /y is not a file of the configuration"),
        ("config.files['/activate'] = text_file('/activate', '')", "router.py:6: /activate cannot be a file of the image"),
        # the root
        ("config.root = 'ubifs'", "router.py:6: config.root must be one of 'squashfs', 'ext4', 'jffs2', not 'ubifs'"),
        ("config.trial_seconds = 0", "router.py:6: config.trial_seconds must be a whole number from 1 to 86400 seconds, not 0"),
        ("config.files['/etc'] = text_file('/etc', '')", "router.py:6: /etc is not a directory, and /etc/"),
        ("config.files['/nix/x'] = text_file('/nix/x', '')", "router.py:6: /nix/x cannot be a file of the image"),
        ("config.files['/etc/passwd'] = text_file('/etc/passwd', '')", "router.py:6: only one can have the file /etc/passwd\n  the other is that of every image"),
        # hosts
        ("config.hosts['a b'] = '192.0.2.1'", "router.py:6: a key of config.hosts must be a domain name"),
        ("config.hosts['LocalHost.'] = '192.0.2.1'", "must be a domain name other than localhost, which is the router itself"),
        ("config.hosts['a'] = 'b'", "router.py:6: config.hosts['a'] must be an IP address, not 'b'"),
        ("config.hosts['a'] = ['192.0.2.1']\nconfig.hosts['a'] = '192.0.2.1'", "router.py:7: config.hosts['a'] is set twice"),
        # the rest
        ("config.sysctl['../../etc/x'] = 1", "router.py:6: a key of config.sysctl must be a sysctl such as"),
        ("config.sysctl['net/../../x'] = 1", "router.py:6: a key of config.sysctl must be a sysctl such as"),
        ("config.sysctl['net.ipv4.ip_forward'] = True", "must be a whole number or a line of text, not True"),
        ("config.state = 'a/b'", "router.py:6: config.state must be a label of 1 to 16"),
        ("raise SystemExit(0)", "router.py:6: ends the program: a configuration only defines `config`"),
        ("import sys; sys.exit('stop')", "router.py:6: ends the program"),
        ("import os; os._exit(0)", "router.py:6: ends the program: a configuration only defines `config`"),
        ("import no_such_module", "router.py:6: ModuleNotFoundError: No module named 'no_such_module'"),
        ("def f(): f()\nf()", "router.py:6: RecursionError: "),
        ("raise GeneratorExit", "router.py:6: GeneratorExit"),
        ("import asyncio\nraise asyncio.CancelledError('late')", "router.py:7: CancelledError: late"),
        ("class E(Exception):\n  def __str__(self): raise self\nraise E", "router.py:8: E"),
        ("input()", "router.py:6: "),
        ("import sys\nsys.setrecursionlimit(90)\ndef f(): f()\nf()", "router.py:8: RecursionError"),
        ("import json\njson.loads('{')", "router.py:7: JSONDecodeError: "),
        ("list(map(int, 'x'))", "router.py:6: ValueError: invalid literal"),
        ("exec('1 / 0')", "router.py:6: ZeroDivisionError"),
        # the user's own line
        ("config.services.update(a=5)", "router.py:6: config.services['a'] must be a service"),
        ("config.files.setdefault('/x', 3)", "router.py:6: config.files['/x'] must be a File"),
        ("from functools import partial\npartial(service.vlan.build, vid='3')()", "router.py:7: vlan.vid must be"),
        ("list(map(service.vlan, [1]))", "router.py:6: service.vlan(...) is not a valid call"),
        ("exec('config.state = 3')", "router.py:6: config.state must be"),
        ("lan2 = service.bridge.primary.build(ifname='lan')\nconfig.services['a'] = lan2\nconfig.services['b'] = lan", "router.py:6: only one can have the interface lan"),
        # the argument's own line
        ("service.vlan.build(\n  ifname='g1',\n  primary=port,\n  vid='2',\n)", "router.py:9: vlan.vid must be a whole number"),
        ("service.vlan.build(\n  ifname='g1',\n  primary=port,\n  vid=2,\n  vif=3)", "router.py:10: vlan has no parameter 'vif'"),
        ("(service\n .vlan\n .build(ifname='g1',\n  primary=port,\n  vid='2'))", "router.py:10: vlan.vid must be a whole number"),
        ("service.network.forward.build(\n  dependencies=[3],\n)", "router.py:7: network.forward.dependencies must be"),
        ("System(\n  'qemu-mipsel',\n  'a b',\n)\nraise Exception", "router.py:8: hostname must be"),
        ("System(\n  'qemu-mips',\n)\nraise Exception", "router.py:7: there is no device 'qemu-mips'"),
        # the line of a key or an element, as far as it is written out
        ("service.dnsmasq.build(\n  interface=lan,\n  domain='lan',\n  hosts={\n    'a': {'mac': '02:00:00:00:00:01', 'v4': '192.168.19.2'},\n    'b': {\n      'mac': '02:00:00:00:00:02',\n      'v4': 'here',\n    },\n  },\n)", "router.py:13: dnsmasq.hosts ['b'] ['v4'] must be an IPv4 address"),
        ("service.dnsmasq.build(\n  interface=lan,\n  domain='lan',\n  upstreams=[\n    '192.0.2.1',\n    'there'])", "router.py:11: dnsmasq.upstreams must be a name server"),
        ("more = ['there']\nservice.dnsmasq.build(\n  interface=lan,\n  domain='lan',\n  upstreams=[\n    '192.0.2.1',\n    *more])", "router.py:10: dnsmasq.upstreams must be a name server"),
        ("service.firewall.build(\n  zones={'lan': [lan],\n    'wan': [],\n  })", "router.py:8: firewall: zones['wan']: nobody is in this zone"),
        # what must be in a network of this router
        ("config.services['f'] = service.firewall.build(\n  zones={'wan': [port]},\n  port_forward={\n    'web': {'port': 80, 'to': '10.0.0.9'},\n  })", "router.py:9: firewall: port_forward['web']['to']: 10.0.0.9 is in no network of this router\n  hint: "),
        # services that build() did not make
        ("class Mine(Service): pass\nconfig.services['m'] = Mine()", "router.py:7: config.services['m'] must be a service, made by build(), not <Mine>"),
        ("service.vlan.build(ifname='g1', vid=2, primary=Service())", "vlan.primary must be made by build(), not by a call of its class: <Service>"),
        ("service.network.forward.build(dependencies=[Service()])", "network.forward.dependencies must be made by build()"),
        # no half of a pair reaches a file
        ("config.packages = ['\\ud800']", "router.py:6: config.packages must be a package's name"),
        ("service.dnsmasq.build(interface=lan, domain='\\ud800')", "router.py:6: dnsmasq.domain must be"),
        ("config.files['/x'] = File(path='/x', kind='hardlink')", "router.py:6: the content of a hard link is the path of the other file"),
        ("config.files['/x'] = File(path='/x', kind='link')", "router.py:6: the content of a link is one target"),
        ("config.files['/x'] = File(path='/x', kind='device')", "router.py:6: a device needs node"),
        ("config.files['/x'] = File(path='/x', kind='directory', content=('a',))", "router.py:6: a directory has no content"),
        ("config.files['/x'] = File(path='/x', kind='fifo')", "router.py:6: kind must be one of 'file'"),
        ("config.hostname = 'x'", 'router.py:6: config.hostname cannot be assigned\n  hint: it is given to System: System(device=..., hostname="NAME")'),
        ("config.device = 'x'", "router.py:6: config.device cannot be assigned\n  hint: it is given to System"),
        ("config.users = {}", "router.py:6: config.users cannot be assigned as a whole\n  hint: config.users.update(...)"),
        ("config.packages.append(3)", "router.py:6: config.packages must be a package's name"),
        ("config.packages += ['a', 'B c']", "router.py:6: config.packages must be a package's name, not 'B c'"),
        ("config.packages += 'a b'", "not 'a b'"),
        ("config.packages[0] = 'a'", "router.py:6: IndexError"),
        ("config.packages = ['a']\nconfig.packages[-1] = ''", "router.py:7: config.packages must be"),
        ("from liminix_gen.profiles import gateway\ngateway('turris-omnia')", "router.py:7: gateway(config, ...) takes a System first, not 'turris-omnia'"),
        ("from liminix_gen.profiles import gateway\ngateway(None, wan='dhcp')", "router.py:7: gateway(config, ...) takes a System first, not None"),
        ("from liminix_gen.profiles import gateway\nhome = gateway(config)\nconfig.services.update(home)", "router.py:8: config.services.update() takes a dictionary, not an object of Gateway\n  hint: config.services.update(home.services)"),
        ("config.users.update(3)", "router.py:6: config.users.update() takes a dictionary, not an object of int"),
        ("del config.device", "router.py:6: config.device cannot be deleted"),
    ],
)  # fmt: skip
def test_wrong_configuration(tmp_path: Path, text: str, message: str) -> None:
    assert message in said(tmp_path, text)


def test_a_secret_is_in_no_message(tmp_path: Path) -> None:
    assert "secret" not in said(tmp_path, "User(name='a', password_hash='$6$secret')")


@pytest.mark.parametrize(
    ("device", "message"),
    [
        (
            "'qemu-mips'",
            "router.py:2: there is no device 'qemu-mips'\n  hint: did you mean qemu-mipsel",
        ),
        ("3", "router.py:2: there is no device '3'"),
    ],
)
def test_wrong_device(tmp_path: Path, device: str, message: str) -> None:
    start = START.replace('"qemu-mipsel"', device)
    assert message in said(tmp_path, "", start=start)


def test_an_unknown_board_hides_no_other_mistake(tmp_path: Path) -> None:
    text = """
config.root = "ubifs"
config.packages = 3
service.vlan.build(ifname="g1", primary=config.hardware.network_interfaces["dmz"], vid="2")
"""
    found = said(tmp_path, text, start=START.replace("mipsel", "mips"))
    lines = re.findall(r"^router\.py:(\d+): (.*)", found, re.MULTILINE)
    assert [line for line, _ in lines] == ["2", "8", "9"]


def test_packages_are_a_list_to_which_more_is_added(tmp_path: Path) -> None:
    text = """
config.packages = ["strace"]
config.packages.append("iproute2")
config.packages += ["tcpdump"]
config.packages.extend(["iperf3", "iw"])
config.packages.remove("iw")
config.packages = config.packages
config.packages[-1] = "nmap"
"""
    (tmp_path / "router.py").write_text(START + text)
    found = {one.name: one.asked for one in load_plan(tmp_path / "router.py").packages}
    lines = {name: str(found[name][0].where).rpartition(":")[2] for name in found}
    wanted = {"strace": "7", "iproute2": "8", "tcpdump": "9", "nmap": "13"}
    assert wanted.items() <= lines.items()
    assert not {"iw", "iperf3"} & found.keys()


def test_what_the_plan_finds_is_reported_beside_the_rest(tmp_path: Path) -> None:
    text = """
config.hosts["a"] = "here"
config.services["fw"] = service.firewall.build(
    zones={"wan": [port]}, port_forward={"web": {"port": 80, "to": "10.0.0.9"}},
)
wan = config.hardware.network_interfaces["wan"]
for name, one in {"one": lan, "two": wan}.items():
    config.services[name] = service.network.address.build(interface=one, family="inet", address="192.168.19.2", prefix_length=24)
"""
    found = said(tmp_path, text)
    assert len(re.findall(r"^router\.py:", found, re.MULTILINE)) == 3, found


def test_what_could_not_be_made_in_the_place_of_a_number(tmp_path: Path) -> None:
    text = """
bad = service.nosuch.build()
lan = service.network.address.build(interface=port, family="inet", address="192.168.19.1", prefix_length=bad)
service.dnsmasq.build(interface=lan, domain="lan", ranges=["192.168.19.10,192.168.19.20"])
"""
    found = said(tmp_path, text)
    assert re.findall(r"^router\.py:(\d+):", found, re.MULTILINE) == ["7"]


def test_what_a_mistake_leaves_out_makes_no_other(tmp_path: Path) -> None:
    text = """
config.users["me"] = 3
config.files["/x"] = directory("/x", user="me")
config.rot = "jffs2"
config.hosts["a"] = "here"
"""
    found = said(tmp_path, text)
    assert re.findall(r"^router\.py:(\d+):", found, re.MULTILINE) == ["7", "9", "10"]


def test_a_mistake_of_one_value_is_told_once(tmp_path: Path) -> None:
    text = """
for n in range(3):
    config.services[f"vlan{n}"] = service.vlan.build(ifname="g1", primary=port, vid=0)
    config.console = "yes"
"""
    found = said(tmp_path, text)
    assert re.findall(r"^router\.py:(\d+): (.*)", found, re.MULTILINE) == [
        ("8", "vlan.vid must be a whole number from 1 to 4094, not 0"),
        ("9", "config.console must be one of 'shell', 'login', 'none', not 'yes'"),
    ]


def test_a_long_chain_of_services(tmp_path: Path) -> None:
    """Deeper than Python's stack: the order, the graph, names and what was pruned."""
    text = """
last, own = lan, port
for n in range(1200):
    last = service.network.route.build(target=f"10.{n // 250}.{n % 250}.0/24", via='192.168.19.2', interface=lan, dependencies=[last])
    own = service.vlan.build(ifname=f"v{n}", primary=own, vid=7)
config.services["last"] = last
"""
    file = tmp_path / "router.py"
    file.write_text(START + text)
    plan = load_plan(file)
    assert len(plan.services) > 1200
    file.write_text(f"{START}{text}config.services['own'] = own\n")
    assert len(load_plan(file).services) > 2400


def test_all_mistakes_are_told_in_one_run_also_before_an_exception(tmp_path: Path) -> None:
    text = """
bad = service.bridg.primary.build(ifname="x")
config.services["m"] = service.bridge.members.build(primary=bad, members=[port, config.hardware.network_interfaces["lann"]])
config.services["f"] = service.firewall.build(zones={"lan": [bad], "wan": 3})
config.kernel.config["CONFIG_X"] = "y"
config.users["u"] = User(name="U")
never = "reached"
"""
    found = said(tmp_path, text)
    assert re.findall(r"^router\.py:(\d+):", found, re.MULTILINE) == ["7", "8", "9", "10", "11"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'x = "\xff"', "router.py:1: syntax error: (unicode error) 'utf-8' codec"),
        (b'x = "\0"', "source code string cannot contain null bytes"),
        (b"if 1:\nx", "router.py:2: syntax error: expected an indented block"),
        (b"", "router.py: does not define `config`, a System"),
    ],
)
def test_a_file_that_is_no_configuration(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "router.py").write_bytes(content)
    assert message in run("check", "router.py", cwd=tmp_path, code=2).stderr


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    for word in (".", "/"):
        done = run("check", word, cwd=tmp_path, code=2)
        assert "is a folder, not a configuration" in done.stderr


@pytest.mark.parametrize("ending", ["lock", "root", "state"])
def test_a_configuration_with_the_name_of_what_lies_beside_it(tmp_path: Path, ending: str) -> None:
    """Seen: `lock x.lock` put the lock in the place of the configuration."""
    (tmp_path / f"router.{ending}").write_text(START)
    done = run("lock", f"router.{ending}", "--package-set", "nixpkgs", cwd=tmp_path, code=2)
    assert "hint: name it router.py" in done.stderr
    assert (tmp_path / f"router.{ending}").read_text() == START


@pytest.mark.parametrize("place", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_standard_input_is_no_place_for_what_lies_beside_it(tmp_path: Path, place: str) -> None:
    """Seen: /dev/stdin.lock and /dev/stdin-tree."""
    (tmp_path / "router.py").write_text(START)
    with (tmp_path / "router.py").open() as stdin:
        command = [PROGRAM, "emit", "--package-set", "nixpkgs", place]
        done = subprocess.run(command, stdin=stdin, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{place}: is not a place for a configuration\n".encode() in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{\n", "router.lock:2: the lock is not JSON"),
        (b"[]", "an object is expected"),
        (b"\xff", "router.lock: the lock cannot be read"),
        (lock.dump(lock.Lock()).replace('"version": 1', '"version": 9').encode(), "router.lock: the lock has format 9; this liminix-gen reads 1\n  hint: use the newer liminix-gen"),
    ],
)  # fmt: skip
def test_a_broken_lock(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "router.py").write_text(START)
    (tmp_path / "router.lock").write_bytes(content)
    with pytest.raises(ConfigurationError) as error:
        load_plan(tmp_path / "router.py")
    assert message in str(error.value)


def test_packages_that_debian_lacks_are_told_with_their_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def update(*_: object, **__: object) -> NoReturn:
        raise UnresolvedError({"iproute3": (Problem(None, "Debian has no iproute3"),)})

    monkeypatch.setattr("liminix_gen.debian.update.update", update)
    (tmp_path / "router.py").write_text(START + 'config.packages = ["iproute3"]\n')
    with pytest.raises(ConfigurationError, match=r"router\.py:6: Debian has no iproute3"):
        prepare(tmp_path / "router.py")
    assert [path.name for path in tmp_path.iterdir()] == ["router.py"]


def test_a_tree_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/lib").symlink_to("../elsewhere")
    with pytest.raises(ConfigurationError, match="lib: is in the way"):
        tree.write({"lib/a.nix": b"", "manifest.json": b'{"owned": {}}'}, tmp_path / "tree")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_in_the_place_of_the_tree(tmp_path: Path) -> None:
    (tmp_path / "tree").write_text("mine")
    with pytest.raises(ConfigurationError, match="tree: is not a folder"):
        tree.write({"manifest.json": b'{"owned": {}}'}, tmp_path / "tree")
    assert (tmp_path / "tree").read_text() == "mine"


def test_a_tree_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    long = "x" * 300  # longer than any file system takes
    with pytest.raises(ConfigurationError, match="cannot be written: File name too long"):
        tree.write({long: b"", "manifest.json": b'{"owned": {}}'}, tmp_path / "tree")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (VLAN.format("'2'"), "for example 20"),
        ("service.network.address.build(interface=port, family='inet', address='::', prefix_length='x')", "for example 24"),
        ("service.network.address.build(interface=port, family='ine6', address='::', prefix_length=64)", "did you mean inet6 or inet?"),
        ("service.dnsmasq.build(interface=lan)", 'domain="lan"'),
        ("service.dnsmasq.build(lan)", "service.dnsmasq.build(NAME=VALUE)"),
        ("service.network.dhcp.build()", "it has network.dhcp.client"),
        ("config.kernel.config['CONFIG_NET'] = 'y'", 'for example config.kernel.config["IKCONFIG"] = "y"'),
        ("config.sysctl['x y'] = 1", 'for example config.sysctl["net.ipv4.tcp_syncookies"] = 1'),
        ("config.trial_seconds = 0", "for example 600"),
        ("config.console = 'logins'", "did you mean login?"),
        ("config.users['a'] = User(name='b')", 'config.users["b"]'),
        ("config.files['/etc/a'] = directory('/etc/a', user='bob')", 'config.users["bob"] = User(name="bob")'),
    ],
)  # fmt: skip
def test_a_hint_can_be_pasted(tmp_path: Path, text: str, hint: str) -> None:
    assert f"  hint: {hint}" in said(tmp_path, text).splitlines()


def test_what_lists_its_words_or_takes_services_needs_no_example(tmp_path: Path) -> None:
    assert "hint" not in said(tmp_path, "service.dnsmasq.build(interface='lan', domain='lan')")
    family = "service.network.address.build(interface=port, family=4, address='192.0.2.1', prefix_length=1)"
    assert "hint" not in said(tmp_path, family)
