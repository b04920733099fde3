"""The service that writes the kernel's settings: what it does about those that cannot be."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.runtime.router import ROOT, Router, wait_for

pytestmark = pytest.mark.nix


def body() -> str:
    file = ROOT / "modules/base/sysctl/sysctl.nix"
    made = subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", "--expr", f"(import {file} {{ }}).up"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    text: str = json.loads(made.stdout)
    return text


def configured(router: Router, settings: str) -> Router:
    file = router.folder / "sysctl.conf"
    file.write_text(settings)
    router.environment["SETTINGS_FILE"] = str(file)
    router.add("sysctl", up=body())
    return router.start()


def test_a_setting_of_an_interface_waits_for_it(router: Router) -> None:
    """It is no failure, while a typing error in any other word is one."""
    configured(
        router, "net/ipv4/conf/nobody0/rp_filter = 1\nnet/ipv6/neigh/nobody0/gc_stale_time = 9\n"
    )
    router.done("ready")
    assert "net/ipv4/conf/nobody0/rp_filter is set when there is an interface nobody0" in router.log


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("kernel/hotsname = x\n", "this kernel has no setting kernel/hotsname"),
        ("net/ipv4/conf/lo/rpfilter = 1\n", "this kernel has no setting net/ipv4/conf/lo/rpfilter"),
        (
            "net/ipv4/conf/nobody0/rpfilter = 1\nvm/nothing = 1\n",
            "this kernel has no setting net/ipv4/conf/nobody0/rpfilter, vm/nothing",
        ),
        ("kernel/pid_max = many\n", "the kernel does not take 'many' for kernel/pid_max"),
    ],
)
def test_what_can_never_be_is_a_failure_with_its_reason(
    router: Router, settings: str, reason: str
) -> None:
    configured(router, settings)
    wait_for(lambda: router.states().get("sysctl") == "failed", "failed")
    assert router.rows()["sysctl"].note.startswith(f"exit code 1: {reason}, 5 failures")


def test_optional_settings_and_patterns(router: Router) -> None:
    """As in sysctl.d(5); nothing is written that is not there."""
    configured(router, "-kernel/nothing = 1\n-net/*/nothing/* = 1\n")
    router.done("ready")
