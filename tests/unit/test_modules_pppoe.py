"""PPPoE: what is refused, and the words of pppd's options.

tests/line has it against a provider.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.services import Bench

MODULE = Path(__file__).parents[2] / "modules" / "ppp"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def arguments(bench: Bench) -> dict[str, object]:
    return bench.required("pppoe")


def options(bench: Bench, **more: object) -> list[str]:
    service = bench.good("pppoe", **arguments(bench), **more)
    daemon = next(part for part in service.parts() if part.name == "daemon")
    return str(daemon.parameters["options"]).splitlines()


def test_the_line_is_not_the_default_route_by_itself(bench: Bench) -> None:
    assert {"noauth", "nodefaultroute", "usepeerdns", "hide-password"} <= set(options(bench))


def test_the_mtu_is_asked_for_in_both_directions(bench: Bench) -> None:
    assert {"mtu 1454", "mru 1454"} <= set(options(bench, mtu=1454))


def test_one_version_of_ip_alone(bench: Bench) -> None:
    assert "noip" in options(bench, ipv4=False)
    assert "noipv6" in options(bench, ipv6=False, ifname="ppp1")
    message = bench.refused("pppoe", **arguments(bench), ipv4=False, ipv6=False)
    assert "nothing is left to ask for" in message


def test_a_password_is_not_written_into_the_configuration(bench: Bench) -> None:
    message = bench.refused("pppoe", **arguments(bench) | {"password": "hunter2"})
    assert "pppoe.password must be an output that holds the secret" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("more", "absent"),
    [
        ({"ipv4": False}, "router"),
        ({"ipv4": False}, "resolv.conf"),
        ({"ipv6": False}, "ipv6-peer"),
        ({}, "bandwidth"),
    ],
)
def test_what_a_session_does_not_have_is_no_output(
    bench: Bench, more: dict[str, object], absent: str
) -> None:
    session = bench.good("pppoe", **arguments(bench), **more)
    described = next(one.description for one in session.OUTPUTS if one.name == absent)
    with pytest.raises(ValueError, match="does not publish") as caught:
        session.output(absent)
    said = f"the pppoe of {session.where} does not publish {absent} ({described})"
    assert str(caught.value) == said
    every = bench.good("pppoe", **arguments(bench), ifname="ppp1", bandwidth="1 Mbit/s")
    assert every.outputs() == every.OUTPUTS


def test_a_session_without_ipv4_has_no_name_servers(bench: Bench) -> None:
    session = bench.good("pppoe", **arguments(bench), ipv4=False)
    message = bench.refused("network.resolver", source=session)
    assert f"the pppoe of {session.where} does not publish resolv.conf" in message


@pytest.mark.parametrize("type_", ["pppoe", "l2tp"])
def test_the_user_may_be_a_secret(bench: Bench, type_: str) -> None:
    user = bench.good("secret.file", path="/state/secrets/user").output("value")
    service = bench.good(type_, **bench.required(type_) | {"username": user})
    daemon = next(part for part in service.parts() if part.name == "daemon")
    assert daemon.parameters["username"] == user


@pytest.mark.parametrize("text", ["plain", 'a "b" \\c# d', "'$(reboot)'", "\\", "ü"])
def test_any_text_is_one_word_of_an_options_file(text: str) -> None:
    script = f'name=x; outputs=/nowhere; . {MODULE}/dial.sh; quoted "$1"'
    done = subprocess.run(
        ["busybox", "sh", "-euc", script, "sh", text], capture_output=True, text=True, check=True
    )
    word = done.stdout
    # As getword() of pppd reads it: within quotes a backslash takes the next character as it is.
    assert word[0] == word[-1] == '"'
    read = ""
    characters = iter(word[1:-1])
    for character in characters:
        assert character != '"'
        read += next(characters) if character == "\\" else character
    assert read == text
