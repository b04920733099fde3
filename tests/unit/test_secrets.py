"""Where a secret may go: to a parameter that keeps it to itself, by reference, and nowhere else.

Of this kind (a secret ends where others can read it): its text in the configuration, also as the key of a mapping or in
a list; a secret output in a parameter that shows what it is given; and the file that a tree is made of.
"""

from __future__ import annotations

import re
import shlex
import stat
import subprocess
from pathlib import Path

import pytest

from liminix_gen import System
from liminix_gen.catalog import Catalog
from liminix_gen.cli.problems import shown
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import OutputRef, plan
from tests.support.command_line import PROGRAM
from tests.support.forked import ended

MODULE = """\
from collections.abc import Mapping
from liminix_gen import SECRET, OutputReference, Part, Service, oneshot, parameter, service_type, values

@service_type
class Line(Service):
    password: OutputReference = parameter(SECRET, "the password", example="ppp")
    others: Mapping[str, OutputReference] = parameter(
        values.MappingOf(values.HOST_NAME, SECRET), "more", default={}, example={"a": "ppp"}
    )

    def parts(self) -> tuple[Part, ...]:
        return (oneshot("line.nix", password=self.password),)
"""
HEAD = """\
from liminix_gen import System
config = System(device="qemu-mipsel")
service = config.service
key = service.secret.file.build(path="/state/secrets/ppp").output("value")
"""
TEXT = "hunter2"


def loaded(folder: Path, text: str) -> System:
    (folder / "modules" / "line").mkdir(parents=True)
    (folder / "modules" / "line" / "module.py").write_text(MODULE)
    (folder / "modules" / "line" / "line.nix").write_text('{ password, sh }: { up = ""; }\n')
    (folder / "router.py").write_text(f"{HEAD}{text}\n")
    return load(folder / "router.py", Catalog.of(modules=(folder / "modules",)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"service.line.build(password='{TEXT}')", "line.password must be an output that holds"),
        (f"service.line.build(password=b'{TEXT}')", "line.password must be an output that holds"),
        (f"service.line.build(password=key, others={{'a': '{TEXT}'}})", "must be an output that"),
        (
            "service.network.route.build(target='default', via=key)",
            (
                "network.route.via shows to others what it is given, so it takes no secret: the "
                "output value of the secret.file of "
            ),
        ),
        ("service.ssh.build(authorized_keys={'root': key})", "so it takes no secret"),
        (f"service.secret.file.build(path='{TEXT}')", "secret.file.path must be an absolute path"),
    ],
)
def test_a_secret_in_a_wrong_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, text)
    (problem,) = caught.value.problems
    assert str(problem.where).endswith("/router.py:5")
    assert message in problem.what
    assert TEXT not in f"{problem} {shown(problem)}"


def test_a_reference_is_a_secret_down_to_the_body(tmp_path: Path) -> None:
    system = loaded(tmp_path, "config.services['line'] = service.line.build(password=key)")
    (line,) = (one for one in plan(system, DEBIAN).services if one.name == "line")
    assert line.parameters["password"] == OutputRef("file.ppp", "value", secret=True)
    assert line.needs == ("file.ppp",)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("/run/wifi/home", "/run/ppp/home"), ["file.home", "file.home-2"]),
        (("/run/home", "/run/home"), ["file.home", "file.home-2"]),
        (("/run/home", "/run/wifi/home", "/run/home-2"), ["file.home", "file.home-2", "file.home-2-2"]),
        (("/run/the guests' é",), ["file.the_guests___"]),
        ((f"/run/a/{'x' * 70}", f"/run/b/{'x' * 70}"), ["file." + "x" * 58, "file." + "x" * 56 + "-2"]),
        # The user's own name comes first.
        (("/run/home", "/run/mine"), ["file.home", "file.mine-2"]),
    ],
)  # fmt: skip
def test_files_of_one_name(tmp_path: Path, paths: tuple[str, ...], names: list[str]) -> None:
    """Two secrets, or one that is built twice, are two services."""
    text = "config.services['file.mine'] = service.kexec.build()\n"
    for number, path in enumerate(paths):
        made = f'service.secret.file.build(path="{path}").output("value")'
        text += f"config.services['{number}'] = service.line.build(password={made})\n"
    found = plan(loaded(tmp_path, text), DEBIAN).services
    given = {one.name: one.parameters["password"] for one in found if one.name.isdecimal()}
    assert [getattr(given[name], "service") for name in sorted(given)] == names  # noqa: B009
    assert {one.name: one.parameters["path"] for one in found if one.type == "secret.file"} == dict(
        zip(names, paths, strict=True)
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/run/home", True),
        ("/tmp/a/home", True),
        ("/state/secrets/home", False),
        ("/etc/home", False),
        ("/running/home", False),
    ],
)
def test_a_secret_that_is_gone_at_each_boot_is_told(
    tmp_path: Path, path: str, *, told: bool
) -> None:
    text = "config.root = 'jffs2'\n"
    text += f"config.services['s'] = service.secret.file.build(path='{path}')"
    notices = plan(loaded(tmp_path, text), DEBIAN).notices
    assert (
        f"secret.file: {path} is gone with each boot, and below /state it stays" in notices
    ) == told


