"""What must lie in a network that is there, and what must be another machine's: with the lines.

Addresses, routes, peers, name servers, ranges and reservations are of one kind: each says something
of addresses that other services give. What the device learns when it runs is known to nobody here,
so what may be there is taken; what nobody can reach is refused.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import plan
from tests.line.keys import HUB

START = f"""\
from liminix_gen import System
config = System(device="qemu-mipsel", hostname="home")
config.state = "state"
service, ports = config.service, config.hardware.network_interfaces
keep = config.services.__setitem__
def at(interface, address, length=24):
    family = "inet6" if ":" in address else "inet"
    return service.network.address.build(
        interface=interface, family=family, address=address, prefix_length=length)
route, dhcp = service.network.route.build, service.network.dhcp.client.build
def peer(name="vpn", **more):
    given = {{"public_key": "{HUB.public}", "allowed": "10.9.0.1", **more}}
    return service.wireguard.build(ifname=name, listen_port=51820, peers={{"a": given}})
def pppoe():
    password = service.secret.file.build(path="/state/x").output("value")
    return service.pppoe.build(interface=ports["wan"], username="x", password=password)
def dns(**more):
    return service.dnsmasq.build(**{{"interface": lan, "domain": "lan", **more}})
def hosts(**more):
    return dns(hosts={{"nas": {{"mac": "02:00:00:00:00:05", **more}}}})
resolver = service.network.resolver.build
bridge, members = service.bridge.primary.build, service.bridge.members.build
def tag(vid, primary):
    return service.vlan.build(ifname=f"v{{vid}}", primary=primary, vid=vid)
