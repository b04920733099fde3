"""What a plan holds, what it leaves out, and what it refuses."""

import textwrap
from pathlib import Path

import pytest

from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import Plan, plan

START = """\
from liminix_gen import File, Group, System, User, text_file
config = System(device="qemu-mipsel", hostname="hello")
service = config.service
link = config.hardware.network_interfaces["lan"]
"""

ADDRESS = """service.network.address.build(
    interface=link, family="inet", address="10.0.0.1", prefix_length=24)"""

# A service type whose parts need each other in a circle, if asked to.
RING = """\
from liminix_gen import KernelModule, Needs, Part, Service, oneshot, parameter, service_type, values

@service_type
class Ring(Service):
    closed: bool = parameter(values.Boolean(), "whether it closes", default=False, example=True)
    symbol: str = parameter(values.Text(), "a symbol", default="RING", example="OTHER")

    def needs(self) -> Needs:
        return Needs(kernel_modules=(KernelModule("ring", {self.symbol: "m"}),))

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot("a.nix", after=("b",) if self.closed else ()),
            oneshot("a.nix", name="b", after=("",)),
        )
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    folder = tmp_path / "modules" / "ring"
    folder.mkdir(parents=True)
    (folder / "module.py").write_text(RING)
    (folder / "a.nix").write_text('{ }: { up = ""; }')
    return Catalog.of(modules=(tmp_path / "modules",))


def planned(tmp_path: Path, catalog: Catalog, text: str) -> Plan:
    file = tmp_path / "router.py"
    file.write_text(START + textwrap.dedent(text))
    return plan(load(file, catalog), DEBIAN)


def refused(tmp_path: Path, catalog: Catalog, text: str) -> str:
    with pytest.raises(ConfigurationError) as error:
        planned(tmp_path, catalog, text)
    return str(error.value).replace(f"{tmp_path}/", "")


def test_only_what_is_reached_is_planned(tmp_path: Path, catalog: Catalog) -> None:
    kept = planned(tmp_path, catalog, 'config.services["r"] = service.ring.build()')
    assert [loader.modules for loader in kept.loaders] == [("ring",)]
    assert ("RING", "m") in {(symbol.name, symbol.value) for symbol in kept.symbols}
    names = [service.name for service in kept.services]
    assert names.index("r") < names.index("r.b")
    assert next(s for s in kept.services if s.name == "r.b").needs == ("modules.ring", "r")

    assert not {entry.what for entry in kept.pruned} & {"service r", "symbol RING"}

    left = planned(tmp_path, catalog, "service.ring.build()")
    assert left.loaders == ()
    assert "RING" not in {symbol.name for symbol in left.symbols}
    assert {entry.what for entry in left.pruned} >= {
        "service ring", "kernel-module ring", "symbol RING", "service link.lan",
    }  # fmt: skip
    askers = {entry.what: entry.asked.by for entry in left.pruned}
    assert askers["symbol RING"] == askers["kernel-module ring"] == "ring"


def test_what_has_no_name_of_its_own_is_reached_too(tmp_path: Path, catalog: Catalog) -> None:
    text = f'config.services["lan"] = {ADDRESS}'
    made = planned(tmp_path, catalog, text)
    left = {entry.what for entry in made.pruned if entry.what.startswith("service ")}
    assert left == {"service link.wan", "service link.wlan0", "service driver.mac80211_hwsim"}


def test_a_circle_of_parts_is_their_authors(tmp_path: Path, catalog: Catalog) -> None:
    message = refused(tmp_path, catalog, 'config.services["r"] = service.ring.build(closed=True)')
    said = "modules/ring/module.py:11: the parts of ring need each other: r -> r.b -> r"
    assert f"{said}\n  for the ring of router.py:5" in message


def test_the_users_symbol_conflicts_with_a_modules(tmp_path: Path, catalog: Catalog) -> None:
    text = """
    config.services["r"] = service.ring.build()
    config.kernel.config["RING"] = "n"
    """
    message = refused(tmp_path, catalog, text)
    assert "router.py:6: kernel symbol RING cannot be both n and m" in message
    assert (
        "n is asked for by config.kernel.config (router.py:7), m by ring (router.py:6)" in message
    )


def test_y_meets_a_wish_for_m(tmp_path: Path, catalog: Catalog) -> None:
    made = planned(tmp_path, catalog, 'config.services["r"] = service.ring.build(symbol="NET")')
    symbol = next(symbol for symbol in made.symbols if symbol.name == "NET")
    assert symbol.value == "y"
    assert {asked.by for asked in symbol.asked} == {"every image", "ring"}


def test_names(tmp_path: Path, catalog: Catalog) -> None:
    message = refused(
        tmp_path,
        catalog,
        """
        config.services["klog"] = service.kexec.build()
        """,
    )
    assert "router.py:6: only one can have the name 'klog'\n  the other is that of every" in message


def test_those_without_a_name_have_different_ones(tmp_path: Path, catalog: Catalog) -> None:
    text = """
    config.services["ring-2"] = service.kexec.build()
    config.services["a"] = service.network.forward.build(dependencies=[service.ring.build()])
    config.services["b"] = service.network.link.build(ifname="y", dependencies=[service.ring.build()])
    left = service.ring.build()
    """
    made = planned(tmp_path, catalog, text)
    rings = [one.name for one in made.services if one.type == "ring"]
    assert sorted(rings) == ["ring", "ring-3", "ring-3.b", "ring.b"]
    assert "service ring-4" in {entry.what for entry in made.pruned}


def test_accounts(tmp_path: Path, catalog: Catalog) -> None:
    made = planned(
        tmp_path,
        catalog,
        """
        config.users["zoe"] = User(name="zoe", home="/home/zoe", shell="/bin/sh")
        config.users["ann"] = User(name="ann")
        """,
    )
    assert made.ids["users"]["ann"] == 1000
    assert made.ids["users"]["zoe"] == 1001
    files = {planned.file.path: planned for planned in made.files}
    assert files["/home/zoe"].uid == 1001
    assert "zoe:x:1001:1001::/home/zoe:/bin/sh\n" in files["/etc/passwd"].file.content[0]
    assert "root:!:" in files["/etc/shadow"].file.content[0]

    file = tmp_path / "router.py"
    kept = plan(load(file, catalog), DEBIAN, {"users": {"zoe": 1000}, "groups": {"zoe": 1000}})
    assert kept.ids["users"] == {**made.ids["users"], "ann": 1001, "zoe": 1000}


def test_one_path_with_two_contents(tmp_path: Path, catalog: Catalog) -> None:
    text = 'config.files["/etc/hosts"] = text_file("/etc/hosts", "mine")'
    message = refused(tmp_path, catalog, text)
    assert "router.py:5: only one can have the file /etc/hosts" in message


def test_names_of_hosts_are_in_the_file_of_the_router_itself(
    tmp_path: Path, catalog: Catalog
) -> None:
    text = """
        config.hosts["nas.lan."] = ["10.0.0.5", "fd00::5"]
        config.hosts["logs"] = "192.0.2.7"
        """
    files = {one.file.path: one.file for one in planned(tmp_path, catalog, text).files}
    (content,) = files["/etc/hosts"].content
    assert content == (
        "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 hello\n"
        "192.0.2.7 logs\n10.0.0.5 nas.lan\nfd00::5 nas.lan\n"
    )


def test_a_file_of_nobody_we_know(tmp_path: Path, catalog: Catalog) -> None:
    text = 'config.files["/x"] = File(path="/x", user="eve")'
    message = refused(tmp_path, catalog, text)
    assert "router.py:5: /x belongs to user 'eve', which does not exist" in message


def test_hashes_of_passwords_stay_on_the_device(tmp_path: Path, catalog: Catalog) -> None:
    made = planned(
        tmp_path,
        catalog,
        """
        from liminix_gen import RuntimePath
        config.state = "state"
        config.users["root"] = User(name="root", password_hash=RuntimePath("/state/root-hash"))
        """,
    )
    users = next(service for service in made.services if service.name == "users")
    assert users.parameters["password_hashes"] == {"root": "/state/root-hash"}
    assert users.needs == ("state",)
    shadow = next(planned.file for planned in made.files if planned.file.path == "/etc/shadow")
    assert shadow.content == ("/run/shadow",)


def test_a_password_may_come_from_a_service(tmp_path: Path, catalog: Catalog) -> None:
    made = planned(
        tmp_path,
        catalog,
        """
        from liminix_gen import RuntimePath
        held = service.secret.file.build(path="/state/hash").output("value")
        config.users["admin"] = User(name="admin", password_hash=held)
        config.users["root"] = User(name="root", password_hash=RuntimePath("/state/root-hash"))
        """,
    )
    by_name = {service.name: service for service in made.services}
    users = by_name["users"]
    assert users.observes == ("file.hash",)
    assert users.parameters["password_hashes"] == {"root": "/state/root-hash"}
    assert "file.hash" in by_name
    assert "passwd" in {package.name for package in made.packages}


def test_a_notice_names_what_is_lost_without_state(tmp_path: Path, catalog: Catalog) -> None:
    text = 'config.services["dns"] = service.dnsmasq.build(interface=link, domain="lan")\n'
    assert "dns" in planned(tmp_path, catalog, text).notices[0]
    assert planned(tmp_path, catalog, f'{text}config.state = "state"').notices == ()


def test_a_root_that_can_be_written_keeps_the_state(tmp_path: Path, catalog: Catalog) -> None:
    text = 'config.services["dns"] = service.dnsmasq.build(interface=link, domain="lan")\n'
    for more, loaders in (("", set[str]()), ('config.state = "state"\n', {"modules.base.state"})):
        made = planned(tmp_path, catalog, f'{text}config.root = "ext4"\n{more}')
        assert made.notices == ()
        services = {service.name: service for service in made.services}
        assert "state" in services["dns"].needs
        assert services["state"].parameters["label"] == ("state" if more else None)
        assert set(services["state"].needs) == loaders

    read_only = planned(tmp_path, catalog, f'{text}config.root = "squashfs"')
    assert "state" not in {service.name for service in read_only.services}
    assert read_only.notices


def test_an_image_for_nor_flash_holds_what_can_be_there(tmp_path: Path, catalog: Catalog) -> None:
    outputs = {
        root: planned(
            tmp_path,
            catalog,
            f'config = System(device="qemu-aarch64")\nconfig.root = "{root}"',
        ).outputs
        for root in catalog.device("qemu-aarch64").roots
    }
    assert {root for root, names in outputs.items() if "mtdimage" in names} == {"jffs2", "squashfs"}
    assert all({root, "tftpboot", "vmroot"} <= set(names) for root, names in outputs.items())


def test_accounts_that_services_refer_to(tmp_path: Path, catalog: Catalog) -> None:
    text = """
    config.users["ann"] = User(name="ann")
    config.services["dns"] = service.dnsmasq.build(
        interface=link, domain="lan", user="anne", group="ann"
    )
    """
    message = refused(tmp_path, catalog, text)
    assert "router.py:7: dnsmasq refers to the user 'anne', which does not exist" in message
    assert "did you mean ann?" in message
    assert "group" not in message


def test_what_only_one_service_can_have(tmp_path: Path, catalog: Catalog) -> None:
    text = """
    config.services["a"] = service.bridge.primary.build(ifname="x")
    config.services["b"] = service.vlan.build(ifname="x", primary=link, vid=2)
    """
    message = refused(tmp_path, catalog, text)
    assert "router.py:7: only one can have the interface x" in message
    assert "the other is that of bridge.primary (router.py:6)" in message


GATE = """\
from liminix_gen import KernelModule, Needs, Part, Service, oneshot, parameter, service_type, values

