"""A small router with another root than tests/boot has, and the same kernel.

The environment says which: LIMINIX_GEN_TEST_DEVICE, LIMINIX_GEN_TEST_ROOT, and what a second
configuration has besides the first, LIMINIX_GEN_TEST_VARIANT.
"""

from __future__ import annotations

import os
from pathlib import Path

from liminix_gen import System, text_file
from liminix_gen.debian.package_set import DEBIAN
from liminix_gen.plan import plan
from tests.boot.router import router

HERE = Path(__file__).parent
KEY = (HERE.parent / "support" / "test_only_ssh_key.pub").read_text(encoding="utf-8").strip()

device = os.environ.get("LIMINIX_GEN_TEST_DEVICE", "qemu-aarch64")
variant = os.environ.get("LIMINIX_GEN_TEST_VARIANT", "")

config = System(device=device, hostname=f"small{variant}")
config.root = os.environ.get("LIMINIX_GEN_TEST_ROOT") or None
config.trial_seconds = 60
service = config.service

lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan
config.services["ssh"] = service.ssh.build(authorized_keys={"root": [KEY]})
kernel = {symbol.name: symbol.value for symbol in plan(router(device), DEBIAN).symbols}
config.services["kernel"] = service.test.kernel.build(symbols=kernel)
config.files["/etc/motd"] = text_file("/etc/motd", f"variant {variant}\n")
if variant:
    config.files["/etc/only-here"] = text_file("/etc/only-here", "in this variant\n")
