"""dnsmasq: text reaches it word by word, and only where it can mean one thing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liminix_gen import Service
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def lan(bench: Bench, address: str = "192.168.19.1", length: int = 24) -> Service:
    family = "inet6" if ":" in address else "inet"
    return bench.good(
        "network.address",
        interface=bench.link(),
        family=family,
        address=address,
        prefix_length=length,
    )


def arguments(service: Service) -> tuple[str, ...]:
    (daemon,) = (part for part in service.parts() if not part.name)
    return cast("tuple[str, ...]", daemon.parameters["arguments"])


GOOD_RANGES = [
    "192.168.19.10,192.168.19.250",
    "192.168.19.10,192.168.19.250,12h",
    "192.168.19.10,192.168.19.250,255.255.255.0,infinite",
    "192.168.19.0,static",
    "set:guests,192.168.19.10,192.168.19.20,600",
    "fd00::10,fd00::20,64,1h",
    "::,constructor:lan,ra-names",
    "::10,::ff,constructor:lan,slaac,64,12h",
]


@pytest.mark.parametrize("text", GOOD_RANGES)
def test_ranges_of_the_manual_are_taken(bench: Bench, text: str) -> None:
    service = bench.good("dnsmasq", interface=lan(bench), domain="lan", ranges=[text])
    assert f"--dhcp-range={text}" in arguments(service)
    assert ("--enable-ra" in arguments(service)) == (":" in text.replace("set:", ""))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line of text"),
        ("ten,twenty", "must start with an IP address"),
        ("192.168.19.10,fd00::1", "mixes IPv4 and IPv6"),
        ("192.168.19.20,192.168.19.10", "ends before it starts"),
        ("192.168.19.10,192.168.19.20,forever", "'forever' is not an address, mode or lease time"),
        ("192.168.19.10,192.168.19.20,12h --port=0", "is not an address, mode or lease time"),
        ("192.168.19.10\n--port=0", "control characters"),
    ],
)
def test_other_ranges_are_refused(bench: Bench, text: str, said: str) -> None:
    assert said in bench.refused("dnsmasq", interface=lan(bench), domain="lan", ranges=[text])


def test_two_hosts_are_not_one(bench: Bench) -> None:
    one = {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5"}
    message = bench.refused(
        "dnsmasq",
        interface=lan(bench),
        domain="lan",
        hosts={"a": one, "b": {**one, "mac": "02:00:00:00:00:06"}},
    )
    assert "hosts 'a' and 'b' have the same v4 192.168.19.5" in message


def test_a_host_becomes_one_word(bench: Bench) -> None:
    hosts = {
        "printer": {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5", "v6": ["fd00::5"]},
        "laptop": {"mac": "id:ff:01", "v4": "192.168.19.6", "leasetime": 600},
    }
    service = bench.good("dnsmasq", interface=lan(bench), domain="lan", hosts=hosts)
    assert "--dhcp-host=02:00:00:00:00:05,192.168.19.5,[fd00::5],printer,86400" in arguments(
        service
    )
    assert "--dhcp-host=id:ff:01,192.168.19.6,laptop,600" in arguments(service)
    assert "--host-record=printer.lan,printer,192.168.19.5,fd00::5" in arguments(service)


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ({"a,b": {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5"}}, "host name"),
        ({"a": {"mac": "02:00:00:00:00", "v4": "192.168.19.5"}}, "['a'] ['mac'] must be the MAC"),
        ({"a": {"mac": "id:x,set:y", "v4": "192.168.19.5"}}, "['mac'] must be"),
        ({"a": {"mac": "02:00:00:00:00:05"}}, "hosts['a']: it has neither v4 nor v6"),
        ({"a": {"mac": "02:00:00:00:00:05", "v4": "fd00::1"}}, "['v4'] must be an IPv4 address"),
        ({"a": {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5", "ip": "x"}}, "no key 'ip'"),
    ],
)
def test_hosts_with_a_mistake_are_refused(
    bench: Bench, hosts: dict[str, object], said: str
) -> None:
    assert said in bench.refused("dnsmasq", interface=lan(bench), domain="lan", hosts=hosts)


@pytest.mark.parametrize(
    "server", ["192.0.2.53", "192.0.2.53#5353", "/example.org/2001:db8::53", "/lan/", "fe80::1%wan"]
)
def test_upstreams_of_the_manual_are_taken(bench: Bench, server: str) -> None:
    service = bench.good("dnsmasq", interface=lan(bench), domain="lan", upstreams=[server])
    assert f"--server={server}" in arguments(service)


@pytest.mark.parametrize("server", ["", "dns.example.org", "192.0.2.300", "192.0.2.1,192.0.2.2"])
def test_other_upstreams_are_refused(bench: Bench, server: str) -> None:
    message = bench.refused("dnsmasq", interface=lan(bench), domain="lan", upstreams=[server])
    assert message.startswith("dnsmasq.upstreams ")


@given(st.text())
def test_no_text_becomes_an_option_of_its_own(text: str) -> None:
    bench = Bench()
    bench.build("dnsmasq", interface=bench.link(), domain=text, ranges=[text], upstreams=[text])
    for service in bench.system.types.built:
        if service.TYPE == "dnsmasq":
            assert all(
                word.startswith(("--user=", "--group=", "--domain=", "--local=", "--server=",
                                 "--dhcp-range=", "--enable-ra", "--domain-needed",
                                 "--bogus-priv", "--stop-dns-rebind", "--dhcp-name-match=",
                                 "--dhcp-ignore-names="))
                and "\n" not in word
                for word in arguments(service)
            )  # fmt: skip


def test_public_names_have_no_private_addresses_unless_allowed(bench: Bench) -> None:
    service = bench.good("dnsmasq", interface=lan(bench), domain="lan")
    assert "--stop-dns-rebind" in arguments(service)
    assert not [word for word in arguments(service) if word.startswith("--rebind-")]
    service = bench.good(
        "dnsmasq", interface=lan(bench), domain="lan", rebind_domains=["plex.direct", "a.example."]
    )
    assert "--rebind-domain-ok=/plex.direct/" in arguments(service)
    assert "--rebind-domain-ok=/a.example/" in arguments(service)
    assert "a domain name" in bench.refused(
        "dnsmasq", interface=lan(bench), domain="lan", rebind_domains=["a/b"]
    )


def test_some_names_are_nobodys(bench: Bench) -> None:
    words = arguments(bench.good("dnsmasq", interface=lan(bench), domain="lan"))
    for name in ("wpad", "isatap", "localhost"):
        assert f"--dhcp-name-match=set:nobodys,{name}" in words
        assert f"--dhcp-name-match=set:nobodys,{name}.*" in words
    assert "--dhcp-ignore-names=tag:nobodys" in words


def test_the_lan_does_not_wait_for_the_wan(bench: Bench) -> None:
    wan = bench.dhcp()
    service = bench.good("dnsmasq", interface=lan(bench), domain="lan", resolvconf=wan)
    upstreams, daemon = service.parts()
    assert upstreams.observes == (wan,)
    assert daemon.after == ("upstreams",)
    assert wan not in daemon.parameters.values()


def test_its_user_is_brought_along_unless_another_is_named(bench: Bench) -> None:
    own = bench.good("dnsmasq", interface=bench.link(), domain="lan").needs()
    assert [(user.name, user.uid) for user in own.users] == [("dnsmasq", 51)]
    assert [(group.name, group.gid) for group in own.groups] == [("dnsmasq", 51)]
    other = bench.good(
        "dnsmasq", interface=bench.link(), domain="lan", user="nobody", group="nobody"
    )
    assert other.needs().users == ()
    assert other.needs().groups == ()


def test_a_host_has_several_cards_or_none(bench: Bench) -> None:
    hosts = {
        "laptop": {"mac": ["02:00:00:00:00:05", "02:00:00:00:00:06"], "v4": "192.168.19.5"},
        "office": {"v4": "10.9.9.9", "v6": ["fd00::9"]},
        "six": {"v6": ["fd00::6"]},
    }
    words = arguments(bench.good("dnsmasq", interface=lan(bench), domain="lan", hosts=hosts))
    assert [word for word in words if word.startswith("--dhcp-host=")] == [
        "--dhcp-host=02:00:00:00:00:05,02:00:00:00:00:06,192.168.19.5,laptop,86400"
    ]
    assert "--host-record=office.lan,office,10.9.9.9,fd00::9" in words
    assert "--host-record=six.lan,six,fd00::6" in words
    card = "02:00:00:00:00:01"
    both = {
        "a": {"mac": card, "v4": "192.168.19.2"},
        "b": {"mac": ["02:00:00:00:00:02", card], "v4": "192.168.19.3"},
    }
    message = bench.refused("dnsmasq", interface=lan(bench), domain="lan", hosts=both)
    assert message.endswith(f"hosts['b']: hosts 'a' and 'b' have the same mac {card}")


def test_names_have_addresses_and_other_names(bench: Bench) -> None:
    words = arguments(
        bench.good(
            "dnsmasq",
            interface=lan(bench),
            domain="lan",
            addresses={"cloud.example.": ["192.168.19.5", "fd00::5"], "a.example": "192.0.2.1"},
            cnames={"www.example": "cloud.example", "old": "nas.lan", "older.lan": "old"},
        )
    )
    assert "--host-record=cloud.example,192.168.19.5,fd00::5" in words
    assert "--host-record=a.example,192.0.2.1" in words
    assert "--cname=www.example,cloud.example" in words


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"cnames": {"a.lan": "www.example.org"}}, "www.example.org is not a name that is known"),
        ({"cnames": {"a": "b", "b": "a"}}, "leads back to itself"),
        (
            {"cnames": {"a.example": "nas.lan"}, "addresses": {"A.example": "192.0.2.1"}},
            "cnames['a.example']: it has addresses of its own",
        ),
        ({"addresses": {"a b": "192.0.2.1"}}, "a domain name"),
        ({"addresses": {"a": "b"}}, "dnsmasq.addresses ['a'] must be an IP address"),
        ({"dhcp_options": {"ntp": "192.0.2.1"}}, "a DHCP option: its number such as 42"),
        ({"dhcp_options": {"53": "1"}}, "must not be 53, which the server itself fills in"),
        ({"dhcp_options": {"255": "1"}}, "must be a number that an option can have"),
        ({"dhcp_options": {"42": "clock"}}, "its values are IPv4 addresses, and 'clock' is none"),
        ({"dhcp_options": {"42": []}}, "dhcp_options['42']: has no value"),
        ({"dhcp_options": {"15": "a,b"}}, "a value without ','"),
        ({"block_list": "a.example\nb.example c.example"}, "more than a name in line 2"),
        ({"block_list": "a.example\n\n||ads^"}, "has no domain name in line 3: '||ads^'"),
    ],
)
def test_what_dnsmasq_would_refuse_or_forget_is_a_mistake(
    bench: Bench, more: dict[str, object], said: str
) -> None:
    bench.build("dnsmasq", interface=lan(bench), domain="lan", **more)
    assert bench.messages
    assert all(said in one for one in bench.messages)


def test_options_of_dhcp_are_numbers(bench: Bench) -> None:
    options = {"ntp-server": ["192.0.2.1", "192.0.2.2"], "252": "http://x/", "6:56": "fd00::1"}
    words = arguments(
        bench.good("dnsmasq", interface=lan(bench), domain="lan", dhcp_options=options)
    )
    assert [word for word in words if word.startswith("--dhcp-option")] == [
        "--dhcp-option=252,http://x/",
        "--dhcp-option=42,192.0.2.1,192.0.2.2",
        "--dhcp-option=option6:56,[fd00::1]",
    ]


def test_a_block_list_is_names_each_once(bench: Bench) -> None:
    text = """\
