"""A Raspberry Pi whose only card is an adapter on USB, as QEMU has it: the socket's chip is not there.

It has no watchdog: QEMU's resets the board as soon as it is started.
"""

from __future__ import annotations

import os
from pathlib import Path

from liminix_gen import System

KEY = Path(__file__).parents[1] / "support" / "test_only_ssh_key.pub"

config = System(device="raspberry-pi-3b", hostname="small")
config.console = "shell"
config.kernel.modules = "all"
config.root = os.environ.get("LIMINIX_GEN_TEST_ROOT") or None
service = config.service

adapter = service.driver.build(
    modules={
        "cdc_ether": {
            "USB_NET_CDCETHER": "m",
            "USB_NET_DRIVERS": "y",
            "USB_SUPPORT": "y",
            "USB_USBNET": "m",
        }
    }
)
lan = service.network.address.build(
    interface=service.network.link.build(ifname="usb0", dependencies=[adapter]),
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan
config.services["ssh"] = service.ssh.build(
    interfaces=[lan], authorized_keys={"root": [KEY.read_text(encoding="utf-8").strip()]}
)
