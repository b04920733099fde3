"""What a user writes arrives as it is: through Nix, the shell, dnsmasq and nft; or it is refused."""

from __future__ import annotations

import tempfile
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from liminix_gen import process, values
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
    """Build a service; None if the model refuses."""
    bench = Bench()
    required = {"interface": bench.link(), "domain": "lan"} if type_ == "dnsmasq" else {}
    service = bench.build(type_, **{**required, **arguments})
    return None if bench.messages else service


def built(type_: str, **arguments: object) -> Service:
    """Build a service of what the types accept: a test that generates anything else is a fault."""
    service = accepted(type_, **arguments)
    assert service is not None, arguments
    return service


def listed(*words: str, most: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), max_size=most, unique=True)


# What stands where in a value of --dhcp-range, as modules/dnsmasq/syntax.py has it.
TAGS = listed("tag:guests", "tag:!guests", "tag:a-b_c", "set:mine", "tag:0", most=3)
LEASE = listed("infinite", "deprecated", "12h", "45m", "1w", "2d", "120", "999999999")
MODES_6 = ("static", "off-link", "ra-only", "slaac", "ra-names", "ra-stateless", "ra-advrouter")


@st.composite
def range_4(draw: st.DrawFn) -> str:
    first = draw(st.ip_addresses(v=4))
    last = draw(
        st.integers(int(first), 2**32 - 1).map(IPv4Address) | st.sampled_from(["static", "proxy"])
    )
    mask: list[str] = []
    if draw(st.booleans()):
        length = draw(st.integers(2, 30))
        network = ip_network(f"{first}/{length}", strict=False)
        if not isinstance(last, str):
            last = draw(st.integers(int(first), int(network.broadcast_address)).map(IPv4Address))
        mask = [
            str(network.netmask),
            *([str(network.broadcast_address)] if draw(st.booleans()) else []),
        ]
    return ",".join((*draw(TAGS), str(first), str(last), *mask, *draw(LEASE)))


@st.composite
def range_6(draw: st.DrawFn) -> str:
    first = draw(st.ip_addresses(v=6))
    modes = draw(listed(*MODES_6, most=3))
    if draw(st.booleans()):
        # The network comes from the interface.
        host = [f"::{draw(st.integers(1, 2**16 - 1)):x}"]
        modes = [*modes, f"constructor:{draw(st.sampled_from(['lan', 'br-lan', 'eth*', 'a.7']))}"]
        return ",".join((*draw(TAGS), *host, *modes, *draw(listed("64")), *draw(LEASE)))
    last = draw(st.integers(int(first), int(first) | (2**64 - 1)).map(IPv6Address))
    advertised = set(modes) & set(MODES_6[2:])
    length = [] if not draw(st.booleans()) else ["64"]
    if length and not advertised:
        bits = draw(st.integers(64, 128))
        last = draw(
            st.integers(int(first), int(first) | ((1 << (128 - bits)) - 1)).map(IPv6Address)
        )
        length = [str(bits)]
    return ",".join((*draw(TAGS), str(first), str(last), *modes, *length, *draw(LEASE)))


def is_of_a_machine(address: IPv4Address | IPv6Address) -> bool:
    """Say whether others can reach a machine there."""
    if address.is_loopback or address.is_link_local:
        return False
    try:
        return bool(values.HostAddress().convert(address))
    except ValueError:
        return False


ADDRESS4 = st.ip_addresses(v=4).filter(is_of_a_machine).map(str)
ADDRESS6 = st.ip_addresses(v=6).filter(is_of_a_machine).map(str)
DOMAINS = st.sampled_from(["", "//", "/example.org/", "/a/b.example/", "/*.example/", "/-_./"])
PORTS = st.sampled_from(["", "#0", "#53", "#65535"])
SERVER = st.one_of(
    st.builds(
        "{}{}{}{}".format,
        DOMAINS,
        ADDRESS4,
        PORTS,
        st.sampled_from(["", "@lan", "@192.0.2.1", "@192.0.2.1#5353"]),
    ),
    st.builds(
        "{}{}{}{}".format, DOMAINS, ADDRESS6, PORTS, st.sampled_from(["", "@lan", "@2001:db8::1"])
    ),
    DOMAINS.filter(bool),
)


