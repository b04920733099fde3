"""Profiles, and `init`, which writes configurations by them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import System
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.countries import COUNTRIES
from liminix_gen.plan.value import Plan
from liminix_gen.profiles import first, gateway
from liminix_gen.profiles.parts import sockets_of
from liminix_gen.service_types import interfaces_of
from tests.support.forked import ended as run
from tests.support.steps import load_plan

CATALOG = Catalog.of()
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"
START = """\
from liminix_gen import System
from liminix_gen.profiles import access_point, gateway
config = System(device="turris-omnia", hostname="home")
"""
LINES = {
    "dhcp": (),
    "pppoe": ("--username", "user@example.net"),
    "static": (
        *("--address", "203.0.113.10/24", "--router", "203.0.113.1"),
        *("--name-server", "192.0.2.53", "--name-server", "2001:db8::53"),
    ),
}


def plan_of(text: str, folder: Path) -> Plan:
    file = folder / "router.py"
    file.write_text(START + text)
    return load_plan(file)


def mistakes(text: str, folder: Path) -> list[str]:
    """Return each mistake after the line of the file, counted from the call."""
    with pytest.raises(ConfigurationError) as error:
        plan_of(text, folder)
    return [
        f"{int(str(one.where).rpartition(':')[2]) - START.count(chr(10))}: {one.what}"
        for one in error.value.problems
    ]


def names(plan: Plan) -> set[str]:
    return {one.name for one in plan.services}


def test_the_line_may_have_a_mac_address_of_its_own(tmp_path: Path) -> None:
    text = """mac = "02:00:00:00:00:01"