# from somewhere
127.0.0.1 localhost
::1 ip6-localhost ip6-loopback
0.0.0.0 Ads.example  # a comment
0.0.0.0 b.ads.example c.example
fe80::1%lo0 localhost
_x.d.example.
c.example
"""
    service = bench.good("dnsmasq", interface=lan(bench), domain="lan", block_list=text)
    (daemon,) = (part for part in service.parts() if not part.name)
    assert daemon.parameters["blocked"] == ("_x.d.example", "ads.example", "c.example")


def test_the_daemon_itself_takes_all_that(bench: Bench, tmp_path: Path) -> None:
    """`dnsmasq --test` reads the options; this machine has the version that bookworm has."""
    program = shutil.which("dnsmasq", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("there is no dnsmasq")
    blocked = tmp_path / "blocked"
    blocked.write_text("server=/ads.example/\n")
    words = arguments(
        bench.good(
            "dnsmasq",
            interface=lan(bench),
            domain="lan",
            user="root",
            group="root",
            ranges=["192.168.19.10,192.168.19.250,12h"],
            hosts={"laptop": {"mac": ["02:00:00:00:00:05", "id:ff:01"], "v4": "192.168.19.5"}},
            addresses={"cloud.example": ["192.168.19.5", "fd00::5"]},
            cnames={"www.example": "cloud.example"},
            dhcp_options={
                **{str(number): "192.0.2.1" for number in (3, 6, 42, 66, 252)},
                "domain-search": ["lan", "example.org"],
                "classless-static-route": ["10.0.0.0/8", "192.168.19.1"],
                "6:56": "fd00::1",
                "mtu": "1492",
            },
            dnssec=True,
        )
    )
    command = [program, "--test", "--conf-file=/dev/null", f"--servers-file={blocked}", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "dnsmasq: syntax check OK.")


@pytest.mark.parametrize(
    ("mode", "constructed"),
    [
        ("slaac", ("::", "ra-only,64")),
        ("stateless", ("::", "ra-stateless,64")),
        ("managed", ("::1:0,::1:ffff", "64,1h")),
    ],
)
def test_networks_of_ipv6_are_followed(
    bench: Bench, mode: str, constructed: tuple[str, str]
) -> None:
    service = bench.good("dnsmasq", interface=bench.link(), domain="lan", ipv6=mode)
    (daemon,) = service.parts()
    assert daemon.parameters["constructed"] == constructed
    assert "--enable-ra" in arguments(service)
    # DHCPv6 is served there, and by nobody else.
    assert "UDP port 547 on" in " ".join(one.text for one in service.needs().claims)


def test_ipv6_is_followed_once(bench: Bench) -> None:
    message = bench.refused(
        "dnsmasq",
        interface=bench.link(),
        domain="lan",
        ipv6="slaac",
        ranges=["::,constructor:lan,ra-only"],
    )
    assert message == "dnsmasq: ipv6 is given, and a range with 'constructor:'"
