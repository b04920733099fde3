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


def test_a_password_comes_from_a_service_and_is_followed(router: Router) -> None:
    def entry() -> str:
        return router.check("grep ^helper: /etc/shadow").strip()

    assert entry() == "helper:!:::::::"
    router.check(f"(umask 077; echo '{HASH}' > /run/helper-hash)")
    router.check("until grep -q '^helper:.6' /etc/shadow; do sleep 0.2; done")
    assert entry() == f"helper:{HASH}:::::::"
    router.check("rm /run/helper-hash; until grep -q '^helper:!:' /etc/shadow; do sleep 0.2; done")
    assert "the configuration names no file" in router.run("passwd helper").text


def test_passwd_keeps_the_hash_of_a_new_password(router: Router) -> None:
    password = "new 'pass\"word"  # noqa: S105
    typed = password.replace("'", "'\\''")
    twice = f"printf '%s\\n%s\\n' '{typed}' '{typed}'"
    assert "keeper has a new password" in router.check(f"{twice} | passwd keeper")
    hash_ = router.check("cat /state/keeper-hash").strip()
    assert router.check("grep ^keeper: /etc/shadow").strip() == f"keeper:{hash_}:::::::"
    assert router.check("stat -c %a /state/keeper-hash /run/shadow").split() == ["600", "600"]
    salt = hash_.split("$")[2]
    again = router.check(f"printf '%s\\n' '{typed}' | mkpasswd -m sha512 -S {salt} -P 0")
    assert again.strip() == hash_
    # What is refused changes nothing.
    for typed_twice, reason in (("'a\\nb\\n'", "two passwords"), ("'\\n\\n'", "an empty password")):
        refused = router.run(f"printf {typed_twice} | passwd keeper")
        assert refused.status == 1
        assert reason in refused.text
    assert "the configuration names no file" in router.run("passwd root").text
    assert router.check("cat /state/keeper-hash").strip() == hash_