config.services.update(gateway(config, wan_mac=mac, wan_vlan=7).services)
"""
    made = plan_of(text, tmp_path)
    links = [one.parameters for one in made.services if one.type == "network.link"]
    assert [one["mac"] for one in links if one["ifname"] == "wan"] == ["02:00:00:00:00:01"]


@pytest.mark.parametrize("wan", LINES)
@pytest.mark.parametrize("board", CATALOG.devices)
def test_init_writes_what_check_accepts_for_every_board(
    board: str, wan: str, tmp_path: Path
) -> None:
    asked = {
        "board": board,
        "wan": wan,
        "hostname": "home",
        "guests": "192.168.20.1/24",
        "ssh_keys": [KEY],
        **{
            name: value
            for name, value in {
                "username": "user@example.net" if wan == "pppoe" else None,
                "address": "203.0.113.10/24" if wan == "static" else None,
                "router": "203.0.113.1" if wan == "static" else None,
                "name_servers": ["192.0.2.53"] if wan == "static" else None,
            }.items()
            if value
        },
    }
    if len(sockets_of(interfaces_of(CATALOG.device(board), CATALOG))) == 1:
        asked = {name: asked[name] for name in ("board", "hostname", "ssh_keys")}
    ports = interfaces_of(CATALOG.device(board), CATALOG)
    if "wlan" in ports or "wlan5" in ports:
        asked |= {"wifi": 'At "home"', "country": "DE"}
    file = tmp_path / "router.py"
    file.write_text(first.answers(CATALOG, asked, None).text())
    plan = load_plan(file)
    assert {"ssh", "lan", "time", "ports"} <= names(plan)
    assert ("wifi" in names(plan)) == ("wlan" in ports)
    assert ("wifi5" in names(plan)) == ("wlan5" in ports)
    assert plan.device.name == board
    assert max(map(len, file.read_text().splitlines())) <= 120


@pytest.mark.parametrize("wan", LINES)
def test_every_question_has_an_option(wan: str, tmp_path: Path) -> None:
    key = tmp_path / "id.pub"
    key.write_text(f"{KEY} me@here\n")
    done = run(
        "init", "first.py", "--board", "qemu-mipsel", "--hostname", "home", "--wan", wan,
        "--wan-vlan", "7", "--lan", "10.1.2.1/25", "--guests", "10.1.3.1/24", "--ssh-key", str(key),
        "--wifi", "Home", "--country", "FR", *LINES[wan], cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "first.py").read_text()
    for words in (
        'country="FR"',
        'wifi={"Home": wifi_password}',
        'hostname="home"',
        "wan_vlan=7",
        'lan="10.1.2.1/25"',
        f'"{KEY} me@here"',
    ):
        assert words in text
    plan = load_plan(tmp_path / "first.py")
    assert {"guests", "guests-dns", "firewall", "ssh"} <= names(plan)


def test_wrong_answers_are_reported_together(tmp_path: Path) -> None:
    done = run(
        "init", "--board", "turris-omnia", "--wan", "pppoe", "--lan", "10.0.0.0/24",
        "--router", "192.0.2.1", "--wan-vlan", "5000", "--ssh-key", "mine",
        "--wifi", "Home", cwd=tmp_path, code=2,
    )  # fmt: skip
    assert done.returncode == 2
    for words in (
        "--lan: must be the address of a host, not that of the network: 10.0.0.0/24",
        "--router: is for --wan static",
        "--username: is needed: user's name at the provider",
        "--country: is needed: country where the radio is, such as DE",
        "--wan-vlan: must be a whole number from 1 to 4094, not 5000",
        "--ssh-key: must be a public key of OpenSSH",
    ):
        assert words in done.stderr
    assert not (tmp_path / "router.py").exists()


def test_what_is_asked_on_a_terminal() -> None:
    said = {
        "Board": ["qemu-mipsel"],
        "What it is for": ["gateway"],
        "Name": ["-", "home"],
        "How": ["pppoe"],
        "User's": ["", "me"],
        "Public": [KEY],
    }
    refused: list[str] = []

    def ask(question: str, default: str, refusal: str) -> str:
        refused.append(refusal)
        answers = next((said[start] for start in said if question.startswith(start)), None)
        return answers.pop(0) if answers else default

    text = first.answers(CATALOG, {}, ask).text()
    assert 'username="me"' in text
    assert [one for one in refused if one] == [
        "must be a host name (letters, digits, '-'; at most 63), not '-'",
        "must be a line of text, not ''",
    ]
    assert all(not left for left in said.values())


def test_an_answer_cannot_be_more_than_text(tmp_path: Path) -> None:
    name = '"); import os; os.abort() #\\'
    asked = {"board": "qemu-mipsel", "wan": "pppoe", "username": name}
    file = tmp_path / "router.py"
    file.write_text(first.answers(CATALOG, asked, None).text())
    plan = load_plan(file)
    (daemon,) = (one for one in plan.services if one.name == "wan.daemon")
    assert daemon.parameters["username"] == name


def test_services_can_be_replaced_and_left_out(tmp_path: Path) -> None:
    plan = plan_of(
        "home = gateway(config, guests='192.168.20.1/24')\n"
        "dns = config.service.dnsmasq.build(interface=home.lan, domain='mine')\n"
        "config.services.update(home.but(time=None, dns=dns).services)\n",
        tmp_path,
    )
    assert "time" not in names(plan)
    (dns,) = (one for one in plan.services if one.name == "dns")
    assert dns.parameters["domain"] == "mine"
    assert "guests-dns" in names(plan)


def test_guests_are_apart_and_in_a_network_of_their_own(tmp_path: Path) -> None:
    plan = plan_of(
        "home = gateway(config, wan='pppoe', username='me', guests='192.168.20.1/28',\n"
        "    password=config.service.secret.file.build(path='/run/p').output('value'))\n"
        "config.services.update(home.services)\n",
        tmp_path,
    )
    services = {one.name: one for one in plan.services}
    assert "192.168.20.4,192.168.20.14" in str(services["guests-dns"].parameters)
    assert set(services["firewall"].parameters["zones"]) == {"guests", "lan", "wan"}  # type: ignore[call-overload]


@pytest.mark.parametrize("length", [24, 29, 30, 31])
def test_a_fixed_address_is_in_a_network_of_any_size(length: int, tmp_path: Path) -> None:
    plan_of(
        f"""home = gateway(config, wan="static", address="203.0.113.2/{length}",
        router="203.0.113.{3 if length == 31 else 1}", name_servers=["192.0.2.53"])
config.services.update(home.services)
""",
        tmp_path,
    )


def test_ports_of_the_router_can_be_opened(tmp_path: Path) -> None:
    text = """home = gateway(config, OPEN)
config.services.update(home.services)
config.services["status"] = config.service.status.build(interfaces=[home.lan])
"""
    opened = 'open={"status": {"from": "lan", "port": 80}}'
    assert any("tcp/80" in one for one in plan_of(text.replace("OPEN", ""), tmp_path).notices)
    plan = plan_of(text.replace("OPEN", opened), tmp_path)
    assert not any("tcp/80" in one for one in plan.notices)


def test_a_service_with_a_dash_is_left_out_by_its_name(tmp_path: Path) -> None:
    text = """home = gateway(config).but(**{"default-route": None})
