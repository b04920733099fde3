"""A small router with another root than tests/boot has, and the same kernel.

The environment says which: LIMINIX_GEN_TEST_DEVICE, LIMINIX_GEN_TEST_ROOT, and the difference that
an update has to show, LIMINIX_GEN_TEST_CHANGE.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from liminix_gen import System, text_file
from tests.support.kernels import with_the_kernel_of_boots

HERE = Path(__file__).parent
KEY = (HERE.parent / "support" / "test_only_ssh_key.pub").read_text(encoding="utf-8").strip()

device = os.environ.get("LIMINIX_GEN_TEST_DEVICE", "qemu-aarch64")
change = os.environ.get("LIMINIX_GEN_TEST_CHANGE", "")

config = with_the_kernel_of_boots(System(device=device, hostname="small"))
config.console = "shell"
config.root = os.environ.get("LIMINIX_GEN_TEST_ROOT") or None
# A trial that is to end well has time; one that is not has little.
config.trial_seconds = 30 if change == "deaf" else 900
service = config.service

lan = service.network.address.build(
    interface=config.hardware.network_interfaces["lan"],
    family="inet",
    address="192.168.19.1",
    prefix_length=24,
)
config.services["lan"] = lan
# A deaf one listens where nobody asks.
config.services["ssh"] = service.ssh.build(
    authorized_keys={"root": [KEY]}, port=2222 if change == "deaf" else 22
)
if "WATCHDOG" in config.device.kernel.symbols:
    # It must not reset a board that is updated, or that starts another kernel.
    config.services["watchdog"] = service.watchdog.build(
        watched=[config.services["ssh"]],
        head_start=90 if change == "hasty" else 120,
        patience=20,
        timeout=10,
    )
config.files["/etc/motd"] = text_file("/etc/motd", "a small router\n")
match change:
    case "" | "deaf" | "hasty":
        pass
    case "state":
        config.state = "state"
    case "service":
        config.services["added"] = service.test.oneshot.build()
    case "stuck":
        config.services["added"] = service.test.oneshot.build(requires="/never")
    case "large":  # 3 MB that no compression makes smaller by more than a half
        digests = (hashlib.sha512(str(number).encode()).hexdigest() for number in range(24_000))
        config.files["/etc/large"] = text_file("/etc/large", "\n".join(digests))
    case "kernel":
        config.kernel.config["IKCONFIG"] = "y"
    case _:
        raise ValueError(change)
