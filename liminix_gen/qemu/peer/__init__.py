"""A computer on a guest's network, in Python alone: frames over a datagram socket of QEMU.

It needs no rights on this machine. `Peer` is the computer; `frames`, `ip`, `dhcp` and `dns` are
the formats that it speaks.
"""
