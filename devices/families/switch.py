"""Switches whose ports are interfaces of their own (Documentation/networking/dsa in the kernel)."""

from collections.abc import Mapping

from liminix_gen import Service, ServiceNamespace

# BRIDGE as a module would keep NET_DSA from being built in, and a DSA tagger that comes after its
# switch is never waited for.
DSA = {"BRIDGE": "y", "NET_DSA": "y"}

# MediaTek's MT7530 and MT7531, as the SoC's own gigabit controller reaches them.
MT7530 = {
    **DSA,
    "NET_DSA_MT7530": "y",
    "NET_DSA_MT7530_MDIO": "y",
    "NET_MEDIATEK_SOC": "y",
    "NET_VENDOR_MEDIATEK": "y",
}


def ports(service: ServiceNamespace, *names: str) -> Mapping[str, Service]:
    """Build the interfaces of ports by the names that the device tree gives them."""
    return {name: service.network.link.build(ifname=name) for name in names}


def with_lan(interfaces: Mapping[str, Service], first: str) -> Mapping[str, Service]:
    """Offer one of the ports as ``lan`` too, for configurations that need just one."""
    return {**interfaces, "lan": interfaces[first]}