lan = at(ports["lan"], "192.168.19.1")
keep("lan", lan)
"""
BY_LAN = "\n  because of network.address (router.py:"
WAN = "keep('wan', dhcp(interface=ports['wan']))\n"


def problems(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "router.py"
    file.write_text(START + text + "\n")
    try:
        plan(load(file, Catalog.of()), DEBIAN)
    except ConfigurationError as error:
        return [str(one).replace(f"{tmp_path}/", "") for one in error.problems]
    return []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # what WireGuard sends to a peer
        ("keep('v', peer(allowed='192.168.19.0/24'))", ["wireguard: peers['a']['allowed']: 192.168.19.0/24 is the router's own", BY_LAN]),
        ("keep('v', peer(allowed='192.168.19.1'))", ["192.168.19.1/32 is the router's own", BY_LAN]),
        ("v = peer(allowed='10.0.0.1'); keep('a', at(v, '10.0.0.1'))", ["10.0.0.1/32 is the router's own"]),
        ("keep('v', peer(allowed='10.0.0.2', endpoint='10.0.0.2:1'))", ["['endpoint']: 10.0.0.2:1 is in 10.0.0.2/32 of `allowed`", "hint: leave it out"]),
        ("keep('v', peer(allowed='10.0.0.0/8', endpoint='10.0.0.2:1'))", ["10.0.0.2:1 is in 10.0.0.0/8"]),
        ("keep('v', peer(endpoint='192.168.19.1:1'))", ["192.168.19.1:1 is the router's own address", BY_LAN]),
        ("keep('v', peer(endpoint='192.168.19.255:1'))", ["192.168.19.255:1 names a whole network, or all in it", BY_LAN]),
        ("keep('v', peer(endpoint='127.0.0.1:1'))", ["127.0.0.1:1 is the router's own address"]),
        # routes
        ("keep('r', route(target='192.168.19.0/24', via='192.168.19.5'))", ["network.route: target: 192.168.19.0/24 is the router's own", BY_LAN]),
        ("keep('r', route(target='default', via='192.168.19.1'))", ["network.route: via: 192.168.19.1 is the router's own", BY_LAN]),
        ("keep('r', route(target='default', via='192.168.19.0', interface=lan))", ["via: 192.168.19.0 names a whole network"]),
        ("keep('r', route(target='default', via='10.0.0.1'))", ["via: 10.0.0.1 is in no network of an interface", "hint: name the interface"]),
        ("keep('r', route(target='10.2.0.0/16', via='10.0.0.1'))\nkeep('s', route(target='10.0.0.0/8', via='192.168.19.2'))", ["10.0.0.1 is in no network of an interface"]),
        ("keep('r', route(target='default', via='fe80::1'))", ["via: fe80::1 says nothing without an interface"]),
        ("keep('r', route(target='default', via='224.0.0.1', interface=lan))", ["via: must be an IP address that a machine can have, not '224.0.0.1'"]),
        # name servers
        ("keep('d', dns(upstreams=['192.168.19.1']))", ["dnsmasq: upstreams: 192.168.19.1 is where it listens itself", BY_LAN]),
        ("keep('d', dns(upstreams=['192.168.19.1#5353']))", ["upstreams: nobody answers at port 5353 of 192.168.19.1"]),
        ("keep('d', dns(upstreams=['/a.example/127.0.0.1']))", ["nobody answers at port 53 of 127.0.0.1"]),
        ("keep('d', dns(upstreams=['0.0.0.0']))", ["dnsmasq.upstreams must be an IP address that a machine can have"]),
        ("keep('n', resolver(nameservers=['0.0.0.0']))", ["must be an IP address that a machine can have, not '0.0.0.0'"]),
        ("keep('n', resolver(nameservers=['192.168.19.1']))", ["nameservers: nobody answers at 192.168.19.1 of this router", "hint: dnsmasq"]),
        ("keep('n', resolver(nameservers=['127.0.0.1'])); keep('d', dns())", ["nobody answers at 127.0.0.1"]),
        ("keep('n', resolver(nameservers=['::1']))", ["nobody answers at ::1"]),
        # reservations
        ("keep('d', hosts(v4='192.168.19.1'))", ["dnsmasq: hosts['nas']: 192.168.19.1 is the router's own address", BY_LAN]),
        ("keep('d', hosts(v4='192.168.19.255'))", ["192.168.19.255 names a whole network, or all in it", BY_LAN]),
        ("keep('d', hosts(v4='192.168.19.0'))", ["192.168.19.0 names a whole network"]),
        ("keep('d', hosts(v4='192.168.20.9'))", ["hosts['nas']: address 192.168.20.9 is in no network of lan"]),
        ("keep('d', hosts(v4='192.168.19.9', mac='ff:ff:ff:ff:ff:ff'))", ["must be the MAC address of one machine"]),
        ("keep('d', hosts(v4='192.168.19.9', mac='00:00:00:00:00:00'))", ["must be the MAC address of one machine"]),
        *((f"keep('d', hosts(v6=['{one}']))", [f"{one} is not an address that others can look up"]) for one in ("fe80::1", "::1")),
        ("keep('d', hosts(v6=['ff02::1']))", ["must be an IPv6 address that a machine can have, not 'ff02::1'"]),
        ("keep('d', dns(hosts={'Home': {'v4': '192.168.19.5'}}))", ["hosts['Home'] has the router's own name", "because of base.hostname"]),
        # ranges
        ("keep('d', dns(interface=ports['lan'], ranges=['192.168.77.10,192.168.77.100']))", ["range '192.168.77.10,192.168.77.100' is in no network of lan", "hint: network.address"]),
        ("keep('d', dns(ranges=['192.168.19.10,192.168.19.100,255.255.0.0,12h']))", ["is of 192.168.0.0/16, which is not a network of lan", "hint: leave out the mask"]),
        ("keep('d', dns(ranges=['192.168.19.1,192.168.19.1']))", ["its only address is the router's own", BY_LAN]),
        ("keep('d', dns(ranges=['192.168.19.9,192.168.19.10', 'fd00::10,fd00::20']))", ["range 'fd00::10,fd00::20' is in no network of lan"]),
        ("wan = dhcp(interface=ports['wan']); keep('d', dns(interface=wan, ranges=['192.168.1.2,192.168.1.5']))", ["there cannot be both a DHCP server on wan and the DHCP client of wan"]),
        # listeners
        ("keep('s', service.ssh.build(address='10.9.9.9'))", ["ssh: address: 10.9.9.9 is not an address of this router", "hint: where addresses come and go, `interfaces`"]),
        (f"{WAN}keep('s', service.ssh.build(address='10.9.9.9'))", ["10.9.9.9 is not an address of this router"]),
        ("keep('n', service.ntp.build(servers={'a.example': []}, allow=['10.0.0.0/8'], bindaddress='10.9.9.9'))", ["ntp: bindaddress: 10.9.9.9 is not an address of this router"]),
        # what carries IP alone
        ("keep('x', tag(2, peer()))", ["vlan: vpn has no VLANs, as it does not carry Ethernet", "because of wireguard (router.py:"]),
        ("keep('x', tag(2, pppoe()))", ["vlan: ppp0 has no VLANs"]),
        ("keep('x', dhcp(interface=peer()))", ["network.dhcp.client: there is no DHCP on vpn"]),
        ("keep('x', dhcp(interface=pppoe()))", ["network.dhcp.client: there is no DHCP on ppp0"]),
        ("keep('x', members(primary=bridge(ifname='br'), members=[peer()]))", ["bridge.members: vpn cannot be a port"]),
        ("v = at(peer(), '10.0.0.1'); keep('d', dns(interface=v, ranges=['10.0.0.2,10.0.0.9']))", ["it gives no addresses on vpn"]),
        # VLANs of a bridge
        ("br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan']], vlans={'20': {'tagged': [ports['wan']]}}))\nkeep('v', tag(21, br))", ["vlan: the ports of br carry no VLAN 21 with a tag", "hint: `vlans` of bridge.members"]),
        ("br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan']], vlans={'20': {'tagged': [ports['wan']]}}))\nkeep('v', tag(1, br))", ["the ports of br carry no VLAN 1 with a tag"]),
        ("br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan']], vlans={'20': {'untagged': [ports['wan']]}}))\nkeep('v', at(br, '192.168.1.1'))", ["no member is in VLAN 1, where br itself is", BY_LAN]),
        ("br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan'], tag(20, br)]))", ["members[1]: the vlan of", "is on the bridge itself: a loop"]),
        ("br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan'], tag(21, tag(20, br))]))", ["is on the bridge itself: a loop"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_one_mistake(tmp_path: Path, text: str, said: list[str]) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.startswith("router.py:")
    for one in said:
        assert one in problem


@pytest.mark.parametrize(
    "text",
    [
        "v = peer(allowed=['10.0.0.0/24', '10.0.0.1/32'], name='v'); keep('a', at(ports['wan'], '10.1.0.1'))",
        "v = peer(allowed='10.0.0.0/24'); keep('a', at(v, '10.0.0.1'))",
        "keep('v', peer(allowed=['192.168.0.0/16', '192.168.19.128/25']))",
        "keep('v', peer(allowed='0.0.0.0/0', endpoint='192.0.2.1:1'))",
        "keep('v', peer(allowed='10.0.0.0/8', endpoint='10.1.0.9:1')); keep('w', at(ports['wan'], '10.1.0.1'))",
        "keep('v', peer(allowed='10.0.0.0/8', endpoint='10.1.0.9:1')); keep('w', route(target='10.1.0.9', via='192.168.19.2'))",
        "keep('v', peer(endpoint='abc.de:1'))",
        "keep('r', route(target='192.168.19.128/25', via='192.168.19.5'))",
        "keep('r', route(target='192.168.0.0/16', via='192.168.19.5'))",
        "keep('r', route(target='default', via='10.0.0.1', interface=lan))",
        "keep('r', route(target='default', via='fe80::1', interface=lan))",
        f"{WAN}keep('r', route(target='default', via='203.0.113.1'))",
        "keep('i', service.ipv6.autoconfig.build(interface=ports['wan']))\nkeep('r', route(target='default', via='2001:db8::1'))",
        "keep('d', dns(upstreams=['192.0.2.53', '/lan/', '/a.example/192.168.19.9#5353']))",
        "keep('n', resolver(nameservers=['192.168.19.1'])); keep('d', dns())",
        "keep('n', resolver(nameservers=['192.168.19.2']))",
        "keep('d', dns(upstreams=['10.0.0.1'])); keep('e', dns(interface=at(ports['wan'], '10.0.0.1')))",
        "keep('d', hosts(v4='192.168.19.9', v6=['fd00::9', '::9']))",
        "keep('d', dns(hosts={'nas': {'v4': '10.8.8.8'}}))",
        "keep('d', dns(ranges=['192.168.19.1,192.168.19.9,255.255.255.0']))",
        "keep('two', at(ports['lan'], '10.0.0.1')); keep('d', dns(ranges=['10.0.0.2,10.0.0.9']))",
        "keep('d', dns(ranges=['::,constructor:lan,ra-names']))",
        f"{WAN}keep('d', dns(interface=ports['wan'], ranges=['192.168.1.0,proxy']))",
        "keep('s', service.ssh.build(address='192.168.19.1'))",
        "keep('s', service.ssh.build(address='0.0.0.0'))",
        "keep('s', service.ssh.build(address='127.0.0.2'))",
        "v = at(peer(), '10.0.0.1'); keep('d', dns(interface=v))",
        "br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan']], vlans={'20': {'tagged': [ports['wan']]}}))\nkeep('v', tag(20, br)); keep('a', at(br, '10.0.0.1'))",
        "br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan']], vlans={'20': {'untagged': [ports['wan']]}}))\nkeep('a', at(tag(20, br), '10.0.0.1'))",
        "br = bridge(ifname='br'); keep('m', members(primary=br, members=[ports['wan']]))\nkeep('a', at(tag(21, br), '10.0.0.1'))",
        "br = bridge(ifname='br'); other = bridge(ifname='other'); keep('m', members(primary=br, members=[ports['wan']])); keep('o', members(primary=other, members=[tag(20, br)]))",
    ],
)  # fmt: skip
def test_what_works_is_taken(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text) == []


def test_an_address_of_a_network_of_two_is_that_of_a_machine(tmp_path: Path) -> None:
    text = "keep('w', at(ports['wan'], '10.0.0.0', 31)); keep('r', route(target='default', via='10.0.0.1'))"
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize("address", ["0.0.0.1", "240.0.0.1", "255.255.255.1", "224.0.0.1"])
def test_an_address_that_no_machine_has(tmp_path: Path, address: str) -> None:
    (problem,) = problems(tmp_path, f"keep('a', at(ports['wan'], '{address}', 8))")
    assert f"must be an IP address that a machine can have, not '{address}'" in problem


def test_both_lines_are_named(tmp_path: Path) -> None:
    text = """