config.services.update(home.services)
"""
    assert "default-route" not in names(plan_of(text, tmp_path))


def test_ipv6_does_not_wait_for_a_lease(tmp_path: Path) -> None:
    plan = plan_of("config.services.update(gateway(config).services)\n", tmp_path)
    services = {one.name: one for one in plan.services}
    found, waiting = set[str](), ["lan6", "firewall", "wan6"]
    while waiting:
        name = waiting.pop()
        if name in services and name not in found:
            found.add(name)
            waiting += [*services[name].needs, *services[name].observes]
    assert "prefix.daemon" in found
    assert not {"wan", "wan.daemon"} & found


def test_without_ipv6_nothing_of_it_is_passed(tmp_path: Path) -> None:
    plan = plan_of(
        "config.services.update(gateway(config, ipv6=False, time_servers=[]).services)\n", tmp_path
    )
    services = {one.name: one for one in plan.services}
    assert services["forward"].parameters["families"] == ("ipv4",)
    assert not {"prefix", "lan6", "time", "ssh"} & services.keys()


def test_an_access_point_joins_all_sockets(tmp_path: Path) -> None:
    plan = plan_of("config.services.update(access_point(config).services)\n", tmp_path)
    ports = [one for one in plan.services if re.fullmatch(r"ports\.port\d+", one.name)]
    # Five of the switch, and the one for the provider; no radios.
    assert len(ports) == 6
    assert not {"firewall", "dns"} & names(plan)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gateway(config,\n  wan='ppoe')\n", ["2: gateway: wan must be one of 'dhcp', 'pppoe'"]),
        (
            "gateway(config, wan='PPPoE', username='x')\n",
            ["1: gateway: wan must be one of 'dhcp', 'pppoe'"],
        ),
        *(
            (
                ("gateway(config, wan='static', name_servers=['192.0.2.53'], "
                f"address='203.0.113.5/{length}',\n  router={router!r})\n"),
                [f"2: gateway: router {said}"],
            )
            for length, router, said in (
                (24, "203.0.113.5", "is the router's own address"),
                (24, "203.0.113.255", "is the address of no host"),
                (24, "198.51.100.1", "is not in the network of address, 203.0.113.0/24"),
                (24, "fe80::1", "must be an IPv4 address"),
                (30, "203.0.113.9", "is not in the network of address, 203.0.113.4/30"),
            )
        ),
        (
            ("gateway(config, wan='static', name_servers=['192.0.2.53'], router='192.0.2.1',\n"
            "  address='203.0.113.5/32')\n"),
            ["2: gateway: address must have room for hosts"],
        ),
        ("gateway(config,\n  lan_ports=[])\n", ["2: gateway: lan_ports are none"]),
        ("access_point(config,\n  ports=[])\n", ["2: access_point: ports are none"]),
        (
            ("gateway(config, wan_port='lan0', wan_vlan=20, lan_ports=['lan0'],\n"
            "  guests='192.168.20.1/24', guests_vlan=20)\n"),
            ["2: gateway: guests_vlan is the VLAN of the line"],
        ),
        (
            "gateway(config,\n  guests='192.168.20.1/24', guests_vlan='20')\n",
            ["2: gateway: guests_vlan must be a whole number"],
        ),
        ("gateway('turris-omnia')\n", ["1: gateway(config, ...) takes a System first"]),
        ("gateway(config).but(dns=5)\n", ["1: dns must be a service, or None"]),
        (
            "gateway(config).but(dsn=None)\n",
            ["1: this profile has no service 'dsn': did you mean dns?"],
        ),
        ("gateway(config,\n  wan_port='wam')\n", ["2: gateway: wan_port is no port of turris-omnia"]),
        (
            "gateway(config, wan='pppoe',\n  username='x')\n",
            ["1: gateway: password is needed with wan='pppoe'"],
        ),
        (
            "gateway(config,\n  address='192.0.2.2/24')\n",
            ["2: gateway: address is for wan='static', and wan is 'dhcp'"],
        ),
        (
            "gateway(config,\n  lan='192.168.1.1',\n  guests='192.168.2.0/24')\n",
            ["2: gateway: lan must be an IPv4 address with", "3: gateway: guests must be the address"],
        ),
        ("gateway(config,\n  lan_ports=['lan0', 'lan9'])\n", ["2: gateway: lan_ports is no port of"]),
        ("gateway(config,\n  wan_vlan=0)\n", ["2: gateway: wan_vlan must be a whole number"]),
        ("gateway(config,\n  lan_ports='lan0')\n", ["2: gateway: lan_ports must be a list"]),
        (
            "gateway(config, wan='static', address='192.0.2.2/24',\n  router='192.0.2.1')\n",
            ["1: gateway: name_servers are needed"],
        ),
        ("gateway(config, ssh_keys=['x'])\n", ["1: ssh.authorized_keys"]),
        (
            "gateway(config,\n  port_forward={\n    'web': {'port': 0}})\n",
            ["3: firewall.port_forward"],
        ),
        (
            """home = gateway(config, lan='192.168.1.1/24', guests='192.168.1.129/25')
