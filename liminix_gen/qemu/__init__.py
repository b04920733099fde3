"""QEMU: machines, network back ends, console, runs and the network peer of tests."""
