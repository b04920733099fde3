"""Where a statement may stand: what `check` says of each one at each hook, and what a kernel does.

The rules are tried in chains that are hooked, for there alone a kernel looks at the place. This
machine's kernel is the judge; what it lacks a module for is left out. Members of the kind: what
acts and what looks, both by the type of the chain, its hook and the family; in the chain itself, and
in one that it leads to by a jump or by a map; the priority of the chain.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import product

import pytest

from tests.support.namespaces import in_own_network
from tests.support.nft_statements import NAMED, PLAIN
from tests.support.services import Bench

BASES = (
    *(("filter", hook) for hook in ("prerouting", "input", "forward", "output", "postrouting")),
    *(("nat", hook) for hook in ("prerouting", "input", "output", "postrouting")),
    ("route", "output"),
)
# What no use in the table asks for, and has its place.
MORE = (
    ("ip", "fib daddr . oif type local"),
    ("ip", "fib saddr oif exists"),
    ("ip6", "fib saddr . iif oifname exists"),
    ("ip", 'meta sdifname "vrf0"'),
    ("ip", "meta pkttype set host"),
    ("ip", "pkttype set host"),
    ("ip", "redirect"),
    ("ip", "dnat to 192.0.2.7"),
)
RULES = (*((family, rule) for family, _, rule in NAMED), *PLAIN, *MORE)
_TRY = """
import json, subprocess, sys
for script in json.load(sys.stdin):
    done = subprocess.run(["nft", "-f", "-"], input=script, capture_output=True, text=True)
    print(json.dumps(done.stderr))
"""
WAYS = ("itself", "jump", "map")


def entries(family: str, rule: str, base: tuple[str, str], way: str) -> dict[str, object]:
    """Return a hooked chain that comes to a rule in a way."""
    type_, hook = base
    hooked = {"family": family, "type": type_, "hook": hook, "priority": "filter"}
    found: dict[str, object] = {
        "seen": {
            "kind": "set",
            "family": family,
            "type": "ipv4_addr",
            "flags": ["dynamic", "timeout"],
        }
    }
    if way == "itself":
        return {**found, "base": {**hooked, "rules": [rule]}}
    leads = {"jump": "jump there", "map": "tcp dport vmap @ways"}[way]
    if way == "map":
        found["ways"] = {
            "kind": "map", "family": family, "type": "inet_service : verdict",
            "elements": ["22 : jump there"],
        }  # fmt: skip
    return {
        **found,
        "base": {**hooked, "rules": [leads]},
        "there": {"family": family, "rules": [rule]},
    }


def script(family: str, rule: str, base: tuple[str, str], way: str) -> str:
    """Write the same for nft, on its own account."""
    type_, hook = base
    set_ = "set seen { type ipv4_addr; flags dynamic, timeout; }"
    flows = "flowtable offloaded { hook ingress priority filter; }" if "@offloaded" in rule else ""
    helper = 'ct helper of-ftp { type "ftp" protocol tcp; }' if "of-ftp" in rule else ""
    there, way_there, first = "", "", rule
    if way != "itself":
        there = f"chain there {{ {rule}; }}"
        first = {"jump": "jump there", "map": "tcp dport vmap @ways"}[way]
    if way == "map":
        way_there = "map ways { type inet_service : verdict; elements = { 22 : jump there }; }"
    hooked = f"type {type_} hook {hook} priority 0;"
    return "\n".join(
        (
            "flush ruleset", f"table {family} it {{", set_, flows, helper, there, way_there,
            f"chain base {{ {hooked} {first}; }}", "}",
        )
    )  # fmt: skip


def refused(cases: list[tuple[str, str, tuple[str, str], str]]) -> list[str]:
    """Return what `check` has against each, or nothing."""
    found: list[str] = []
    for family, rule, base, way in cases:
        bench = Bench()
        rules = entries(family, rule, base, way)
        if "of-ftp" in rule:
            rules["of-ftp"] = {"kind": "helper", "family": family, "type": "ftp", "protocol": "tcp"}
        bench.build("firewall", rules=rules, offload=True)
        found.append("; ".join(bench.messages))
    return found


@pytest.mark.parametrize("way", WAYS)
def test_check_and_a_kernel_say_the_same(way: str) -> None:
    bases = BASES if way == "itself" else (("filter", "output"), ("nat", "prerouting"))
    cases = [(*one, base, way) for one, base in product(RULES, bases)]
    done = subprocess.run(
        in_own_network(sys.executable, "-c", _TRY),
        input=json.dumps([script(*case) for case in cases]),
        capture_output=True,
        text=True,
        check=True,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    for case, ours, theirs in zip(cases, refused(cases), said, strict=True):
        if "No such file" in theirs:
            counted["unknown"] += 1
        elif bool(ours) != bool(theirs):
            wrong.append(f"{case}: we say {ours or 'yes'}, the kernel {theirs.strip() or 'yes'}")
        else:
            counted["refused" if ours else "taken"] += 1
    assert not wrong, "\n".join([*wrong, str(counted)])
    # The judge knows most of it, and there is something of both.
    assert counted["unknown"] < len(cases) / 4, counted
    assert min(counted["refused"], counted["taken"]) > len(cases) / 20, counted
