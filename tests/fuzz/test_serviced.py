"""serviced: its graph, its marks, and what comes over its control socket.

Found: a graph with a NUL was read up to that, and the services behind it did not exist; a comment
of more than seven words was a mistake; a name that is not valid came back to the terminal with the
orders for it that it held.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import pytest

from tests.fuzz.ground import Fuzz
from tests.fuzz.mutation import change
from tests.fuzz.program import Program, built
from tests.runtime.router import CORE, SOURCES

LIMIT = (2**31 - 1) // 4


class Service(NamedTuple):
    name: bytes
    kind: bytes
    wanted: bytes
    up_ms: bytes
    down_ms: bytes
    needs: list[bytes]
    observes: list[bytes]

    @property
    def line(self) -> bytes:
        edges = b"needs=%s observes=%s" % (b",".join(self.needs), b",".join(self.observes))
        return b" ".join([*self[:5], edges]) + b"\n"


@pytest.fixture(scope="module")
def graph() -> Iterator[Program]:
    with built("serviced-graph.c", SOURCES, ["graph.c", "nearest.c"]) as made:
        yield made


@pytest.fixture(scope="module")
def control() -> Iterator[Program]:
    sources = [*CORE, "control.c", "message.c", "marks.c", "outputs.c"]
    with built("serviced-control.c", SOURCES, sources) as made:
        yield made


@pytest.fixture(scope="module")
def process() -> Iterator[Program]:
    wraps = [f"-Wl,--wrap={name}" for name in ("fopen", "kill", "getpgid")]
    with built("serviced-process.c", SOURCES, ["s6.c", "message.c"], *wraps) as made:
        yield made


def expected(text: bytes) -> dict[bytes, Service] | None:
    """What a graph is, read in another way; ``None`` if it is not a graph."""
    found: dict[bytes, Service] = {}
    if b"\0" in text:
        return None
    for line in text.split(b"\n"):
        fields = re.findall(rb"[^ \t]+", line)
        if not fields or fields[0].startswith(b"#"):
            continue
        if len(fields) != 7:
            return None
        name, kind, wanted, up_ms, down_ms, needs, observes = fields
        good = (
            re.fullmatch(rb"(?![.-])[A-Za-z0-9._:@%+-]{1,200}", name)
            and name not in found
            and kind in {b"oneshot", b"longrun"}
            and wanted in {b"wanted", b"controlled"}
            and all(re.fullmatch(rb"[0-9]+", one) for one in (up_ms, down_ms))
            and all(0 < int(one[-4000:]) <= LIMIT for one in (up_ms, down_ms))
            and needs.startswith(b"needs=")
            and observes.startswith(b"observes=")
        )
        if not good:
            return None
        edges = [
            [name for name in one.partition(b"=")[2].split(b",") if name]
            for one in (needs, observes)
        ]
        found[name] = Service(name, kind, wanted, b"%d" % int(up_ms), b"%d" % int(down_ms), *edges)
    for service in found.values():
        for edges in (service.needs, service.observes):
            if len(set(edges)) != len(edges) or not {*edges} <= {*found} - {service.name}:
                return None
        if service.observes and service.kind == b"oneshot":
            return None
    placed: set[bytes] = set()
    while len(placed) < len(found):
        more = {name for name, one in found.items() if {*one.needs} <= placed} - placed
        if not more:
            return None
        placed |= more
    return found


WORDS = (b"a", b"lan", b"lan.dnsmasq", b"wan", b"wan.daemon", b"x" * 200, b"s6-x", b"a:b@c%d+e-f")
WRONG = (b"x" * 201, b".a", b"-a", b"a/b", b"", b"\xff", b"a\x1b[2J", b"needs=", b"#", b"0", b"-1")
NUMBERS = (b"1", b"10000", b"%d" % LIMIT, b"007")
WRONG_NUMBERS = (b"0", b"-1", b"%d" % (LIMIT + 1), b"9" * 30, b"+5", b"5s", b"0x10", b"")


def any_graph(random: Random) -> list[Service]:
    names = random.sample(WORDS, random.randrange(len(WORDS) + 1))
    made: list[Service] = []
    for number, name in enumerate(names):
        kind = random.choice((b"oneshot", b"longrun"))
        others = [one for one in names if one != name]
        observed = random.sample(others, random.randrange(min(3, len(others) + 1)))
        made.append(
            Service(
                name,
                kind,
                random.choice((b"wanted", b"wanted", b"controlled")),
                random.choice(NUMBERS),
                random.choice(NUMBERS),
                random.sample(names[:number], random.randrange(min(3, number + 1))),
                observed if kind == b"longrun" else [],
            )
        )
    random.shuffle(made)
    return made


def spoil(random: Random, services: list[Service]) -> list[Service]:
    """Return a graph with one field that is wrong, or nearly."""
    if not services:
        return services
    index = random.randrange(len(services))
    service = services[index]
    word = random.choice((*WORDS, *WRONG))
    match random.randrange(7):
        case 0:
            service = service._replace(name=word)
        case 1:
            service = service._replace(kind=random.choice((word, b"longrun")))
        case 2:
            service = service._replace(wanted=word)
        case 3:
            service = service._replace(up_ms=random.choice((*NUMBERS, *WRONG_NUMBERS)))
        case 4:
            service = service._replace(down_ms=random.choice((*NUMBERS, *WRONG_NUMBERS)))
        case 5:
            service = service._replace(needs=[*service.needs, word])
        case _:
            service = service._replace(observes=[*service.observes, word])
    return [*services[:index], service, *services[index + 1 :]]


def any_text(random: Random) -> bytes:
    services = any_graph(random)
    if random.random() < 0.4:
        services = spoil(random, services)
    text = b"".join(one.line for one in services)
    if random.random() < 0.2:
        text = b"# one two three four five six seven eight\n\n \t\n" + text.replace(b" ", b"\t ")
    return change(random, text) if random.random() < 0.3 else text


def test_graph(fuzz: Fuzz, graph: Program) -> None:
    def one(random: Random) -> bool:
        text = any_text(random)
        name = random.choice((*WORDS, *WRONG, b"x" * 255))
        answer = graph.ask(bytes([len(name)]) + name + text)
        right = expected(text)
        assert (right is None) == answer.startswith(b"!"), (text, answer)
        if right is None:
            return False
        lines = answer.split(b"\n")[:-1]
        assert len([line for line in lines if line.startswith(b"?")]) <= 3
        seen: set[bytes] = set()
        for line in lines[: len(right)]:
            *fields, needs, observes, dependents, observers = line.split(b" ")
            service = right[fields[0]]
            assert fields == [*service[:5]]
            assert needs == b",".join(service.needs)
            assert observes == b",".join(service.observes)
            assert seen >= {*service.needs}
            assert {*dependents.split(b",")} - {b""} == {
                other.name for other in right.values() if service.name in other.needs
            }
            assert {*observers.split(b",")} - {b""} == {
                other.name for other in right.values() if service.name in other.observes
            }
            seen.add(service.name)
        assert seen == {*right}
        return True

    fuzz.each(one, short=4000)


VERBS = (
    *(b"list", b"start", b"stop", b"restart", b"control-start", b"control-stop"),
    *(b"control-restart", b"announce", b"ready", b"shutdown", b"", b"evil", b"LIST"),
)
LIMITS = (b"0", b"1", b"500", b"60000", b"-1", b"x", b"9" * 30, b"", b"9223372036854775807")
REPLY = re.compile(rb"(?:(?:row(?:\t[^\t\n]*){7}|say [^\n]*)\n)*end [0-2]\n")


def any_request(random: Random, names: list[bytes]) -> bytes:
    verb = random.choice(VERBS)
    words = [verb, random.choice(LIMITS)]
    if verb not in {b"list", b"ready", b"shutdown"} or random.random() < 0.1:
        words += random.choices([*names] * 4 + [*WRONG, *WORDS], k=random.choice((0, 1, 1, 1, 2)))
    if random.random() < 0.01:
        words += [b"a"] * 4200
    line = b" ".join(words) + b"\n"
    return change(random, line) if random.random() < 0.1 else line


def any_steps(random: Random, names: list[bytes]) -> bytes:
    steps: list[bytes] = []
    for number in range(66 if random.random() < 0.02 else random.randint(1, 4)):
        request = any_request(random, names)
        steps.append(b"c" * random.choice((1, 1, 1, 2)))
        for start in range(0, len(request), 250):
            part = request[start : start + 250]
            steps.append(b"s" + bytes([number, len(part)]) + part)
        others = [
            b"p",
            b"p",
            b"t" + bytes([random.choice((1, 20, 255))]),
            b"e" + random.randbytes(2),
            b"e" + random.randbytes(2),
            b"x" + bytes([random.randrange(3)]),
        ]
        steps += random.choices(others, k=random.randrange(6))
    return b"".join(steps)


def any_marks(random: Random, names: list[bytes]) -> bytes:
    flags = (b"0", b"1", b"1", b"-1", b"2147483647")
    counts = (b"0", b"1", b"5", b"40", b"4294967295", b"99999999999999999999")
    rows = [b" ".join([name, *random.choices(flags, k=4), random.choice(counts)]) for name in names]
    text = b"\n".join([b"%d %d" % (random.random() < 0.05, random.randrange(2)), *rows, b""])
    return change(random, text) if random.random() < 0.3 else text


PROBLEMS = (b"no router\n", b"a\tb\x1b[2J\rc\n", b"\xff" * 200, b"x" * 5000, b"\0x", b"\n")


def test_control(fuzz: Fuzz, control: Program) -> None:
    """Accepted are those of which some request is done."""

    def one(random: Random) -> bool:
        services = any_graph(random)
        names = [service.name for service in services]
        texts = [
            b"".join(service.line for service in services),
            random.choice((b"", any_marks(random, names))),
            random.choice((b"", b"", *PROBLEMS)),
            any_steps(random, names),
        ]
        answer = control.ask(b"".join(struct.pack("=I", len(text)) + text for text in texts))
        done = False
        while answer:
            size = struct.unpack_from("=I", answer)[0]
            reply, answer = answer[4 : size + 4], answer[size + 4 :]
            # Whole, or nothing: of one that went away, or spoke out of turn.
            assert not reply or REPLY.fullmatch(reply) or b"too many requests" in reply, texts
            assert not re.search(rb"[\0-\x08\x0b-\x1f\x7f]", reply), reply
            done |= reply.endswith(b"end 0\n")
        return done

    fuzz.each(one, short=2000)


def number(text: bytes, bits: int = 64) -> int:
    """Return what scanf() makes of digits: the end of the range if they are more."""
    return max(-(2 ** (bits - 1)), min(int(text), 2 ** (bits - 1) - 1))


def expected_process(record: bytes, status: bytes) -> tuple[int, int, int, int]:
    """The process that lives, and what gets signals; told in another way."""
    nothing = (0, 0, 0, 0)
    words = re.match(rb"[\s]*([+-]?[0-9]++)[\s]*([+-]?[0-9]++)", record)
    if words is None:
        return nothing
    process, start = (number(word) for word in words.groups())
    if not 1 < process < 2**31:
        return nothing
    # What is left of its group goes also when it is no more.
    dead = (0, 0, -process, 0)
    _, parenthesis, rest = status[:1023].partition(b"\0")[0].rpartition(b")")
    rest = rest.lstrip()
    fields = rest[1:].split()
    if not parenthesis or len(fields) < 19 or rest[:1] in {b"Z", b"X"}:
        return dead
    began = re.match(rb"[+-]?[0-9]+", fields[18])
    if began is None or number(began[0]) != start:
        return dead
    return process, start, -process, -process


NUMBERS_OF_PROCESSES = (
    *(b"2", b"2147483647", b"+77", *[b"4711"] * 9, b"1", b"0", b"-1", b"-4711"),
    *(b"2147483648", b"4294967295", b"4294967297", b"9" * 40, b"", b"x"),
)


def test_process(fuzz: Fuzz, process: Program) -> None:
    """Accepted are those that live. A number of another size once stood for every process."""

    def one(random: Random) -> bool:
        start = random.choice((b"12345", b"12345", b"0", b"9" * 30, b"-5"))
        record = random.choice(NUMBERS_OF_PROCESSES) + b" " + start + b"\n"
        name = random.choice((b"sh", b"a b", b"a) S 1 2", b"((", b")", b"\n", b"x" * 1000, b""))
        began = start if random.random() < 0.9 else b"54321"
        letter = random.choice((b"S", b"S", b"S", b"R", b"D", b"Z", b"X"))
        numbers = [b"%d" % random.randrange(10**6) for _ in range(18)]
        status = b" ".join([b"4711 (%s)" % name, letter, *numbers, began, b"1 2 3\n"])
        if random.random() < 0.15:
            record = change(random, record)[:255]
        if random.random() < 0.15:
            status = change(random, status)
        answer = process.ask(bytes([len(record)]) + record + status)
        right = expected_process(record, status)
        assert struct.unpack("=4q", answer) == right, (record, status)
        return right[0] != 0

    fuzz.each(one, short=3000)
