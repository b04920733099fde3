"""What a user writes arrives as it is: through Nix, the shell, dnsmasq and nft; or it is refused."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liminix_gen import process
from liminix_gen.nix.expression import expression
from tests.support.evaluation import NIX, evaluate
from tests.support.namespaces import in_own_network
from tests.support.services import Bench

if TYPE_CHECKING:
    from collections.abc import Sequence

    from liminix_gen import Service

HERE = Path(__file__).parent
SHELLS = (("busybox", "sh"), ("dash",))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
TRICKY = st.text(st.sampled_from("a \t\n'\"\\$`{}()<>|&;*?[]~#!=-%\r"), max_size=30)


@given(st.lists(TEXT | TRICKY, min_size=20, max_size=60))
@example(["", "'", "''", "'\\''", "${x}", "''${", "-n", "-e", "\\", "\n", "é", "$(reboot)"])
@settings(max_examples=10)
def test_shells_give_back_what_was_written(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.nix"
        file.write_text(expression(texts).at(0), encoding="utf-8", newline="")
        written = evaluate(HERE / "quoting.nix", nix=NIX, texts=file)
        for writer, words in written.items():
            script = Path(folder) / writer
            text = "show() { for one; do printf '%s\\0' \"$one\"; done; }\n"
            text += "".join(f"show {word}\n" for word in words)
            script.write_text(text, encoding="utf-8", newline="")
            for shell in SHELLS:
                done = process.run([*shell, script])
                assert done.stdout.split("\0")[:-1] == texts, (writer, shell)


def parameters(service: Service) -> dict[str, object]:
    (part,) = (part for part in service.parts() if not part.name)
    return dict(part.parameters)


def accepted(type_: str, **arguments: object) -> Service | None:
    """Build a service; None where the model refuses."""
    bench = Bench()
    required = {"interface": bench.link(), "domain": "lan"} if type_ == "dnsmasq" else {}
    service = bench.build(type_, **{**required, **arguments})
    return None if bench.messages else service


ADDRESS4 = st.ip_addresses(v=4).map(str)
ADDRESS6 = st.ip_addresses(v=6).map(str)
WORDS = st.sampled_from([
    "static", "proxy", "infinite", "deprecated", "ra-only", "slaac", "ra-names", "ra-stateless",
    "ra-advrouter", "off-link", "255.255.255.0", "12h", "45m", "120", "1w", "64", "set:guests",
    "tag:guests", "tag:!guests", "constructor:lan",
])  # fmt: skip
RANGE = st.tuples(ADDRESS4 | ADDRESS6, st.lists(ADDRESS4 | ADDRESS6 | WORDS, max_size=4)).map(
    lambda parts: ",".join((parts[0], *parts[1]))
)
SERVER = st.builds(
    lambda domains, address, port: f"{domains}{address}{port}",
    st.sampled_from(["", "/", "//", "/example.org/", "/a/b.example/", "/*.example/", "a/"]),
    ADDRESS4 | ADDRESS6 | st.sampled_from(["", "#", "name"]),
    st.sampled_from(["", "#53", "#70000", "@lan", "@192.0.2.1", "@192.0.2.1#5353"]),
)
NAME = st.from_regex(r"[A-Za-z0-9_-]{0,8}(\.[a-z0-9-]{0,5})?", fullmatch=True)
MAC = st.from_regex(r"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|id:[A-Za-z0-9:*._-]{0,9}", fullmatch=True)
ANY = TEXT | TRICKY | st.text(st.sampled_from("a1.:,/#=[]*@ -"), max_size=20)


def dnsmasq_takes(service: Service | None) -> None:
    if service is not None:
        arguments = parameters(service)["arguments"]
        assert isinstance(arguments, tuple)
        done = process.run(["dnsmasq", "--test", "--conf-file=/dev/null", *arguments], check=False)
        assert done.returncode == 0, (arguments, done.stderr)


@given(st.lists(RANGE | ANY, max_size=3))
@settings(max_examples=150, derandomize=True)
def test_dnsmasq_takes_every_range_that_is_accepted(ranges: Sequence[str]) -> None:
    dnsmasq_takes(accepted("dnsmasq", ranges=list(ranges)))


@given(st.lists(SERVER | ANY, max_size=3))
@settings(max_examples=150, derandomize=True)
def test_dnsmasq_takes_every_upstream_that_is_accepted(upstreams: Sequence[str]) -> None:
    dnsmasq_takes(accepted("dnsmasq", upstreams=list(upstreams)))


@given(NAME | ANY, NAME | ANY, MAC | ANY, ADDRESS4 | ANY, st.lists(ADDRESS6, max_size=2))
@settings(max_examples=150, derandomize=True)
def test_dnsmasq_takes_every_host_and_domain_that_is_accepted(
    domain: str, name: str, mac: str, v4: str, v6: list[str]
) -> None:
    hosts = {name: {"mac": mac, "v4": v4, "v6": v6}}
    dnsmasq_takes(accepted("dnsmasq", domain=domain, hosts=hosts))
    dnsmasq_takes(accepted("dnsmasq", domain=domain))
    dnsmasq_takes(accepted("dnsmasq", hosts=hosts))


def nft_takes(service: Service | None) -> None:
    if service is not None:
        with tempfile.NamedTemporaryFile("w", suffix=".nft") as file:
            file.write(str(parameters(service)["ruleset"]))
            file.flush()
            command = in_own_network("nft", "--check", "--file", file.name)
            done = process.run(command, check=False)
            assert "syntax error" not in done.stderr, done.stderr


IDENTIFIER = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,6}", fullmatch=True) | st.sampled_from([
    "accept", "add", "chain", "ct", "drop", "elements", "filter", "flags", "hook", "icmp", "inet",
    "ip", "ip6", "jump", "limit", "log", "map", "meta", "nat", "policy", "set", "table", "tcp",
    "type", "udp", "vlan",
])  # fmt: skip


@given(IDENTIFIER, IDENTIFIER, st.sampled_from(["filter", "-10", "raw + 5", "srcnat - 1"]) | ANY)
@settings(max_examples=60, derandomize=True)
def test_nft_takes_every_name_that_is_accepted(chain: str, zone: str, priority: str) -> None:
    bench = Bench()
    entry = {
        "family": "ip",
        "type": "filter",
        "hook": "input",
        "priority": priority,
        "rules": [f"iifname @{zone} accept"],
    }
    service = bench.build("firewall", zones={zone: [bench.link()]}, rules={chain: entry})
    nft_takes(None if bench.messages else service)


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "\ud800", "a\x7fb", "a\x1bb"])
def test_what_ends_a_line_is_refused(value: str) -> None:
    chain = {"family": "ip", "rules": [value]}
    assert accepted("firewall", rules={"mine": chain}) is None
    assert accepted("dnsmasq", domain=value) is None
    assert accepted("dnsmasq", upstreams=[value]) is None
    assert accepted("ssh", extra_config=[value]) is None
    assert accepted("ntp", servers={value: []}) is None
