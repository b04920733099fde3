"""Access points: what is refused, and what hostapd.conf has. tests/line has one with stations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from liminix_gen import Service
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.model.countries import COUNTRIES
from liminix_gen.plan import plan
from tests.support.services import Bench

TYPE = "wifi.access_point"
FIVE = (*range(36, 65, 4), *range(100, 145, 4), *range(149, 178, 4))


NETWORK = """\
from functools import partial
from liminix_gen import System
config = System(device="qemu-mipsel")
service, keep = config.service, config.services.__setitem__
radio = config.hardware.network_interfaces["wlan"]
bridge = service.bridge.primary.build(ifname="int")
ONE = {"family": "inet", "address": "192.0.2.1", "prefix_length": 24}
networks = {"Home": {"bridge": bridge, "security": "open"}}
point = partial(service.wifi.access_point.build, radio=radio, country="DE", networks=networks)
"""


def refused(folder: Path, text: str) -> list[str]:
    """Return what is wrong in a configuration, each with its line."""
    file = folder / "router.py"
    file.write_text(text)
    try:
        plan(load(file, Catalog.of()), DEBIAN)
    except ConfigurationError as error:
        return [
            f"{str(one.where).rpartition(':')[2]}: {one.what}; {one.why}; hint: {one.hint}".replace(
                f"{folder}/", ""
            )
            for one in error.problems
        ]
    return []


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
        "radio": bench.radio(),
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
        ({"country": "de"}, "two capital letters (ISO 3166), not 'de'; did you mean DE?"),
        ({"country": "Germany"}, "two capital letters (ISO 3166), not 'Germany'"),
        ({"country": "UK"}, "not 'UK'; did you mean GB?"),
        ({"country": "uk"}, "not 'uk'; did you mean GB?"),
        ({"country": "XX"}, "two capital letters (ISO 3166), not 'XX'"),
        ({"band": "6 GHz"}, "'2.4 GHz', '5 GHz'"),
        ({"channel": 14}, "there is no channel 14 at 2.4 GHz"),
        ({"channel": 36}, "there is no channel 36 at 2.4 GHz"),
        ({"channel": 6, "band": "5 GHz"}, "there is no channel 6 at 5 GHz"),
        ({"channel": 38, "band": "5 GHz"}, "there is no channel 38 at 5 GHz"),
        ({"width": 80}, "width: at 2.4 GHz a channel is at most 40 MHz wide, not 80"),
        ({"width": 80, "channel": 6}, "width: at 2.4 GHz a channel is at most 40 MHz wide, not 80"),
        ({"width": 30}, "width: a channel is 20, 40, 80 or 160 MHz wide, not 30"),
        ({"width": 160, "band": "5 GHz", "channel": 132}, "channel 132 cannot be 160 MHz wide"),
        (
            {"width": 80, "band": "5 GHz", "channel": 165},
            "channel 165 cannot be 80 MHz wide in DE: it is at most 40",
        ),
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


def test_a_radio_is_used_once(tmp_path: Path) -> None:
    text = NETWORK + "keep('a', point())\nkeep('b', point())\n"
    (said,) = refused(tmp_path, text)
    assert said == (
        "11: only one can have the access point of wlan0; the other is that of wifi.access_point "
        "(router.py:10); hint: "
    )


@pytest.mark.parametrize(
    ("use", "what"),
    [
        ("keep('a', service.network.dhcp.client.build(interface=radio))", "IP addresses on wlan0"),
        (
            "keep('a', service.network.address.build(interface=radio, **ONE))",
            "IP addresses on wlan0",
        ),
        (
            "keep('a', service.bridge.members.build(primary=bridge, members=[radio]))",
            "wlan0 as a port of int",
        ),
    ],
)
@pytest.mark.parametrize("offered", [False, True])
def test_a_radio_is_for_an_access_point(
    tmp_path: Path, use: str, what: str, *, offered: bool
) -> None:
    """Its driver is no station, and its interface joins a bridge by the access point."""
    point = "keep('b', point())\n" if offered else ""
    (said,) = refused(tmp_path, f"{NETWORK}{use}\n{point}")
    assert said.startswith(f"10: there cannot be both wlan0 as a radio and {what}; the other is ")
    assert said.endswith(
        "hint: wifi.access_point puts the stations of a radio in a bridge, which has the addresses"
    )


def test_a_radio_that_is_none(bench: Bench) -> None:
    link = bench.link()
    said = bench.refused(TYPE, **{**arguments(bench), "radio": link})
    assert f"radio: {getattr(link, 'ifname')} is no radio" in said  # noqa: B009


def test_the_band_of_a_radio(bench: Bench) -> None:
    """Without one it is that of the radio; tests/unit/test_devices.py has the boards."""
    for bands in (("2.4 GHz",), ("5 GHz",), ("5 GHz", "2.4 GHz")):
        given = {**arguments(bench), "radio": bench.radio(*bands)}
        mode = {"2.4 GHz": "hw_mode=g", "5 GHz": "hw_mode=a"}
        assert mode[bands[0]] in lines(bench.good(TYPE, **given))
        for band, line in mode.items():
            if band in bands:
                assert line in lines(bench.good(TYPE, **given, band=band))
            else:
                said = bench.refused(TYPE, **given, band=band)
                assert f"is a radio for {bands[0]}, not {band}" in said


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({"channel": 36}, 'band="5 GHz" has it'),
        ({"channel": 36, "width": 80}, 'band="5 GHz" has it'),
        ({"width": 80}, 'band="5 GHz" has it'),
        ({"width": 80, "channel": 6}, ""),
        ({"channel": 6, "band": "5 GHz"}, 'band="2.4 GHz" has it'),
        ({"channel": 14}, ""),
    ],
)
def test_the_other_band_is_named_if_it_has_the_channel(
    bench: Bench, more: dict[str, object], hint: str
) -> None:
    bench.build(TYPE, **arguments(bench, **more))
    assert [problem.hint for problem in bench.system.problems.found] == [hint]


def test_another_radio_has_the_channel(bench: Bench) -> None:
    bench.build(TYPE, **{**arguments(bench, channel=36), "radio": bench.radio("2.4 GHz")})
    (problem,) = bench.system.problems.found
    assert problem.hint == "a radio for 5 GHz has it"


@pytest.mark.parametrize(
    ("country", "channel", "width", "expected"),
    [
        ("DE", 132, None, 40),
        ("DE", 140, None, 20),
        ("DE", 165, None, 40),
        ("US", 132, None, 80),
        ("US", 144, None, 80),
        ("US", 165, None, 20),
        ("CA", 165, None, 80),
        ("WS", None, None, 40),
        ("AO", 140, None, 80),  # nothing is known of it
        ("DE", 140, 40, "channel 140 cannot be 40 MHz wide in DE: it is at most 20"),
        ("US", 165, 80, "channel 165 cannot be 80 MHz wide in US: it is at most 20"),
        ("AO", 177, 160, 160),
        ("US", 149, 160, "channel 149 cannot be 160 MHz wide in US: it is at most 80"),
        ("BD", None, 160, "a channel cannot be 160 MHz wide in BD: it is at most 80"),
        (
            "DE",
            144,
            None,
            "DE has no channel 144 for access points at 5 GHz: 36-64, 100-140, 149-173",
        ),
        ("CN", 100, None, "CN has no channel 100 for access points at 5 GHz: 36-64, 149-165"),
        ("JP", 149, 160, "JP has no channel 149 for access points at 5 GHz: 36-64, 100-144"),
        ("FR", 177, None, "FR has no channel 177 for access points at 5 GHz"),
    ],
)
def test_what_a_country_allows(
    bench: Bench, country: str, channel: int | None, width: int | None, expected: int | str
) -> None:
    given = arguments(bench, country=country, band="5 GHz", channel=channel, width=width)
    if isinstance(expected, str):
        assert expected in bench.refused(TYPE, **given)
        return
    found = lines(bench.good(TYPE, **given))
    assert ("vht_oper_chwidth=2" in found) == (expected == 160)
    assert ("vht_oper_chwidth=1" in found) == (expected == 80)
    assert any("HT40" in line for line in found) == (expected > 20)


@pytest.mark.parametrize(
    ("country", "channel", "allowed"),
    [("US", 11, True), ("US", 12, False), ("US", 13, False), ("DE", 13, True), ("JP", 13, True)],
)
def test_what_a_country_allows_at_2_4_ghz(
    bench: Bench, country: str, channel: int, *, allowed: bool
) -> None:
    given = arguments(bench, country=country, channel=channel)
    if allowed:
        bench.good(TYPE, **given, width=40)
    else:
        expected = f"{country} has no channel {channel} for access points at 2.4 GHz: 1-11"
        assert expected in bench.refused(TYPE, **given)


def test_no_default_is_refused(bench: Bench) -> None:
    """What is taken without a word is allowed, in every country and at each channel of it."""
    given = arguments(bench)
    for country in sorted(COUNTRIES):
        for band, channels in (("2.4 GHz", (1, 7, 11, 13)), ("5 GHz", (*FIVE, None))):
            more = {**given, "country": country, "band": band}
            allowed = 0
            for channel in channels:
                service = bench.build(TYPE, **more, channel=channel)
                refused = bool(bench.messages)
                bench.system.problems.found.clear()
                if not refused:
                    allowed += 1
                    width = 20
                    text = lines(service)
                    width = 40 if any("HT40" in one for one in text) else width
                    width = 80 if "vht_oper_chwidth=1" in text else width
                    bench.good(TYPE, **more, channel=channel, width=width)
            assert allowed > 1, (country, band)


def test_all_radios_are_in_one_country(tmp_path: Path) -> None:
    two = "service.network.link.build(ifname='wlan7', bands=['5 GHz'])"
    same = f"{NETWORK}keep('a', point())\nkeep('b', point(radio={two}))\n"
    assert refused(tmp_path, same) == []
    other = f"{NETWORK}keep('a', point())\nkeep('b', point(radio={two}, country='FR'))\n"
    (said,) = refused(tmp_path, other)
    assert said == (
        "11: there cannot be both radios in DE and radios in FR; the other is that of "
        "wifi.access_point (router.py:10); hint: the kernel has one country for all radios"
    )
