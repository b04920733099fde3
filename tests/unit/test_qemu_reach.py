"""A router in QEMU is reached where it listens, by ports that are free, and nowhere else.

Of the same kind, tried here: a lan that is a port of a bridge, or has none or a tiny network; a
network with tags on the same port; services that listen elsewhere, or as another user; a port that
another program has; addresses that QEMU's own network would take; datagrams of several programs.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

import pytest

from liminix_gen import System
from liminix_gen.errors import RunError
from liminix_gen.qemu import reach
from liminix_gen.qemu.loop import Loop
from liminix_gen.qemu.networks import Forward, Isolated, UserNet, netdev, spare
from liminix_gen.qemu.provider import provider
from liminix_gen.qemu.relay import Relay, own_ports
from liminix_gen.qemu.wire.frames import MacAddress
from liminix_gen.qemu.wire.host import Host
from liminix_gen.qemu.wire.link import Link, cable
from tests.support.peer import dhcp_client, dns
from tests.support.peer.peer import Peer
from tests.support.peer.servers import Echo, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from liminix_gen import Service

GUEST = IPv4Address("192.168.19.1")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


def address(config: System, interface: Service, text: str) -> Service:
    one, _, length = text.partition("/")
    return config.service.network.address.build(
        interface=interface, family="inet", address=one, prefix_length=int(length)
    )


@pytest.fixture
def config() -> System:
    return System(device="qemu-mipsel", hostname="gateway")


@pytest.fixture(autouse=True)
def _every_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_is_free", lambda _port, _protocol: True)


def ways(config: System) -> dict[str, str]:
    """Return how each service is reached, by its type and port."""
    assert config.problems.found == []
    lan = reach.lan(config)
    assert lan is not None
    return {
        f"{way.listener.service.TYPE} {way.listener.port}": way.shown(config.hostname)
        for way in lan.ways
    }


def test_each_listener_has_a_line_to_paste(config: System) -> None:
    lan = address(config, config.hardware.network_interfaces["lan"], f"{GUEST}/24")
    service = config.service
    config.services["dns"] = service.dnsmasq.build(interface=lan, domain="home.example.")
    config.services["time"] = service.ntp.build(
        servers={"192.0.2.1": []}, allow=["192.168.19.0/24"]
    )
    config.services["ssh"] = service.ssh.build(authorized_keys={"root": [KEY]})
    options = "-o NoHostAuthenticationForLocalhost=yes"
    assert ways(config) == {
        "ssh 22": f"ssh -p 2222 {options} root@127.0.0.1",
        "dnsmasq 53": "dig @127.0.0.1 -p 5353 gateway.home.example",
        "ntp 123": "127.0.0.1:8123 is udp port 123 of ntp",
    }
    lan_ = reach.lan(config)
    assert lan_ is not None
    assert [forward.host_port for forward in lan_.forwards("udp")] == [5353, 8123]
    assert [forward.host_port for forward in lan_.forwards("tcp")] == [2222, 5353]


def test_who_may_log_in_is_named(config: System) -> None:
    config.services["lan"] = address(
        config, config.hardware.network_interfaces["lan"], f"{GUEST}/24"
    )
    keys = {"keeper": [KEY]}
    config.services["ssh"] = config.service.ssh.build(
        authorized_keys=keys, allow_root=False, port=2022
    )
    assert ways(config)["ssh 2022"].endswith(" keeper@127.0.0.1")
    assert "-p 2022 " in ways(config)["ssh 2022"]


def test_what_listens_elsewhere_is_not_reached(config: System) -> None:
    ports = config.hardware.network_interfaces
    config.services["lan"] = address(config, ports["lan"], f"{GUEST}/24")
    wan = address(config, ports["wan"], "10.9.8.7/24")
    config.services["dns"] = config.service.dnsmasq.build(interface=wan, domain="lan")
    config.services["one"] = config.service.ssh.build(address="10.9.8.7", port=23)
    config.services["two"] = config.service.ssh.build(address=str(GUEST), port=24)
    assert ways(config).keys() == {"ssh 24"}


def plain(config: System) -> Service:
    return config.hardware.network_interfaces["lan"]


def bridged(config: System) -> Service:
    bridge = config.service.bridge.primary.build(ifname="br-lan")
    config.services["ports"] = config.service.bridge.members.build(
        primary=bridge, members=[plain(config)]
    )
    return bridge


@pytest.mark.parametrize("interface", [plain, bridged])
def test_the_lan_is_its_port_or_a_bridge_of_it(
    config: System, interface: Callable[[System], Service]
) -> None:
    home = interface(config)
    tagged = config.service.vlan.build(ifname="guests", primary=home, vid=7)
    config.services["aaa"] = address(config, tagged, "10.7.0.1/24")
    config.services["lan"] = address(config, home, f"{GUEST}/24")
    config.services["firewall"] = config.service.firewall.build(
        zones={"lan": [home], "guests": [tagged]}
    )
    lan = reach.lan(config)
    assert lan is not None
    assert lan.address == IPv4Interface(f"{GUEST}/24")


def test_what_is_instead_of_a_port_is_that_port(config: System) -> None:
    ports, link = config.hardware.network_interfaces, config.service.network.link.build
    lan_port, wan_port = (link(like=ports[name], mtu=1400) for name in ("lan", "wan"))
    config.services["lan"] = address(config, lan_port, f"{GUEST}/24")
    lan = reach.lan(config)
    assert lan is not None
    assert lan.address == IPv4Interface(f"{GUEST}/24")
    assert not reach.uses_wan(config)
    config.services["wan"] = address(config, wan_port, "10.9.8.7/24")
    assert reach.uses_wan(config)


@pytest.mark.parametrize("network", ["192.168.19.1/30", "192.168.19.1/32"])
def test_a_network_without_room_is_not_reached(config: System, network: str) -> None:
    config.services["lan"] = address(config, plain(config), network)
    assert reach.lan(config) is None
    with Loop() as loop, reach.connected(None, loop) as connected:
        assert connected == Isolated()


def test_without_an_address_nothing_is_reached(config: System) -> None:
    config.services["lan"] = config.service.network.dhcp.client.build(interface=plain(config))
    assert reach.lan(config) is None


def test_the_wan_counts_where_something_is_on_it(config: System) -> None:
    config.services["lan"] = address(config, plain(config), f"{GUEST}/24")
    assert not reach.uses_wan(config)
    wan = config.hardware.network_interfaces["wan"]
    config.services["wan"] = config.service.network.dhcp.client.build(interface=wan)
    assert reach.uses_wan(config)


@pytest.mark.parametrize("own", ["10.0.2.1/24", "10.0.0.1/16", "10.0.2.200/32"])
def test_the_internet_is_on_no_network_of_the_router(config: System, own: str) -> None:
    config.services["lan"] = address(config, plain(config), own)
    internet = reach.internet(config)
    assert not internet.network.overlaps(IPv4Interface(own).network)
    assert not internet.restricted


@pytest.mark.parametrize("length", [24, 28, 29])
def test_others_take_no_address_of_the_guest(length: int) -> None:
    network = IPv4Network(f"192.0.2.0/{length}")
    for guest in network.hosts():
        others = spare(network, guest)
        assert len(set(others)) == 4
        assert guest not in others
        assert set(others) <= set(network.hosts())
        (words,) = netdev(UserNet(network=network, guest=guest), 0)[1:]
        taken = [word.partition("=")[2] for word in words.split(",")[4:]]
        assert taken[:3] == [str(other) for other in others[:3]]


def test_a_port_that_is_taken_is_left_to_its_owner(
    config: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.services["lan"] = address(config, plain(config), f"{GUEST}/24")
    config.services["ssh"] = config.service.ssh.build(authorized_keys={"root": [KEY]})
    monkeypatch.setattr(reach, "_is_free", lambda port, _: port not in (2222, 2223))
    assert "-p 2224 " in ways(config)["ssh 22"]
    monkeypatch.setattr(reach, "_is_free", lambda _port, _protocol: False)
    with pytest.raises(RunError, match="no port of this machine is free for port 22 of the router"):
        reach.lan(config)


@pytest.mark.parametrize(
    ("kind", "protocol"), [(socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")]
)
def test_a_port_in_use_is_seen(
    monkeypatch: pytest.MonkeyPatch, kind: int, protocol: reach.Protocol
) -> None:
    monkeypatch.undo()
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if protocol == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        assert not reach._is_free(port, protocol)
    assert reach._is_free(port, protocol)


@pytest.fixture
def line() -> Iterator[tuple[Loop, Host, Peer]]:
    """The host of the relays, and a computer in the guest's place."""
    with ExitStack() as stack:
        loop = stack.enter_context(Loop())
        network = stack.enter_context(cable())
        ours = Host(
            Link(network),
            loop,
            mac=MacAddress.parse("52:54:00:00:01:01"),
            address=IPv4Interface("192.168.19.250/24"),
        )
        stack.callback(ours.close)
        other_end = type(network)(local=network.remote, remote=network.local)
        guest = Peer(
            Link(other_end),
            loop,
            mac=MacAddress.parse("52:54:00:00:00:01"),
            address=IPv4Interface(f"{GUEST}/24"),
        )
        stack.callback(guest.close)
        yield loop, ours, guest


