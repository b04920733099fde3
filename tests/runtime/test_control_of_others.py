"""ifwait and round_robin: services that another one starts and stops, under real s6 and serviced."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.runtime.router import ROOT, Router, compile_c, wait_for
from tests.support.namespaces import in_own_network, into_network_of

MODULES = ROOT / "modules"
ACTIVE = """
watch_changes
read -r active < "$outputs.control/active"
follow() { pass_on "$services/outputs/$active" || return 0; [ -z "$ready" ] || services announce "$name"; }
ready=
follow
echo >&3
ready=yes
follow_changes follow
"""


def in_turn(router: Router, patience: int = 1) -> Router:
    """Two modems, each of two parts and up while its file is there; `user` needs the one that runs."""
    for name in ("one", "other"):
        (router.folder / name).touch()
        router.add(f"{name}.clamp", "both.control", controlled=True)
        # As a modem's session: its daemon stays, and it comes and goes.
        router.add(
            name, "both.control", f"{name}.clamp", kind="longrun", controlled=True,
            run=f"put router {name}\n[ -e {router.folder}/{name} ] || sleep 100\n"
            f"announce_ready\nwhile [ -e {router.folder}/{name} ]; do sleep 0.1; done\nexec sleep 0",
        )  # fmt: skip
    control = (
        "watch_changes\nmanager=services\n"
        "candidates='one one.clamp one\nother other.clamp other'\n"
        f"patience={patience}\n. {MODULES}/round_robin/control.sh\nannounce_ready\ntry_in_turn"
    )
    router.add("both.control", kind="longrun", run=control, observes=("one", "other"))
    router.add(
        "both", "both.control", kind="longrun", run=ACTIVE, controlled=True,
        observes=("one", "other"),
    )  # fmt: skip
    router.add("user", "both", up=f"output {router.run}/outputs/both/router >/dev/null")
    return router.start()


def active(router: Router) -> str:
    file = router.run / "outputs" / "both" / "router"
    return file.read_text().strip() if file.exists() else ""


def uses(router: Router, name: str) -> bool:
    return active(router) == name and router.states()["user"] == "ready"


def test_the_first_that_is_up_is_used(router: Router) -> None:
    in_turn(router)
    wait_for(lambda: uses(router, "one"), "one")
    assert router.states()["other"] == "down"
    assert router.states()["other.clamp"] == "down"


def test_the_next_takes_over_and_then_the_first_again(router: Router) -> None:
    in_turn(router)
    wait_for(lambda: uses(router, "one"), "one")
    (router.folder / "one").unlink()
    wait_for(lambda: uses(router, "other"), "other")
    assert router.states()["one"] == "down"
    assert router.rows()["both.control"].note == ""
    (router.folder / "one").touch()
    (router.folder / "other").unlink()
    wait_for(lambda: uses(router, "one"), "one again")


def test_one_that_does_not_come_up_is_passed_over(router: Router) -> None:
    (router.folder / "one").touch()
    in_turn(router)
    wait_for(lambda: uses(router, "one"), "one")
    (router.folder / "one").unlink()
    (router.folder / "other").unlink()
    wait_for(lambda: "was not up in 1 s" in router.rows()["both.control"].note, "given up")
    assert active(router) == ""
    (router.folder / "other").touch()
    wait_for(lambda: uses(router, "other"), "other")


def test_it_begins_anew_after_a_crash(router: Router) -> None:
    in_turn(router)
    (router.folder / "one").unlink()
    wait_for(lambda: uses(router, "other"), "other")
    (router.folder / "one").touch()
    router.control("both.control", "k")
    wait_for(lambda: uses(router, "one"), "one")
    assert router.states()["other"] == "down"


@pytest.fixture(scope="module")
def interface_wait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = ROOT / "packages" / "interface-wait"
    target = tmp_path_factory.mktemp("interface-wait") / "interface-wait"
    return compile_c(target, [sources / "main.c", sources / "netlink.c"])


def test_services_follow_a_link(tmp_path: Path, programs: Path, interface_wait: Path) -> None:
    router = Router(tmp_path / "router", programs, "-p", "100", prefix=in_own_network())
    names = "tunnel.daemon tunnel"
    router.add(
        "wait", kind="longrun",
        run=f"exec {interface_wait} --follow -n 3 running lo busybox sh {MODULES}/ifwait/follow.sh "
        f"{programs}/services {names}",
        down=f"services stop -c {names}",
    )  # fmt: skip
    router.add("tunnel.daemon", "wait", controlled=True)
    router.add("tunnel", "wait", "tunnel.daemon", controlled=True)
    router.add("user", "tunnel")
    router.start()
    try:
        router.done("ready", "-t", "20")
        assert router.states()["user"] == "blocked"
        assert router.states()["tunnel"] == "down"
        link = [*into_network_of(router.process_id("wait")), "ip", "link", "set", "lo"]
        for state, expected in (("up", "ready"), ("down", "blocked"), ("up", "ready")):
            subprocess.run([*link, state], check=True)
            wait_for(lambda: router.states()["user"] == expected, state)  # noqa: B023
        # A crash: up again, because the link is.
        router.control("wait", "k")
        wait_for(lambda: router.states()["user"] != "ready", "down")
        wait_for(lambda: router.states()["user"] == "ready", "up")
    finally:
        router.end()
