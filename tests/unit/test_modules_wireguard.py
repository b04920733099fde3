"""WireGuard: what is refused, with which lines. tests/line has it against a hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import plan
from tests.line.keys import HUB, OTHER, PHONE
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def peer(**more: object) -> dict[str, object]:
    usual = {"public_key": HUB.public, "allowed": ["10.9.0.1"], "endpoint": "192.0.2.1:51820"}
    return usual | more


def refused(bench: Bench, **more: object) -> str:
    return bench.refused("wireguard", ifname="vpn", peers={"hub": peer(**more)})


@pytest.mark.parametrize(
    "key", ["", "short", HUB.public[:-1], HUB.public[4:], HUB.public + "AAAA", "é" * 44, 7]
)
def test_a_public_key_is_32_bytes(bench: Bench, key: object) -> None:
    assert "must be 32 bytes in base64" in refused(bench, public_key=key)


def test_a_public_key_ends_as_wg_has_it(bench: Bench) -> None:
    # The last letter of 43 has two bits to spare.
    other = HUB.public[:-2] + chr(ord(HUB.public[-2]) + 1) + "="
    assert f"no key ends as {other!r} does" in refused(bench, public_key=other)


def test_a_public_key_is_not_zero(bench: Bench) -> None:
    assert "with zeros alone nobody can talk" in refused(bench, public_key="A" * 43 + "=")


@pytest.mark.parametrize("key", ["private_key", "preshared_key"])
def test_a_secret_is_never_text(bench: Bench, key: str) -> None:
    if key == "private_key":
        peers = {"hub": peer()}
        message = bench.refused("wireguard", ifname="vpn", peers=peers, private_key=OTHER.private)
    else:
        message = refused(bench, preshared_key=OTHER.private)
    assert "must be an output that holds the secret on the device" in message
    assert OTHER.private not in message


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("vpn.example.net:51820", "vpn.example.net:51820"),
        ("192.0.2.1:1", "192.0.2.1:1"),
        ("[2001:DB8:0::1]:51820", "[2001:db8::1]:51820"),
    ],
)
def test_an_endpoint(bench: Bench, given: str, kept: str) -> None:
    service = bench.good("wireguard", ifname="vpn", peers={"hub": peer(endpoint=given)})
    (part,) = service.parts()
    assert f"'{kept}'" in str(part.parameters["peers"])


@pytest.mark.parametrize(
    "endpoint",
    [
        *("vpn.example.net", "2001:db8::1:51820", "host:0", "host:65536", "1.2.3:51820"),
        *("a b:1", "$(reboot):1", "[::g]:1", "[fe80::1%lan]:1", ":51820", "-x:1"),
    ],
)
def test_an_endpoint_is_a_host_and_a_port(bench: Bench, endpoint: str) -> None:
    assert "['endpoint'] must be" in refused(bench, endpoint=endpoint)


def test_somebody_must_begin(bench: Bench) -> None:
    said = "it has no endpoint, and listen_port is None: neither can begin"
    assert said in refused(bench, endpoint=None)
    assert "there is no peer" in bench.refused("wireguard", ifname="vpn", peers={})
    peers = {"phone": peer(endpoint=None, keepalive=25)}
    message = bench.refused("wireguard", ifname="vpn", listen_port=51820, peers=peers)
    assert "nobody knows where to send" in message


def test_all_of_ip_is_no_route(bench: Bench) -> None:
    peers = {
        "exit": peer(allowed=["0.0.0.0/0", "::/0"]),
        "hub": peer(public_key=OTHER.public, allowed=["10.9.0.0/24"]),
    }
    service = bench.good("wireguard", ifname="vpn", peers=peers)
    (part,) = service.parts()
    assert part.parameters["routes"] == ("10.9.0.0/24",)
    off = bench.good("wireguard", ifname="vpn1", peers=peers, routes=False)
    assert off.parts()[0].parameters["routes"] == ()


CONFIG = f"""\
from liminix_gen import System
config = System(device="qemu-mipsel", hostname="x")
config.state = "state"
service = config.service
build = service.wireguard.build
hub, phone = {HUB.public!r}, {PHONE.public!r}
"""


def mistakes(folder: Path, text: str) -> str:
    file = folder / "x.py"
    file.write_text(CONFIG + text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        plan(load(file, Catalog.of()), DEBIAN)
    return str(caught.value)


OVERLAP = """
config.services["vpn"] = build(ifname="vpn", listen_port=51820, peers={
    "hub": {"public_key": hub, "allowed": ["10.9.0.0/24"]},
    "phone": {
        "public_key": phone,
        "allowed": ["10.9.0.7"],
    },
})
"""


def test_allowed_addresses_that_overlap_are_reported_with_both_lines(tmp_path: Path) -> None:
    said = mistakes(tmp_path, OVERLAP)
    assert "10.9.0.7/32 overlaps 10.9.0.0/24, which 'hub' may use" in said
    assert "x.py:9" in said
    assert "x.py:12" in said


def test_one_key_is_one_peer(tmp_path: Path) -> None:
    said = mistakes(tmp_path, OVERLAP.replace(": phone,", ": hub,").replace("9.0.7", "8.0.7"))
    assert "it has the public key of 'hub'" in said
    assert "x.py:11" in said


def interface(name: int, port: int, allowed: str) -> str:
    peers = f'{{"a": {{"public_key": hub, "allowed": "{allowed}"}}}}'
    build = f'build(ifname="vpn{name}", listen_port={port}, peers={peers})'
    return f'config.services["vpn{name}"] = {build}\n'


def test_a_port_and_a_route_are_for_one_interface(tmp_path: Path) -> None:
    said = mistakes(tmp_path, "".join(interface(name, 1, f"10.9.0.{name}") for name in (1, 2)))
    assert "only one can have UDP port 1 of every address" in said
    assert "x.py:7" in said
    assert "x.py:8" in said
    said = mistakes(tmp_path, "".join(interface(name, name, "10.9.0.1") for name in (1, 2)))
    assert "only one can have the inet route to 10.9.0.1/32 with metric 100" in said


def test_a_key_that_is_made_needs_a_state(tmp_path: Path) -> None:
    text = OVERLAP.replace("10.9.0.7", "10.8.0.7") + "config.state = None\n"
    assert "state" in mistakes(tmp_path, text)
