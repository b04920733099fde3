"""firewall: rules as data, and the script that they become."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from liminix_gen import Part, Service
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def part(service: Service, name: str = "") -> Part:
    (found,) = (part for part in service.parts() if part.name == name)
    return found


def script(service: Service) -> str:
    return str(part(service).parameters["ruleset"])


def chain(text: str, name: str) -> list[str]:
    """Return the statements of a chain."""
    lines = [line.strip() for line in text.splitlines()]
    start = lines.index(f"chain {name} {{")
    return lines[start + 1 : lines.index("}", start)]


def test_our_tables_are_replaced_and_no_others(bench: Bench) -> None:
    text = script(bench.good("firewall"))
    assert "flush ruleset" not in text
    for family in ("ip", "ip6"):
        table = f"table {family} table-{family}"
        assert f"{table}\ndelete {table}\n{table} {{\n" in text


def test_without_parameters_nothing_comes_in(bench: Bench) -> None:
    text = script(bench.good("firewall"))
    for name in ("input-ip4", "forward-ip4", "input-ip6", "forward-ip6"):
        assert "policy drop;" in chain(text, name)[0]
    assert chain(text, "postrouting-ip4")[1:] == ["oifname @wan masquerade"]
    assert chain(text, "incoming-allowed-ip4") == []


def test_extra_rules_win_key_by_key(bench: Bench) -> None:
    service = bench.good(
        "firewall",
        extra_rules={
            "incoming-allowed-ip4": {"rules": ["tcp dport 443 accept"]},
            "forward-ip4": {"policy": "accept"},
            "own": {"family": "ip", "rules": ["counter"]},
        },
    )
    text = script(service)
    assert chain(text, "incoming-allowed-ip4") == ["tcp dport 443 accept"]
    assert chain(text, "forward-ip4")[0].endswith("policy accept;")
    assert "iifname @lan oifname @wan accept" in chain(text, "forward-ip4")
    assert chain(text, "own") == ["counter"]


def test_rules_replace_the_built_in_ones(bench: Bench) -> None:
    only = {
        "input": {"family": "inet", "type": "filter", "hook": "input", "priority": -5, "rules": []},
        "blocked": {
            "kind": "set",
            "family": "inet",
            "type": "ipv4_addr",
            "flags": ["interval"],
            "elements": ["192.0.2.0/24", "198.51.100.1"],
        },
    }
    text = script(bench.good("firewall", rules=only))
    assert "table inet table-inet {" in text
    assert "type filter hook input priority -5; policy accept;" in text
    assert "elements = { 192.0.2.0/24, 198.51.100.1 }" in text
    assert "table ip " not in text


def test_zones_are_sets_of_each_table_and_are_observed(bench: Bench) -> None:
    inside, outside, guests = bench.link(), bench.link(), bench.dhcp()
    service = bench.good("firewall", zones={"lan": [inside], "wan": [outside], "guests": [guests]})
    for zone in ("guests", "lan", "wan"):
        assert script(service).count(f"\tset {zone} {{\n\t\ttype ifname\n\t}}\n") == 2
    assert set(part(service).observes) == {inside, outside, guests}
    # The way in follows its own zone also while the rules cannot be loaded.
    assert set(part(service, "rescue").observes) == {inside}


def test_both_families_open_the_same_to_the_lan(bench: Bench) -> None:
    text = script(bench.good("firewall"))
    assert chain(text, "input-ip4-lan") == chain(text, "input-ip6-lan")
    for name in ("input-ip4", "input-ip6"):
        assert "iifname @lan accept" not in chain(text, name)


@pytest.mark.parametrize("family", ["ip4", "ip6"])
def test_a_port_of_the_router_is_not_one_of_the_hosts_behind_it(bench: Bench, family: str) -> None:
    statements = chain(script(bench.good("firewall")), f"forward-{family}")
    assert not [one for one in statements if "incoming-allowed" in one]
    assert f"iifname @wan oifname @lan jump forward-allowed-{family}" in statements
    # While a set is empty nothing passes without the rules of that zone.
    passed = [one for one in statements if one.startswith("iifname @lan")]
    assert passed == [f"iifname @lan oifname @{zone} accept" for zone in ("wan", "lan")]
    assert statements.index("oifname @wan ct state invalid drop") < statements.index(passed[0])


def test_all_is_closed_but_a_way_in(bench: Bench) -> None:
    inside, outside = bench.link(), bench.link()
    service = bench.good(
        "firewall", zones={"lan": [inside], "wan": [outside]}, rescue={"lan": [22, 2222]}
    )
    guard = part(service, "closed")
    assert guard.guards
    policy = str(guard.parameters["closed"])
    assert policy.count("policy drop;") == 2
    accepted = [line for line in policy.splitlines() if line.endswith("accept")]
    assert [line.partition("input ")[2] for line in accepted] == [
        'iifname "lo" accept',
        (
            "iifname @lan icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } "
            "accept"
        ),
        "iifname @lan tcp dport { 22, 2222 } accept",
    ]
    # It comes back when the rules go.
    assert part(service).parameters["closed"] == policy


def test_no_way_in_needs_nobody_to_follow_it(bench: Bench) -> None:
    for zones in ({}, {"wan": [bench.link()]}):
        names = [part.name for part in bench.good("firewall", zones=zones).parts()]
        assert names == ["closed", ""]
    service = bench.good("firewall", zones={"lan": [bench.link()]}, rescue={})
    assert "@lan" not in str(part(service, "closed").parameters["closed"])


def test_a_way_in_is_of_a_zone(bench: Bench) -> None:
    assert "rescue names 'office', which is no zone" in bench.refused(
        "firewall", rescue={"office": [22]}
    )


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"new": {"rules": []}}, "chain 'new' lacks the key 'family'"),
        ({"new": {"family": "ip", "hook": "input"}}, "needs both or none"),
        ({"new": {"family": "ip", "policy": "drop"}}, "has the key 'policy', and no 'hook'"),
        ({"new": {"family": "ip", "type": "nut", "hook": "input"}}, "not of filter, nat or route"),
        ({"new": {"kind": "set", "family": "ip"}}, "set 'new' lacks the key 'type'"),
        ({"lan": {"kind": "set", "family": "ip", "type": "ifname"}}, "has the name of a zone"),
        ({"new": {"family": "ip", "elements": ["a"]}}, "which a chain has not"),
        ({"new": {"family": "bridge"}}, "['family'] must be one of"),
        ({"new": {"family": "ip", "rule": []}}, "has no key 'rule'"),
        ({"new": {"family": "ip", "rules": ["accept\n}"]}}, "control characters"),
        ({"new": {"family": "ip", "rules": "accept"}}, "must be a list"),
        ({"new": {"family": "ip", "priority": "first"}}, "a number, or raw"),
        ({"a b": {"family": "ip"}}, "a letter first"),
    ],
)
def test_mistakes_are_refused(bench: Bench, extra: dict[str, object], said: str) -> None:
    assert said in bench.refused("firewall", extra_rules=extra)


def test_an_interface_is_in_one_zone(bench: Bench) -> None:
    port = bench.link()
    assert "is in the zones 'lan' and 'wan'" in bench.refused(
        "firewall", zones={"lan": [port], "wan": [port]}
    )


def test_zones_are_names(bench: Bench) -> None:
    for name in ("", "1st", "a b", "x}", "lan\n"):
        assert "a letter first" in bench.refused("firewall", zones={name: []}) or name == "lan\n"


def test_every_module_brings_its_symbols(bench: Bench) -> None:
    modules = {
        module.name: module.symbols for module in bench.good("firewall").needs().kernel_modules
    }
    assert modules["nft_masq"]["NFT_MASQ"] == "m"
    assert modules["nf_log_syslog"]["NF_LOG_SYSLOG"] == "m"
    for symbols in modules.values():
        assert symbols["NETFILTER"] == symbols["NETFILTER_ADVANCED"] == "y"


def nft(path: Path) -> subprocess.CompletedProcess[str]:
    command = ["unshare", "--map-root-user", "--net", "nft", "--check", "--file", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def nft_works(tmp_path: Path) -> None:
    empty = tmp_path / "empty.nft"
    empty.write_text("table ip t\n", encoding="utf-8")
    if not (shutil.which("nft") and shutil.which("unshare")) or nft(empty).returncode:
        pytest.skip("nft cannot check anything here")


@pytest.mark.usefixtures("nft_works")
def test_nft_understands_the_built_in_rules(bench: Bench, tmp_path: Path) -> None:
    parameters = part(bench.good("firewall")).parameters
    closed, opened, rules = (str(parameters[key]) for key in ("closed", "opened", "ruleset"))
    file = tmp_path / "rules.nft"
    # Each can be loaded whatever was there before.
    for text in (closed, opened + rules, closed * 2, (opened + rules) * 2 + closed):
        file.write_text(text, encoding="utf-8")
        done = nft(file)
        assert (done.returncode, done.stderr) == (0, "")


CHECK = Path(__file__).parents[2] / "modules" / "firewall" / "check.sh"


def build(rules: str, folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run what the build of the script runs."""
    file = folder / "rules.nft"
    file.write_text(rules, encoding="utf-8")
    environment = {"PATH": path, "rulesetPath": str(file), "out": str(folder / "out")}
    command = ["/bin/sh", "-eu", str(CHECK)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("nft_works")
def test_a_build_refuses_what_nft_does_not_understand(bench: Bench, tmp_path: Path) -> None:
    extra = {"incoming-allowed-ip4": {"rules": ["tcp dprot 443 accept"]}}
    rules = script(bench.good("firewall", extra_rules=extra))
    done = build(rules, tmp_path, os.environ["PATH"])
    assert done.returncode == 1
    assert "tcp dprot 443 accept" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("nft_works")
def test_a_build_keeps_what_nft_understands(bench: Bench, tmp_path: Path) -> None:
    rules = script(bench.good("firewall"))
    done = build(rules, tmp_path, os.environ["PATH"])
    assert done.stdout == "firewall: rules are checked\n"
    assert (tmp_path / "out").read_text(encoding="utf-8") == rules


def test_a_build_that_cannot_check_says_so(bench: Bench, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("cp", "grep"):
        (programs / name).symlink_to(shutil.which(name) or "")
    unshare = programs / "unshare"
    unshare.write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2; exit 1\n")
    unshare.chmod(0o755)
    rules = script(bench.good("firewall"))
    done = build(rules, tmp_path, str(programs))
    assert done.returncode == 0
    assert "this machine cannot check the rules: unshare: Operation not permitted" in done.stdout
    assert (tmp_path / "out").read_text(encoding="utf-8") == rules
