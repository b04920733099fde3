"""firewall: rules as data, and the script that they become."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from liminix_gen import Part, Service
from liminix_gen.errors import ConfigurationError
from tests.support.nft_statements import HELPERS, NAMED, entries
from tests.support.services import Bench
from tests.support.steps import load_plan


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


@pytest.mark.parametrize(
    ("more", "chain_", "said"),
    [
        ({"before": {"input": ["counter"]}}, "input-ip6", "before['input']: extra_rules takes"),
        ({"after": {"forward-ip4": ["counter"]}}, "forward-ip4", "after['forward-ip4']: extra"),
        ({"open": {"a": {"port": 1}}}, "input-ip4", "that jumps to 'open-ip4-wan'"),
        (
            {"allow": {"a": {"from": "guests", "to": "lan"}}},
            "forward-ip6",
            "that jumps to 'allowed-ip6'",
        ),
        (
            {"port_forward": {"a": {"port": 1, "to": "::5"}}},
            "forward-ip6",
            "that jumps to 'port-forward-ip6'",
        ),
    ],
)
def test_what_a_replaced_chain_would_leave_without_effect_is_a_mistake(
    bench: Bench, more: dict[str, object], chain_: str, said: str
) -> None:
    extra = {chain_: {"rules": ["accept"]}}
    assert said in bench.refused("firewall", **home(bench, **more, extra_rules=extra))
    bench.good("firewall", **home(bench, **more, extra_rules={chain_: {"policy": "accept"}}))


SETS: dict[str, dict[str, object]] = {
    "blocked": {
        "kind": "set",
        "family": "ip",
        "type": "ipv4_addr",
        "flags": ["interval", "timeout"],
        "auto_merge": True,
        "timeout": "1d12h",
        "gc_interval": "1h",
        "size": 1024,
        "elements": ["192.0.2.0/25", "192.0.2.128/25", "198.51.100.1 timeout 5m"],
    },
    "ways": {
        "kind": "map",
        "family": "ip",
        "type": "inet_service : verdict",
        "timeout": "90s",
        "elements": ["22 : drop"],
    },
}


def test_a_set_has_times_and_intervals(bench: Bench) -> None:
    text = script(bench.good("firewall", extra_rules=SETS))
    blocked = text.partition("\tset blocked {\n")[2].partition("\t}")[0].split("\n")
    assert [line.strip() for line in blocked[:6]] == [
        "type ipv4_addr",
        "flags interval, timeout",
        "timeout 1d12h",
        "gc-interval 1h",
        "size 1024",
        "auto-merge",
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"auto_merge": True}, "has 'auto_merge', and lacks the flag 'interval'"),
        ({"timeout": "soon"}, "['timeout'] must be a time such as"),
        ({"size": 0}, "['size'] must be a whole number"),
        ({"kind": "map", "auto_merge": True}, "has the key 'auto_merge', which a map has not"),
    ],
)
def test_a_set_that_cannot_be_is_refused(bench: Bench, entry: dict[str, object], said: str) -> None:
    one = {"kind": "set", "family": "ip", "type": "ipv4_addr", **entry}
    bench.build("firewall", extra_rules={"one": one})
    assert said in bench.messages[0]


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
    passed = [one for one in statements if re.fullmatch("iifname @lan oifname @[a-z]+ accept", one)]
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


def test_a_way_in_is_there_for_zones_of_any_name(bench: Bench) -> None:
    inside = bench.link()
    zones = {"home": {"interfaces": [inside], "like": "lan"}, "wan": [bench.link()]}
    service = bench.good("firewall", zones=zones)
    assert "iifname @home tcp dport { 22 } accept" in str(part(service, "closed").parameters)
    assert set(part(service, "rescue").observes) == {inside}


def test_a_way_in_is_of_a_zone(bench: Bench) -> None:
    assert "rescue['office']: there is no zone 'office'" in bench.refused(
        "firewall", rescue={"office": [22]}
    )


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"new": {"rules": []}}, "a new one needs the key 'family'"),
        (
            {"incoming-allowd-ip4": {"rules": []}},
            "a new one needs the key 'family'; did you mean incoming-allowed-ip4",
        ),
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


HOME = ("lan", "wan", "guests", "things")


def home(bench: Bench, **more: object) -> dict[str, object]:
    """Return arguments of a firewall with a zone of each kind."""
    return {"zones": {name: [bench.link()] for name in HOME}, **more}


def ways(service: Service, family: str = "ip") -> set[str]:
    """Return who reaches whom, as FROM>TO."""
    statements = chain(script(service), {"ip": "forward-ip4", "ip6": "forward-ip6"}[family])
    found = (re.fullmatch("iifname @(.*) oifname @(.*) accept", one) for one in statements)
    return {f"{one[1]}>{one[2]}" for one in found if one}


@pytest.mark.parametrize("family", ["ip", "ip6"])
def test_zones_reach_what_their_kind_says(bench: Bench, family: str) -> None:
    reached = {"lan>wan", "lan>lan", "lan>things", "guests>wan"}
    assert ways(bench.good("firewall", **home(bench)), family) == reached


def test_a_zone_says_what_it_is_like_and_what_it_reaches(bench: Bench) -> None:
    service = bench.good(
        "firewall",
        zones={
            "lan": {"interfaces": [bench.link()], "reach": ["fibre"], "router": ["all"]},
            "fibre": {"interfaces": [bench.link()], "like": "wan"},
            "wan": {"interfaces": [bench.link()], "masquerade": False, "masquerade_ip6": True},
            "tenants": {"interfaces": [bench.link()], "like": "guests", "router": ["dns"]},
            "own": [bench.link()],
        },
        before={"forward": ["iifname @own drop"]},
    )
    assert ways(service) == {"lan>fibre", "lan>lan", "tenants>fibre", "tenants>wan"}
    text = script(service)
    assert chain(text, "postrouting-ip4")[1:] == ["oifname @fibre masquerade"]
    assert chain(text, "postrouting-ip6")[1:] == ["oifname @wan masquerade"]
    assert chain(text, "input-ip4-lan") == ["accept"]
    assert chain(text, "input-ip6-tenants") == [
        "udp dport { 53 } accept",
        "tcp dport { 53 } accept",
    ]
    # What is translated may leave with a private address before that.
    assert "oifname @wan ip6 saddr fc00::/7 drop" not in chain(text, "forward-ip6")
    assert "oifname @fibre ip6 saddr fc00::/7 drop" in chain(text, "forward-ip6")
    # A zone of no kind is a set for rules of one's own.
    own = [line.strip() for line in text.splitlines() if "iifname @own" in line]
    assert own == ["iifname @own drop"] * 2


def test_each_pass_is_a_rule_for_the_families_that_it_is_about(bench: Bench) -> None:
    text = script(
        bench.good(
            "firewall",
            **home(
                bench,
                open={
                    "vpn": {"protocol": "udp", "port": 51820},
                    "admin": {
                        "port": ["8000-8010", 22, "8005-8011"],
                        "sources": ["192.0.2.0/24", "192.0.2.7"],
                    },
                },
                allow={
                    "to all": {"from": "things", "to": "guests", "protocol": "tcp+udp"},
                    "any": {"from": "things", "to": "wan"},
                    "six": {"from": "guests", "to": "lan", "port": 80, "hosts": ["fd00::5"]},
                },
            ),
        )
    )
    assert chain(text, "open-ip6-wan") == ['udp dport 51820 accept comment "vpn"']
    assert chain(text, "open-ip4-wan") == [
        'ip saddr { 192.0.2.0/24 } tcp dport { 22, 8000-8011 } accept comment "admin"',
        'udp dport 51820 accept comment "vpn"',
    ]
    to_all = [
        f'iifname @things oifname @guests meta l4proto {one} accept comment "to all"'
        for one in ("tcp", "udp")
    ]
    anything = 'iifname @things oifname @wan accept comment "any"'
    assert chain(text, "allowed-ip4") == [anything, *to_all]
    six = "iifname @guests oifname @lan ip6 daddr { fd00::5 } tcp dport 80 accept"
    assert chain(text, "allowed-ip6") == [anything, f'{six} comment "six"', *to_all]


def test_a_port_forward_translates_or_lets_through(bench: Bench) -> None:
    forward = {"port": 443, "to": ["192.168.19.5", "2001:2::5"], "sources": ["192.0.2.0/24"]}
    text = script(bench.good("firewall", **home(bench, port_forward={"web": forward})))
    (rule,) = chain(text, "port-forward-ip4")[1:]
    assert rule == (
        "iifname @wan ip saddr { 192.0.2.0/24 } fib daddr type local tcp dport 443 "
        'dnat to 192.168.19.5 comment "web"'
    )
    # From sources of IPv4 alone.
    assert "port-forward-ip6" not in text
    # Who may come from some hosts of the world only has no hairpin.
    assert "iifname @lan ct status dnat accept" not in text
    forward = {"port": 443, "to": "2001:2::5"}
    text = script(bench.good("firewall", **home(bench, port_forward={"web": forward})))
    assert chain(text, "port-forward-ip6")[0] == (
        'iifname @wan oifname != @wan ip6 daddr 2001:2::5 tcp dport 443 accept comment "web"'
    )
    assert "port-forward-ip4" not in text


def test_rules_of_ones_own_are_put_at_named_places(bench: Bench) -> None:
    text = script(
        bench.good(
            "firewall",
            before={"input": ["counter"], "input-ip6": ["ip6 saddr fd00::1 drop"]},
            after={"input": ["reject"], "output-ip4": ["counter"]},
        )
    )
    four, six = chain(text, "input-ip4"), chain(text, "input-ip6")
    assert (four[1], six[1:3]) == ("counter", ["counter", "ip6 saddr fd00::1 drop"])
    for statements in (four, six):
        assert statements[-2] == "reject"
        assert " log prefix " in statements[-1]
    assert chain(text, "output-ip4")[1:] == ["counter"]


def test_flows_take_a_short_way_when_that_is_asked_for(bench: Bench) -> None:
    plain = bench.good("firewall")
    assert "flow" not in script(plain)
    assert "nft_flow_offload" not in loaded(plain)
    service = bench.good("firewall", offload=True)
    for name in ("forward-ip4", "forward-ip6"):
        statements = chain(script(service), name)
        (flow,) = (one for one in statements if "flow add @offloaded" in one)
        # Not before what is dropped, and before all that accepts.
        place = statements.index(flow)
        assert statements[place - 1] == "oifname @wan ct state invalid drop"
        assert not [one for one in statements[:place] if "oifname" in one and "accept" in one]
    assert {"nf_flow_table", "nf_flow_table_inet", "nft_flow_offload"} <= loaded(service).keys()
    only = {"one": {"family": "ip", "rules": ["ct state established flow add @offloaded"]}}
    assert "needs the parameter offload" in bench.refused("firewall", rules=only)
    bench.good("firewall", rules=only, offload=True)


def test_chips_take_flows_if_the_board_has_some(tmp_path: Path) -> None:
    text = """