def test_datagrams_of_each_program_find_their_way_back(line: tuple[Loop, Host, Peer]) -> None:
    loop, host, guest = line
    Echo(guest, 53)
    Echo(guest, 123)
    with ExitStack() as stack:
        ports: list[int] = []
        shared = own_ports()
        for number in (53, 123):
            forward = Forward(protocol="udp", host_port=0, guest_address=GUEST, guest_port=number)
            relay = Relay(host, loop, forward, shared)
            stack.callback(relay.close)
            ports.append(relay.port)
        programs = [
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(6)
        ]
        for number, program in enumerate(programs):
            program.setblocking(False)
            program.sendto(b"%d" % number, ("127.0.0.1", ports[number % 2]))
            program.sendto(bytes(2000), ("127.0.0.1", ports[number % 2]))  # too long for a frame
        loop.idle(0.3)
        for number, program in enumerate(programs):
            assert program.recv(4096) == b"%d" % number
            with pytest.raises(BlockingIOError):
                program.recv(4096)


def test_only_the_guests_port_answers(line: tuple[Loop, Host, Peer]) -> None:
    loop, host, guest = line
    Echo(guest, 53)
    forward = Forward(protocol="udp", host_port=0, guest_address=GUEST, guest_port=53)
    relay = Relay(host, loop, forward, own_ports())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.setblocking(False)
        program.sendto(b"question", ("127.0.0.1", relay.port))
        loop.idle(0.2)
        assert program.recv(100) == b"question"
        for port in range(49152, 49160):
            guest.ask(IPv4Address("192.168.19.250"), port, b"not asked for", 0.01)
        with pytest.raises(BlockingIOError):
            program.recv(100)
    relay.close()


