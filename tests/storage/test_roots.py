"""Roots that can be written, each on the medium that its board has: what stays, and what is made anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.installed import Installed, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.boot

# NOR flash of QEMU, a disk that stands for a flash (block2mtd), and a disk.
ROOTS = (
    ("qemu-aarch64", "jffs2"),
    ("qemu-aarch64", "ubifs"),
    ("qemu-mipsel", "jffs2"),
    ("qemu-armv7l", "ext4"),
)


@pytest.fixture(scope="module", params=ROOTS, ids=" ".join)
def board(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    figure: Callable[[str, str], None],
) -> Iterator[Installed]:
    device, root = request.param
    with Installed(device, root, tmp_path_factory.mktemp(root) / "board") as made:
        line = made.boot()
        what = f"kernel's start to all services ready: {root} on {device}, first boot"
        figure(what, seconds(line))
        yield made


def reboot(board: Installed) -> None:
    start = len(board.said)
    board.ssh("reboot")
    board.until_said("all services ready", start)


def test_it_is_the_root_that_was_asked_for(board: Installed) -> None:
    _, place, type_, options, *_ = board.ssh("grep ' / ' /proc/mounts").split()
    assert (place, type_, options.split(",")[0]) == ("/", board.root_type, "rw")
    facts = board.facts()
    assert (facts["root"], facts["device"]) == (board.root_type, board.device)
    assert facts["active"] == facts["confirmed"]
    assert facts["trial"] == ""


def test_what_was_written_stays_and_what_is_configured_is_so_again(board: Installed) -> None:
    key = "md5sum /run/services/state/ssh/host_key"
    host_key = board.ssh(key)
    motd, programs = board.ssh("cat /etc/motd"), board.ssh("ls -l /bin")
    in_the_way = "mkdir -p /etc/.activate-new/in /etc/motd/mine; touch /etc/motd.before"
    for number in (1, 2):
        board.ssh("echo boot >>/var/count; rm /bin/vi /etc/motd; mkdir -p /srv/mine")
        board.ssh("echo x >/etc/motd" if number == 1 else in_the_way)
        reboot(board)
        assert board.ssh("cat /var/count") == "boot\n" * number
        assert board.ssh(key) == host_key
        assert board.ssh("cat /etc/motd") == motd
        assert board.ssh("ls /srv") == "mine\n"
        assert targets(board.ssh("ls -l /bin")) == targets(programs)
    assert board.ssh("ls -d /etc/motd.before.1/mine").strip() == "/etc/motd.before.1/mine"


def targets(listed: str) -> dict[str, str]:
    """Return name and target of each link of `ls -l`."""
    return dict(re.findall(r"(\S+) -> (\S+)", listed))


def test_a_boot_with_nothing_to_do_writes_nothing(board: Installed) -> None:
    """The time of change of every file of the configuration, and of its directory, is as it was."""
    look = "stat -c '%n %Z %i' / /bin /etc /bin/* /etc/* /init /activate"
    reboot(board)
    before = board.ssh(look)
    reboot(board)
    assert board.ssh(look) == before
