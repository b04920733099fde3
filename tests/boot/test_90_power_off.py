"""The end: services go down in order, and QEMU ends. Nothing can be tested after this file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support.router import TIMEOUT_S

if TYPE_CHECKING:
    from tests.support.router import Router


def test_services_go_down_in_order_and_the_machine_ends(router: Router) -> None:
    router.wait_until_ready()
    start = len(router.console.text)
    router.guest.power_off(TIMEOUT_S)
    said = router.console.text[start:]
    down = re.findall(r"test: down (\S+)", said)
    assert down.index("bottom") < min(down.index("left"), down.index("right")), said
    assert sorted(set(down)) == sorted(down), said
    assert router.console.ended