SEALED = """\
-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSA0T1lxdVAzMWpvUXZjcUVS
-----END AGE ENCRYPTED FILE-----
"""
WITH_STATE = "config.state = 'state'\n"


def problems_of(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        plan(loaded(folder, text), DEBIAN)
    return "\n".join(f"{one}\n{shown(one)}" for one in caught.value.problems)


@pytest.mark.parametrize(
    "text",
    [TEXT, "", f"{SEALED[:60]}\n", SEALED.replace("YWdl", "????"), SEALED.replace("YWdl", "AAAA")],
)
def test_what_is_not_sealed_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    call = f"service.secret.sealed.build(key=service.secret.key.build(), sealed={text!r})"
    said = problems_of(tmp_path, f"{WITH_STATE}config.services['s'] = {call}")
    assert "/router.py:6: secret.sealed.sealed " in said
    assert TEXT not in said


def test_a_key_that_would_be_lost_is_refused(tmp_path: Path) -> None:
    """With each boot the device would have another one, and nothing could be opened."""
    said = problems_of(tmp_path, "config.services['key'] = service.secret.key.build()")
    assert "/router.py:5: secret.key needs a system that keeps state" in said
    assert "hint: config.state" in said


def test_one_device_has_one_key(tmp_path: Path) -> None:
    twice = "".join(f"config.services['{name}'] = service.secret.key.build()\n" for name in "ab")
    assert "only one can have the key of the device" in problems_of(tmp_path, WITH_STATE + twice)


def test_a_key_is_made_and_never_replaced(tmp_path: Path) -> None:
    made = ended("secret", "key", "new", cwd=tmp_path)
    assert made.stdout.startswith("age1")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    before = (tmp_path / "new").read_bytes()
    assert "is there already" in ended("secret", "key", "new", cwd=tmp_path, code=2).stderr
    assert (tmp_path / "new").read_bytes() == before


@pytest.mark.parametrize("name", ["-x", "-"])
def test_a_key_whose_name_looks_like_an_option(tmp_path: Path, name: str) -> None:
    """Seen: age-keygen's usage, and a key that nobody knew the public half of."""
    public = ended("secret", "key", "--", name, cwd=tmp_path).stdout
    done = ended("secret", "key", "--", name, cwd=tmp_path, code=2)
    (hint,) = re.findall("hint: (age-keygen .*) says", done.stderr)
    said = subprocess.run(shlex.split(hint), cwd=tmp_path, capture_output=True, check=True)
    assert said.stdout.decode() == public


@pytest.mark.parametrize("given", [b"", b"\n", b"a\x07b\n", b"x" * 5000])
def test_what_is_no_secret_is_not_sealed(tmp_path: Path, given: bytes) -> None:
    public = ended("secret", "key", "new", cwd=tmp_path).stdout.strip()
    done = subprocess.run(
        [PROGRAM, "secret", "seal", public], input=given, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert not done.stdout
    assert b"liminix-gen: a secret " in done.stderr


# The example of age's manual.
KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kdl9g4ypqsfp3p4"


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (f"{KEY[:-1]}5", "its checksum"),
        (KEY[:-1], "it has 61 letters of 62"),
        (KEY.upper(), "its checksum"),
        ("AGE-SECRET-KEY-1GFPYY", "that is a private key"),
    ],
)
def test_what_is_no_key_is_no_device_either(subject: str, said: str, tmp_path: Path) -> None:
    done = ended("secret", "seal", subject, cwd=tmp_path, code=2)
    assert said in done.stderr
    assert "GFPYY" not in done.stderr


def test_what_is_sealed_is_for_that_key(tmp_path: Path) -> None:
    public = ended("secret", "key", "new", cwd=tmp_path).stdout.strip()
    sealed = subprocess.run(
        [PROGRAM, "secret", "seal", public], input=b"hunter2\n", capture_output=True, check=True
    ).stdout
    opened = subprocess.run(
        ["age", "--decrypt", "-i", tmp_path / "new"],
        input=sealed,
        capture_output=True,
        check=True,
    )
    assert opened.stdout == b"hunter2\n"
    assert b"hunter2" not in sealed
