"""Random configurations: mostly right, so that they get far, with a wrong or hostile value here and there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import define, field

from tests.fuzz.hostile import PRELUDE, maybe, wrong

if TYPE_CHECKING:
    from random import Random

BOARDS = (
    "qemu-mipsel",
    "qemu-aarch64",
    "qemu",
    "gl-ar750",
    "openwrt-one",
    "x86-64",
    "turris-omnia",
)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
ODD = (
    "config.services.update(a={wrong})",
    "config.files.setdefault('/x', {wrong})",
    "config.services.get({wrong})",
    "config.users.pop('nobody', {wrong})",
    "config.services.pop('no-such-service')",
    "del config.services['no-such-service']",
    "del config.device",
    "del config.state",
    "config.services = {wrong}",
    "config.device = {wrong}",
    "config.{word} = {wrong}",
    "config.kernel.{word} = {wrong}",
    "config.hardware.network_interfaces[{wrong}]",
    "config.hardware.network_interfaces = {wrong}",
    "service.{word}.build(a={wrong})",
    "service.{word}.{word}",
    "service.{word}(1)",
    "service({wrong})",
    "port.output({wrong})",
    "service.network.build()",
    "service.of({wrong}).build()",
    "service.network.forward.build({wrong})",
    "service.network.forward.build(dependencies={wrong})",
    "service.network.forward.build(**{{{wrong}: 1}})",
    "System({wrong})",
    "System(device='qemu-mips', hostname={wrong})",
    "raise {wrong}",
    "raise Bad",
    "raise GeneratorExit",
    "import asyncio; raise asyncio.CancelledError",
    "raise SystemExit({wrong})",
    "def f(): f()\nf()",
    "import sys; sys.setrecursionlimit(150)",
    "print({wrong})",
    "import os; os.chdir('/')",
    "1 / 0",
    "x = (",
    "exec('1 / 0')",
    "assert False, {wrong}",
    "import no_such_module",
    "import warnings; warnings.filterwarnings('ignore')",
    "User(name={wrong})",
    "Group(name='g', members={wrong})",
    "File(path='/x', kind={wrong}, content={wrong})",
    "File(path='/x', kind='hardlink')",
    "link('/x', {wrong})",
    "device_node('/x', {wrong}, major={wrong}, minor=1)",
    "PackagePath('busybox', {wrong})",
    "RuntimePath({wrong})",
    "config.services['mine'] = Mine()",
    "config.services['mine'] = config.service.vlan",
    "config.services[{wrong}] = port",
    "config.services['chain'] = port; config.services['chain2'] = port",
    "last = port\nfor n in range(1100): last = service.network.forward.build(dependencies=[last])\nconfig.services['deep'] = last",
)
WORDS = (
    "dnsmask",
    "vlan",
    "prefix",
    "built",
    "where",
    "network",
    "config",
    "modules",
    "_name",
    "of",
)


@define
class Configuration:
    """A configuration that is being written."""

    random: Random
    lines: list[str] = field(factory=list[str])
    interfaces: list[str] = field(factory=lambda: ["port"])
    addresses: list[str] = field(factory=lambda: ["lan"])
    made: list[str] = field(factory=lambda: ["port", "lan"])

    def text(self) -> str:
        """Return the whole text."""
        random = self.random
        board = repr(random.choice(BOARDS) if random.random() < 0.5 else BOARDS[0])
        self.lines += [
            PRELUDE,
            "class Mine(Service):\n    pass",
            f"config = System(device={self.some(board)}, hostname={self.some(repr('router'))})",
            "service = config.service",
            "port = config.hardware.network_interfaces['lan']",
            "lan = service.network.address.build(interface=port, family='inet', address='192.168.19.1', prefix_length=24)",
        ]
        for _ in range(random.randint(1, 12)):
            if random.random() < 0.03:
                odd = random.choice(ODD)
                self.lines.append(odd.format(wrong=wrong(random), word=random.choice(WORDS)))
            else:
                random.choice(STATEMENTS)(self)
        for number, name in enumerate(self.made[1:]):
            if random.random() < 0.5:
                key = self.some(
                    repr(random.choice((f"own{number}", f"a.b{number}", f"own-{number}")))
                )
                self.lines.append(f"config.services[{key}] = {self.some(name)}")
        return "\n".join(self.lines) + "\n"

    def some(self, right: str) -> str:
        """Return an expression that is right, mostly."""
        return maybe(self.random, right, chance=0.015)

    def one(self, *rights: object) -> str:
        """Return the expression of one of these values, mostly."""
        return self.some(repr(self.random.choice(rights)))

    def interface(self) -> str:
        return self.some(self.random.choice(self.interfaces))

    def build(self, type_: str, kind: str = "", **arguments: str) -> str:
        """Write the call of a service type; some parameters may stay out."""
        name = f"s{len(self.made)}"
        given = {
            key: value
            for key, value in arguments.items()
            if not key.startswith("_") or self.random.random() < 0.5
        }
        if self.random.random() < 0.2:
            given["dependencies"] = self.some(f"[{self.random.choice(self.made)}]")
        if self.random.random() < 0.01:
            given[self.random.choice(WORDS)] = wrong(self.random)
        if self.random.random() < 0.01 and given:
            del given[self.random.choice(sorted(given))]
        separator = self.random.choice((", ", ",\n    "))
        words = separator.join(f"{key.lstrip('_')}={value}" for key, value in given.items())
        self.lines.append(f"{name} = service.{type_}.build({words})")
        self.made.append(name)
        if kind == "interface":
            self.interfaces.append(name)
        elif kind == "address":
            self.addresses.append(name)
        return name


def _vlan(to: Configuration) -> None:
    name = f"v{len(to.made)}"
    to.build(
        "vlan", "interface", ifname=to.one(name), primary=to.interface(), vid=to.one(2, 7, 4094)
    )


def _bridge(to: Configuration) -> None:
    name = to.build("bridge.primary", "interface", ifname=to.one(f"b{len(to.made)}"))
    to.build(
        "bridge.members",
        primary=to.some(name),
        members=to.some(f"[{to.random.choice(to.interfaces[:-1])}]"),
    )


def _address(to: Configuration) -> None:
    n = len(to.made)
    if to.random.random() < 0.7:
        to.build(
            "network.address",
            "address",
            interface=to.interface(),
            family=to.one("inet"),
            address=to.one(f"10.{n}.0.1"),
            prefix_length=to.one(24, 16, 32),
        )
    else:
        to.build(
            "network.address",
            "address",
            interface=to.interface(),
            family=to.one("inet6"),
            address=to.one(f"fd00:{n}::1"),
            prefix_length=to.one(64, 128),
        )


def _dnsmasq(to: Configuration) -> None:
    interface = to.random.choice(to.addresses)
    ranges = to.one([], ["192.168.19.10,192.168.19.250"]) if interface == "lan" else "[]"
    to.build("dnsmasq", interface=to.some(interface), domain=to.one("lan", "a.b"), _ranges=ranges)


def _dhcp(to: Configuration) -> None:
    name = to.build("network.dhcp.client", "interface", interface=to.interface())
    if to.random.random() < 0.5:
        to.build(
            "network.route",
            target=to.one("default"),
            via=to.some(f"{name}.output('router')"),
            _interface=to.some(name),
        )
    if to.random.random() < 0.5:
        to.build("network.resolver", source=to.some(name))


def _route(to: Configuration) -> None:
    to.build(
        "network.route",
        target=to.one(f"172.{len(to.made)}.0.0/16", "default"),
        via=to.one("192.168.19.2"),
        interface=to.some("lan"),
        _metric=to.one(1, 100),
    )


def _firewall(to: Configuration) -> None:
    zones = f"{{'lan': [{to.random.choice(to.interfaces)}], 'wan': [{to.random.choice(to.interfaces)}]}}"
    to.build("firewall", _zones=to.some(zones))


def _ssh(to: Configuration) -> None:
    to.build(
        "ssh",
        _authorized_keys=to.some(f"{{'root': [{KEY!r}]}}"),
        _port=to.one(22, 2222),
        _address=to.one(None, "192.168.19.1"),
        _extra_config=to.one([], ["-K", "60"], ["${x}", "''"]),
    )


def _ntp(to: Configuration) -> None:
    to.build("ntp", _pools=to.one({"pool.ntp.org": []}, {}))


def _forward(to: Configuration) -> None:
    to.build("network.forward")


def _setting(to: Configuration) -> None:
    name, values = to.random.choice(
        (
            ("console", ("shell", "login", "none", None)),
            ("state", (None, "state", "my-state")),
            ("root", (None, "squashfs", "ext4", "jffs2")),
            ("packages", ([], ["strace"], ("tcpdump", "iperf3"))),
            ("trial_seconds", (1, 300, 86400)),
            ("kernel.modules", ("all", "referenced")),
        )
    )
    to.lines.append(f"config.{name} = {to.one(*values)}")


def _symbol(to: Configuration) -> None:
    symbol = to.one("IKCONFIG", "STRACE_TEST", "NFT_MASQ", "CMDLINE_EXTRA")
    value = to.one("y", "n", "m", 432, "0x1b0", 'a ${b} " \\', True)
    to.lines.append(f"config.kernel.config[{symbol}] = {value}")


def _sysctl(to: Configuration) -> None:
    key = to.one("net.ipv4.ip_forward", "net.ipv6.conf.eth0/1.accept_ra", "vm.swappiness")
    to.lines.append(f"config.sysctl[{key}] = {to.one(0, 1, '1 2', '${x}')}")


def _account(to: Configuration) -> None:
    name = f"u{len(to.lines)}"
    shell = to.one("/bin/sh", "/bin/false")
    hash_ = to.some("RuntimePath('/run/secrets/x')") if to.random.random() < 0.5 else "None"
    to.lines.append(
        f"config.users[{to.some(repr(name))}] = User(name={to.some(repr(name))}, shell={shell}, home={to.one('/run', f'/home/{name}')}, password_hash={hash_}, uid={to.one(None, 1234)})"
    )
    if to.random.random() < 0.4:
        to.lines.append(
            f"config.groups['g{name}'] = Group(name='g{name}', members={to.one((name,), [], (name, 'nobody'))})"
        )


CONTENTS = ("a", "b${c}", "", "two\nlines\n", " led\n  by\n spaces\n", "''", "$${x}", "\t\r\n")


def _file(to: Configuration) -> None:
    place = to.random.choice(("srv", "etc", "a b", "\u00fc", "${x}", "#"))
    path = repr(f"/{place}/{len(to.lines)}")
    given = to.some(path)
    what = to.random.choice(
        (
            f"text_file({given}, {to.one(*CONTENTS)}, {to.one(*CONTENTS)})",
            f"directory({given}, user={to.one('root', 'nobody')})",
            f"link({given}, {to.one('/run/x')})",
            f"link({given}, PackagePath('busybox', {to.one('bin/sh')}))",
            f"device_node({given}, 'c', major={to.one(1, 4095)}, minor={to.one(3)})",
            f"File(path={given}, kind={to.one('file', 'directory')}, mode={to.one('0644')})",
        )
    )
    to.lines.append(f"config.files[{path}] = {what}")


STATEMENTS: tuple[Callable[[Configuration], None], ...] = (
    _vlan,
    _vlan,
    _bridge,
    _address,
    _address,
    _dnsmasq,
    _dhcp,
    _route,
    _firewall,
    _ssh,
    _ntp,
    _forward,
    _setting,
    _setting,
    _symbol,
    _sysctl,
    _account,
    _file,
    _file,
)
