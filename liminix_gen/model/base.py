"""What every image has, whatever is configured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liminix_gen.model.device import Flash

# Each line: symbols, and why an image without them would not do. ``allnoconfig`` starts from
# nothing, even if the kernel's own default is y.
_SYMBOLS = """
EXPERT                      options that only experts see can be switched off
CC_OPTIMIZE_FOR_SIZE        flash is small
MODULES MODULE_UNLOAD       kernel modules, loaded and unloaded by services
PRINTK PRINTK_TIME BUG      a kernel log
MULTIUSER                   daemons that are not root
FUTEX EPOLL SIGNALFD TIMERFD EVENTFD SHMEM ADVISE_SYSCALLS MEMBARRIER FHANDLE POSIX_TIMERS
FILE_LOCKING                system calls that C libraries and daemons expect
INOTIFY_USER                dnsmasq follows resolv.conf with it
HIGH_RES_TIMERS NO_HZ_IDLE  short waits, and rest when idle
HZ_100                      whoever needs a short wait has a timer: more ticks only cost packets
BINFMT_ELF BINFMT_SCRIPT    programs and scripts
PROC_FS PROC_SYSCTL PROC_PAGE_MONITOR SYSFS TMPFS DEVTMPFS DEVTMPFS_MOUNT  what init mounts
TTY UNIX98_PTYS             the console, ssh sessions
BLOCK PARTITION_ADVANCED    block devices; no partition parsers but those asked for
BLK_DEV_WRITE_MOUNTED       fsck of the root, a new image over the one that runs
MISC_FILESYSTEMS SQUASHFS SQUASHFS_XZ  the root file system
NET PACKET UNIX INET IP_MULTICAST IP_ADVANCED_ROUTER IP_MULTIPLE_TABLES SYN_COOKIES
IPV6 IPV6_MULTIPLE_TABLES NETDEVICES NET_CORE ETHTOOL_NETLINK  a router
BQL                         no more waits in a network card than it can send soon
NET_SCHED NET_SCH_FQ_CODEL NET_SCH_DEFAULT DEFAULT_FQ_CODEL  a download does not delay a call
SYMBOLIC_ERRNAME            errors in the log have names
HW_RANDOM                   the menu of random sources
"""


def _symbols() -> Mapping[str, str]:
    words = (word for line in _SYMBOLS.splitlines() for word in line.partition("  ")[0].split())
    return dict.fromkeys(words, "y") | {"PANIC_TIMEOUT": "10"}


SYMBOLS = _symbols()

# A crash in the field names functions, not addresses. The names are about 250 kB of the kernel,
# which is then linked three times.
_READABLE = {"KALLSYMS": "y"}

# Up to here, kernel and root have better use for the flash that they share. The names of such a
# kernel are in its System.map.
_SMALL_FLASH_BYTES = 16 << 20


def symbols(flash: Flash | None) -> Mapping[str, str]:
    """Return the symbols of every image; ``flash`` is the board's part for it, if it has one."""
    if flash is None or flash.kernel_bytes is not None or flash.size_bytes > _SMALL_FLASH_BYTES:
        return {**SYMBOLS, **_READABLE}
    return SYMBOLS


# On-device packages of every image: the shell, the supervisor, what prints its log, what orders
# services, and what lets a new system onto the device.
PACKAGES = ("busybox", "execline", "logread", "s6", "services", "system")

# Services of every image, by name and type; only the sysctl service takes a parameter.
# What the supervisor runs beside the services (templates/nix/lib/boot/init.nix).
RESERVED_NAMES = ("console", "s6-svscan-log", "serviced")
SERVICES = {
    "hostname": "base.hostname",
    "klog": "base.klog",
    "loopback": "base.loopback",
    "sysctl": "base.sysctl",
}

# The service that the configuration's ``state``, or a writable root, adds: all that keep
# something need it.
STATE = "state"

# The service that writes shadow(5) at boot, if a user has a password's hash.
USERS = "users"
