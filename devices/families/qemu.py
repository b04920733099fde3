"""What the QEMU boards share: a lan and a wan card in known places, a radio, virtio devices."""

from collections.abc import Callable, Mapping

from liminix_gen import Service, ServiceNamespace

from . import wireless

# VIRTIO_NET has NET_CORE as a parent, VIRTIO_BLK has BLK_DEV.
VIRTIO = {
    "BLK_DEV": "y",
    "HW_RANDOM_VIRTIO": "y",
    "VIRTIO_BLK": "y",
    "VIRTIO_MENU": "y",
    "VIRTIO_NET": "y",
}

# QEMU's pflash: CFI with Intel's commands. Its place is in the device tree.
FLASH = {
    "MTD": "y",
    "MTD_BLOCK": "y",
    "MTD_CFI": "y",
    "MTD_CFI_INTELEXT": "y",
    "MTD_CMDLINE_PARTS": "y",
    "MTD_OF_PARTS": "y",
    "MTD_PHYSMAP": "y",
    "MTD_PHYSMAP_OF": "y",
}


def two_cards(lan: str, wan: str) -> Callable[[ServiceNamespace], Mapping[str, Service]]:
    """Name the two network cards by their places below /sys, and the radio of the kernel's own."""

    def network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
        return {
            "lan": service.network.link.build(ifname="lan", devpath=lan),
            "wan": service.network.link.build(ifname="wan", devpath=wan),
            "wlan": service.network.link.build(
                ifname="wlan0",
                bands=["2.4 GHz", "5 GHz"],
                dependencies=[wireless.driver(service, wireless.HWSIM)],
            ),
        }

    return network_interfaces
