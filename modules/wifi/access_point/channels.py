"""Channels of the two bands, and how wide they can be (IEEE 802.11-2020 annex E)."""

from collections.abc import Iterator, Mapping

from attrs import frozen

WIDTHS = (20, 40, 80, 160)
# Number of 5 MHz between a channel of 20 MHz and the next.
_STEP = 4


@frozen
class Band:
    """A band; ``mode`` is hostapd's, ``blocks`` has where the channels of each width begin."""

    gigahertz: str
    mode: str
    channels: tuple[int, ...]
    default_width: int
    widest: int
    blocks: Mapping[int, tuple[int, ...]]

    def _block(self, channel: int, width: int) -> int:
        """Return where the channel of a width begins that a channel is in, or 0."""
        size = width // 20 * _STEP
        return next((one for one in self.blocks[width] if one <= channel < one + size), 0)

    def reason_against(self, channel: int | None, width: int | None) -> str:
        """Return why a channel or a width cannot be, or nothing."""
        if width is not None and width not in WIDTHS:
            return f"a channel is {', '.join(map(str, WIDTHS[:-1]))} or {WIDTHS[-1]} MHz wide"
        if width is not None and width > self.widest:
            return f"at {self.gigahertz} GHz a channel is at most {self.widest} MHz wide"
        if channel is not None and channel not in self.channels:
            known = ", ".join(map(str, self.channels))
            return f"there is no channel {channel} at {self.gigahertz} GHz: {known}"
        if channel and width and width in self.blocks and not self._block(channel, width):
            return f"channel {channel} cannot be {width} MHz wide"
        return ""

    def lines(self, channel: int | None, width: int | None) -> Iterator[str]:
        """Yield the lines of hostapd.conf; without a width it is the default, or what fits."""
        yield f"hw_mode={self.mode}"
        yield f"channel={channel or 0}"
        wide = width or self.default_width
        while channel and wide in self.blocks and not self._block(channel, wide):
            wide //= 2
        if wide > 20:
            yield f"ht_capab=[HT40{'+' if channel is None or self._above(channel) else '-'}]"
        if wide > 40:
            for standard in ("vht", "he"):
                yield f"{standard}_oper_chwidth={1 if wide == 80 else 2}"
                if channel is not None:
                    middle = self._block(channel, wide) + (wide // 20 - 1) * _STEP // 2
                    yield f"{standard}_oper_centr_freq_seg0_idx={middle}"
        if wide == 160:
            yield "vht_capab=[VHT160]"

    def _above(self, channel: int) -> bool:
        """Return whether the second half of 40 MHz is above a channel."""
        return channel in self.blocks[40] if 40 in self.blocks else channel <= 7


BANDS: Mapping[str, Band] = {
    # 14 is for Japan and 802.11b alone. The second half of 40 MHz is above or below.
    "2.4 GHz": Band("2.4", "g", tuple(range(1, 14)), 20, 40, {}),
    "5 GHz": Band(
        "5",
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
}
