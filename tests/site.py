"""`make site`: the manual as HTML, in build/site. A broken link fails."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

from liminix_gen import proof
from liminix_gen.catalog import Catalog
from liminix_gen.cli import manual
from liminix_gen.docs import reference

SITE = Path("build/site")


def source(folder: Path) -> None:
    """Put the pages together, where they are in the project, with the reference beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree("docs/site", folder)
    shutil.copytree("docs", folder / "docs", ignore=shutil.ignore_patterns("site", "*.json"))
    for page in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(page, folder)
    pages = dict(reference.pages(Catalog.of(), proof.load(proof.proof_file())))
    del pages["boards.md"]  # docs/boards.md
    types = "".join(f"{name.removesuffix('.md')}\n" for name in pages if "/" in name)
    pages["services.md"] += f"\n```{{toctree}}\n:hidden:\n\n{types}```\n"
    for name, text in {**pages, "commands.md": manual.markdown()}.items():
        path = folder / "reference" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    index = folder / "index.md"
    listed = index.read_text(encoding="utf-8")
    found = sorted(f"docs/{path.stem}" for path in Path("docs").glob("*.md"))
    others = "\n".join(name for name in found if f"\n{name}\n" not in listed)
    index.write_text(listed.replace("OTHERS", others), encoding="utf-8")


def build(site: Path = SITE) -> int:
    """Make the site; return 0 if there was nothing to say against it."""
    source(site.with_name("site-source"))
    words = ["-q", "-W", "--keep-going", "-n", "-b", "html", "-d", str(site.with_name("doctrees"))]
    return build_main([*words, str(site.with_name("site-source")), str(site)])


if __name__ == "__main__":
    sys.exit(build(*map(Path, sys.argv[1:])))
