"""Minutes of trouble for the services of one router: kills, orders, dead managers. In the end all is ready."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.runtime.conftest import new_router as new_router  # noqa: PLC0414
from tests.runtime.conftest import programs as programs  # noqa: PLC0414
from tests.runtime.router import Router, wait_for

SECONDS = 40
COUNT = 16


def trouble(router: Router, chance: random.Random) -> None:
    name = f"s{chance.randrange(COUNT)}"
    match chance.randrange(8):
        case 0 | 1:
            router.control(name, "k")
        case 2:
            router.spawn("restart", "-t", "5", name).communicate()
        case 3:
            router.call("stop", "-t", "5", name)
        case 4:
            router.call("start", "-t", "5", name)
        case 5:
            router.call("restart", "-c", name)
        case 6:
            manager = router.process_id("serviced")
            if manager > 0:
                with suppress(ProcessLookupError):
                    os.kill(manager, signal.SIGKILL)
        case _:
            time.sleep(chance.random())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_all_is_ready_in_the_end(new_router: Callable[..., Router], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    router = new_router()
    for i in range(COUNT):
        needs = [f"s{need}" for need in chance.sample(range(i), min(i, chance.randrange(3)))]
        kind = chance.choice(["oneshot", "longrun"])
        router.add(f"s{i}", *needs, kind=kind, up="sleep 0.1", down="sleep 0.05")
    router.boot()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        trouble(router, chance)
    wait_for(lambda: router.call("list").returncode == 0, "the manager is there")
    for i in range(COUNT):
        router.done("start", f"s{i}")
    wait_for(router.all_ready, "all ready", 60)
    balance = Counter(word.split()[1] for word in router.trace if word.startswith("up"))
    balance.subtract(word.split()[1] for word in router.trace if word.startswith("down"))
    assert dict(balance) == dict.fromkeys((f"s{i}" for i in range(COUNT)), 1)
    assert router.count("AddressSanitizer|runtime error") == 0
