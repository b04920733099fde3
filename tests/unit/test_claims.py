"""What only one can have: two claimants are one mistake, at the later line, that names both.

Seen: a service named as a part or a loader of another replaces it; two firewalls, two dnsmasq on an
interface, two ssh on a port, one network on two interfaces, a DHCP client on a port of a bridge.
Of the same kind, and tried here: names that the supervisor has for itself; the interface under
another service's name; a VLAN number twice on a parent; a bridge as the port of a bridge, one
interface in two bridges; one device for two links; a route and its metric, also with the addresses
of one family from two providers; the whole IPv4 Internet as a route beside the default; a listener
on every address beside one on an address or an interface; two clocks, resolvers, forwardings; keys
of one user for two ssh; an address twice; users, groups, numbers and files.
What is no clash stands below as well: to refuse a good configuration is worse.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import Plan, plan

START = """\
from functools import partial
from liminix_gen import Group, System, User, link, text_file
config = System(device="qemu-mipsel")
service, ports = config.service, config.hardware.network_interfaces
lan, wan = ports["lan"], ports["wan"]
keep = config.services.__setitem__
def at(interface, text):
    address, length = text.split("/")
    family = "inet6" if ":" in text else "inet"
    return dict(interface=interface, family=family, address=address, prefix_length=int(length))
def tag(vid, primary=lan, ifname=None):
    return dict(ifname=ifname or f"v{vid}", primary=primary, vid=vid)
address, vlan = service.network.address.build, service.vlan.build
dns = partial(service.dnsmasq.build, domain="lan")
ssh = service.ssh.build
ntp = partial(service.ntp.build, pools={"pool.ntp.org": []})
dhcp, route = service.network.dhcp.client.build, service.network.route.build
key = service.secret.file.build(path="/run/key").output("value")
pppoe = partial(service.pppoe.build, interface=wan, username="x", password=key)
bridge, members = service.bridge.primary.build, service.bridge.members.build
# What it leases is known to nobody before: an address or a router may be there.
uplink = service.network.link.build(ifname="uplink")
keep("uplink", dhcp(interface=uplink))
for one in ("100.64.0.1/24", "100.64.0.2/24", "fd01::1/64"):
    keep(f"at{len(config.services)}", address(**at(uplink, one)))
