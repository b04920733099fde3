"""The order in which a configuration says things changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from liminix_gen import System, User
from tests.support.evaluation import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from liminix_gen import Service

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGbf0xozTlPSwFR9IV5/x49xiekKZn6pk/eH0jlw19yW"


def router(order: Sequence[int], keys: Sequence[int]) -> Mapping[str, bytes]:
    """Describe one router: steps in some order, services put into config in another."""
    config = System(device="qemu-mipsel")
    service = config.service
    lan, wan = (config.hardware.network_interfaces[name] for name in ("lan", "wan"))
    made: dict[str, Service] = {}
    steps: list[Callable[[], object]] = [
        lambda: made.update(vlan=service.vlan.build(ifname="guests", primary=wan, vid=7)),
        lambda: made.update(wan=service.network.dhcp.client.build(interface=wan)),
        lambda: made.update(
            wall=service.firewall.build(
                zones=dict([("lan", [lan]), ("wan", [wan])][:: -1 if order[0] % 2 else 1])
            )
        ),
        lambda: made.update(
            time=service.ntp.build(servers={"192.0.2.1": ["iburst"], "192.0.2.2": []})
        ),
        lambda: made.update(shell=service.ssh.build(authorized_keys={"root": [KEY]})),
        lambda: made.update(forward=service.network.forward.build()),
        lambda: config.users.update(zoe=User(name="zoe")),
        lambda: config.users.update(ann=User(name="ann")),
        lambda: config.kernel.config.update(NET_SCH_FQ="y"),
        lambda: config.kernel.config.update(CRYPTO_AES="y"),
    ]
    for number in order:
        steps[number]()
    names = sorted(made)
    for number in keys:
        config.services[names[number]] = made[names[number]]
    tree = dict(rendered(config))
    del tree["manifest.json"]  # which line asked first
    return tree


@given(st.permutations(range(10)), st.permutations(range(6)))
@settings(max_examples=25)
def test_order_changes_no_file_that_nix_reads(order: list[int], keys: list[int]) -> None:
    assert router(order, keys) == router(range(10), range(6))