FEW = (KernelModule("few", {"FEW": "m"}),)

@service_type
class Gate(Service):
    def needs(self) -> Needs:
        return Needs(kernel_modules=(*FEW, KernelModule("more", {"MORE": "m"})))

    def parts(self) -> tuple[Part, ...]:
        return (
            oneshot("a.nix"),
            oneshot("a.nix", name="early", guards=True, kernel_modules=FEW),
        )
"""

INTERFACES = """
bridge = service.bridge.primary.build(ifname="br")
lan = service.network.address.build(
    interface=bridge, family="inet", address="10.0.0.1", prefix_length=24)
config.services["ports"] = service.bridge.members.build(primary=bridge, members=[link])
config.services["lan"] = lan
config.services["wan"] = service.network.dhcp.client.build(
    interface=config.hardware.network_interfaces["wan"])
config.services["ssh"] = service.ssh.build()
"""


def test_a_guard_is_ready_before_every_interface(tmp_path: Path, catalog: Catalog) -> None:
    """Whatever makes an interface; what stands on one needs the guard by way of that.

    Other members: a guard that the user gave a dependency of its own (it would need an interface,
    in a circle), the interface lo (in every image, it waits for the guard that is, too: the kernel
    keeps the settings of one that has an address), a configuration without a guard.
    """
    folder = tmp_path / "modules" / "gate"
    folder.mkdir()
    (folder / "module.py").write_text(GATE)
    (folder / "a.nix").write_text('{ }: { up = ""; }')
    catalog = Catalog.of(modules=(tmp_path / "modules",))
    gate = "config.services['gate'] = service.gate.build(dependencies=[lan])"
    guarded = planned(tmp_path, catalog, INTERFACES + gate)
    needs = {one.name: one.needs for one in guarded.services}
    # Nor does a module that it does without keep it from its work.
    assert needs["gate.early"] == ("modules.gate",)
    assert needs["gate"] == ("lan", "modules.gate", "modules.gate.rest")
    loaders = {one.name: (one.modules, one.needs) for one in guarded.loaders if "gate" in one.name}
    assert loaders == {
        "modules.gate": (("few",), ()),
        "modules.gate.rest": (("more",), ("modules.gate",)),
    }
    ones = {name for name, needed in needs.items() if "gate.early" in needed}
    assert ones == {"link.lan", "link.wan", "primary.br"}
    ones = {name for name, needed in needs.items() if "sysctl.early" in needed}
    assert ones == {"link.lan", "link.wan", "loopback", "primary.br", "sysctl"}

    free = planned(tmp_path, catalog, INTERFACES)
    assert {one.name: one.needs for one in free.services} == {
        name: tuple(need for need in needed if "gate" not in need)
        for name, needed in needs.items()
        if not name.startswith("gate")
    }


def test_mistakes_in_what_is_left_out_are_no_mistakes(tmp_path: Path, catalog: Catalog) -> None:
    text = """
    service.bridge.primary.build(ifname="x")
    service.vlan.build(ifname="x", primary=link, vid=2)
    """
    assert "service primary.x" in {entry.what for entry in planned(tmp_path, catalog, text).pruned}


def test_a_member_of_a_group_is_a_user(tmp_path: Path, catalog: Catalog) -> None:
    text = 'config.groups["g"] = Group(name="g", members=["nobody", "nobody2"])\n'
    assert refused(tmp_path, catalog, text) == (
        "router.py:5: the group 'g' has the member 'nobody2', which is not a user\n"
        "  hint: did you mean nobody?"
    )
    added = 'config.users["nobody2"] = User(name="nobody2")\n'
    assert planned(tmp_path, catalog, added + text)


def test_a_service_that_needs_an_image_which_the_board_has_not(
    tmp_path: Path, catalog: Catalog
) -> None:
    text = 'config.services["k"] = service.kexec.build()\n'
    assert planned(tmp_path, catalog, text)
    file = tmp_path / "router.py"
    file.write_text((START + text).replace("qemu-mipsel", "qemu-aarch64"))
    with pytest.raises(ConfigurationError) as error:
        plan(load(file, catalog), DEBIAN)
    message = "router.py:5: kexec needs the output 'kexecboot', which qemu-aarch64 does not have"
    assert message in str(error.value)


SSH = "config.services['ssh'] = service.ssh.build({})\n"
USER = "config.users['a'] = User(name='a', home='/home/a', shell='{}')\n"
HASH = "config.users['{0}'] = User(name='{0}', {1}password_hash=RuntimePath('/run/{0}'))\n"


@pytest.mark.parametrize(
    ("text", "somebody"),
    [
        ("", False),
        ("config.console = 'shell'\n", True),
        ("config.console = 'none'\n", False),
        (SSH.format(""), False),
        (SSH.format("authorized_keys={'root': [KEY]}"), True),
        ("config.console = 'none'\n" + SSH.format("authorized_keys={'root': [KEY]}"), True),
        (SSH.format("authorized_keys={'root': []}"), False),
        (SSH.format("authorized_keys={'nobody': [KEY]}"), False),
        (USER.format("/bin/false") + SSH.format("authorized_keys={'a': [KEY]}"), False),
        (USER.format("/bin/sh") + SSH.format("authorized_keys={'a': [KEY]}"), True),
        (SSH.format("allow_password_login=True"), False),
        (HASH.format("root", ""), True),
        (HASH.format("a", ""), False),  # its shell is /bin/false
        (HASH.format("a", "shell='/bin/sh', "), True),
        ("config.console = 'none'\n" + HASH.format("root", ""), False),
        (
            "config.console = 'none'\n"
            + HASH.format("root", "")
            + SSH.format("allow_password_login=True"),
            True,
        ),
    ],
)
def test_where_nobody_can_log_in_the_ways_in_are_named(
    tmp_path: Path, catalog: Catalog, text: str, somebody: bool
) -> None:
    key = "from liminix_gen import RuntimePath\nKEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'\n"
    login = "config.console = 'login'\n" if "console" not in text else ""
    notices = planned(tmp_path, catalog, key + login + text).notices
    told = [notice for notice in notices if notice.startswith("nobody can log in: ")]
    assert len(told) == (not somebody)
    for way in ('config.console = "shell"', "password_hash", "service.ssh"):
        assert all(way in notice for notice in told)


def test_a_number_is_the_same_in_hex(tmp_path: Path, catalog: Catalog) -> None:
    made = planned(tmp_path, catalog, 'config.kernel.config["PANIC_TIMEOUT"] = "0x0A"')
    assert {symbol.name: symbol.value for symbol in made.symbols}["PANIC_TIMEOUT"] == "10"
