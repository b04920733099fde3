"""Kernel modules: loaded in order, gone after the stop, reloaded under a running firewall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import nft_statements
from tests.support.router import WEB_SERVER

if TYPE_CHECKING:
    from tests.support.router import Router

LOADER = "modules.firewall"


def loaded(router: Router) -> dict[str, list[str]]:
    """Return the modules in the order of their loading, each with those that use it."""
    lines = router.check("cat /proc/modules").split("\n")
    fields = [line.split() for line in lines if line]
    return {
        words[0]: [user for user in words[3].split(",") if user not in ("-", "")]
        for words in reversed(fields)
    }


def test_modules_are_there_in_order(router: Router) -> None:
    modules = loaded(router)
    assert {"nf_tables", "nft_ct", "nft_masq", "nf_conntrack", "nf_nat"} <= modules.keys()
    order = list(modules)
    for module, users in modules.items():
        assert all(order.index(user) > order.index(module) for user in users), module
    # A soft dependency, which no symbol shows: libcrc32c needs it at run time.
    if "libcrc32c" in modules and "crc32c_generic" in modules:
        assert order.index("crc32c_generic") < order.index("libcrc32c")


def test_modules_are_gone_after_the_stop_and_come_back(router: Router) -> None:
    before = loaded(router)
    router.check(f"services stop {LOADER}")
    assert router.services()["firewall"].state != "ready"
    left = loaded(router)
    assert not {name for name in left if name.startswith(("nf", "libcrc32c"))}
    router.check("services start firewall")
    assert loaded(router).keys() == before.keys()
    assert "table" in router.check("nft list ruleset")


def test_every_statement_is_loaded(router: Router) -> None:
    """The kernel has what each needs: the table of modules/firewall/uses.py, on the device."""
    for family in ("inet", "ip", "ip6"):
        text = router.check(f"nft -y list chain {family} table-{family} every-{family}")
        rules = [line for line in text.split("\n") if line.startswith("\t\t")]
        wanted = [rule for of, _, rule in nft_statements.NAMED if of == family]
        wanted += [rule for of, rule in nft_statements.PLAIN if of == family]
        assert len(rules) == len(wanted), text
    helpers = router.check("nft list ct helpers table ip table-ip")
    for helper in nft_statements.HELPERS:
        assert f'type "{helper}"' in helpers


@pytest.mark.usefixtures("lease")
def test_the_loader_restarts_under_a_running_firewall(router: Router) -> None:
    before = router.pid("firewall")
    # The interfaces go with the filter, and so does the lease: it comes again when it comes.
    router.run(f"services restart {LOADER}")
    router.wait_until_ready()
    router.wait_for_state("wan", "ready")
    assert router.services()["firewall"].state == "ready"
    assert router.pid("firewall") != before
    assert router.lan.ping(WEB_SERVER, 30)
    assert not router.provider.ping(router.lan.own_address(), 3)


def test_a_module_of_two_loaders_goes_with_the_last(router: Router) -> None:
    assert router.check("cat /run/services/outputs/driver/modules").strip() == "8021q"
    router.check("services stop modules.vlan")
    assert router.services()["guests"].state != "ready"
    assert "8021q" in loaded(router)
    router.check("services stop modules.driver")
    assert "8021q" not in loaded(router)
    router.check("services start driver office-route guests")
    router.wait_until_ready()
    assert "8021q" in loaded(router)
