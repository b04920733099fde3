"""What memory each service takes, as a guest says it."""

from __future__ import annotations

from liminix_gen.qemu.measure import read

SAID = """\
memory MemTotal 1000
memory MemAvailable 600
service dns 12
service wan.daemon 15
service idle 0
service lan -1
process 1 0 10
process 11 1 3
process 12 9 100
process 9 11 60
process 13 12 20
process 15 8 50
process 8 11 70
process 16 15 5
process 17 16 1
process 40 1 7
process 41 99 2
"""


def test_a_process_is_of_the_service_that_it_comes_from() -> None:
    found = read(SAID)
    assert dict(found.services) == {
        "dns": 180 * 1024,
        "wan.daemon": 126 * 1024,
        "idle": 0,
        "lan": 0,
    }
    assert list(found.services) == ["dns", "wan.daemon", "idle", "lan"]
    assert found.system_bytes == (10 + 3 + 7 + 2) * 1024
    assert (found.total_bytes, found.available_bytes) == (1000 * 1024, 600 * 1024)
    assert found.kernel_bytes == (400 - 328) * 1024


def test_what_others_say_in_between_is_no_matter() -> None:
    noise = SAID.replace("service idle", "process that ended\n\nservice idle")
    assert read(noise) == read(SAID)
