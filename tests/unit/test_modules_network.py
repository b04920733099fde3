"""Interfaces, addresses, routes, bridges, VLANs: what is refused, and what becomes of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from liminix_gen import Part, Service, interface_of
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.model.hardening import SETTINGS
from liminix_gen.plan import plan
from tests.support.services import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def main(service: Service) -> Part:
    (part,) = (part for part in service.parts() if not part.name)
    return part


@pytest.mark.parametrize(
    "name", ["", "a" * 16, "two words", "-x", "a/b", "lan\n", "$(reboot)", "all", "default", 7]
)
def test_an_interface_has_a_name_that_every_tool_takes(bench: Bench, name: object) -> None:
    assert "network.link.ifname must" in bench.refused("network.link", ifname=name)


def test_a_link_says_which_interface_it_is(bench: Bench) -> None:
    assert "needs ifname, or a port of the board" in bench.refused("network.link")
    port = bench.good("network.link", ifname="wan", devpath="/devices/x")
    like = bench.good("network.link", like=port, mac="02:00:00:00:00:01")
    (given,) = (part.parameters for part in like.parts())
    assert (given["ifname"], given["devpath"]) == ("wan", "/devices/x")
    assert given["mac"] == "02:00:00:00:00:01"
    assert interface_of(like) == "wan"
    message = bench.refused("network.link", like=port, devpath="/devices/y")
    assert message == "network.link: devpath: is what `like` says"
    assert interface_of(bench.good("network.link", like=port, ifname="other")) == "other"
    named = bench.good("network.link", ifname="eth0")
    message = bench.refused("network.link", like=named, ifname="other")
    said = f"the link of {named.where} finds eth0 by this name alone"
    assert message == f"network.link: ifname: {said}"
    assert "is `like` a port itself" in bench.refused("network.link", like=like, mtu=1400)


def test_a_link_is_like_another_link_alone(bench: Bench) -> None:
    bridge = bench.bridge()
    message = bench.refused("network.link", like=bridge, mtu=1400)
    said = f"network.link: like: the bridge.primary of {bridge.where} is not a network.link"
    assert message == said
    message = bench.refused("network.link", like=bench.radio(), mtu=1400)
    assert message.startswith("network.link: like: is a radio")


def test_what_a_port_needs_is_needed_by_what_is_instead_of_it(bench: Bench) -> None:
    driver = bench.good("network.forward")
    port = bench.system.service.network.link.build(ifname="eth9", dependencies=[driver])
    like = bench.good("network.link", like=port, mtu=1400)
    bench.system.services["it"] = like
    made = plan(bench.system, DEBIAN)
    names = [one.name for one in made.services if one.type in {"network.link", "network.forward"}]
    assert sorted(names) == ["forward", "it"]
    (link,) = (one for one in made.services if one.name == "it")
    assert "forward" in link.needs


@pytest.mark.parametrize("mac", ["01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"])
def test_a_mac_address_is_that_of_one_card(bench: Bench, mac: str) -> None:
    message = bench.refused("network.link", ifname="lan", mac=mac)
    assert (
        f"mac must be the MAC address of one machine, such as '02:00:00:00:00:01', not {mac!r}"
        in message
    )


@pytest.mark.parametrize("mtu", [67, 65536, "1500", 1500.0, True])
def test_an_mtu_is_a_number_of_bytes(bench: Bench, mtu: object) -> None:
    message = bench.refused("network.link", ifname="lan", mtu=mtu)
    assert "whole number from 68 to 65535 bytes" in message


@pytest.mark.parametrize("path", ["pci/0000", "/devices/../x", "/", "/a//b"])
def test_a_device_path_is_absolute(bench: Bench, path: str) -> None:
    assert "absolute path" in bench.refused("network.link", ifname="lan", devpath=path)


@pytest.mark.parametrize("address", ["192.168.19.300", "192.168.19", "fe80::1%lan", "", None])
def test_an_address_is_one(bench: Bench, address: object) -> None:
    message = bench.refused(
        "network.address",
        interface=bench.link(),
        family="inet",
        address=address,
        prefix_length=24,
    )
    assert "address" in message
    assert repr(address) in message


def test_an_address_is_of_its_family(bench: Bench) -> None:
    link = bench.link()
    for family, address in (("inet", "2001:db8::1"), ("inet6", "192.0.2.1")):
        message = bench.refused(
            "network.address", interface=link, family=family, address=address, prefix_length=24
        )
        assert f"{address} is not of the family {family}" in message
    message = bench.refused(
        "network.address", interface=link, family="inet", address="192.0.2.1", prefix_length=33
    )
    assert "more than the 32 bits" in message


@pytest.mark.parametrize("address", ["192.168.19.0", "192.168.19.255"])
def test_an_address_is_not_the_networks(bench: Bench, address: str) -> None:
    arguments = {"interface": bench.link(), "family": "inet", "address": address}
    message = bench.refused("network.address", **arguments, prefix_length=24)
    assert "names the whole network 192.168.19.0/24" in message
    bench.good("network.address", **arguments, prefix_length=31)
    bench.good("network.address", **arguments, prefix_length=32)


def test_an_address_is_written_in_one_way(bench: Bench) -> None:
    service = bench.good(
        "network.address",
        interface=bench.link(),
        family="inet6",
        address="2001:DB8:0::1",
        prefix_length=64,
    )
    assert main(service).parameters["address"] == "2001:db8::1"
    assert main(service).parameters["family"] == "inet6"


def test_an_interface_is_a_service_that_says_its_name(bench: Bench) -> None:
    forward = bench.good("network.forward")
    message = bench.refused("vlan", ifname="guest", primary=forward, vid=5)
    assert "must be a service with the output ifname" in message


@pytest.mark.parametrize("target", ["10.0.0.1/8", "everything", "", "10.0.0.0/33"])
def test_a_route_leads_to_a_network(bench: Bench, target: str) -> None:
    message = bench.refused("network.route", target=target, via="192.0.2.1")
    assert "network.route.target must" in message


def test_a_route_is_of_one_family(bench: Bench) -> None:
    message = bench.refused("network.route", target="10.0.0.0/8", via="2001:db8::1")
    assert "different families" in message


def test_a_router_is_an_output_that_holds_addresses(bench: Bench) -> None:
    lease = bench.dhcp()
    message = bench.refused("network.route", target="10.0.0.0/8", via=lease.output("ifname"))
    assert message.endswith(f"which ifname of the network.dhcp.client of {lease.where} is not")


def test_a_target_of_another_family_than_an_output(bench: Bench) -> None:
    lease = bench.dhcp()
    message = bench.refused("network.route", target="2001:db8::/32", via=lease.output("router"))
    assert message == (
        "network.route: target 2001:db8::/32 and via router of the network.dhcp.client of "
        f"{lease.where} are of different families"
    )


def test_a_route_through_an_output_waits_for_it(bench: Bench) -> None:
    wan = bench.dhcp()
    route = bench.good(
        "network.route", target="default", via=wan.output("router"), interface=wan, metric=7
    )
    parameters = main(route).parameters
    assert parameters["via"] == wan.output("router")
    assert parameters["interface"] is wan
    assert parameters["metric"] == 7
    # A router that is known by an output is behind the interface that has it.
    known = bench.good("network.route", target="default", via=wan.output("router"))
    assert main(known).parameters["interface"] is wan
    unknown = bench.good("network.route", target="10.0.0.0/8", via="192.0.2.1")
    assert main(unknown).parameters["interface"] is None


def test_forwarding_nothing_is_a_mistake(bench: Bench) -> None:
    message = bench.refused("network.forward", enable_ipv4=False, enable_ipv6=False)
    assert "nothing is left" in message
    assert main(bench.good("network.forward", enable_ipv6=False)).parameters == {
        "families": ("ipv4",)
    }


@pytest.mark.parametrize("vid", [0, 4095, "20", True, None])
def test_a_vlan_has_a_number(bench: Bench, vid: object) -> None:
    message = bench.refused("vlan", ifname="guest", primary=bench.link(), vid=vid)
    assert "whole number from 1 to 4094" in message


@pytest.mark.parametrize("type_", ["ssh", "metrics", "status"])
def test_what_listens_is_on_an_interface_once(bench: Bench, type_: str) -> None:
    """It would meet itself there: the address is in use."""
    port = bench.link()
    lan = bench.good(
        "network.address", interface=port, family="inet", address="192.0.2.1", prefix_length=24
    )
    for interfaces in ([port, port], [port, lan]):
        assert bench.refused(type_, interfaces=interfaces).endswith("twice")


def test_a_bridge_takes_each_member_once(bench: Bench) -> None:
    bridge = bench.good("bridge.primary", ifname="int")
    port = bench.link()
    message = bench.refused("bridge.members", primary=bridge, members=[port, port])
    assert "has the interface of the network.link of" in message
    assert message.endswith("twice")
    message = bench.refused("bridge.members", primary=bridge, members=[bridge])
    assert "of itself" in message


def test_a_bridge_does_not_wait_for_cables(bench: Bench) -> None:
    bridge = bench.good("bridge.primary", ifname="int")
    ports = [bench.link(), bench.link()]
    members = bench.good("bridge.members", primary=bridge, members=ports)
    assert [part.name for part in members.parts()] == ["port0", "port1", ""]
    assert [part.kind for part in members.parts()] == ["longrun", "longrun", "oneshot"]
    assert main(members).after == ("port0", "port1")


def test_a_lease_is_started_by_the_daemon_and_not_at_boot(bench: Bench) -> None:
    daemon, carrier, lease = bench.dhcp().parts()
    assert (daemon.name, daemon.kind, daemon.controlled) == ("daemon", "longrun", False)
    assert (lease.name, lease.kind, lease.controlled) == ("", "oneshot", True)
    assert lease.after == ("daemon",)
    assert (carrier.name, carrier.kind, carrier.controlled) == ("carrier", "longrun", False)
    assert carrier.after == ("daemon",)


def test_a_resolver_waits_for_nobody(bench: Bench) -> None:
    assert "needs a source" in bench.refused("network.resolver")
    wan = bench.dhcp()
    (part,) = bench.good("network.resolver", source=wan).parts()
    assert part.observes == (wan,)
    assert part.after == ()
    link = bench.link()
    assert "output resolv.conf" in bench.refused("network.resolver", source=link)


def test_what_hardens_is_written_before_what_is_given(bench: Bench) -> None:
    early = bench.good("base.sysctl").parts()[0]
    assert (early.name, early.guards) == ("early", True)
    assert cast("dict[str, str]", early.parameters["hardening"]) == {
        path: one.value for path, one in SETTINGS.items()
    }
    body = (Path(__file__).parents[2] / "modules/base/sysctl/early.nix").read_text(encoding="utf-8")
    assert body.index(") hardening") < body.index("kernel_settings")


def test_sysctls_are_paths(bench: Bench) -> None:
    settings = {"net.ipv4.tcp_syncookies": "1", "net/ipv4/conf/eth0.5/forwarding": "1"}
    (file,) = bench.good("base.sysctl", settings=settings).needs().files
    given = dict(line.split(" = ") for line in str(file.content[0]).splitlines())
    assert isinstance(given, dict)
    assert given["net/ipv4/tcp_syncookies"] == "1"
    assert given["net/ipv4/conf/eth0.5/forwarding"] == "1"
    assert given["net/ipv6/conf/all/accept_ra"] == "0"
    twice = {"net.ipv4.ip_forward": "1", "net/ipv4/ip_forward": "0"}
    assert "twice" in bench.refused("base.sysctl", settings=twice)
    for name in ("../../etc/x", "net", "/net/x", "net..x", "net.ipv4.a b"):
        assert "sysctl" in bench.refused("base.sysctl", settings={name: "1"}), name


def members(bench: Bench, **vlans: object) -> dict[str, object]:
    bridge = bench.good("bridge.primary", ifname="int")
    return {"primary": bridge, **vlans}


def test_ports_of_a_bridge_are_in_their_vlans(bench: Bench) -> None:
    one, two, three = bench.link(), bench.link(), bench.link()
    ports = {"members": [one, two, three]}
    plain = bench.good("bridge.members", **members(bench, **ports))
    assert [part.packages for part in plain.parts()] == [("interface-wait",)] * 3 + [()]
    assert plain.needs().kernel_modules == ()
    vlans = {"20": {"untagged": [two], "tagged": [one]}, "30": {"tagged": [one, three]}}
    service = bench.good("bridge.members", **members(bench, **ports, vlans=vlans))
    first, *others, _ = service.parts()
    # The router takes part in all; before a port is there, it is known where it belongs.
    assert (first.name, first.parameters["vlans"]) == ("vlans", "1u,20t,30t")
    assert [part.parameters["vlans"] for part in others] == ["1u,20t,30t", "20u", "1u,30t"]
    assert {part.after for part in others} == {("vlans",)}
    # Nothing is in VLAN 1 that is not named there, if it is named at all.
    vlans["1"] = {"untagged": [three]}
    service = bench.good("bridge.members", **members(bench, **ports, vlans=vlans))
    assert [part.parameters["vlans"] for part in service.parts()[1:4]] == [
        "20t,30t",
        "20u",
        "1u,30t",
    ]


def test_a_port_that_would_be_in_no_vlan_is_a_mistake(bench: Bench) -> None:
    one, two = bench.link(), bench.link()
    arguments = members(bench, members=[one, two], vlans={"1": {"untagged": [one]}})
    assert "is in no VLAN" in bench.refused("bridge.members", **arguments)


@pytest.mark.parametrize(
    ("vlans", "said"),
    [
        ({"0": {}}, "a VLAN's number"),
        ({"4095": {}}, "vlans must be a VLAN's number from 1 to 4094, not '4095'"),
        ({"2": {"untagged": ["other"]}}, "vlans['2']['untagged'][0]: the network.link of"),
        ({"2": {"untagged": ["one"], "tagged": ["one"]}}, "is in this VLAN twice"),
        ({"2": {"untagged": ["one"]}, "3": {"untagged": ["one"]}}, "is untagged in 2 too"),
        ({2: {}, "2": {}}, "has the key '2' twice, in two ways to write it"),
        ({True: {}}, "a VLAN's number"),
    ],
)
def test_vlans_that_cannot_be_are_refused(bench: Bench, vlans: object, said: str) -> None:
    named = {"one": bench.link(), "other": bench.link()}
    given = {
        number: {key: [named[name] for name in names] for key, names in vlan.items()}
        for number, vlan in vlans.items()  # type: ignore[attr-defined]
    }
    arguments = members(bench, members=[named["one"]], vlans=given)
    assert said in bench.refused("bridge.members", **arguments)


def test_priorities_of_a_vlan_are_numbers(bench: Bench) -> None:
    port = bench.link()
    good = {"ifname": "v", "primary": port, "vid": 7}
    service = bench.good("vlan", **good, egress_qos={"0": 5, "15": 7}, ingress_qos={"5": 15})
    (part,) = service.parts()
    assert part.parameters["egress_qos"] == {"0": 5, "15": 7}
    numbers = bench.good("vlan", **good | {"ifname": "w"}, egress_qos={0: 5, 15: 7})
    assert numbers.parts()[0].parameters["egress_qos"] == {"0": 5, "15": 7}
    for wrong in ({"16": 0}, {"0": 8}, {"x": 0}):
        assert "vlan.egress_qos" in bench.refused("vlan", **good, egress_qos=wrong)
    for wrong in ({"8": 0}, {"0": 16}):
        assert "vlan.ingress_qos" in bench.refused("vlan", **good, ingress_qos=wrong)
