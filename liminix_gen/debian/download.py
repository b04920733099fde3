"""Files from a mirror, by apt's own client, each checked against its hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from attrs import frozen

from liminix_gen.debian.apt import APT_HELPER
from liminix_gen.process import run

if TYPE_CHECKING:
    from liminix_gen.debian.apt import Apt


@frozen(kw_only=True)
class Download:
    """A file to get: below which places, its path there, and what it must hash to."""

    path: str
    sha256: str
    target: Path
    bases: tuple[str, ...]


@frozen(kw_only=True)
class DownloadEvent:
    """What happens to a download."""

    download: Download
    state: Literal["fetching", "fetched", "failed"]
    reason: str = ""


def download(
    apt: Apt,
    downloads: Sequence[Download],
    *,
    on_event: Callable[[DownloadEvent], object] | None = None,
) -> tuple[DownloadEvent, ...]:
    """Get files, checked against their hashes; return an event for each that failed."""
    apt.prepare()
    waiting = {one.target: one for one in downloads}
    failed: dict[Path, DownloadEvent] = {}

    def report(event: DownloadEvent) -> None:
        if on_event is not None:
            on_event(event)

    for attempt in range(max((len(one.bases) for one in downloads), default=0)):
        batch = {
            f"{_copied(one.bases[attempt])}/{one.path}": one
            for one in waiting.values()
            if attempt < len(one.bases)
        }
        reasons = _download(apt, batch, report) if batch else {}
        for uri, one in batch.items():
            if _is_whole(one):
                del waiting[one.target]
                failed.pop(one.target, None)
                report(DownloadEvent(download=one, state="fetched"))
            else:
                reason = f"{uri}: {reasons.get(uri, 'not fetched')}"
                before = failed[one.target].reason + "\n" if one.target in failed else ""
                failed[one.target] = DownloadEvent(
                    download=one, state="failed", reason=before + reason
                )
    for event in failed.values():
        report(event)
    return tuple(failed.values())


def _copied(base: str) -> str:
    """Return a mirror that apt copies from: of ``file:`` it makes a link, and Nix wants a file."""
    return re.sub(r"^file:", "copy:", base)


def _download(
    apt: Apt, batch: dict[str, Download], report: Callable[[DownloadEvent], object]
) -> dict[str, str]:
    """Run apt's own client for all of them; return the reason of each failure."""
    words = [
        word
        for uri, one in batch.items()
        for word in (uri, str(one.target), f"SHA256:{one.sha256}")
    ]

    def line(text: str) -> None:
        if (match := re.match(r"Get:\d+ (\S+)", text)) and match[1] in batch:
            report(DownloadEvent(download=batch[match[1]], state="fetching"))

    done = run([APT_HELPER, *apt.options, "download-file", *words], check=False, on_stdout=line)
    found = re.findall(r"^E: Failed to fetch (\S+)\s+(.*)$", done.stderr, re.MULTILINE)
    return {unquote(uri): reason for uri, reason in found} or dict.fromkeys(
        batch, done.stderr.strip()
    )


def _is_whole(download: Download) -> bool:
    """Say whether a download is there; apt leaves a piece of it when, say, the disk is full."""
    if not download.target.is_file():
        return False
    with download.target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == download.sha256:
            return True
    download.target.unlink()
    return False
