"""Radios: the wireless stack, the drivers of chips that several boards have, and their firmware."""

from collections.abc import Mapping

from liminix_gen import Service, ServiceNamespace

# The regulatory database comes with the image, so its signature would prove nothing: without
# CERTIFICATION_ONUS the kernel asks for one, and has an X.509 parser built in for it.
_CONFIGURATION = {
    "CFG80211": "m",
    "CFG80211_CERTIFICATION_ONUS": "y",
    "WIRELESS": "y",
    "WLAN": "y",
}
_STACK = {
    **_CONFIGURATION,
    # Otherwise every cipher is tried out when it is loaded, with test cases that take 300 kB.
    "CRYPTO_MANAGER_DISABLE_TESTS": "y",
    "MAC80211": "m",
    "MAC80211_RC_MINSTREL": "y",
}

_REGULATORY = {"regulatory.db": "regulatory-firmware"}

_MEDIATEK = {"PCI": "y", "WLAN_VENDOR_MEDIATEK": "y"}

MT7603 = {"mt7603e": {**_STACK, **_MEDIATEK, "MT7603E": "m"}}
MT7915 = {"mt7915e": {**_STACK, **_MEDIATEK, "MT7915E": "m"}}
# The radio of a MediaTek ARM SoC; its driver is one of the PCI chips', with more.
MT7622 = {"mt7615e": {**_STACK, **_MEDIATEK, "MT7615E": "m", "MT7622_WMAC": "y"}}
MT7981 = {"mt7915e": {**MT7915["mt7915e"], "MT798X_WMAC": "y"}}
MT7986 = MT7981

_ATHEROS = {**_STACK, "PCI": "y", "WLAN_VENDOR_ATH": "y"}

ATH9K_PCI = {"ath9k": {**_ATHEROS, "ATH9K": "m", "ATH9K_PCI": "y"}}
ATH10K_PCI = {"ath10k_pci": {**_ATHEROS, "ATH10K": "m", "ATH10K_PCI": "m"}}

# Two radios of no hardware, in reach of each other.
HWSIM = {"mac80211_hwsim": {**_STACK, "MAC80211_HWSIM": "m"}}

# The chip does itself what the wireless stack does for others. Its driver looks for the part of the
# chip's maker once the chip has its firmware, so that part is loaded right behind it.
_BRCMFMAC = {
    **_CONFIGURATION,
    "BRCMFMAC": "m",
    "BRCMFMAC_SDIO": "y",
    "MMC": "y",
    "WLAN_VENDOR_BROADCOM": "y",
}
BRCMFMAC = {"brcmfmac": _BRCMFMAC, "brcmfmac-wcc": _BRCMFMAC}

MT7628_FIRMWARE = {"mt7628_e2.bin": "mt7628-firmware"}
MT7915_FIRMWARE = {
    f"mediatek/mt7915_{part}.bin": "mt7915-firmware" for part in ("rom_patch", "wa", "wm")
}
MT7622_FIRMWARE = {f"mediatek/mt7622_{part}.bin": "mt7622-firmware" for part in ("n9", "rom_patch")}
MT7981_FIRMWARE = {
    f"mediatek/mt7981_{part}.bin": "mt7981-firmware" for part in ("rom_patch", "wa", "wm")
}
MT7986_FIRMWARE = {
    f"mediatek/mt7986_{part}.bin": "mt7986-firmware"
    for part in ("eeprom_mt7975_dual", "rom_patch_mt7975", "wa", "wm_mt7975")
}


def ath10k_firmware(chip: str, package: str) -> Mapping[str, str]:
    """Name the firmware of a chip: ``chip`` is its folder, "QCA9887/hw1.0"."""
    return {f"ath10k/{chip}/{name}": package for name in ("board.bin", "firmware-5.bin")}


def driver(
    service: ServiceNamespace,
    modules: Mapping[str, Mapping[str, str]],
    firmware: Mapping[str, str] | None = None,
    devices: tuple[str, ...] = (),
) -> Service:
    """Build the driver of a radio: what its interface depends on; ``devices`` is what it drives."""
    return service.driver.build(
        modules=modules, firmware={**_REGULATORY, **(firmware or {})}, devices=devices
    )


def dual_band(service: ServiceNamespace, radio: Service) -> Mapping[str, Service]:
    """Build the interfaces of one chip that has both bands: 2.4 GHz is its first."""
    return {
        "wlan": service.network.link.build(ifname="wlan0", bands=["2.4 GHz"], dependencies=[radio]),
        "wlan5": service.network.link.build(ifname="wlan1", bands=["5 GHz"], dependencies=[radio]),
    }