def of(type_: values.Text) -> st.SearchStrategy[str]:
    """Generate what a type of text accepts; which that is, its pattern says."""
    texts = st.from_regex(type_.pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
    return texts.filter(lambda text: 0 < len(text) <= type_.max_bytes)


NAME, DOMAIN = of(values.HOST_NAME), of(values.DOMAIN_NAME)
MAC = of(values.MAC_ADDRESS) | st.from_regex(
    r"id:(?:[A-Za-z0-9*._-]{1,9}|[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){1,7})", fullmatch=True
)
ANY = TEXT | TRICKY | st.text(st.sampled_from("a1.:,/#=[]*@ -"), max_size=20)


def dnsmasq_takes(service: Service | None) -> None:
    if service is not None:
        arguments = parameters(service)["arguments"]
        assert isinstance(arguments, tuple)
        done = process.run(["dnsmasq", "--test", "--conf-file=/dev/null", *arguments], check=False)
        assert done.returncode == 0, (arguments, done.stderr)


@given(range_4() | range_6())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_dnsmasq_takes_every_range_that_is_accepted(text: str) -> None:
    dnsmasq_takes(built("dnsmasq", ranges=[text]))


@given(st.lists(SERVER, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_dnsmasq_takes_every_upstream_that_is_accepted(upstreams: Sequence[str]) -> None:
    dnsmasq_takes(built("dnsmasq", upstreams=list(upstreams)))


@given(DOMAIN, NAME, MAC, ADDRESS4, st.lists(ADDRESS6, max_size=2, unique=True))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_dnsmasq_takes_every_host_and_domain_that_is_accepted(
    domain: str, name: str, mac: str, v4: str, v6: list[str]
) -> None:
    hosts = {name: {"mac": mac, "v4": v4, "v6": v6}}
    dnsmasq_takes(built("dnsmasq", domain=domain, hosts=hosts))


@given(
    ANY, st.sampled_from(["domain", "ranges", "upstreams", "name", "mac", "v4"]), range_4() | SERVER
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_whatever_is_written_is_refused_or_taken(text: str, where: str, other: str) -> None:
    """Also a good value with something behind it, and one in another's place."""
    for value in (text, other, f"{other}{text}"):
        host = {"name": "a", "mac": "02:00:00:00:00:01", "v4": "192.0.2.1"}
        match where:
            case "domain":
                service = accepted("dnsmasq", domain=value)
            case "ranges" | "upstreams":
                service = accepted("dnsmasq", **{where: [value]})
            case _:
                host[where] = value
                service = accepted("dnsmasq", hosts={host.pop("name"): host})
        dnsmasq_takes(service)


def nft_takes(service: Service) -> None:
    """Let nft read a script and a line that is wrong: that it says so shows that it read the rest."""
    script = f"{parameters(service)['ruleset']}\nchain\n"
    with tempfile.NamedTemporaryFile("w", suffix=".nft") as file:
        file.write(script)
        file.flush()
        done = process.run(in_own_network("nft", "--check", "--file", file.name), check=False)
        errors = [line for line in done.stderr.splitlines() if "Error:" in line]
        last = script.count("\n")
        assert [line.startswith(f"{file.name}:{last}:") for line in errors] == [True], done.stderr


# Words of nft that name no chain nor zone are refused (modules/firewall/keywords.py).
IDENTIFIER = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,30}", fullmatch=True)
WORDS = st.sampled_from([
    "accept", "add", "chain", "ct", "drop", "elements", "filter", "flags", "hook", "icmp", "inet",
    "ip", "ip6", "jump", "limit", "log", "map", "meta", "nat", "policy", "set", "table", "tcp",
    "type", "udp", "vlan",
])  # fmt: skip
PRIORITY = st.integers(-(2**31), 2**31 - 1).map(str) | st.builds(
    "{}{}".format,
    st.sampled_from(["raw", "mangle", "filter", "security"]),
    st.sampled_from(["", " + 5", "-10", " -1", "+ 300"]),
)


def firewall(chain: str, zone: str, priority: str) -> Service | None:
    bench = Bench()
    entry = {
        "family": "ip",
        "type": "filter",
        "hook": "input",
        "priority": priority,
        "rules": [f"iifname @{zone} accept"],
    }
    service = bench.build("firewall", zones={zone: [bench.link()]}, rules={chain: entry})
    return None if bench.messages else service


@given(IDENTIFIER, IDENTIFIER, PRIORITY)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_nft_takes_every_name_that_is_accepted(chain: str, zone: str, priority: str) -> None:
    service = firewall(chain, zone, priority)
    # Of the names that are generated, few are words of nft.
    assume(service is not None)
    assert service is not None
    nft_takes(service)


@given(IDENTIFIER | WORDS, IDENTIFIER | WORDS, PRIORITY | ANY)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_names_are_refused_or_taken_by_nft(chain: str, zone: str, priority: str) -> None:
    service = firewall(chain, zone, priority)
    if service is not None:
        nft_takes(service)


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "\ud800", "a\x7fb", "a\x1bb"])
def test_what_ends_a_line_is_refused(value: str) -> None:
    chain = {"family": "ip", "rules": [value]}
    assert accepted("firewall", rules={"mine": chain}) is None
    assert accepted("dnsmasq", domain=value) is None
    assert accepted("dnsmasq", upstreams=[value]) is None
    assert accepted("ssh", extra_config=[value]) is None
    assert accepted("ntp", servers={value: []}) is None
