"""What memory a running system takes, by service: asked of its kernel through the console.

A page that processes share counts for each of them by its part (Pss, proc_pid_smaps(5)), so that
the sum is what all of them take.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from liminix_gen.qemu.console import Console

# The shell on the console, and what it runs here, is of no service.
_ASK = (
    "sed -n 's/^\\(MemTotal\\|MemAvailable\\): *\\([0-9]*\\) kB/memory \\1 \\2/p' /proc/meminfo;"
    " for one in /run/service/*; do echo service ${one##*/} $(s6-svstat -o pid $one); done;"
    " for one in /proc/[0-9]*; do pss=; parent=;"
    ' { while read -r key value _; do [ "$key" = Pss: ] && pss=$value; done < $one/smaps_rollup;'
    ' while read -r key value _; do [ "$key" = PPid: ] && parent=$value; done < $one/status;'
    " } 2> /dev/null;"
    ' [ -z "$pss" ] || echo process ${one##*/} $parent $pss; done'
)
_KILOBYTE = 1024


@frozen(kw_only=True)
class Memory:
    """Bytes of memory: all there is, what is left for more, and what each service takes.

    ``system`` is what processes of no service take. What is not left and of no process is the
    kernel's.
    """

    total_bytes: int
    available_bytes: int
    services: Mapping[str, int]
    system_bytes: int

    @property
    def kernel_bytes(self) -> int:
        """What the kernel keeps for itself, and cannot give back."""
        processes = sum(self.services.values()) + self.system_bytes
        return max(0, self.total_bytes - self.available_bytes - processes)


def measure(console: Console, timeout_s: float) -> Memory:
    """Ask the guest whose shell reads the console. Raises ConsoleError."""
    return read(console.check(_ASK, timeout_s))


def read(text: str) -> Memory:
    """Read what the guest answered: lines of words, sizes in kB.

    Of a service are its main process, what comes from that, and what supervises it.
    """
    memory: dict[str, int] = {}
    owners: dict[str, str] = {}
    parents: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for line in text.splitlines():
        match line.split():
            case ["memory", name, kilobytes]:
                memory[name] = int(kilobytes) * _KILOBYTE
            case ["service", name, process]:
                owners[process] = name
            case ["process", process, parent, kilobytes]:
                parents[process] = parent
                sizes[process] = int(kilobytes) * _KILOBYTE
            case _:
                pass
    owners |= {parents[process]: name for process, name in owners.items() if process in parents}
    owned = Counter[str](dict.fromkeys(owners.values(), 0))
    rest = 0
    for process, size in sizes.items():
        if owner := _owner(process, owners, parents):
            owned[owner] += size
        else:
            rest += size
    return Memory(
        total_bytes=memory["MemTotal"],
        available_bytes=memory["MemAvailable"],
        services=dict(sorted(owned.items(), key=lambda one: (-one[1], one[0]))),
        system_bytes=rest,
    )


def _owner(process: str, owners: Mapping[str, str], parents: Mapping[str, str]) -> str | None:
    while process in parents:
        if process in owners:
            return owners[process]
        process = parents[process]
    return None
