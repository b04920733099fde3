"""ssh: keys that are keys, and flags the right way round."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import cast

import pytest

from liminix_gen import Service
from tests.support.services import Bench

KEY = (
    (Path(__file__).parent.parent / "support" / "test_only_ssh_key.pub")
    .read_text(encoding="utf-8")
    .strip()
)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def arguments(service: Service) -> tuple[str, ...]:
    (part,) = service.parts()
    return cast("tuple[str, ...]", part.parameters["arguments"])


def test_only_keys_open_an_account_unless_one_says_so(bench: Bench) -> None:
    def packages(service: Service) -> tuple[str, ...]:
        (part,) = service.parts()
        return part.packages

    keys = bench.good("ssh")
    assert arguments(keys) == ("-p", "22")
    # It does not have passwords at all.
    assert "dropbear-small" in packages(keys)
    opened = bench.good("ssh", allow_password_login=True)
    assert arguments(opened) == ("-p", "22", "-g")
    assert "dropbear" in packages(opened)
    opened = bench.good("ssh", allow_password_login=True, allow_password_login_for_root=True)
    assert arguments(opened) == ("-p", "22")


@pytest.mark.parametrize(
    ("parameter", "value", "flag"),
    [
        ("allow_root", False, "-w"),
        ("allow_local_port_forward", False, "-j"),
        ("allow_remote_port_forward", False, "-k"),
        # dropbear(8): "-a Allow remote hosts to connect to forwarded ports."
        ("allow_remote_connection_to_forwarded_ports", True, "-a"),
    ],
)
def test_flags_are_the_right_way_round(
    bench: Bench, parameter: str, value: bool, flag: str
) -> None:
    assert flag in arguments(bench.good("ssh", **{parameter: value}))
    assert flag not in arguments(bench.good("ssh", **{parameter: not value}))


def test_an_address_is_bound_to(bench: Bench) -> None:
    assert "192.0.2.1:22" in arguments(bench.good("ssh", address="192.0.2.1"))
    assert "[2001:db8::1]:2222" in arguments(bench.good("ssh", address="2001:db8::1", port=2222))


def test_an_interface_is_listened_on_whatever_its_addresses(bench: Bench) -> None:
    inside, guests = bench.link(), bench.dhcp()
    (part,) = bench.good("ssh", interfaces=[inside, guests], port=2222).parts()
    assert part.parameters["interfaces"] == (inside, guests)
    assert part.parameters["listening"] == ("2222",)
    assert part.parameters["arguments"] == ()
    bound = bench.good("ssh", interfaces=[inside], address="192.0.2.1")
    (part,) = bound.parts()
    assert part.parameters["listening"] == ("-a", "192.0.2.1", "22")


def blob(kind: str, size: int) -> str:
    name = kind.encode()
    return base64.b64encode(len(name).to_bytes(4, "big") + name + bytes(size)).decode()


def of(kind: str, *lengths: int) -> str:
    """Return a key of strings of these lengths, behind its type."""
    strings = (kind.encode(), *(b"\1" * length for length in lengths))
    return (
        f"{kind} "
        + base64.b64encode(b"".join(len(one).to_bytes(4, "big") + one for one in strings)).decode()
    )


@pytest.mark.parametrize(
    ("kind", "lengths", "wrong"),
    [
        ("ssh-ed25519", (32,), [(31,), (33,), (32, 1), ()]),
        ("ssh-rsa", (3, 257), [(257,), (3, 64), (3, 0), (3, 257, 1)]),
        ("ecdsa-sha2-nistp256", (8, 65), [(8, 33), (8, 97), (65,)]),
        ("ecdsa-sha2-nistp384", (8, 97), [(8, 65)]),
        ("ecdsa-sha2-nistp521", (8, 133), [(8, 97)]),
        ("sk-ssh-ed25519@openssh.com", (32, 4), [(32,), (31, 4)]),
        ("sk-ecdsa-sha2-nistp256@openssh.com", (8, 65, 4), [(8, 65), (8, 64, 4)]),
    ],
)
def test_a_key_has_the_strings_of_its_type(
    bench: Bench, kind: str, lengths: tuple[int, ...], wrong: list[tuple[int, ...]]
) -> None:
    for comment in ("", " me@home"):
        bench.good("ssh", authorized_keys={"root": [of(kind, *lengths) + comment]})
    for one in wrong:
        message = bench.refused("ssh", authorized_keys={"root": [of(kind, *one)]})
        assert f"holds a {kind} key that is cut short or of another type" in message
    cut = bench.refused("ssh", authorized_keys={"root": [of(kind, *lengths)[:-4]]})
    assert "cut short" in cut


def test_keys_of_root_are_for_a_root_who_may_log_in(bench: Bench) -> None:
    message = bench.refused("ssh", authorized_keys={"root": [KEY]}, allow_root=False)
    assert message == "ssh: authorized_keys['root']: allow_root is False, so they open nothing"
    bench.good("ssh", authorized_keys={"admin": [KEY]}, allow_root=False)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("", "line of text"),
        (f"{KEY}\n{KEY}", "control characters"),
        ("AAAAC3NzaC1lZDI1NTE5", "is not one of the types"),
        ('command="reboot" ' + KEY, "is not one of the types"),
        ("ssh-dss " + blob("ssh-dss", 100), "'ssh-dss' is not one of the types"),
        ("ssh-ed25519 !!!!", "is not base64"),
        ("ssh-ed25519", "cut short"),
        ("ssh-ed25519 " + blob("ssh-ed25519", 10), "cut short"),
        ("ssh-ed25519 " + blob("ssh-rsa", 100), "of another type"),
        (b"ssh-ed25519", "line of text"),
    ],
)
def test_what_is_no_key_is_refused(bench: Bench, key: object, said: str) -> None:
    message = bench.refused("ssh", authorized_keys={"root": [key]})
    assert message.startswith("ssh.authorized_keys ['root'] ")
    assert said in message


def test_keys_are_found_below_the_home(bench: Bench) -> None:
    service = bench.good("ssh", authorized_keys={"root": [KEY, KEY], "ann": [KEY]})
    (part,) = service.parts()
    assert part.parameters["authorized_keys"] == {"ann": KEY, "root": f"{KEY}\n{KEY}"}
    links = {file.path: file.content for file in service.needs().files if file.kind == "link"}
    assert links == {"/root/.ssh": ("/run/ssh/root",), "/home/ann/.ssh": ("/run/ssh/ann",)}


def test_keys_may_come_from_an_output(bench: Bench) -> None:
    output = bench.dhcp().output("domain")
    (part,) = bench.good("ssh", authorized_keys={"root": output}).parts()
    assert part.parameters["authorized_keys"] == {"root": output}


def test_a_user_name_is_one(bench: Bench) -> None:
    assert "user or group name" in bench.refused("ssh", authorized_keys={"../root": [KEY]})
