"""The router of the boot tests, for repeats that are too slow for every commit."""

from tests.boot.conftest import device, key, lease, machine, router, state, vmroot

__all__ = ["device", "key", "lease", "machine", "router", "state", "vmroot"]
