"""Sphinx: the pages in Markdown, with the tables of models and names drawn from the code at every build."""

from __future__ import annotations

from pathlib import Path

from supraspin import __version__
from supraspin.report.model_table import markdown, nomenclature

project = "supraspin"
author = "supraspin developers"
copyright = "2026, supraspin developers"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.mathjax"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
html_theme = "pydata_sphinx_theme"
html_theme_options = {"show_prev_next": False, "navigation_with_keys": False}

PAGES = {"models.md": markdown, "nomenclature.md": nomenclature}


def write_tables(folder: Path) -> None:
    """Write the pages that are drawn from the code."""
    folder.mkdir(exist_ok=True)
    for name, write in PAGES.items():
        (folder / name).write_text(write(), encoding="utf-8")


def setup(app):
    app.connect("builder-inited", lambda app: write_tables(Path(app.srcdir) / "_generated"))
    return {"parallel_read_safe": True}