keep("uplink6", service.ipv6.autoconfig.build(interface=uplink))
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ"
"""
FIRST = START.count("\n") + 1


def planned(tmp_path: Path, text: str) -> Plan:
    file = tmp_path / "router.py"
    file.write_text(START + textwrap.dedent(text).strip("\n") + "\n")
    return plan(load(file, Catalog.of()), DEBIAN)


def clash(tmp_path: Path, text: str) -> str:
    """Return the one mistake of a configuration, its lines counted from 1."""
    with pytest.raises(ConfigurationError) as error:
        planned(tmp_path, text)
    (problem,) = error.value.problems
    said = str(problem).replace(f"{tmp_path}/", "")
    for line in range(FIRST, FIRST + 20):
        said = said.replace(f"router.py:{line}", f"line {line - FIRST + 1}")
    return said


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        # names
        ("keep('wan', dhcp(interface=wan))", "keep('wan.daemon', service.kexec.build())", "only one can have the name 'wan.daemon'"),
        ("keep('firewall', service.firewall.build())", "keep('modules.firewall', service.kexec.build())", "only one can have the name 'modules.firewall'"),
        ("keep('p', members(primary=bridge(ifname='b'), members=[lan]))", "keep('p.port0', service.kexec.build())", "only one can have the name 'p.port0'"),
        # interfaces
        ("keep('a', bridge(ifname='x'))", "keep('b', vlan(**tag(2, ifname='x')))", "only one can have the interface x"),
        ("keep('a', service.network.link.build(ifname='x', devpath='/devices/a'))", "keep('b', service.network.link.build(ifname='y', devpath='/devices/a'))", "only one can have the device /devices/a"),
        ("keep('a', service.network.link.build(ifname='x'))", "keep('b', service.network.link.build(ifname='x', mtu=1400))", "only one can have the link x"),
        ("keep('a', vlan(**tag(2)))", "keep('b', vlan(**tag(2, ifname='x')))", "only one can have the VLAN 2 on lan"),
        ("keep('a', vlan(**tag(2)))", "keep('b', vlan(**tag(2, address(**at(lan, '10.0.0.1/24')), 'x')))", "only one can have the VLAN 2 on lan"),
        # ports of a bridge
        ("keep('a', members(primary=bridge(ifname='b'), members=[lan, wan]))", "keep('b', dhcp(interface=wan))", "there cannot be both wan as a port of b and IP addresses on wan"),
        ("keep('a', dhcp(interface=wan))", "keep('b', members(primary=bridge(ifname='b'), members=[lan, wan]))", "there cannot be both IP addresses on wan and wan as a port of b"),
        ("keep('a', members(primary=bridge(ifname='b'), members=[lan]))", "keep('b', address(**at(lan, 'fd00::1/64')))", "there cannot be both lan as a port of b and IP addresses on lan"),
        ("keep('a', members(primary=bridge(ifname='b'), members=[lan]))", "keep('b', dns(interface=lan))", "there cannot be both lan as a port of b and IP addresses on lan"),
        ("keep('a', members(primary=bridge(ifname='b'), members=[lan]))", "keep('b', members(primary=bridge(ifname='c'), members=[lan]))", "there cannot be both lan as a port of b and lan as a port of c"),
        ("inner = bridge(ifname='b')", "keep('b', members(primary=bridge(ifname='c'), members=[inner]))", "there cannot be both IP addresses on b and b as a port of c"),
        # addresses
        ("keep('a', address(**at(lan, '192.168.1.1/24')))", "keep('b', address(**at(wan, '192.168.1.2/24')))", "there cannot be both the network 192.168.1.0/24 on lan and the network 192.168.1.0/24 on wan"),
        ("keep('a', address(**at(lan, '10.1.0.1/24')))", "keep('b', address(**at(wan, '10.0.0.1/8')))", "there cannot be both the network 10.1.0.0/24 on lan and the network 10.0.0.0/8 on wan"),
        ("keep('a', address(**at(lan, '10.0.0.1/8')))", "keep('b', address(**at(vlan(**tag(2, wan)), '10.1.0.0/31')))", "there cannot be both the network 10.0.0.0/8 on lan and the network 10.1.0.0/31 on v2"),
        ("keep('a', address(**at(lan, 'fd00::1/64')))", "keep('b', address(**at(wan, 'fd00:0:0::9/48')))", "there cannot be both the network fd00::/64 on lan and the network fd00::/48 on wan"),
        ("keep('a', address(**at(lan, '10.0.0.1/24')))", "keep('b', address(**at(lan, '10.0.0.1/16')))", "only one can have the address 10.0.0.1 on lan"),
        ("keep('a', dhcp(interface=wan))", "keep('b', dhcp(interface=wan))", "only one can have the DHCP client of wan"),
        # routes
        ("keep('a', route(target='default', via='10.0.0.1'))", "keep('b', route(target='default', via='10.0.0.2', interface=wan))", "only one can have the inet route to default with metric 100"),
        ("keep('a', route(target='default', via=dhcp(interface=wan).output('router')))", "keep('b', route(target='default', via=dhcp(interface=lan).output('router')))", "only one can have the inet route to default with metric 100"),
        ("keep('a', route(target='10.0.0.0/8', via='192.0.2.1'))", "keep('b', route(target='10.0.0.0/255.0.0.0', via='192.0.2.2'))", "only one can have the inet route to 10.0.0.0/8 with metric 100"),
        ("keep('a', route(target='default', via='10.0.0.1'))", "keep('b', route(target='0.0.0.0/0', via='10.0.0.2'))", "only one can have the inet route to default with metric 100"),
        # listeners
        ("keep('a', dns(interface=lan))", "keep('b', dns(interface=address(**at(lan, '192.168.1.1/24'))))", "only one can have UDP port 53 on lan"),
        ("keep('a', ssh())", "keep('b', ssh())", "only one can have TCP port 22 of every address"),
        ("keep('a', ssh())", "keep('b', ssh(address='100.64.0.1'))", "there cannot be both TCP port 22 of every address and TCP port 22 of 100.64.0.1"),
        ("keep('a', ssh(address='100.64.0.1'))", "keep('b', ssh(address='0.0.0.0'))", "there cannot be both TCP port 22 of 100.64.0.1 and TCP port 22 of 0.0.0.0"),
        ("keep('a', ssh(address='::1'))", "keep('b', ssh(address='::'))", "there cannot be both TCP port 22 of ::1 and TCP port 22 of ::"),
        ("keep('a', dns(interface=address(**at(lan, '192.168.1.1/24'))))", "keep('b', ssh(address='192.168.1.1', port=53))", "there cannot be both TCP port 53 on lan and TCP port 53 of 192.168.1.1"),
        ("keep('a', dns(interface=lan))", "keep('b', ssh(port=53))", "there cannot be both TCP port 53 on lan and TCP port 53 of every address"),
        ("keep('a', ssh(authorized_keys={'root': [KEY]}))", "keep('b', ssh(port=23, authorized_keys={'root': []}))", "only one can have the ssh keys of root"),
        # versions of IP that an interface does not carry
        ("line = pppoe(ipv6=False)", "keep('b', service.ipv6.autoconfig.build(interface=line))", "there cannot be both ppp0 without IPv6 and IPv6 on ppp0"),
        ("line = pppoe(ipv6=False)", "keep('b', service.dhcp6.client.build(interface=line))", "there cannot be both ppp0 without IPv6 and IPv6 on ppp0"),
        ("line = pppoe(ipv6=False)", "keep('b', address(**at(line, 'fd02::1/64')))", "there cannot be both ppp0 without IPv6 and IPv6 on ppp0"),
        ("line = pppoe(ipv6=False)", "keep('b', service.dslite.build(interface=line, aftr='fd02::1'))", "there cannot be both ppp0 without IPv6 and IPv6 on ppp0"),
        ("line = pppoe(ipv4=False)", "keep('b', address(**at(line, '10.2.0.1/24')))", "there cannot be both ppp0 without IPv4 and IPv4 on ppp0"),
        ("line = pppoe(ipv4=False)", "keep('b', route(target='default', via='0.0.0.0', interface=line))", "there cannot be both ppp0 without IPv4 and IPv4 on ppp0"),
        ("line = service.dslite.build(interface=wan, aftr='fd02::1')", "keep('b', route(target='default', via='fe80::1', interface=line))", "there cannot be both dslite without IPv6 and IPv6 on dslite"),
        # what there is one of
        ("keep('a', service.firewall.build())", "keep('b', service.firewall.build(zones={'lan': [lan]}))", "only one can have the nft table"),
        ("keep('a', ntp(allow=['10.0.0.0/8']))", "keep('b', ntp())", "only one can have the clock"),
        ("keep('a', service.network.forward.build())", "keep('b', service.network.forward.build(enable_ipv6=False))", "only one can have the kernel's setting net/ipv4/conf/all/forwarding"),
        # settings of the kernel
        ("keep('a', service.network.forward.build())", "config.sysctl['net.ipv4.ip_forward'] = 0", "only one can have the kernel's setting net/ipv4/conf/all/forwarding"),
        ("config.sysctl['net.ipv6.conf.all.forwarding'] = 1", "keep('a', service.network.forward.build())", "only one can have the kernel's setting net/ipv6/conf/all/forwarding"),
        ("keep('a', service.network.resolver.build(nameservers=['192.0.2.1']))", "keep('b', service.network.resolver.build(nameservers=['192.0.2.2']))", "only one can have the name servers of the router"),
        # files, users and groups
        ("config.users['ann'] = User(name='ann', uid=1000)", "config.users['bob'] = User(name='bob', uid=1000)", "there cannot be both the number 1000 of the user ann and the number 1000 of the user bob"),
        ("config.users['ann'] = User(name='ann', uid=1000)", "config.groups['ann'] = Group(name='ann', gid=1001)", "there cannot be both the number 1000 of the group ann and the number 1001 of the group ann"),
    ],
)  # fmt: skip
def test_two_claimants_are_one_mistake(tmp_path: Path, first: str, second: str, what: str) -> None:
    said = clash(tmp_path, f"{first}\n{second}")
    assert said.startswith(f"line 2: {what}"), said
    assert "line 1" in said.partition("\n")[2]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("keep('serviced', service.kexec.build())", "only one can have the name 'serviced'"),
        ("keep('console', service.kexec.build())", "only one can have the name 'console'"),
        ("keep('hostname', service.kexec.build())", "only one can have the name 'hostname'"),
        ("keep('a', bridge(ifname='lo'))", "only one can have the interface lo"),
        ("keep('a', address(**at(lan, '127.0.0.2/8')))", "there cannot be both the network 127.0.0.0/8 on lo and the network 127.0.0.0/8 on lan"),
        # The board's own interface is named first, whatever comes first in the file.
        ("keep('a', vlan(**tag(2, wan, ifname='lan')))\nkeep('b', lan)", "only one can have the interface lan"),
        ("keep('a', service.network.link.build(like=wan, mtu=1400))\nkeep('b', address(**at(wan, '10.0.0.1/24')))", "only one can have the link wan"),
        ("keep('a', service.base.hostname.build(hostname='other'))", "only one can have the kernel's setting kernel/hostname"),
        ("config.files['/etc/hosts'] = text_file('/etc/hosts', 'a')", "only one can have the file /etc/hosts"),
        ("config.users['nobody'] = User(name='nobody', uid=5)", "only one can have the user nobody"),
    ],
)  # fmt: skip
def test_what_every_image_or_the_board_has(tmp_path: Path, text: str, what: str) -> None:
    assert clash(tmp_path, text).startswith(f"line 1: {what}")


@pytest.mark.parametrize(
    "text",
    [
        # addresses
        "keep('a', address(**at(lan, '192.168.1.1/24'))); keep('b', address(**at(lan, '192.168.1.2/24')))",
        "keep('a', address(**at(lan, '192.168.1.1/24'))); keep('b', address(**at(lan, '192.168.0.1/16')))",
        "keep('a', address(**at(lan, '192.168.1.1/24'))); keep('b', address(**at(wan, '192.168.2.1/24')))",
        "keep('a', address(**at(lan, '10.0.0.0/31'))); keep('b', address(**at(wan, '10.0.0.2/31')))",
        "keep('a', address(**at(lan, '10.0.0.1/24'))); keep('b', address(**at(wan, '10.0.0.1/32')))",
        "keep('a', address(**at(lan, 'fe80::1/64'))); keep('b', address(**at(wan, 'fe80::1/64')))",
        "keep('a', address(**at(lan, '169.254.1.1/16'))); keep('b', address(**at(wan, '169.254.1.1/16')))",
        "keep('a', address(**at(lan, '128.0.0.1/1'))); keep('b', address(**at(wan, '::1:0:0:1/1')))",
        "keep('a', address(**at(lan, 'fd00:0:0:1::1/64'))); keep('b', address(**at(wan, 'fd00:0:0:2::1/64')))",
        "keep('a', address(**at(lan, '10.0.0.1/24'))); keep('b', dhcp(interface=lan))",
        # interfaces
        "link = service.network.link.build; keep('a', dhcp(interface=link(like=wan, mac='02:00:00:00:00:01')))",
        "keep('a', service.network.link.build(ifname='lan', mtu=1400, dependencies=[vlan(**tag(2, wan, 'lan'))]))",
        "keep('a', vlan(**tag(2))); keep('b', vlan(**tag(2, wan, 'w2'))); keep('c', vlan(**tag(3)))",
        "keep('a', vlan(**tag(2, vlan(**tag(2)), 'qinq')))",
        "keep('a', service.network.link.build(ifname='b', mtu=1400, dependencies=[bridge(ifname='b')]))",
        "keep('a', members(primary=bridge(ifname='b'), members=[lan])); keep('b', vlan(**tag(2))); keep('c', address(**at(vlan(**tag(3)), '10.0.0.1/24')))",
        "b = bridge(ifname='b'); keep('a', members(primary=b, members=[lan])); keep('b', members(primary=b, members=[wan])); keep('c', address(**at(b, '10.0.0.1/24'))); keep('d', vlan(**tag(2, b)))",
        # routes
        "keep('a', route(target='default', via='10.0.0.1')); keep('b', route(target='default', via='fd00::1'))",
        "keep('a', route(target='default', via='10.0.0.1')); keep('b', route(target='default', via='10.0.0.2', metric=200))",
        "keep('a', route(target='10.0.0.0/8', via='192.0.2.1')); keep('b', route(target='10.0.0.0/9', via='192.0.2.2'))",
        "keep('a', route(target='default', via=dhcp(interface=wan).output('router'))); keep('b', route(target='default', via='fd00::1'))",
        # listeners
        "keep('l', address(**at(lan, '10.0.0.1/24'))); keep('w', address(**at(wan, '10.1.0.1/24'))); keep('a', dns(interface=lan, ranges=['10.0.0.2,10.0.0.9'])); keep('b', dns(interface=wan, ranges=['10.1.0.2,10.1.0.9'])); keep('c', dns(interface=vlan(**tag(2))))",
        "keep('a', ssh()); keep('b', ssh(port=2222)); keep('c', dns(interface=lan))",
        "keep('a', ssh(address='100.64.0.1')); keep('b', ssh(address='100.64.0.2')); keep('c', ssh(address='fd01::1'))",
        "keep('a', ssh(address='0.0.0.0')); keep('b', ssh(address='::'))",
        "keep('a', ssh(interfaces=[lan])); keep('b', ssh(interfaces=[wan], allow_root=False))",
        "keep('a', ssh(interfaces=[wan], port=53)); keep('b', dns(interface=lan))",
        "keep('a', dns(interface=lan)); keep('b', ssh(address='100.64.0.1', port=53))",
        "keep('a', dns(interface=address(**at(lan, '10.0.0.1/24')))); keep('b', ssh(address='10.1.0.1', port=53)); keep('c', address(**at(wan, '10.1.0.1/24')))",
        "keep('a', ssh(authorized_keys={'root': [KEY]})); keep('b', ssh(port=23, authorized_keys={'root': [KEY]}))",
        "keep('a', ntp()); keep('b', ssh(port=123))",
        # names, files and users
        "keep('a', vlan(**tag(2))); keep('b', vlan(**tag(3))); keep('modules', service.kexec.build())",
        "config.files['/etc/shells'] = text_file('/etc/shells', '/bin/sh\\n'); keep('a', ssh())",
        "config.users['root'] = User(name='root', description='me')",
        "config.users['ann'] = User(name='ann', uid=1000); config.groups['ann'] = Group(name='ann', members=['root'])",
        "config.groups['system'] = Group(name='system', members=['root'])",
        # what is left out claims nothing
        "keep('a', ssh()); ssh(); bridge(ifname='lan'); vlan(**tag(2)); vlan(**tag(2))",
    ],
)  # fmt: skip
def test_what_can_be_beside_each_other(tmp_path: Path, text: str) -> None:
    planned(tmp_path, text)


def test_a_port_that_only_the_board_finds(tmp_path: Path) -> None:
    text = "keep('a', dhcp(interface=service.network.link.build(ifname='wan', mtu=1400)))"
    said = clash(tmp_path, text)
    assert said.startswith(
        "line 1: network.link: the board finds its port wan by a path, not by its name\n"
        "  because of network.link ("
    )
    assert "/devices/families/qemu.py:" in said
    assert said.endswith("hint: `like` takes that port, and a MAC address or an MTU besides")


MODULE = """\
from liminix_gen import Needs, Output, Part, Service, claim, oneshot, parameter, service_type, values

