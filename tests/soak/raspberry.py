"""A Raspberry Pi 3B as QEMU has it: without the chip of its socket, with a network card on USB."""

from __future__ import annotations

from liminix_gen import System

config = System(device="raspberry-pi-3b", hostname="pi")
config.console = "shell"
config.kernel.modules = "all"
service = config.service

driver = service.driver.build(modules={"cdc_ether": {}})
config.services["lan"] = service.network.address.build(
    interface=service.network.link.build(ifname="eth0", dependencies=[driver]),
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["ssh"] = service.ssh.build(authorized_keys={})
