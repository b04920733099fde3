"""The decisions alone, against a model of s6: any graph, any order of events."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime.router import CORE, SOURCES, compile_c

DOWN, STARTING, READY, STOPPING = range(4)
STARTED, IS_READY, DIED, IS_DOWN, SUPERVISOR, UNSUPERVISED, LACKING, SUPPLIED = range(8)
NONE, START, STOP, KILL, ENQUIRE = range(5)
ORDER_START, ORDER_STOP, ORDER_RESTART, CONTROL_ON, CONTROL_OFF, ANNOUNCE, SHUTDOWN = range(7)
FOREVER = 2**63 - 1

Needs = list[list[int]]


class Library(Protocol):
    core_open: Callable[..., int]
    core_close: Callable[..., None]
    core_decide: Callable[..., int]
    core_event: Callable[..., None]
    core_order: Callable[..., None]
    core_phase: Callable[..., int]
    core_hopeless: Callable[..., int]
    core_failed: Callable[..., int]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    target = tmp_path_factory.mktemp("core") / "core.so"
    here = Path(__file__).with_name("core.c")
    compile_c(target, [here, *CORE], "-shared", "-fPIC", f"-I{SOURCES}")
    loaded = ctypes.CDLL(str(target))
    pointer, number, size = ctypes.c_void_p, ctypes.c_int64, ctypes.c_size_t
    loaded.core_open.restype = pointer
    loaded.core_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p, size, ctypes.c_uint]
    loaded.core_close.argtypes = [pointer]
    loaded.core_decide.restype = number
    loaded.core_decide.argtypes = [pointer, number, ctypes.POINTER(ctypes.c_int)]
    loaded.core_event.argtypes = [pointer, size, ctypes.c_int, number]
    loaded.core_order.argtypes = [pointer, ctypes.c_int, size]
    loaded.core_phase.argtypes = [pointer, size]
    loaded.core_hopeless.argtypes = [pointer, size]
    loaded.core_failed.argtypes = [pointer, size]
    return loaded  # type: ignore[return-value]


def all_above(dependents: Needs, i: int) -> set[int]:
    """Everything that needs i, directly or not."""
    return set(dependents[i]).union(*(all_above(dependents, other) for other in dependents[i]))


class World:
    """s6 as the manager sees it: processes begin, are ready, end, and are undone, in any order."""

    def __init__(
        self, library: Library, folder: Path, needs: Needs, *, longrun: set[int], retries: int = 3
    ) -> None:
        self.library = library
        self.needs = needs
        self.count = len(needs)
        self.dependents = [
            [other for other in range(self.count) if i in needs[other]] for i in range(self.count)
        ]
        self.above = [sorted(all_above(self.dependents, i)) for i in range(self.count)]
        lines = [
            f"s{i} {'longrun' if i in longrun else 'oneshot'} wanted 1000 500"
            f" needs={','.join(f's{need}' for need in needs[i])} observes=\n"
            for i in range(self.count)
        ]
        graph = folder / "graph"
        graph.write_text("".join(lines))
        problem = ctypes.create_string_buffer(200)
        self.system = library.core_open(str(graph).encode(), problem, 200, retries)
        assert self.system, problem.value
        self.now = 1000
        # What really is: "down", "running" (asked to run), "up", "ready", "undoing".
        self.real = ["down"] * self.count
        self.told_stop = [False] * self.count
        self.lacking = [False] * self.count
        self.history: list[tuple[str, int]] = []

    def close(self) -> None:
        self.library.core_close(self.system)

    def phase(self, i: int) -> int:
        return self.library.core_phase(self.system, i)

    def event(self, i: int, event: int) -> None:
        self.library.core_event(self.system, i, event, self.now)

    def order(self, order: int, i: int) -> None:
        self.library.core_order(self.system, order, i)

    def supply(self, i: int) -> None:
        """Let the output that service i waits for be there."""
        if self.lacking[i]:
            self.event(i, SUPPLIED)
            self.lacking[i] = False

    def decide(self) -> int:
        actions = (ctypes.c_int * max(self.count, 1))()
        wake = self.library.core_decide(self.system, self.now, actions)
        for i in range(self.count):
            if actions[i] == START:
                self.begin(i)
            elif actions[i] in (STOP, KILL):
                if actions[i] == STOP:
                    self.history.append(("stop", i))
                    assert all(self.real[other] == "down" for other in self.above[i]), (
                        "stopped before its dependents were down"
                    )
                self.told_stop[i] = True
        return wake

    def begin(self, i: int) -> None:
        self.history.append(("start", i))
        assert self.real[i] == "down", "started twice"
        assert not self.lacking[i], "started without what it reads"
        assert all(self.real[need] == "ready" for need in self.needs[i]), (
            "started before its needs were ready"
        )
        assert all(self.real[other] == "down" for other in self.above[i])
        self.real[i] = "running"
        self.told_stop[i] = False

    def step(self, i: int, *, fail: bool, lack: bool = False) -> None:
        """One step of what is under way for service i."""
        state = self.real[i]
        if state == "running":
            self.real[i] = "up"
            self.event(i, STARTED)
        elif state in ("up", "ready") and (self.told_stop[i] or fail):
            self.real[i] = "undoing"
            lacking = lack and state == "up" and not self.told_stop[i]
            self.event(i, LACKING if lacking else DIED)
            self.lacking[i] = self.lacking[i] or lacking
        elif state == "up":
            self.real[i] = "ready"
            self.event(i, IS_READY)
        elif state == "undoing":
            self.real[i] = "down"
            self.event(i, IS_DOWN)

    def busy(self) -> list[int]:
        return [
            i
            for i, state in enumerate(self.real)
            if state in ("running", "up", "undoing") or (state == "ready" and self.told_stop[i])
        ]

    def settle(self) -> None:
        """Let everything happen without further trouble, until nothing is left to do."""
        for _ in range(200 * (self.count + 1)):
            wake = self.decide()
            busy = self.busy()
            if busy:
                self.now += 1
                self.step(busy[0], fail=False)
            elif wake != FOREVER:
                self.now = max(self.now, wake)
            else:
                return
        raise AssertionError("it does not settle")


@st.composite
def graphs(draw: st.DrawFn) -> Needs:
    count = draw(st.integers(1, 8))
    needs: Needs = []
    for i in range(count):
        needs.append(sorted(draw(st.sets(st.integers(0, i - 1), max_size=3))) if i else [])
    # The file's order must not matter.
    order = draw(st.permutations(range(count)))
    position = {old: new for new, old in enumerate(order)}
    shuffled: Needs = [[] for _ in range(count)]
    for old, new in position.items():
        shuffled[new] = [position[need] for need in needs[old]]
    return shuffled


happenings = st.lists(
    st.tuples(
        st.sampled_from(["step", "step", "step", "crash", "lack", "supply", "order", "wait"]),
        st.integers(0, 7),
        st.sampled_from(
            [
                ORDER_START,
                ORDER_STOP,
                ORDER_RESTART,
                ORDER_RESTART,
                CONTROL_ON,
                CONTROL_OFF,
                ANNOUNCE,
            ]
        ),
    ),
    max_size=60,
)
relaxed = settings(
    max_examples=300,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@relaxed
@given(needs=graphs(), longrun=st.sets(st.integers(0, 7)), happenings=happenings)
def test_order_holds_and_it_settles_whatever_happens(
    library: Library,
    tmp_path: Path,
    needs: Needs,
    longrun: set[int],
    happenings: list[tuple[str, int, int]],
) -> None:
    world = World(library, tmp_path, needs, longrun=longrun)
    wake = world.decide()
    for what, which, order in happenings:
        i = which % world.count
        world.now += 1
        if what == "step":
            busy = world.busy()
            if busy:
                world.step(busy[which % len(busy)], fail=False)
        elif what == "crash":
            world.step(i, fail=True)
        elif what == "lack":
            world.step(i, fail=True, lack=True)
        elif what == "supply":
            world.supply(i)
        elif what == "order":
            world.order(order, i)
        elif wake != FOREVER:
            world.now = max(world.now, wake)
        wake = world.decide()
    world.settle()
    for i in range(world.count):
        assert world.phase(i) in (READY, DOWN)
        assert (world.phase(i) == READY) == (world.real[i] == "ready")
        # Nothing is left down without a reason, and nothing is up on top of what is down.
        assert (world.phase(i) == READY) == (not world.library.core_hopeless(world.system, i))
    for i in range(world.count):
        world.order(ORDER_START, i)
        world.supply(i)
    world.settle()
    assert all(world.phase(i) == READY for i in range(world.count))
    world.order(SHUTDOWN, 0)
    world.settle()
    assert world.real == ["down"] * world.count
    world.close()


@relaxed
@given(needs=graphs(), which=st.integers(0, 7), crash=st.booleans())
def test_a_restart_or_crash_touches_exactly_the_dependents_once(
    library: Library, tmp_path: Path, needs: Needs, which: int, crash: bool
) -> None:
    world = World(library, tmp_path, needs, longrun=set(range(8)))
    world.settle()
    top = which % world.count
    affected = {top}
    for _ in range(world.count):
        affected |= {i for i in range(world.count) if affected & set(needs[i])}
    world.history.clear()
    if crash:
        world.step(top, fail=True)
    else:
        world.order(ORDER_RESTART, top)
    world.settle()
    starts = Counter(i for what, i in world.history if what == "start")
    assert starts == Counter(affected)
    assert all(world.phase(i) == READY for i in range(world.count))
    world.close()


def fail(world: World, i: int) -> None:
    """Let service i fail until it is given up."""
    while not world.library.core_failed(world.system, i):
        world.step(i, fail=world.real[i] in ("up", "ready"))
        wake = world.decide()
        if not world.busy() and wake != FOREVER:
            world.now = max(world.now, wake)
            world.decide()


@pytest.mark.parametrize("order", [ORDER_START, ORDER_RESTART, CONTROL_ON, ANNOUNCE, None])
def test_news_of_a_producer_is_a_new_chance(
    library: Library, tmp_path: Path, order: int | None
) -> None:
    """Each way in which a producer's outputs come ends what its consumer was given up for."""
    world = World(library, tmp_path, [[], [0], [1]], longrun={0})
    for _ in range(3):
        world.decide()
        world.step(0, fail=False)
    world.decide()
    fail(world, 1)
    failed_at = world.now
    if order is None:
        world.step(0, fail=True)  # a crash, after which it comes up again
    elif order == CONTROL_ON:
        world.order(CONTROL_OFF, 0)
        while world.decide() and world.busy():
            world.step(world.busy()[0], fail=False)
        world.order(CONTROL_ON, 0)
    else:
        world.order(order, 0)
    while world.busy() or world.phase(0) != READY or world.phase(1) == DOWN:
        world.decide()
        for i in world.busy()[:1]:
            world.step(i, fail=False)
        world.now += 1
        if world.phase(1) == READY:
            break
        assert world.now < failed_at + 1000, "it waits for the next attempt after a failure"
    world.settle()
    assert [world.phase(i) for i in range(3)] == [READY] * 3
    world.close()