from liminix_gen import System

config = System(device="DEVICE")
ports = config.hardware.network_interfaces
config.services["firewall"] = config.service.firewall.build(
    zones={"lan": [ports["lan0"]], "wan": [ports["wan"]]}, MORE
)
"""
    file = tmp_path / "router.py"
    offloading = text.replace("MORE", "offload=True, offload_to_hardware=True")
    file.write_text(offloading.replace("DEVICE", "banana-pi-r3"))
    made = load_plan(file, package_set="nixpkgs")
    (rules,) = (one.parameters["ruleset"] for one in made.services if one.name == "firewall")
    assert str(rules).count("hook ingress priority filter; flags offload;") == 2
    file.write_text(offloading.replace("DEVICE", "qemu-mipsel").replace('"lan0"', '"lan"'))
    with pytest.raises(
        ConfigurationError, match=r"needs network chips .* qemu-mipsel does not have"
    ):
        load_plan(file, package_set="nixpkgs")
    file.write_text(
        text.replace("DEVICE", "banana-pi-r3").replace("MORE", "offload_to_hardware=True")
    )
    with pytest.raises(ConfigurationError, match="offload_to_hardware: nothing is offloaded"):
        load_plan(file, package_set="nixpkgs")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"zones": {"office": []}}, "zones['office']: nobody is in this zone"),
        ({"zones": {"lan": 3}}, "firewall.zones ['lan'] must be a list, each element a service"),
        ({"zones": {"lan": {"like": "lan"}}}, "['lan'] lacks the key 'interfaces'"),
        ({"open": {"x": {"port": 1}}}, "open['x']['from']: nobody is in a zone 'wan'"),
        ({"open": {"x": {"port": 0}}}, "['x'] ['port'] must be a whole number from 1 to 65535"),
        ({"open": {"x": {"port": "9-8"}}}, "must end after it begins, not '9-8'"),
        ({"open": {"x": {"port": []}}}, "must hold something"),
        ({"open": {'"': {"port": 1}}}, "firewall.open must be a name of 1 to 63"),
        ({"allow": {"x": {"from": "lan"}}}, "lacks the key 'to'"),
        ({"before": {"raw": ["accept"]}}, "firewall.before must be one of"),
        (
            {"before": {"input": ["frobnicate"]}},
            "before['input'][0]: 'frobnicate': 'frobnicate' is",
        ),
        ({"after": {"input-ip4": ["accept", "jump"]}}, "after['input-ip4'][1]: 'jump': it ends"),
        (
            {"before": {"forward": ["iifname @nobody drop"]}},
            "before['forward'][0]: 'iifname @nobody drop': there is no set 'nobody'",
        ),
        (
            {"rules": {}, "before": {"input": ["accept"]}},
            "before: the parameter rules takes the place of what it brings",
        ),
    ],
)
def test_mistakes_in_a_home_are_refused(
    bench: Bench, arguments: dict[str, object], said: str
) -> None:
    assert said in bench.refused("firewall", **arguments)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"allow": {"x": {"from": "guests", "to": "lna"}}},
            (
                "allow['x']['to']: nobody is in a zone 'lna' "
                "(zones with interfaces: guests, lan, things, wan)"
            ),
        ),
        (
            {"port_forward": {"x": {"port": 1, "to": ["192.0.2.1", "192.0.2.2"]}}},
            "port_forward['x']['to']: packets of IPv4 go to one host, not to 2",
        ),
        (
            {"port_forward": {"x": {"port": 1, "to": "fd00::1", "sources": "192.0.2.1"}}},
            "port_forward['x']: its sources are of one family, to of the other",
        ),
    ],
)
def test_mistakes_between_zones_are_refused(
    bench: Bench, more: dict[str, object], said: str
) -> None:
    assert said in bench.refused("firewall", **home(bench, **more))


def test_an_interface_is_in_one_zone(bench: Bench) -> None:
    port = bench.link()
    assert "is in the zones 'lan' and 'wan'" in bench.refused(
        "firewall", zones={"lan": [port], "wan": [port]}
    )


def test_zones_are_names(bench: Bench) -> None:
    for name in ("", "1st", "a b", "x}", "lan\n"):
        assert "a letter first" in bench.refused("firewall", zones={name: []}) or name == "lan\n"


def loaded(service: Service) -> dict[str, Mapping[str, str]]:
    """Return the modules that a firewall brings, and what each asks of the kernel."""
    return {module.name: module.symbols for module in service.needs().kernel_modules}


def test_every_module_brings_its_symbols(bench: Bench) -> None:
    modules = loaded(bench.good("firewall"))
    assert modules["nft_masq"]["NFT_MASQ"] == "m"
    assert modules["nf_log_syslog"]["NF_LOG_SYSLOG"] == "m"
    for symbols in modules.values():
        assert symbols["NETFILTER"] == symbols["NETFILTER_ADVANCED"] == "y"


def test_a_rule_brings_its_modules(bench: Bench) -> None:
    """What is not in any rule is not in the image."""
    before = loaded(bench.good("firewall"))
    assert not {"nft_redir", "nft_queue", "nfnetlink_log", "nf_conntrack_ftp"} & before.keys()
    rules = ["udp dport 53 redirect to :53"]
    after = loaded(bench.good("firewall", extra_rules={"prerouting-ip4": {"rules": rules}}))
    assert after.keys() - before.keys() == {"nft_redir"}


@pytest.mark.parametrize(("family", "use", "rule"), NAMED)
def test_each_use_of_the_kernel_has_its_modules(
    bench: Bench, family: str, use: str, rule: str
) -> None:
    """The names are those of Linux: what MODULE_ALIAS_NFT_EXPR says, and tests/boot loads."""
    helper = {"of-ftp": {"kind": "helper", "family": "ip", "type": "ftp", "protocol": "tcp"}}
    only = {"one": {"family": family, "rules": [rule]}, **helper}
    modules = loaded(bench.good("firewall", rules=only, offload=use == "flow"))
    firewall = importlib.import_module(type(bench.good("firewall")).__module__)
    expected = {module.name for module in firewall.USES[use]}
    assert expected <= modules.keys()
    ftp = {"nf_tables", "nft_ct", "nf_conntrack_ftp", "nf_nat_ftp"}
    assert modules.keys() <= expected | ftp, "and no others"


def test_every_use_has_a_rule_in_the_tests(bench: Bench) -> None:
    firewall = importlib.import_module(type(bench.good("firewall")).__module__)
    tried = {use for _, use, _ in NAMED} | {f"helper {name}" for name in HELPERS} | {"nat chain"}
    assert tried == firewall.USES.keys()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("frobnicate 3 accept", "'frobnicate' is not a statement whose needs"),
        ("tcp dport 22 frobnicate", "'frobnicate' is not a statement whose needs"),
        ("tcp dprot 22 accept", "a field that is known is expected behind 'tcp'"),
        ("meta cgroup 5 drop", "'cgroup' needs control groups"),
        ("ipsec in reqid 1 accept", "'ipsec' needs IPsec"),
        ("rt classid 3", "'classid' needs classes of routes"),
        ("log level audit", "'audit' needs audit"),
        ('counter name "mine"', "an object of nft"),
        ('ct timeout set "mine"', "'ct timeout' needs an object"),
        ('ct helper set "mine"', "there is no helper 'mine'"),
        ("ip saddr @nobody drop", "there is no set 'nobody'"),
        ("add @nobody { ip saddr }", "there is no set 'nobody'"),
        ("jump nowhere", "there is no chain 'nowhere'"),
        ("ip protocol vmap { tcp : jump nowhere }", "there is no chain 'nowhere'"),
        ("goto input-ip4", "'input-ip4' has a hook, and is not jumped to"),
        ("dnat to 192.0.2.1", "'dnat' is for chains of the type nat"),
        ("masquerade", "'masquerade' is for chains of the type nat"),
        ("tproxy to :80", "'tproxy' is for chains of the hook prerouting"),
        ("jump incoming-allowed-ip4", "again and again"),
        ("fwd to eth0", "'fwd' is not a statement"),
        ("tcp dport 22 accept ;", "';' is not a word of nft's language"),
        ('log prefix "open', "is not a word of nft's language"),
        ("tcp dport", None),
        ("tcp", "a field that is known is expected behind 'tcp'"),
        ("limit rate", "it ends where nft expects more"),
        ("limit rate over 0/second drop", "'limit rate' takes 1 or more"),
        ("meta mark set numgen inc mod 0", "'mod' takes 1 or more"),
        ("meta ibrname br0", "'meta ibrname' is not known, or is for bridges only"),
        ("meta broute set 1", "'meta broute' is not known, or is for bridges only"),
        ("fib daddr . oif type local", "'fib with oif' is for chains of the hook forward or"),
        ("tcp flags syn tcp option maxseg size set rt mtu", "'rt mtu' is for chains of the hook"),
        ("dnat to", "it ends where nft expects more"),
        ("ip saddr { 192.0.2.1", "it ends where nft expects more"),
        ("meta", "it ends where nft expects more"),
    ],
)
def test_a_rule_that_the_device_would_refuse_is_a_mistake(
    bench: Bench, rule: str, said: str | None
) -> None:
    """Members of the kind: a statement, a name, a place, a module that the device lacks.

    If ``said`` is None, nft says it when the image is built.
    """
    extra = {"incoming-allowed-ip4": {"rules": [rule]}}
    if said is None:
        bench.good("firewall", extra_rules=extra)
        return
    message = bench.refused("firewall", extra_rules=extra)
    assert said in message
    assert "'incoming-allowed-ip4'" in message
    assert repr(rule) in message


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"family": "ip", "type": "nat", "hook": "prerouting", "priority": -300},
            "one of the type 'nat' needs a priority above -200, which -300 is not",
        ),
        (
            {"family": "ip", "type": "nat", "hook": "prerouting", "priority": "raw + 100"},
            "which raw + 100 is not",
        ),
        (
            {"kind": "map", "family": "ip", "type": "inet_service : verdict",
             "elements": ["22 : jump nowhere"]},
            "'22 : jump nowhere': there is no chain 'nowhere' of that family",
        ),
        ({"kind": "helper", "family": "ip", "type": "ftp", "protocol": "udp"}, "carried by tcp"),
        (
            {"kind": "helper", "family": "ip6", "type": "pptp", "protocol": "tcp"},
            "pptp is followed in IPv4 only",
        ),
    ],
)  # fmt: skip
def test_an_entry_that_the_kernel_would_refuse_is_a_mistake(
    bench: Bench, entry: dict[str, object], said: str
) -> None:
    assert said in bench.refused("firewall", extra_rules={"new": entry})


def test_a_rule_is_told_at_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "router.py").write_text("""\
from liminix_gen import System

