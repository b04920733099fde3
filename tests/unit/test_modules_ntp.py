"""ntp: what chronyd is told."""

from __future__ import annotations

import pytest

from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def configuration(bench: Bench, **arguments: object) -> list[str]:
    part, *_ = bench.good("ntp", **{"servers": {"192.0.2.1": []}, **arguments}).parts()
    return str(part.parameters["configuration"]).splitlines()


def test_every_parameter_is_a_directive(bench: Bench) -> None:
    assert configuration(
        bench,
        servers={"time.example.org": ["iburst", "minpoll 4"], "2001:db8::1": []},
        pools={"pool.ntp.org": []},
        peers={"192.0.2.1": ["key 5"]},
        makestep={"threshold": 0.5, "limit": -1},
        allow=["192.168.19.0/24", "2001:db8::/64"],
        bindaddress="192.168.19.1",
        binddevice="lan",
        dumpdir="/run/dump",
        extra_config="maxdistance 2.0\nrtcsync\n",
    ) == [
        "server 2001:db8::1",
        "server time.example.org iburst minpoll 4",
        "pool pool.ntp.org",
        "peer 192.0.2.1 key 5",
        "makestep 0.5 -1",
        "allow 192.168.19.0/24",
        "allow 2001:db8::/64",
        "bindaddress 192.168.19.1",
        "binddevice lan",
        "dumpdir /run/dump",
        "cmdport 0",
        "maxdistance 2.0",
        "rtcsync",
    ]


@pytest.mark.parametrize(
    ("arguments", "package"),
    [
        ({"pools": {"pool.ntp.org": ["iburst"]}}, "chrony-small"),
        (
            {"pools": {"a.example": []}, "extra_config": "maxdistance 2.0\nrtcsync\n"},
            "chrony-small",
        ),
        ({"servers": {"time.example.org": ["iburst", "nts"]}}, "chrony"),
        ({"peers": {"192.0.2.1": ["key 5"]}}, "chrony"),
        ({"pools": {"a.example": []}, "extra_config": "ntsdumpdir /run/nts\n"}, "chrony"),
        ({"extra_config": "refclock PPS /dev/pps0\n"}, "chrony"),
    ],
)
def test_certificates_and_clocks_take_the_whole_of_chrony(
    bench: Bench, arguments: dict[str, object], package: str
) -> None:
    service = bench.good("ntp", **arguments)
    assert {part.packages for part in service.parts()} == {(package,)}
    assert service.needs().packages == (package,)


def test_nothing_is_listened_on_without_being_asked_for(bench: Bench) -> None:
    lines = configuration(bench)
    assert "cmdport 0" in lines
    assert not [line for line in lines if line.startswith("allow")]
    assert not [line for line in configuration(bench, makestep=None) if "makestep" in line]


@pytest.mark.parametrize("option", ["burts", "minpoll", "iburst 4", "maxpoll  6", "server"])
def test_an_option_is_one_of_chrony(bench: Bench, option: str) -> None:
    message = bench.refused("ntp", pools={"pool.ntp.org": ["iburst", option]})
    assert f"must be an option of a server in chrony.conf(5) such as 'iburst' or 'minpoll 6', not {option!r}" in message  # fmt: skip


@pytest.mark.parametrize("text", ["", "maxdistance 2\n", "# server a.example\n"])
def test_somebody_is_asked(bench: Bench, text: str) -> None:
    assert "there is nobody to ask" in bench.refused("ntp", extra_config=text)


@pytest.mark.parametrize(
    "text", ["refclock PPS /dev/pps0\n", "local stratum 10", "\n  pool a.example"]
)
def test_the_time_may_come_from_elsewhere(bench: Bench, text: str) -> None:
    bench.good("ntp", extra_config=text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"servers": {"a b": []}}, "host name or an IP address"),
        ({"servers": {"time.example.org\nallow": []}}, "control characters"),
        ({"servers": {"time.example.org": ["iburst\nallow"]}}, "control characters"),
        ({"servers": {"time.example.org": ["# x"]}}, "an option of a server in chrony.conf"),
        ({"servers": {"time.example.org": "iburst"}}, "a list"),
        ({"makestep": {"threshold": 1}}, "lacks the key 'limit'"),
        ({"makestep": {"threshold": -1, "limit": 3}}, "not negative"),
        ({"allow": ["192.168.19.1/24"]}, "must be an IP network"),
        ({"bindaddress": "lan"}, "must be an IP address"),
        ({"dumpdir": "/run/a b"}, "an absolute path"),
        ({"extra_config": "a\0b"}, "control characters"),
        (
            {"servers": {"x.org": []}, "pools": {"x.org": []}},
            "among the servers and among the pools",
        ),
    ],
)
def test_mistakes_are_refused(bench: Bench, arguments: dict[str, object], said: str) -> None:
    assert said in bench.refused("ntp", **arguments)


def test_its_user_is_brought_along(bench: Bench) -> None:
    usual = bench.good("ntp", servers={"192.0.2.1": []})
    assert [(user.name, user.uid) for user in usual.needs().users] == [("ntp", 52)]
    assert bench.good("ntp", user="nobody", servers={"192.0.2.1": []}).needs().users == ()


def test_names_are_asked_for_when_there_is_a_way_to_name_servers(bench: Bench) -> None:
    _, told = bench.good("ntp", pools={"pool.ntp.org": []}).parts()
    assert (told.name, told.observes) == ("names", ("network.resolver", "network.route"))
    assert told.after == ("",)
    (alone,) = bench.good("ntp", servers={"192.0.2.1": [], "2001:db8::1": []}).parts()
    assert alone.name == ""


def test_an_interface_is_answered_on_whatever_its_addresses(bench: Bench) -> None:
    inside = bench.link()
    (part,) = bench.good("ntp", interface=inside, servers={"192.0.2.1": []}).parts()
    assert part.parameters["interface"] is inside
    assert "interface and binddevice are both given" in bench.refused(
        "ntp", interface=inside, binddevice="lan", servers={"192.0.2.1": []}
    )
