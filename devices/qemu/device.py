"""QEMU's Malta board, big endian."""

from ..families.malta import malta

device = malta(
    description="QEMU malta, MIPS 24Kf, big endian",
    cpu="mips",
    executable="qemu-system-mips",
    symbols={"CPU_BIG_ENDIAN": "y"},
)
