"""Network cards on USB, for boards with fewer sockets than a router has."""

from liminix_gen import Service, ServiceNamespace

_USB = {"USB_NET_DRIVERS": "y", "USB_SUPPORT": "y"}

# Realtek RTL8152 to RTL8156: most adapters, and chips on boards.
REALTEK = {"r8152": {**_USB, "USB_RTL8152": "m"}}

MODULES = {
    # ASIX AX88179 and AX88178A.
    "ax88179_178a": {**_USB, "USB_NET_AX88179_178A": "m", "USB_USBNET": "m"},
    # What keeps to the standard: modems, telephones, some adapters.
    "cdc_ether": {**_USB, "USB_NET_CDCETHER": "m", "USB_USBNET": "m"},
    **REALTEK,
}


def interface(service: ServiceNamespace, ifname: str) -> Service:
    """Build the interface of an adapter that may be plugged in.

    Drivers are loaded when the system is up, so the board's own controllers have the first names.
    """
    drivers = service.driver.build(modules=MODULES, devices=("usb:0b95:1790", "usb:0bda:8153"))
    return service.network.link.build(ifname=ifname, dependencies=[drivers])
