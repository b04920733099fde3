"""Edits of a configuration as people make them, drawn at random: the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# Beside what the examples have; the lock of a test covers them all.
PACKAGES = ("ethtool", "interface-wait", "iperf3", "logread", "lua5_4", "strace", "tcpdump")
SYMBOLS = {
    "ATM": ("y", "m"),
    "CRYPTO_USER": ("y", "m"),
    "DUMMY": ("y", "m"),
    "HZ_250": ("y",),
    "LOCALVERSION": ("-one", "-two"),
    "MACVLAN": ("y", "m"),
    "MESSAGE_LOGLEVEL_DEFAULT": (5, 0x7),
    "NET": ("y",),
    "TUN": ("y", "m"),
    "VETH": ("m",),
}
# A board with the type of its root: what is on one of them cannot be updated to another.
GROUNDS = (
    ("qemu-mipsel", "squashfs"),
    ("qemu-mipsel", "ext4"),
    ("tp-archer-ax23", "squashfs"),
    ("tp-archer-ax23", "jffs2"),
)
NAMES = ("ann", "bob", "cat")
SHELLS = ("/bin/sh", "/bin/false")

# A service more.
EXAMPLE = 'config.services["out"] = config.hardware.network_interfaces["wan"]\n'


def on(ground: tuple[str, str], text: str) -> str:
    """Return an example for another board, with a root of a type."""
    board, root = ground
    return f'{text.replace("qemu-mipsel", board)}config.root = "{root}"\n'


def another(random: Random, ground: tuple[str, str]) -> tuple[str, str]:
    """Return the board and root after an edit: nearly always those from before."""
    return ground if random.randrange(8) else random.choice(GROUNDS)


def edit(random: Random) -> str:
    """Return lines that end a configuration: one or two edits."""
    kinds = (_package, _symbol, _account_or_file)
    return "".join(random.choice(kinds)(random) for _ in range(random.randint(1, 2)))


def _package(random: Random) -> str:
    chosen = random.sample(PACKAGES, random.randint(1, 2))
    return f"config.packages = (*config.packages, *{chosen!r})\n"


def _symbol(random: Random) -> str:
    name = random.choice(sorted(SYMBOLS))
    value = random.choice(SYMBOLS[name])
    return f"config.kernel.config.setdefault({name!r}, {value!r})\n"


def _account_or_file(random: Random) -> str:
    return random.choice((_user, _group, _file, _link))(random)


def _user(random: Random) -> str:
    name, shell = random.choice(NAMES), random.choice(SHELLS)
    home = random.choice((f"/home/{name}", "/run"))
    user = f"User(name={name!r}, shell={shell!r}, home={home!r})"
    return f"config.users.setdefault({name!r}, {user})\n"


def _group(random: Random) -> str:
    name = f"group{random.randint(1, 2)}"
    return f"config.groups.setdefault({name!r}, Group(name={name!r}, members=['root']))\n"


def _file(random: Random) -> str:
    path, text = f"/etc/edit{random.randint(1, 2)}", random.choice(("one\n", "two\n\n  three\n"))
    return f"config.files.setdefault({path!r}, text_file({path!r}, {text!r}))\n"


def _link(random: Random) -> str:
    package = random.choice(("busybox", *PACKAGES))
    path = f"/etc/link-{package}"
    return f"config.files.setdefault({path!r}, link({path!r}, PackagePath({package!r}, 'bin')))\n"
