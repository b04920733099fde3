"""What the QEMU boards share."""
