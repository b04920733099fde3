"""What the QEMU boards share: a lan and a wan card in known places, virtio devices."""

from collections.abc import Callable, Mapping

from liminix_gen import Service, ServiceNamespace

# VIRTIO_NET has NET_CORE as a parent, VIRTIO_BLK has BLK_DEV.
VIRTIO = {
    "BLK_DEV": "y",
    "HW_RANDOM_VIRTIO": "y",
    "VIRTIO_BLK": "y",
    "VIRTIO_MENU": "y",
    "VIRTIO_NET": "y",
}

# The clock is right from the start, and timers tick seldom.
CLOCK = {"HZ_100": "y", "RTC_CLASS": "y", "RTC_HCTOSYS": "y"}


def two_cards(lan: str, wan: str) -> Callable[[ServiceNamespace], Mapping[str, Service]]:
    """Name the two network cards by their places below /sys."""

    def network_interfaces(service: ServiceNamespace) -> Mapping[str, Service]:
        return {
            "lan": service.network.link.build(ifname="lan", devpath=lan),
            "wan": service.network.link.build(ifname="wan", devpath=wan),
        }

    return network_interfaces
