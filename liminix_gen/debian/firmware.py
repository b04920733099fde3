"""Which Debian package has the firmware that packages/*-firmware pick from, and its licence.

A driver's firmware is the same for every architecture, so all boards take it from the release of
the kernel's source; a boot loader is of the board's own architecture and release. Licences are
those that the packages name (debian/copyright), for the files that are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

MAIN = "main"
NON_FREE = "non-free-firmware"


@frozen(kw_only=True)
class FirmwarePackage:
    """A package of Debian with firmware; ``component`` is the part of the archive it is in.

    One that is ``of_target`` is made for an architecture: that of the board.
    """

    name: str
    licence: str
    component: str = NON_FREE
    of_target: bool = False


_ATHEROS = FirmwarePackage(name="firmware-atheros", licence="binary-redist-Qualcomm-Atheros")
_MEDIATEK = FirmwarePackage(name="firmware-mediatek", licence="binary-redist-MediaTek")
_AIROHA = FirmwarePackage(name="firmware-misc-nonfree", licence="binary-redist-Airoha")

_BROADCOM = FirmwarePackage(name="firmware-brcm80211", licence="binary-redist-Cypress")
_RASPBERRY = FirmwarePackage(name="raspi-firmware", licence="Proprietary_1")
_REALTEK = FirmwarePackage(name="firmware-realtek", licence="binary-redist-Realtek-restrictive")

_INTEL = FirmwarePackage(name="intel-microcode", licence="LICENSE.intel-ucode")
_AMD = FirmwarePackage(name="amd64-microcode", licence="LICENSE.amd-ucode")


def _u_boot(name: str) -> FirmwarePackage:
    return FirmwarePackage(name=name, licence="GPL-2+", component=MAIN, of_target=True)


# Package of this project -> where Debian has its files. It has none for the MT7628.
FIRMWARE: Mapping[str, FirmwarePackage] = MappingProxyType(
    {
        "amd-ucode-firmware": _AMD,
        "brcmfmac43430-firmware": _BROADCOM,
        "brcmfmac43455-firmware": _BROADCOM,
        "en8811h-firmware": _AIROHA,
        "intel-ucode-firmware": _INTEL,
        "mt7622-firmware": _MEDIATEK,
        "mt7915-firmware": _MEDIATEK,
        "mt7981-firmware": _MEDIATEK,
        "mt7986-firmware": _MEDIATEK,
        "qca9887-firmware": _ATHEROS,
        "qca988x-firmware": _ATHEROS,
        "raspi-firmware": _RASPBERRY,
        "realtek-nic-firmware": _REALTEK,
        "regulatory-firmware": FirmwarePackage(
            name="wireless-regdb", licence="ISC", component=MAIN
        ),
        "u-boot-sunxi-firmware": _u_boot("u-boot-sunxi"),
    }
)

FREE = frozenset(name for name, one in FIRMWARE.items() if one.component == MAIN)


def needed(packages: Iterable[str]) -> tuple[FirmwarePackage, ...]:
    """Return Debian's packages behind those of this project; other names are not firmware."""
    found = {FIRMWARE[name].name: FIRMWARE[name] for name in packages if name in FIRMWARE}
    return tuple(found[name] for name in sorted(found))
