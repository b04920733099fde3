"""QEMU's Malta board, little endian."""

from ..families.malta import malta

device = malta(
    description="QEMU malta, MIPS 24Kf, little endian",
    cpu="mipsel",
    executable="qemu-system-mipsel",
    symbols={"CPU_LITTLE_ENDIAN": "y"},
)