config = System(device="qemu-mipsel")
config.services["firewall"] = config.service.firewall.build(
    extra_rules={
        "incoming-allowed-ip4": {
            "rules": [
                "tcp dport 443 accept",
                "tcp dport 444 acept",
            ],
        },
        "ways": {"kind": "map", "family": "ip", "type": "inet_service : verdict", "elements": [
            "22 : accept",
            "23 : jump nowhere",
        ]},
    },
)
""")
    with pytest.raises(ConfigurationError) as caught:
        load_plan(tmp_path / "router.py", package_set="nixpkgs")
    assert [str(one.where).rpartition(":")[2] for one in caught.value.problems] == ["9"]
    text = (tmp_path / "router.py").read_text().replace("acept", "accept")
    (tmp_path / "router.py").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_plan(tmp_path / "router.py", package_set="nixpkgs")
    assert [str(one.where).rpartition(":")[2] for one in caught.value.problems] == ["14"]


def test_a_family_lacks_what_the_kernel_has_for_others(bench: Bench) -> None:
    only = {"one": {"family": "inet", "rules": ["dup to 192.0.2.1"]}}
    assert "the family 'inet' has no 'dup'" in bench.refused("firewall", rules=only)


def test_a_hook_that_no_chain_of_the_type_has(bench: Bench) -> None:
    only = {"one": {"family": "ip", "type": "nat", "hook": "forward", "rules": []}}
    assert "none of the type 'nat' has 'forward'" in bench.refused("firewall", rules=only)


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


@pytest.mark.usefixtures("nft_works")
def test_nft_understands_all_that_a_home_says(bench: Bench, tmp_path: Path) -> None:
    service = bench.good(
        "firewall",
        **home(
            bench,
            open={"a": {"port": [1, "2-3"], "protocol": "tcp+udp", "sources": ["::1", "10.0.0.1"]}},
            allow={"b": {"from": "lan", "to": "guests"}, "c d": {"from": "wan", "to": "lan"}},
            port_forward={"e": {"port": "5-9", "to": ["10.0.0.1", "::5", "fd00::5"], "to_port": 5}},
            before={"forward": ["counter"], "prerouting-ip4": ["counter"]},
            after={"postrouting-ip4": ["counter"], "output": ["counter"]},
            offload=True,
            extra_rules=SETS,
        ),
    )
    done = build(service, tmp_path, os.environ["PATH"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "firewall: rules are checked\n", "")


@pytest.mark.usefixtures("nft_works")
def test_nft_understands_every_statement_of_the_tests(bench: Bench, tmp_path: Path) -> None:
    """And what it makes of them is what the modules have: nft's own word for it."""
    service = bench.good("firewall", extra_rules=entries(), offload=True)
    done = build(service, tmp_path, os.environ["PATH"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "firewall: rules are checked\n", "")


CHECK = Path(__file__).parents[2] / "modules" / "firewall" / "check.py"


def build(service: Service, folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Run what the build of the script runs."""
    file = folder / "rules.nft"
    file.write_text(script(service), encoding="utf-8")
    expressions = cast("tuple[str, ...]", part(service).parameters["expressions"])
    command = [sys.executable, str(CHECK), str(file), *expressions]
    environment = {"PATH": path}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("nft_works")
def test_a_build_refuses_what_nft_does_not_understand(bench: Bench, tmp_path: Path) -> None:
    extra = {"incoming-allowed-ip4": {"rules": ["counter", "tcp dport nonsense accept"]}}
    done = build(bench.good("firewall", extra_rules=extra), tmp_path, os.environ["PATH"])
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        "liminix-gen-refused: firewall 'incoming-allowed-ip4', 'tcp dport nonsense accept': nft "
    )
    assert str(tmp_path) not in line


@pytest.mark.usefixtures("nft_works")
def test_a_build_refuses_what_no_module_has(bench: Bench, tmp_path: Path) -> None:
    """The second line of defence, if this project's own table is wrong."""
    service = bench.good("firewall")
    file = tmp_path / "rules.nft"
    file.write_text(script(service), encoding="utf-8")
    command = [sys.executable, str(CHECK), str(file), "ct", "fib", "limit", "log"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a rule uses 'masq' of the kernel" in done.stderr


@pytest.mark.usefixtures("nft_works")
def test_a_build_keeps_what_nft_understands(bench: Bench, tmp_path: Path) -> None:
    done = build(bench.good("firewall"), tmp_path, os.environ["PATH"])
    assert (done.returncode, done.stdout) == (0, "firewall: rules are checked\n")


def test_a_build_that_cannot_check_says_so(bench: Bench, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    unshare = programs / "unshare"
    unshare.write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2; exit 1\n")
    unshare.chmod(0o755)
    done = build(bench.good("firewall"), tmp_path, str(programs))
    assert done.returncode == 0
    assert "this machine cannot check the rules: unshare: Operation not permitted" in done.stdout


@pytest.mark.parametrize(
    ("name", "near"), [("WAN", "did you mean wan"), ("guest", "did you mean guests"), ("iot", "")]
)
def test_a_zone_that_no_rule_is_for_is_refused(bench: Bench, name: str, near: str) -> None:
    said = bench.refused("firewall", zones={name: [bench.link()]})
    assert f"zones[{name!r}]: it is of no kind, so that its hosts reach nothing" in said
    assert near in said
    for more in (
        {"zones": {name: {"interfaces": [bench.link()], "reach": []}}},
        {"zones": {name: [bench.link()], "wan": [bench.link()]},
         "allow": {"x": {"from": name, "to": "wan"}}},
        {"zones": {name: [bench.link()]}, "after": {"input": [f"iifname @{name} accept"]}},
        {"zones": {name: [bench.link()]}, "rules": {}},
    ):  # fmt: skip
        bench.good("firewall", **more)


@pytest.mark.parametrize(
    ("passes", "said"),
    [
        (
            {"port_forward": {"a": {"port": 80, "to": "192.0.2.5"},
                              "b": {"port": 80, "to": "192.0.2.6"}}},
            "port_forward['b']['port']: tcp/80 goes to the host of port_forward['a'] already",
        ),
        (
            {"port_forward": {"a": {"port": 443, "to": "192.0.2.5", "protocol": "tcp+udp"},
                              "b": {"port": ["8000-9000", "400-500"], "to": "192.0.2.6"}}},
            "port_forward['b']['port']: tcp/443 goes to",
        ),
        (
            {"port_forward": {"a": {"port": 22, "to": "192.0.2.5"}}, "open": {"b": {"port": 22}}},
            "open['b']['port']: tcp/22 goes to the host of port_forward['a'] already",
        ),
        ({"port_forward": {"a": {"port": 1, "to": "127.0.0.1"}}}, "127.0.0.1 is not the address of a host"),
        ({"port_forward": {"a": {"port": 1, "to": "::"}}}, ":: is not the address of a host"),
        ({"port_forward": {"a": {"port": 1, "to": "224.0.0.1"}}}, "224.0.0.1 is not the address of a host"),
    ],
)  # fmt: skip
def test_a_port_leads_to_one_host(bench: Bench, passes: dict[str, object], said: str) -> None:
    zones = {"lan": [bench.link()], "wan": [bench.link()]}
    assert said in bench.refused("firewall", zones=zones, **passes)


def test_ports_that_differ_in_anything_lead_to_several_hosts(bench: Bench) -> None:
    forwards = {
        "tcp": {"port": 80, "to": "192.0.2.5"},
        "udp": {"port": 80, "to": "192.0.2.6", "protocol": "udp"},
        "other": {"port": 81, "to": "192.0.2.6"},
        "friend": {"port": 80, "to": "192.0.2.6", "sources": "203.0.113.0/24"},
        "inside": {"port": 80, "to": "192.0.2.6", "from": "lan"},
        "six": {"port": 80, "to": "2001:db8::5"},
    }
    zones = {"lan": [bench.link()], "wan": [bench.link()]}
    bench.good("firewall", zones=zones, port_forward=forwards)


LISTENING = """
from liminix_gen import System
config = System(device="qemu-mipsel")
service = config.service
ports = config.hardware.network_interfaces
bridge = service.bridge.primary.build(ifname="int")
config.services["ports"] = service.bridge.members.build(primary=bridge, members=[ports["lan"]])
lan = service.network.address.build(
    interface=bridge, family="inet", address="192.168.19.1", prefix_length=24
)
config.services["lan"] = lan
wan = service.network.dhcp.client.build(interface=ports["wan"])
config.services["wan"] = wan
config.services["ssh"] = service.ssh.build(
    interfaces=[lan], authorized_keys={"root": [KEY]}, port=2222
)
config.services["forward"] = service.network.forward.build()
config.services["firewall"] = service.firewall.build(ZONES)
"""
KEY = (Path(__file__).parents[1] / "support" / "test_only_ssh_key.pub").read_text().strip()


def notices(tmp_path: Path, zones: str) -> tuple[str, ...]:
    text = LISTENING.replace("KEY", repr(KEY)).replace("ZONES", zones)
    (tmp_path / "router.py").write_text(text)
    found = load_plan(tmp_path / "router.py", package_set="nixpkgs").notices
    return tuple(one for one in found if "firewall" in one)


BOTH = 'zones={"lan": [lan], "wan": [wan]}'


def test_what_listens_and_is_not_let_in_is_said(tmp_path: Path) -> None:
    rescued = BOTH + ', rescue={"lan": [2222]}'
    (said,) = notices(tmp_path, rescued)
    assert said.startswith("the firewall lets nobody in to tcp/2222 of ssh (")
    for more in (
        ', open={"ssh": {"from": "lan", "port": 2222}}',
        ', open={"all": {"from": "lan", "port": "2000-3000"}}',
        ', before={"input": ["tcp dport 2222 accept"]}',
        ', extra_rules={"input-ip4-lan": {"rules": ["tcp dport { 53, 2222 } accept"]}}',
    ):
        assert notices(tmp_path, rescued + more) == ()
    assert notices(tmp_path, rescued + ", rules={}") == ()


def test_a_login_that_is_not_reached_without_the_rules_is_said(tmp_path: Path) -> None:
    opened = BOTH + ', open={"ssh": {"from": "lan", "port": 2222}}'
    (said,) = notices(tmp_path, opened)
    assert said.startswith("while the firewall's rules are not loaded, nobody reaches tcp/2222 of ")
    assert notices(tmp_path, f'{opened}, rescue={{"lan": [2222]}}') == ()


def test_an_interface_that_is_in_no_zone_is_said(tmp_path: Path) -> None:
    zones = 'zones={"lan": {"interfaces": [lan], "router": ["all"]}}, rescue={"lan": [2222]}'
    said = notices(tmp_path, zones)
    assert said == ("wan is in no zone of the firewall, so that nothing passes by it",)


def test_a_port_of_a_bridge_is_in_no_zone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        notices(tmp_path, 'zones={"lan": [ports["lan"]], "wan": [wan]}')
    assert "lan as a port of int and lan in a zone of the firewall" in str(error.value)
