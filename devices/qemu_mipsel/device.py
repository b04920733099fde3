"""QEMU's Malta board, little endian."""

from collections.abc import Mapping

from liminix_gen import Device, KernelBuild, Qemu, Service, ServiceNamespace


def network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
    """Name the two network cards by the PCI slots that the Qemu value puts them in."""
    slot = "/devices/pci0000:00/0000:00:{}.0"
    return {
        "lan": service.network.link.build(ifname="lan", devpath=slot.format("12")),
        "wan": service.network.link.build(ifname="wan", devpath=slot.format("13")),
    }


device = Device(
    description="QEMU malta, MIPS 24Kf, little endian",
    debian_architecture="mipsel",
    kernel=KernelBuild(architecture="mips", image="vmlinux", symbols={"MIPS_MALTA": "y"}),
    console="ttyS0",
    command_line=("console=ttyS0",),
    network_interfaces=network_interfaces,
    qemu=Qemu(
        executable="qemu-system-mipsel",
        machine="malta",
        cpu=None,
        memory_mib=128,
        network="virtio-net-pci",
        block="virtio-blk-pci",
        random="virtio-rng-pci",
    ),
)