from liminix_gen import System
config = System(device="qemu-mipsel")
service, ports = config.service, config.hardware.network_interfaces
config.services["lan"] = service.network.address.build(
    interface=ports["lan"], family="inet", address="192.168.19.1", prefix_length=24)
config.services["dns"] = service.dnsmasq.build(
    interface=ports["lan"],
    domain="lan",
    hosts={
        "a": {"mac": "02:00:00:00:00:05", "v4": "192.168.19.5"},
        "b": {
            "mac": "02:00:00:00:00:06",
            "v4": "192.168.19.1",
        },
    },
)
"""
    file = tmp_path / "router.py"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as error:
        plan(load(file, Catalog.of()), DEBIAN)
    (problem,) = error.value.problems
    assert str(problem) == (
        f"{file}:14: dnsmasq: hosts['b']: 192.168.19.1 is the router's own address\n"
        f"  because of network.address ({file}:5)"
    )


UNWRITTEN = "/etc/x is on the root, which is read-only: nobody can put it there\n  hint: /state/..."


@pytest.mark.parametrize(
    "text",
    [
        "keep('s', service.secret.file.build(path='/etc/x'))",
        "from liminix_gen import RuntimePath, User\nconfig.users['a'] = User(name='a', password_hash=RuntimePath('/etc/x'))",
    ],
)  # fmt: skip
def test_what_the_device_reads_can_be_written(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert UNWRITTEN in problem
    assert problem.startswith("router.py:2")
    for place in ("/run/x", "/state/x", "/tmp/x"):
        assert problems(tmp_path, text.replace("/etc/x", place)) == []
    assert problems(tmp_path, f"config.root = 'ext4'\n{text}") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("keep('x', other.service.network.forward.build())", "config.services['x'] is the network.forward of another System"),
        ("keep('x', dhcp(interface=other.hardware.network_interfaces['lan']))", "network.dhcp.client refers to the network.link of another System"),
    ],
)  # fmt: skip
def test_a_service_is_of_the_system_that_has_it(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = problems(tmp_path, f"other = System(device='x86-64')\n{text}")
    assert said in problem
    assert problem.startswith("router.py:")


def notices(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "router.py"
    file.write_text(START + text + "\n")
    made = plan(load(file, Catalog.of()), DEBIAN).notices
    return [one.replace(f"{tmp_path}/", "") for one in made]


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        (
            "c = service.dhcp6.client.build(interface=uplink); keep('p', prefix(client=c))",
            "no host on lan learns of the prefix of dhcp6.prefix (router.py:",
            "keep('d', dns(ipv6='slaac'))",
        ),
        (
            "c = service.dhcp6.client.build(interface=ports['wan']); keep('c', c)",
            "dhcp6.client (router.py:",
            "keep('h', uplink)",
        ),
        (
            "c = service.dhcp6.client.build(interface=ports['wan']); keep('c', c)",
            "dhcp6.client (router.py:",
            "keep('r', route(target='default', via='fe80::1', interface=ports['wan']))",
        ),
        (
            "keep('f', service.firewall.build(zones={'lan': [lan], 'wan': [ports['wan']]}))",
            "nothing passes packets between lan, wan of the firewall",
            "keep('w', service.network.forward.build())",
        ),
        (
            "keep('f', service.firewall.build(zones={'lan': [lan], 'wan': [ports['wan']]}))",
            "nothing passes packets between lan, wan of the firewall",
            "config.sysctl['net.ipv4.ip_forward'] = 0",
        ),
    ],
)
def test_what_works_by_halves_is_a_notice(
    tmp_path: Path, text: str, said: str, remedy: str
) -> None:
    start = (
        "uplink = service.ipv6.autoconfig.build(interface=ports['wan'])\n"
        "prefix = lambda **of: service.dhcp6.prefix.build(interface=ports['lan'], **of)\n"
    )
    (notice,) = notices(tmp_path, start + text)
    assert notice.startswith(said)
    assert notices(tmp_path, f"{start}{text}\n{remedy}") == []