@service_type
class Modem(Service):
    OUTPUTS = (Output("ifname", "the kernel's name of the interface"),)
    path: str = parameter(values.Text(), "the modem", example="/dev/modem")

    def needs(self) -> Needs:
        return Needs(claims=(claim("the modem", self.path),))

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("modem.nix"),)
"""


def test_a_service_type_states_a_claim_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "modules/modem"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(MODULE)
    (folder / "modem.nix").write_text('{ }: { up = ""; }\n')
    catalog = Catalog.of(modules=(tmp_path / "modules",))
    file = tmp_path / "router.py"

    def load_text(text: str) -> Plan:
        file.write_text(START + textwrap.dedent(text))
        return plan(load(file, catalog), DEBIAN)

    with pytest.raises(ConfigurationError, match="only one can have the modem /dev/a"):
        load_text("for name in 'ab': keep(name, service.modem.build(path='/dev/a'))")
    # Of these, only the device knows the names; they are two, even if one line makes both.
    for one in ("dhcp", "dns"):
        load_text(f"""
        for name in "ab":
            modem = service.modem.build(path="/dev/" + name)
            keep("modem-" + name, modem)
            keep(name, {one}(interface=modem))
        """)


def test_every_clash_of_a_file_is_told_each_once(tmp_path: Path) -> None:
    text = """
    lan = address(**at(lan, "10.0.0.1/24")); keep("a", dns(interface=lan, ranges=["10.0.0.2,10.0.0.9"]))
    keep("b", dns(interface=lan, ranges=["10.0.0.12,10.0.0.19"]))
    keep("c", ssh())
    keep("d", ssh())
    keep("e", ssh())
    """
    with pytest.raises(ConfigurationError) as error:
        planned(tmp_path, text)
    lines = [getattr(problem.where, "line", 0) - FIRST + 1 for problem in error.value.problems]
    assert lines == [2, 4, 5]


def test_the_host_name_is_no_setting(tmp_path: Path) -> None:
    said = clash(tmp_path, "config.sysctl['kernel.hostname'] = 'x'")
    assert said.startswith("line 1: only one can have the kernel's setting kernel/hostname")
    assert "the other is that of base.hostname" in said


FORWARD = """
keep("f", service.firewall.build(
    zones={"wan": [wan]}, port_forward={"a": {"port": 80, "to": "10.1.2.3"}}
))
"""


def test_an_address_is_in_a_network_of_an_interface_or_a_route(tmp_path: Path) -> None:
    planned(tmp_path, f"keep('a', address(**at(lan, '10.1.2.1/24'))){FORWARD}")
    planned(tmp_path, f"keep('a', route(target='10.0.0.0/8', via='192.0.2.1')){FORWARD}")
    for text in (
        "",
        "keep('a', address(**at(lan, '10.1.3.1/24')))",
        "keep('a', address(**at(lan, '10.1.2.9/32')))",
        "keep('a', route(target='default', via='192.0.2.1'))",
    ):
        assert "10.1.2.3 is in no network of this router" in clash(tmp_path, text + FORWARD)


def test_a_port_leads_to_another_machine(tmp_path: Path) -> None:
    home = "keep('a', address(**at(lan, '10.1.2.1/24')))"
    for last, said in (
        (1, "is the router's own address"),
        (0, "a whole net"),
        (255, "a whole net"),
    ):
        assert said in clash(tmp_path, home + FORWARD.replace("10.1.2.3", f"10.1.2.{last}"))


def test_any_number_of_routes_lead_to_a_network(tmp_path: Path) -> None:
    planned(
        tmp_path,
        """
        keep('a', route(target='10.0.0.0/8', via='192.0.2.1'))
        keep('b', route(target='10.0.0.0/8', via='192.0.2.2', metric=200))
        keep('c', address(**at(lan, '10.0.0.1/24')))
        """,
    )
