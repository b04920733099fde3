"""Which channels an access point may use, by countries.

From the database that the kernel reads, wireless-regdb of 2026.05.30: its ranges of frequencies as
channels of 20 MHz, each with how wide a channel in it can be, in MHz. Ranges that touch and are
marked AUTO-BW are one; what is for stations alone (NO-IR) is in none. Of a country that is not here
nothing is known.
"""

from collections.abc import Mapping
from functools import cache

from attrs import frozen

# Where it is not 1-13.
_AT_2_GHZ: Mapping[str, str] = {
    "1-11/40": "AS BM DM DO FM GD GU HT MH MP NI PR PW US VI",
}
_AT_5_GHZ: Mapping[str, str] = {
    "36-64/160 100-144/160 149-165/80": """
        AE AR AS BF BM BN BR BS CI CO CX FM GB GD GH GY HK HN HT JM LB MH MN MO MP MU MX NI PE
        PG PR PW PY RW SG SN TC TH TT TW UG US VI VN VU
    """,
    "36-64/160 100-140/160 149-173/80": """
        AD AL AT BA BE BG CH CY CZ DE DK ES FI FR GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT
        NA NL NO PL PT QA RO RS SE SI SK SX SY
    """,
    "36-64/160 100-140/160": """
        AF AI AW BL BT BY ET FO GF GI GL GP IM KH LS MF MQ MR MW OM PF PM RE SA SM SR TD TR VA
        VC WF YT ZA ZW
    """,
    "36-64/160 149-165/80": "BB CL CN DM DO MV NP UY VE",
    "36-64/160 100-140/160 149-165/80": "BW EC KR KZ PA PH TZ UA",
    "36-64/160 100-144/160 149-173/80": "AM EE IL KY LK NZ",
    "36-64/160": "AZ EG GE MA TN UZ",
    "149-165/80": "BD BZ CU",
    "52-64/80 149-165/80": "BO NG",
    "36-64/160 100-144/160 149-177/160": "CA CR",
    "36-64/160 100-140/160 149-161/80": "KN LC",
    "36-64/160 100-116/80 132-144/80 149-173/80": "AU",
    "36-64/80 100-140/80 149-173/80": "BH",
    "36-64/40 100-144/40 149-165/40": "CF",
    "36-64/160 100-132/160": "DZ",
    "36-64/80 100-140/160 149-165/80": "GT",
    "36-64/20 100-144/20 149-165/20": "GU",
    "36-64/160 149-161/80": "ID",
    "36-64/80 100-140/160 149-173/80": "IN",
    "36-64/80": "IR",
    "36-64/160 100-140/80 149-173/80": "JO",
    "36-64/160 100-144/160": "JP",
    "36-64/160 100-140/80 149-173/40": "KE",
    "36-64/20 100-124/20 149-161/20": "KP",
    "36-64/160 100-144/160 149-161/80": "KW",
    "36-64/160 100-128/160 149-173/80": "MY",
    "149-173/80": "PK",
    "36-64/160 132-144/80 149-165/80": "RU",
    "36-64/20 149-165/20": "SV",
    "36-64/80 100-144/160 149-165/80": "TG",
    "36-64/40 100-140/40": "WS",
}
_BANDS = {"2.4 GHz": _AT_2_GHZ, "5 GHz": _AT_5_GHZ}


@frozen
class Range:
    """Channels that follow one another; a channel in them is at most ``width`` MHz wide."""

    first: int
    last: int
    width: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@cache
def ranges(band: str, country: str) -> tuple[Range, ...]:
    """Return what a country allows in a band; nothing if that is not known."""
    text = next(
        (one for one, countries in _BANDS[band].items() if country in countries.split()), ""
    )
    return tuple(_range(*one.split("/")) for one in text.split())


def _range(channels: str, width: str) -> Range:
    first, last = channels.split("-")
    return Range(int(first), int(last), int(width))
