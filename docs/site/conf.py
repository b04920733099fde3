"""Sphinx, for `make site`: the pages of docs/, and the reference that is made from the models."""

from __future__ import annotations

import liminix_gen

project = "liminix-gen"
version = release = liminix_gen.__version__
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"liminix-gen {release}"
html_theme_options = {"navigation_with_keys": True}
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
# `nix` of some examples is a piece of a set, and ours is newer than what Pygments knows.
suppress_warnings = ["misc.highlighting_failure"]
