"""What is kept across boots, and what is read from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.router import Router

# A hash of crypt(5), of a password that nobody has.
HASH = "$6$abcdefgh$" + "x" * 86


def test_state_lies_on_the_partition(router: Router, host_key: str) -> None:
    assert router.check("readlink /run/services/state").strip() == "/state/services"
    assert "/dev/vdb /state ext4" in router.check("cat /proc/mounts")
    assert len(host_key) == 32


def test_a_password_is_a_hash_that_the_router_holds(router: Router) -> None:
    def entry() -> str:
        return router.check("grep ^keeper: /etc/shadow").strip()

    assert entry() == "keeper:!:::::::"
    router.check(f"echo '{HASH}' > /state/keeper-hash")
    router.check("services restart users")
    assert entry() == f"keeper:{HASH}:::::::"
    assert router.check("stat -c %a /run/shadow").strip() == "600"
