"""Channels of the two bands, and how wide they can be (IEEE 802.11-2020 annex E)."""

from collections.abc import Iterator, Mapping

from attrs import frozen

from liminix_gen import Mistake, mistake

from .countries import Range, ranges

WIDTHS = (20, 40, 80, 160)
# Number of 5 MHz between a channel of 20 MHz and the next.
_STEP = 4


@frozen
class Band:
    """A band; ``mode`` is hostapd's, ``blocks`` has where the channels of each width begin."""

    name: str
    mode: str
    channels: tuple[int, ...]
    default_width: int
    widest: int
    blocks: Mapping[int, tuple[int, ...]]

    def _span(self, channel: int, width: int) -> tuple[int, int] | None:
        """Return the first and the last channel of 20 MHz of a wider one; None if there is none."""
        if width == 20:
            return channel, channel
        if not self.blocks:
            # The second half of 40 MHz is above or below.
            return (channel, channel + _STEP) if channel <= 7 else (channel - _STEP, channel)
        size = width // 20 * _STEP
        for first in self.blocks[width]:
            if first <= channel < first + size:
                return first, first + size - _STEP
        return None

    def _can_be(self, channel: int | None, width: int, known: tuple[Range, ...]) -> bool:
        """Say whether a channel, or any, can have a width where these ranges are allowed."""
        if channel is None:
            return not known or any(width <= one.width for one in known)
        span = self._span(channel, width)
        return span is not None and (
            not known
            or any(
                one.first <= span[0] and span[1] <= one.last and width <= one.width for one in known
            )
        )

    def mistakes(
        self, channel: int | None, width: int | None, country: str, bands: tuple[str, ...]
    ) -> Iterator[Mistake]:
        """Yield what is wrong with a channel or a width of a radio with these bands."""
        others = (one.name for one in BANDS.values() if one.has(channel, width))
        hint = "".join(
            f'band="{name}" has it' if name in bands else f"a radio for {name} has it"
            for name in others
        )
        if width is not None and width not in WIDTHS:
            widths = f"{', '.join(map(str, WIDTHS[:-1]))} or {WIDTHS[-1]}"
            yield mistake(f"a channel is {widths} MHz wide, not {width}", "width")
        elif width is not None and width > self.widest:
            said = f"at {self.name} a channel is at most {self.widest} MHz wide, not {width}"
            yield mistake(said, "width", hint=hint)
        elif channel is not None and channel not in self.channels:
            known = ", ".join(map(str, self.channels))
            said = f"there is no channel {channel} at {self.name}: {known}"
            yield mistake(said, "channel", hint=hint)
        else:
            yield from self._mistakes_in(country, channel, width)

    def has(self, channel: int | None, width: int | None) -> bool:
        """Say whether a channel and a width are of this band."""
        return (channel is None or channel in self.channels) and (width or 20) <= self.widest

    def _mistakes_in(
        self, country: str, channel: int | None, width: int | None
    ) -> Iterator[Mistake]:
        known = ranges(self.name, country)
        if channel is not None and not self._can_be(channel, 20, known):
            said = f"{country} has no channel {channel} for access points at {self.name}"
            yield mistake(f"{said}: {', '.join(map(str, known))}", "channel")
        elif width is not None and not self._can_be(channel, width, known):
            which = "a channel" if channel is None else f"channel {channel}"
            widest = self.width(channel, country, self.widest)
            said = f"{which} cannot be {width} MHz wide in {country}: it is at most {widest}"
            yield mistake(said, "width")

    def width(self, channel: int | None, country: str, most: int = 0) -> int:
        """Return the greatest width of a channel in a country, up to the default or another."""
        known = ranges(self.name, country)
        fitting = (
            one
            for one in reversed(WIDTHS)
            if one <= (most or self.default_width) and self._can_be(channel, one, known)
        )
        return next(fitting, 20)

    def lines(self, channel: int | None, width: int) -> Iterator[str]:
        """Yield the lines of hostapd.conf."""
        yield f"hw_mode={self.mode}"
        yield f"channel={channel or 0}"
        if width > 20:
            above = channel is None or self._span(channel, 40) == (channel, channel + _STEP)
            yield f"ht_capab=[HT40{'+' if above else '-'}]"
        if width > 40:
            for standard in ("vht", "he"):
                yield f"{standard}_oper_chwidth={1 if width == 80 else 2}"
                if channel is not None and (span := self._span(channel, width)):
                    yield f"{standard}_oper_centr_freq_seg0_idx={sum(span) // 2}"
        if width == 160:
            yield "vht_capab=[VHT160]"


BANDS: Mapping[str, Band] = {
    band.name: band
    for band in (
        # 14 is for Japan and 802.11b alone.
        Band("2.4 GHz", "g", tuple(range(1, 14)), 20, 40, {}),
        Band(
            "5 GHz",
            "a",
            (*range(36, 65, 4), *range(100, 145, 4), *range(149, 178, 4)),
            80,
            160,
            {
                40: (*range(36, 65, 8), *range(100, 145, 8), *range(149, 174, 8)),
                80: (36, 52, 100, 116, 132, 149, 165),
                160: (36, 100, 149),
            },
        ),
    )
}
