"""Where a secret may go: to a parameter that keeps it to itself, by reference, and nowhere else.

Of this kind (a secret ends where others can read it): its text in the configuration, also as the key of a mapping or in
a list; a secret output in a parameter that shows what it is given; and the file that a tree is made of.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen import System
from liminix_gen.catalog import Catalog
from liminix_gen.config import load
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.errors import ConfigurationError
from liminix_gen.plan import OutputRef, plan

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
    ],
)
def test_a_secret_in_a_wrong_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, text)
    (problem,) = caught.value.problems
    assert str(problem.where).endswith("/router.py:5")
    assert message in problem.what
    assert TEXT not in str(problem)


def test_a_reference_is_a_secret_down_to_the_body(tmp_path: Path) -> None:
    system = loaded(tmp_path, "config.services['line'] = service.line.build(password=key)")
    (line,) = (one for one in plan(system, DEBIAN).services if one.name == "line")
    assert line.parameters["password"] == OutputRef("file.ppp", "value", secret=True)
    assert line.needs == ("file.ppp",)
