"""One kernel for all guests of a board, so that a run of tests compiles it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liminix_gen import System


# For the guests that play a slow or lossy line.
NETWORKS_THAT_ARE_SLOW = {"NET_SCH_TBF": "m", "NET_SCH_NETEM": "m"}


def with_the_kernel_of_boots(config: System) -> System:
    """Give a configuration the kernel that tests/boot compiles for its board."""
    config.kernel.modules = "all"
    config.kernel.config.update(NETWORKS_THAT_ARE_SLOW)
    if "kexecboot" in config.device.outputs:
        config.services["kexec"] = config.service.kexec.build()
    return config
