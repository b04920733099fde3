"""`make docs`: what the pages have from boards, proofs, images and docstrings."""

from functools import cache
from pathlib import Path

from liminix_gen import proof
from liminix_gen.catalog import Catalog
from liminix_gen.cli import manual
from liminix_gen.docs import pages as docs
from liminix_gen.docs import stubs
from tests.support import author_pages, library_page

README, PAGE = Path("README.md"), Path("docs/boards.md")
CONFIGURATION = Path("docs/configuration.md")
SECURITY = Path("docs/security.md")
SHARE = Path("share")
STUBS = Path("liminix_gen") / stubs.MODULE
COMMAND_LINE, TYPES = Path("docs/command-line.md"), Path("docs/service-types.md")


@cache
def pages() -> dict[Path, str]:
    """Return what the pages should be."""
    catalog = Catalog.of()
    boards = [catalog.device(name) for name in catalog.devices]
    proofs = proof.load(proof.proof_file())
    offered = {name for board in boards for name in (*board.outputs, *board.roots)}
    images = [catalog.image(name) for name in sorted(offered)]
    return {
        README: _with(README, boards=docs.table(boards, proofs)),
        PAGE: docs.page(catalog, proofs),
        COMMAND_LINE: _with(COMMAND_LINE, images=docs.table_of_images(images)),
        CONFIGURATION: _with(CONFIGURATION, requested=docs.table_on_request(catalog)),
        SECURITY: _with(
            SECURITY, settings=docs.table_of_settings(), symbols=docs.table_of_hardening()
        ),
        TYPES: author_pages.page(),
        Path("docs/board-types.md"): author_pages.board_page(),
        Path("docs/fennel.md"): library_page.page(),
        STUBS: stubs.text(catalog),
        **{SHARE / place: text for place, text in manual.man_pages().items()},
    }


def _with(path: Path, **tables: str) -> str:
    """Return a page with tables in their places, which have their names."""
    text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table}{end}{after}"
    return text


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
