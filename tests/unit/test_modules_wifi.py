"""Access points: what is refused, and what hostapd.conf has. tests/line has one with stations."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from liminix_gen import Service
from tests.support.services import Bench

TYPE = "wifi.access_point"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def arguments(
    bench: Bench, network: Mapping[str, object] | None = None, **more: object
) -> dict[str, object]:
    password = bench.good("secret.file", path="/state/password").output("value")
    bridge = bench.good("bridge.primary", ifname="int")
    usual = {"bridge": bridge, "password": password}
    return {
        "radio": bench.link(),
        "country": "DE",
        "networks": {"Home": {**usual, **(network or {})}},
        **more,
    }


def lines(service: Service) -> list[str]:
    """Return what hostapd.conf has of the radio."""
    (part,) = service.parts()
    found = part.parameters["lines"]
    assert isinstance(found, tuple)
    return list(found)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"networks": {}}, "there is no network to offer"),
        ({"networks": {"x" * 33: {}}}, "at most 32 bytes"),
        ({"country": "de"}, "two capital letters"),
        ({"country": "Germany"}, "two capital letters"),
        ({"band": "6 GHz"}, "'2.4 GHz', '5 GHz'"),
        ({"channel": 14}, "there is no channel 14 at 2.4 GHz"),
        ({"channel": 36}, "there is no channel 36 at 2.4 GHz"),
        ({"channel": 6, "band": "5 GHz"}, "there is no channel 6 at 5 GHz"),
        ({"channel": 38, "band": "5 GHz"}, "there is no channel 38 at 5 GHz"),
        ({"width": 80}, "at 2.4 GHz a channel is at most 40 MHz wide"),
        ({"width": 30}, "a channel is 20, 40, 80 or 160 MHz wide"),
        ({"width": 160, "band": "5 GHz", "channel": 132}, "channel 132 cannot be 160 MHz wide"),
        ({"settings": {"ssid": "x"}}, "is a matter of the other parameters"),
        ({"settings": {"channel": "7"}}, "is a matter of the other parameters"),
        ({"settings": {"beacon_int": "200\nssid=x"}}, "control characters"),
        ({"settings": {"beacon int": "200"}}, "as hostapd.conf has it"),
    ],
)
def test_what_cannot_be(bench: Bench, more: dict[str, object], reason: str) -> None:
    assert reason in bench.refused(TYPE, **arguments(bench, **more))


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ({"password": "text"}, "must be an output that holds the secret"),
        ({"password": None}, 'it has no password, and its security is not "open"'),
        ({"security": "open"}, "an open network has no password"),
        ({"security": "wep"}, "'wpa3', 'wpa2-wpa3', 'wpa2', 'open'"),
        ({"hidden": "yes"}, "must be True or False"),
    ],
)
def test_what_a_network_cannot_be(bench: Bench, network: dict[str, object], reason: str) -> None:
    assert reason in bench.refused(TYPE, **arguments(bench, network))


def test_a_network_is_in_a_bridge(bench: Bench) -> None:
    link = bench.link()
    said = bench.refused(TYPE, **arguments(bench, {"bridge": link}))
    assert f"the network.link of {link.where} is no bridge" in said


@pytest.mark.parametrize(
    ("channel", "width", "expected"),
    [
        (None, None, ["ht_capab=[HT40+]", "vht_oper_chwidth=1", "he_oper_chwidth=1"]),
        (36, None, ["ht_capab=[HT40+]", "vht_oper_centr_freq_seg0_idx=42"]),
        (48, 80, ["ht_capab=[HT40-]", "he_oper_centr_freq_seg0_idx=42"]),
        (112, 160, ["ht_capab=[HT40-]", "vht_oper_chwidth=2", "vht_oper_centr_freq_seg0_idx=114"]),
        (144, None, ["ht_capab=[HT40-]", "vht_oper_centr_freq_seg0_idx=138"]),
        (157, 40, ["ht_capab=[HT40+]"]),
        (36, 20, []),
    ],
)
def test_the_middle_of_a_wide_channel(
    bench: Bench, channel: int | None, width: int | None, expected: list[str]
) -> None:
    """Numbers of IEEE 802.11-2020 table E-4: 42 is the middle of 36 to 48, 114 that of 100 to 128."""
    more = {"band": "5 GHz", "channel": channel, "width": width}
    found = lines(bench.good(TYPE, **arguments(bench, **more)))
    assert set(expected) <= set(found)
    wide = [line for line in found if "chwidth" in line or "ht_capab=" in line]
    assert bool(wide) == bool(expected)


def test_a_band_of_two_fifths(bench: Bench) -> None:
    assert "ht_capab=[HT40+]" in lines(bench.good(TYPE, **arguments(bench, channel=7, width=40)))
    assert "ht_capab=[HT40-]" in lines(bench.good(TYPE, **arguments(bench, channel=8, width=40)))
    assert not [line for line in lines(bench.good(TYPE, **arguments(bench))) if "40" in line]


def test_a_radio_is_used_once(bench: Bench) -> None:
    given = arguments(bench)
    first = bench.good(TYPE, **given)
    second = bench.good(TYPE, **given)
    (one,), (other,) = first.needs().claims, second.needs().claims
    assert one.words == other.words
    assert one.holder is None
    # Nor is it the port of a bridge, which no radio can be by itself.
    members = bench.good("bridge.members", primary=bench.good("bridge.primary", ifname="b"), members=[given["radio"]])  # fmt: skip
    assert one.words in [claim.words for claim in members.needs().claims]
