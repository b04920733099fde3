"""`liminix-gen why` and `graph`, as they are started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from liminix_gen import process
from tests.support import many
from tests.support.answers import answer
from tests.support.command_line import run
from tests.support.emission import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOME = ROOT / "examples" / "home.py"
DOT_NODE = re.compile(r'^  (n\d+) \[label="(.*)", shape=\w+\];$', re.MULTILINE)
SET = ("--package-set", "nixpkgs")


def test_a_symbol_is_traced_to_the_line_that_asked(tmp_path: Path) -> None:
    shown = run("why", HOME, "NF_TABLES", *SET, cwd=tmp_path).stdout.splitlines()
    lines = HOME.read_text().splitlines()
    number = 1 + lines.index('config.services["line"] = line')
    assert shown[0] == f"config.services['line'] ({HOME}:{number})"
    assert [line.strip().removeprefix("└─ ").split(" (")[0] for line in shown[1:-1]] == [
        "service line",
        "loader modules.pppoe",
        "kernel module nf_tables",
        "symbol NF_TABLES=m",
    ]
    assert shown[-1].startswith("also from ")


def test_every_way_is_a_tree_that_shows_each_thing_once(tmp_path: Path) -> None:
    shown = run("why", HOME, "NF_TABLES", "--all", *SET, cwd=tmp_path).stdout
    assert shown.splitlines()[0] == "symbol NF_TABLES=m"
    assert shown.count("loader modules.firewall.rest\n") == 1
    assert shown.count("loader modules.firewall.rest ...\n") > 1


def test_what_would_go(tmp_path: Path) -> None:
    done = run("why", HOME, "service:ssh", "--reverse", "--json", *SET, cwd=tmp_path)
    (ssh,) = answer("why", done.stdout)
    assert ssh["name"] == "ssh"
    gone = {(one["kind"], one["name"]) for one in ssh["only_by"]}
    assert {("package", "dropbear-small"), ("port", "tcp/22")} <= gone
    assert ("package", "busybox") not in gone

    shown = run("why", HOME, "service:firewall", "--reverse", *SET, cwd=tmp_path).stdout
    first, *rows = shown.splitlines()
    assert re.search(r" would go, about \d+ kB of a squashfs$", first)
    (module,) = (row.split() for row in rows if "nft_masq" in row)
    assert module[-1] == "kB"
    (dns,) = answer("why", run("why", HOME, "dnsmasq-small", "--json", *SET, cwd=tmp_path).stdout)
    assert dns["size_bytes"] > 50_000


def test_all_ways_as_json_are_a_graph(tmp_path: Path) -> None:
    done = run("why", HOME, "tcp/22", "--all", "--json", *SET, cwd=tmp_path)
    (port,) = answer("why", done.stdout)
    names = [one["name"] for one in port["nodes"]]
    edges = {(names[one], names[other]) for one, other in port["edges"]}
    assert ("ssh", "tcp/22") in edges
    assert [one["name"] for one in port["path"]][-2:] == ["ssh", "tcp/22"]


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    done = run("why", HOME, "NF_TABLE", *SET, cwd=tmp_path, code=2)
    assert "there is no 'NF_TABLE' in the image" in done.stderr
    assert "did you mean NF_TABLES" in done.stderr


def test_what_was_pruned_says_where_it_is_described(tmp_path: Path) -> None:
    config = tmp_path / "router.py"
    config.write_text(
        "from liminix_gen import System\n"
        'config = System(device="qemu-mipsel", hostname="r")\n'
        'config.service.bridge.primary.build(ifname="br7")\n'
    )
    done = run("why", config, "primary.br7", *SET, cwd=tmp_path, code=2)
    assert f"{config}:3: service primary.br7 is not in the image" in done.stderr


def test_a_picture_of_services_has_what_each_brings(tmp_path: Path) -> None:
    shown = run("graph", HOME, *SET, cwd=tmp_path).stdout
    numbers = {label.split("\\n")[0]: number for number, label in DOT_NODE.findall(shown)}
    edges = set(re.findall(r"^  (n\d+) -> (n\d+);$", shown, re.MULTILINE))
    assert (numbers["default-route (network.route)"], numbers["line (pppoe)"]) in edges
    # The line is reached by way of the default route's, and of the guests' names.
    assert (numbers["lan-names (dnsmasq)"], numbers["primary.int (bridge.primary)"]) not in edges
    (ssh,) = (label for _, label in DOT_NODE.findall(shown) if label.startswith("ssh"))
    assert "port tcp/22" in ssh
    assert "every image" in shown


def test_services_that_are_alike_are_one_node_of_two_hundred(tmp_path: Path) -> None:
    config = tmp_path / "many.py"
    # One of the VLANs has no names, and is drawn by itself.
    config.write_text(
        f"{many.router(200)}config.services['v'] = service.vlan.build("
        'ifname="alone", primary=lan, vid=99)\n'
    )
    shown = run("graph", config, *SET, cwd=tmp_path).stdout
    labels = {number: label.split("\\n") for number, label in DOT_NODE.findall(shown)}
    titles = {label[0]: number for number, label in labels.items()}
    assert titles.keys() >= {"66 of vlan", "66 of dnsmasq", "v (vlan)", "link.lan (network.link)"}
    assert len(labels) <= 8
    assert labels[titles["66 of dnsmasq"]][1] == "dns0, dns1, dns2 and 63 more"
    assert f"{titles['66 of vlan']} -> {titles['link.lan (network.link)']};" in shown


def test_a_picture_of_a_name_has_all_that_it_is_of(tmp_path: Path) -> None:
    shown = run("graph", HOME, "dnsmasq", *SET, cwd=tmp_path).stdout
    labels = {label for _, label in DOT_NODE.findall(shown)}
    assert {"user dnsmasq", "group dnsmasq"} <= labels

    page = run("graph", HOME, "dnsmasq", "--format", "html", *SET, cwd=tmp_path).stdout
    assert "<h1>dnsmasq in home on qemu-mipsel</h1>" in page
    assert "<summary>user dnsmasq</summary>" in page
    assert "<summary>package nftables" not in page


@pytest.mark.parametrize(("format_", "tool"), [("dot", "dot"), ("mermaid", ""), ("html", "")])
def test_names_of_users_are_quoted(tmp_path: Path, format_: str, tool: str) -> None:
    config = tmp_path / "router.py"
    config.write_text(
        "from liminix_gen import File, System\n"
        'config = System(device="qemu-mipsel", hostname="r")\n'
        """config.files['/etc/a"<b>'] = File(path='/etc/a"<b>')\n"""
    )
    shown = run("graph", config, '/etc/a"<b>', "--format", format_, *SET, cwd=tmp_path).stdout
    wanted = {
        "dot": r'label="file /etc/a\"<b>"',
        "mermaid": '["file /etc/a#quot;#lt;b#gt;"]',
        "html": "<summary>file /etc/a&quot;&lt;b&gt;</summary>",
    }
    assert wanted[format_] in shown
    if tool and process.has(tool):
        assert "<svg" in process.run([tool, "-Tsvg"], input=shown).stdout


def test_a_page_holds_every_thing_and_loads_nothing(tmp_path: Path) -> None:
    run("graph", HOME, "--format", "html", "-o", "home.html", *SET, cwd=tmp_path)
    shown = (tmp_path / "home.html").read_text()
    links = set(re.findall(r'href="#(n\d+)"', shown))
    assert links <= set(re.findall(r'id="(n\d+)"', shown))
    assert len(links) > 200
    assert not re.search(r"(src|href)=\"(?!#)", shown)
