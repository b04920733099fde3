"""The site as people see it: in chromium, on a phone and on a desk."""

from __future__ import annotations

import functools
import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import PROGRAM, Chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed")

PHONE, DESK = 390, 1280
# What goes over the page's edge and cannot be scrolled by itself, and where links lead.
WIDTH = "document.documentElement.scrollWidth"
LINKS = "Array.from(document.links, one => one.href)"
NAMED = "Array.from(document.querySelectorAll('[id]'), one => one.id)"
FOUND = """new Promise(resolve => {
  const look = () => {
    const found = document.querySelectorAll('#search-results ul.search li a');
    found.length ? resolve(Array.from(found, one => one.textContent)) : setTimeout(look, 50);
  };
  look();
})"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:  # type: ignore[override]
        pass


@pytest.fixture(scope="module")
def site(pages: Path) -> Iterator[str]:
    """The site's address."""
    handler = functools.partial(Quiet, directory=str(pages))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("chromium")) as one:
        yield one


def names(pages: Path) -> list[str]:
    found = (one.relative_to(pages).as_posix() for one in pages.rglob("*.html"))
    return sorted(one for one in found if not one.startswith("_") and one != "search.html")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_goes_over_the_edge(browser: Chromium, site: str, pages: Path, width: int) -> None:
    wide: dict[str, int] = {}
    for name in names(pages):
        browser.open(f"{site}{name}", width)
        if (taken := browser.value(WIDTH)) > width:
            wide[name] = taken
    assert wide == {}


def test_links_lead_somewhere(browser: Chromium, site: str, pages: Path) -> None:
    wanted: dict[str, str] = {}
    there: set[str] = set()
    for name in names(pages):
        browser.open(f"{site}{name}", DESK)
        there |= {f"{site}{name}", *(f"{site}{name}#{one}" for one in browser.value(NAMED))}
        wanted |= {link: name for link in browser.value(LINKS) if link.startswith(site)}
    # Furo's links to the top of a page, and Sphinx's to its own pages.
    own = {f"{site}{one}" for one in ("", "search.html", "genindex.html")}
    missing = {
        link: name
        for link, name in wanted.items()
        if link.removesuffix("#") not in there | own and "/_s" not in link
    }
    assert missing == {}


def test_search_finds_a_service_type(browser: Chromium, site: str) -> None:
    browser.open(f"{site}search.html?q=dnsmasq", PHONE)
    assert "dnsmasq" in browser.value(FOUND)
