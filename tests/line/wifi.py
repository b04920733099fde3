"""Two wireless networks of a board: one for its people, one for guests. A second radio is in reach."""

from __future__ import annotations

import os

from liminix_gen import Service, System
from tests.support.kernels import with_the_kernel_of_boots

BAND = os.environ.get("LIMINIX_GEN_TEST_LINE") or "2.4 GHz"
config = with_the_kernel_of_boots(System(device="qemu-mipsel", hostname="wifi"))
config.console = "shell"
config.packages = ["iw", "wpa_supplicant"]
service = config.service


def network(ifname: str, address: str) -> Service:
    """Make a bridge that leases addresses."""
    bridge = service.bridge.primary.build(ifname=ifname)
    lan = service.network.address.build(
        interface=bridge, family="inet", address=f"{address}1", prefix_length=24
    )
    config.services[f"dns-{ifname}"] = service.dnsmasq.build(
        interface=lan, ranges=[f"{address}10,{address}90"], domain=f"{ifname}.lan"
    )
    return bridge


people, guests = network("int", "192.168.19."), network("guests", "192.168.20.")
config.services["wifi"] = service.wifi.access_point.build(
    radio=config.hardware.network_interfaces["wlan"],
    country="DE",
    band=BAND,
    channel=36 if BAND == "5 GHz" else 6,
    networks={
        'Über "all"': {
            "bridge": people,
            "password": service.secret.file.build(path="/run/password").output("value"),
        },
        "Guests": {"bridge": guests, "security": "open", "isolated": True, "hidden": True},
    },
)