def test_the_provider_gives_a_router_and_knows_no_name() -> None:
    with Loop() as loop, provider(loop) as network:
        other_end = type(network)(local=network.remote, remote=network.local)
        router = Peer(Link(other_end), loop, mac=MacAddress.parse("52:54:00:00:00:02"))
        lease = dhcp_client.acquire(router, timeout_s=10)
        assert lease.router is not None
        assert lease.dns == (lease.router,)
        assert router.ping(lease.router)
        assert router.look_up("example.org", lease.router).code == dns.NAME_ERROR
        router.close()


@pytest.mark.parametrize(("kind", "addresses"), [(dns.ADDRESS, 1), (28, 0)])
def test_a_name_server_answers_each_kind_of_question(
    line: tuple[Loop, Host, Peer], kind: int, addresses: int
) -> None:
    loop, host, guest = line
    Names(guest, {"www.example.org": IPv4Address("198.51.100.80")})
    forward = Forward(protocol="udp", host_port=0, guest_address=GUEST, guest_port=dns.PORT)
    relay = Relay(host, loop, forward, own_ports())
    query = dns.Query(identifier=1, name="www.example.org", kind=kind).encode()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
        program.sendto(query, ("127.0.0.1", relay.port))
        loop.idle(0.2)
        octets = program.recv(512, socket.MSG_DONTWAIT)
    relay.close()
    answer = dns.Answer.decode(octets)
    assert (answer.code, len(answer.addresses)) == (dns.NO_ERROR, addresses)
    # The question is repeated as it was asked.
    assert octets[12 : len(query)] == query[12:]
