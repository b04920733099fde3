"""What every image has, whatever is configured."""

from __future__ import annotations

from collections.abc import Mapping

# Each line: symbols, and why an image without them would not do. ``allnoconfig`` starts from
# nothing, also where the kernel's own default is y.
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
BINFMT_ELF BINFMT_SCRIPT    programs and scripts
PROC_FS PROC_SYSCTL PROC_PAGE_MONITOR SYSFS TMPFS DEVTMPFS DEVTMPFS_MOUNT  what init mounts
TTY UNIX98_PTYS             the console, ssh sessions
DEVMEM                      registers, from a shell
BLOCK PARTITION_ADVANCED    block devices; no partition parsers but those asked for
MISC_FILESYSTEMS SQUASHFS SQUASHFS_XZ  the root file system
NET PACKET UNIX INET IP_MULTICAST IP_ADVANCED_ROUTER IP_MULTIPLE_TABLES SYN_COOKIES
IPV6 IPV6_MULTIPLE_TABLES NETDEVICES NET_CORE ETHTOOL_NETLINK  a router
HW_RANDOM                   the menu of random sources
STACKPROTECTOR STACKPROTECTOR_STRONG  a kernel stack overrun ends in a panic
"""


def _symbols() -> Mapping[str, str]:
    words = (word for line in _SYMBOLS.splitlines() for word in line.partition("  ")[0].split())
    return dict.fromkeys(words, "y") | {"PANIC_TIMEOUT": "10"}


SYMBOLS = _symbols()

# On-device packages of every image: the shell, the supervisor, ours that orders services, and ours
# that lets a new system onto the device.
PACKAGES = ("busybox", "execline", "s6", "services", "system")

# Services of every image, by name and type; only the sysctl service takes a parameter.
SERVICES = {
    "hostname": "base.hostname",
    "klog": "base.klog",
    "loopback": "base.loopback",
    "sysctl": "base.sysctl",
}

# The service that the configuration's ``state``, or a root that can be written, adds: all that keep
# something need it.
STATE = "state"

# The service that writes shadow(5) at boot, where a user has a password's hash.
USERS = "users"
