"""A computer at the other end of a guest's cable: frames over a datagram socket of QEMU.

It needs no rights on this machine. `Host` is the computer; the rest are the formats that it speaks.
"""