def test_what_was_given_up_is_tried_again_rarely(library: Library, tmp_path: Path) -> None:
    world = World(library, tmp_path, [[]], longrun=set())
    world.decide()
    fail(world, 0)
    failed_at = world.now
    while world.busy():
        world.step(0, fail=False)
    assert world.decide() == failed_at + 3000
    world.settle()
    assert world.phase(0) == READY
    world.close()


def test_a_service_that_never_answers_is_stopped_killed_and_asked_about(
    library: Library, tmp_path: Path
) -> None:
    world = World(library, tmp_path, [[]], longrun=set())
    assert world.decide() == 1000 + 1000
    actions = (ctypes.c_int * 1)()
    seen = []
    for _ in range(8):
        wake = library.core_decide(world.system, world.now, actions)
        if actions[0] != NONE:
            seen.append((world.now, actions[0]))
        if wake == FOREVER:
            break
        world.now = wake
    assert seen == [(2000, STOP), (2500, KILL), (8000, ENQUIRE)]
    world.real[0] = "down"
    world.event(0, IS_DOWN)
    world.settle()
    assert world.phase(0) == READY
    world.close()


def test_a_dead_service_in_between_does_not_open_the_way(library: Library, tmp_path: Path) -> None:
    world = World(library, tmp_path, [[], [0], [1]], longrun={0, 1, 2})
    world.settle()
    world.step(1, fail=True)
    world.step(1, fail=False)
    assert world.real == ["ready", "down", "ready"]
    world.order(ORDER_STOP, 0)
    world.settle()  # stops 0 after 2, which World.decide checks
    assert world.real == ["down", "down", "down"]
    world.close()
