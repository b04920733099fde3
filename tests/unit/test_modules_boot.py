"""What boot loaders wait for, and services that each image of a board has."""

from __future__ import annotations

from pathlib import Path

import pytest

from liminix_gen import System
from liminix_gen.errors import ConfigurationError
from tests.support.evaluation import planned
from tests.support.services import Bench
from tests.unit.test_definitions import BOARD, told

SERVICES = """\
def services(service):
    return {"mark": service.base.klog.build()}

device = Device(
    services=services,
"""


@pytest.fixture
def bench() -> Bench:
    return Bench("boot.zyxel_dual_image")


@pytest.mark.parametrize("image", [-1, 2, "0"])
def test_there_are_two_places(bench: Bench, image: object) -> None:
    assert "image must be" in bench.refused("boot.zyxel_dual_image", image=image)


def test_its_program_gets_the_place(bench: Bench) -> None:
    (part,) = bench.good("boot.zyxel_dual_image", image=1).parts()
    assert part.parameters == {"image": 1}


def test_each_image_of_the_board_says_that_it_is_good() -> None:
    plan = planned(System(device="zyxel-nwa50ax"))
    (service,) = (one for one in plan.services if one.type == "boot.zyxel_dual_image")
    assert (service.name, service.packages) == ("dual-image", ("zyxel-dual-image",))
    (asked,) = (asked for name, asked in plan.roots if name == "dual-image")
    assert asked.by == "device zyxel-nwa50ax"
    assert asked.where is not None
    assert asked.where.path.name == "device.py"


def test_another_board_has_no_such_places() -> None:
    config = System(device="raspberry-pi-4b")
    config.services["mark"] = config.service.boot.zyxel_dual_image.build()
    with pytest.raises(ConfigurationError) as error:
        planned(config)
    (problem,) = error.value.problems
    assert "needs flash memory, which raspberry-pi-4b does not have" in problem.what


def test_its_name_is_taken_for_others() -> None:
    config = System(device="zyxel-nwa50ax")
    config.services["dual-image"] = config.service.network.forward.build()
    with pytest.raises(ConfigurationError) as error:
        planned(config)
    (problem,) = error.value.problems
    assert "dual-image" in problem.what
    assert "device zyxel-nwa50ax" in f"{problem.what} {problem.why}"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"mark"', '"hostname"', "device.py:7: each image has another service 'hostname'"),
        (
            "return {",
            "return None; {",
            "device.py:6: services must return a dictionary of services made",
        ),
        ("klog", "clock", "device.py:7: there is no service type 'base.clock'"),
    ],
)
def test_services_of_a_board(tmp_path: Path, before: str, after: str, message: str) -> None:
    folder = tmp_path / "devices/mine"
    folder.mkdir(parents=True)
    services = SERVICES.replace(before, after)
    (folder / "device.py").write_text(BOARD.replace("device = Device(\n", services))
    said = told(tmp_path, 'from liminix_gen import System\nconfig = System(device="mine")\n')
    assert message in said
