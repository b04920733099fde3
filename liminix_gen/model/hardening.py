"""What makes a fault harder to use, on every board: symbols of the kernel, and settings of it.

Sources of the symbols: Documentation/security/self-protection.rst of the kernel, and what OpenWrt's
kernels have. Left out for their cost on a router: zeroed memory at each allocation (every packet is
one), random caches for kmalloc (memory), and a vmalloc of its own for each size.

The settings stand with what they cost besides; none takes room in the kernel. They are written at
boot, below those of the configuration. What ``all`` and an interface's own value mean together
differs by key (Documentation/networking/ip-sysctl.rst, include/linux/inetdevice.h). Interfaces that
come later have the values of ``default``. For IPv4 those that are there follow it too, until they
have an address (ipv4_devconf_setall()), which lo has when it is up: every interface waits for these
settings. For IPv6 they do not, so there ``*`` stands for all of them, ``all`` and ``default``.

docs/security.md says what a user sees of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

# Each line: symbols, what they are for, and, where it was measured, the bytes that they add to the
# unpacked kernel of examples/hello.py on qemu-mipsel (`python -m tests.bench hardening`).
# ``allnoconfig`` switches them off, even if the kernel's own default is y.
_EVERYWHERE = """
STACKPROTECTOR STACKPROTECTOR_STRONG  an overrun of a kernel stack ends in a panic  152992
HARDENED_USERCOPY  a copy from or to a program stays inside of one object  384
FORTIFY_SOURCE  a copy in the kernel stays inside of its array  10176
SLAB_FREELIST_RANDOM SLAB_FREELIST_HARDENED  what is free in the heap is not to be guessed  96
LIST_HARDENED  a list that somebody changed is not followed  24704
PANIC_ON_OOPS  a kernel that went wrong starts again, and does not route on  0
SECCOMP SECCOMP_FILTER  daemons give up the system calls that they do not need  8288
"""

# If the processor, or the kernel's port to it, has more.
_BY_ARCHITECTURE = {
    "arm": """
STRICT_KERNEL_RWX STRICT_MODULE_RWX  code cannot be written, what is written cannot be run
VMAP_STACK  a stack that overflows meets a page that is not there
HARDEN_BRANCH_PREDICTOR HARDEN_BRANCH_HISTORY  Spectre
""",
    "arm64": """
RODATA_FULL_DEFAULT_ENABLED  code cannot be written by the second address that memory has
VMAP_STACK  a stack that overflows meets a page that is not there
RANDOMIZE_KSTACK_OFFSET RANDOMIZE_KSTACK_OFFSET_DEFAULT  where a stack begins is not to be guessed
UNMAP_KERNEL_AT_EL0 MITIGATE_SPECTRE_BRANCH_HISTORY  Meltdown and Spectre
""",
    "x86": """
CPU_MITIGATIONS MITIGATION_SPECTRE_V1 MITIGATION_SPECTRE_V2 MITIGATION_SPECTRE_BHI
MITIGATION_RETPOLINE MITIGATION_RETHUNK MITIGATION_RETBLEED MITIGATION_UNRET_ENTRY
MITIGATION_IBPB_ENTRY MITIGATION_IBRS_ENTRY MITIGATION_SRSO MITIGATION_ITS MITIGATION_TSA
MITIGATION_SSB MITIGATION_L1TF MITIGATION_MDS MITIGATION_TAA MITIGATION_MMIO_STALE_DATA
MITIGATION_GDS MITIGATION_RFDS MITIGATION_SRBDS
MITIGATION_PAGE_TABLE_ISOLATION  what processors leak
X86_KERNEL_IBT X86_UMIP  where a jump may land; tables of the processor are not shown to programs
VMAP_STACK  a stack that overflows meets a page that is not there
RELOCATABLE RANDOMIZE_BASE RANDOMIZE_MEMORY  where the kernel lies is not to be guessed
RANDOMIZE_KSTACK_OFFSET RANDOMIZE_KSTACK_OFFSET_DEFAULT  where a stack begins is not to be guessed
""",
}


@frozen
class Group:
    """Symbols that belong together, what they are for, and what they add to a kernel if known."""

    names: tuple[str, ...]
    reason: str
    cost_bytes: int | None = None


def symbols(architecture: str) -> Mapping[str, str]:
    """Return the symbols for a kernel of an architecture (the kernel's name of it)."""
    return {name: "y" for group in groups(architecture) for name in group.names}


def groups(architecture: str) -> Iterator[Group]:
    """Yield the symbols for a kernel of an architecture."""
    yield from _parsed(_EVERYWHERE)
    yield from _parsed(_BY_ARCHITECTURE.get(architecture, ""))


def groups_by_architecture() -> Iterator[tuple[str, Group]]:
    """Yield all symbols, each with the architecture that it is for; with none, it is for all."""
    for group in _parsed(_EVERYWHERE):
        yield "", group
    for architecture, lines in _BY_ARCHITECTURE.items():
        for group in _parsed(lines):
            yield architecture, group


def _parsed(lines: str) -> Iterator[Group]:
    names: list[str] = []
    for line in lines.splitlines():
        words, *said = line.split("  ")
        names += words.split()
        if said:
            yield Group(tuple(names), said[0], int(said[1]) if said[1:] else None)
            names = []


@frozen
class Setting:
    """A value below /proc/sys."""

    value: str
    reason: str
    cost: str = "none"


def _ipv4(key: str, setting: Setting, *, every: bool) -> Mapping[str, Setting]:
    """Return a setting of interfaces; of `all` too if one of both is enough to switch it on."""
    names = ("all", "default") if every else ("default",)
    return {f"net/ipv4/conf/{name}/{key}": setting for name in names}


_REDIRECTS = Setting("0", "a neighbour does not say where packets go")

SETTINGS: Mapping[str, Setting] = {
    **_ipv4(
        "rp_filter",
        Setting(
            "1",
            "a packet comes from where its answer would go: the LAN is not on the WAN (RFC 3704)",
            "a look-up for each packet; with two ways to one network, the interfaces need 2",
        ),
        every=False,
    ),
    **_ipv4("accept_redirects", _REDIRECTS, every=True),
    "net/ipv6/conf/*/accept_redirects": _REDIRECTS,
    **_ipv4(
        "send_redirects",
        Setting(
            "0", "hosts go on by the router, and its rules see all of it", "a hop more on a LAN"
        ),
        every=True,
    ),
    **_ipv4(
        "accept_source_route",
        Setting("0", "a sender does not choose the way around a filter"),
        every=True,
    ),
    **_ipv4(
        "arp_ignore",
        Setting("1", "a network learns the addresses of its own interface only"),
        every=False,
    ),
    **_ipv4(
        "arp_announce",
        Setting("2", "questions of ARP do not carry addresses of other networks"),
        every=False,
    ),
    "fs/protected_hardlinks": Setting("1", "no link to a file that its maker may not write"),
    "fs/protected_symlinks": Setting("1", "in /tmp nobody is led to another file"),
    "fs/protected_fifos": Setting("2", "in /tmp nobody's data goes to a pipe that another made"),
    "fs/protected_regular": Setting("2", "nor to a file that another made"),
    "kernel/dmesg_restrict": Setting(
        "1",
        "the kernel's log has addresses and what users did",
        "users other than root need logread",
    ),
    "kernel/kptr_restrict": Setting("1", "where the kernel lies in memory is for root only"),
    "kernel/randomize_va_space": Setting("2", "an attack must guess where a program lies"),
}
