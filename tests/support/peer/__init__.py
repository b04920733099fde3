"""A computer on a guest's network that asks, in Python alone; what `run` has of it is in qemu/wire."""