config.services.update(home.services)
""",
            ["1: there cannot be both the network"],
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_at_the_callers_line(
    text: str, said: list[str], tmp_path: Path
) -> None:
    found = mistakes(text, tmp_path)
    assert len(found) == len(said), found
    for one, words in zip(found, said, strict=True):
        assert one.startswith(words), found


def test_every_radio_has_the_networks_of_home_and_guests(tmp_path: Path) -> None:
    plan = plan_of(
        "password = config.service.secret.file.build(path='/run/wifi').output('value')\n"
        "home = gateway(config, country='DE', guests='192.168.20.1/24',\n"
        "    wifi={'Home': password}, guests_wifi={'Guests': None})\n"
        "config.services.update(home.services)\n",
        tmp_path,
    )
    services = {one.name: one for one in plan.services}
    for name, channel in (("wifi", "channel=6"), ("wifi5", "channel=36")):
        parameters = services[name].parameters
        assert channel in str(parameters["lines"])
        guests, home = parameters["networks"]  # type: ignore[misc]
        assert "ap_isolate=1" in guests["lines"]
        assert guests["password"] is None
        assert "wpa_key_mgmt=WPA-PSK SAE" in home["lines"]
        assert guests["bridge"] != home["bridge"]
    # Guests by cable are in the same network.
    assert {"guests-ports", "guests", "vlan.guests-lan"} <= names(plan)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("wifi={'Home': None}", "country is needed with wifi"),
        ("country='DE', guests_wifi={'Guests': None}", "guests_wifi needs guests"),
        ("country='DE', wifi={'Home': 'password'}", "must be an output that holds the secret"),
        ("country='DE', wifi={'x' * 33: None}", "at most 32 bytes"),
        ("country='DE', wifi='Home'", "must be a dictionary"),
        ("country='Germany', wifi={'Home': None}", "two capital letters"),
        ("country='UK', wifi={'Home': None}", "not 'UK'; did you mean GB?"),
    ],
)
def test_what_wifi_of_a_profile_cannot_be(arguments: str, said: str, tmp_path: Path) -> None:
    found = mistakes(f"home = gateway(config, {arguments})\n", tmp_path)
    assert any(said in one for one in found), found
    assert all(one.startswith("1: ") for one in found), found


def test_a_network_is_of_the_home_or_of_guests(tmp_path: Path) -> None:
    text = """home = gateway(config, country="DE", wifi={"Home": None, "Attic": None},
    guests="192.168.20.1/24",
    guests_wifi={
        "Garden": None,
        "Home": None,
    })
"""
    assert mistakes(text, tmp_path) == [
        "5: gateway: guests_wifi has the network 'Home', as wifi has"
    ]


def test_wifi_of_a_profile_is_allowed_in_every_country() -> None:
    config = System(device="turris-omnia")
    for country in sorted(COUNTRIES):
        gateway(config, country=country, wifi={"Home": None})
        assert config.problems.found == [], country


def test_wifi_needs_a_radio(tmp_path: Path) -> None:
    text = START.replace("turris-omnia", "nanopi-r4s")
    (tmp_path / "router.py").write_text(
        f"{text}gateway(config, country='DE', wifi={{'x': None}})\n"
    )
    with pytest.raises(ConfigurationError) as error:
        load_plan(tmp_path / "router.py")
    assert "wifi needs a radio, and nanopi-r4s has none" in str(error.value.problems[0])


STATE = """\
from liminix_gen import System
from liminix_gen.profiles import gateway
config = System(device="BOARD", hostname="home")
config.state = "kept"
config.services.update(gateway(config).services)
"""


@pytest.mark.parametrize(
    ("board", "says"),
    [
        ("gl-ar750", "config.root = 'jffs2' keeps it"),
        ("tp-archer-ax23", "config.root = 'jffs2' keeps it"),
        ("nanopi-r4s", ""),
        ("x86-64", ""),
        ("qemu-mipsel", ""),
    ],
)
def test_a_partition_that_no_image_makes_is_said(board: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "router.py"
    file.write_text(STATE.replace("BOARD", board))
    found = [one for one in load_plan(file, package_set="nixpkgs").notices if "'kept'" in one]
    assert len(found) == bool(says)
    assert all(says in one for one in found)
