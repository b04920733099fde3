"""`make docs`: the table of README.md and docs/boards.md, from the boards and what was proven."""

from pathlib import Path

from liminix_gen import docs, proof
from liminix_gen.catalog import Catalog

README, PAGE = Path("README.md"), Path("docs/boards.md")
_BEGIN, _END = "<!-- boards -->\n", "<!-- end of boards -->\n"


def pages() -> dict[Path, str]:
    """Return what the pages should be."""
    catalog = Catalog.of()
    boards = [catalog.device(name) for name in catalog.devices]
    proofs = proof.load(proof.proof_file())
    before, _, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    table = docs.table(boards, proofs)
    return {
        README: f"{before}{_BEGIN}{table}{_END}{after}",
        PAGE: docs.page(boards, proofs),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
