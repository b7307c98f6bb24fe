"""The HTML page. The template escapes every text, so nothing that stands in a file can become markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from supraspin.analysis.result import Analysis
from supraspin.flags import Flag
from supraspin.report.figures import inline
from supraspin.report.format import cell, numeric, row
from supraspin.report.plain import printable

LEVELS = ("fault", "warning", "note")


def page(analyses: Sequence[Analysis], pictures: Sequence[Mapping[str, bytes]], origin: Mapping[str, Any]) -> str:
    """The whole report as one file that needs nothing beside it. `pictures` holds the PNG files of each analysis."""
    shown = [
        {"analysis": analysis, "worst": worst(analysis.flags), "flags": by_level(analysis.flags), "pictures": files}
        for analysis, files in zip(analyses, pictures, strict=True)
    ]
    return printable(template().render(shown=shown, origin=origin, title=title(analyses)))


def title(analyses: Sequence[Analysis]) -> str:
    """The headline of the page."""
    return analyses[0].title if len(analyses) == 1 else f"{len(analyses)} measurements"


def by_level(flags: Sequence[Flag]) -> list[Flag]:
    """Flags with the gravest first."""
    return sorted(flags, key=lambda flag: LEVELS.index(flag.level))


def worst(flags: Sequence[Flag]) -> str:
    """The gravest level among `flags`, or an empty text."""
    return min((flag.level for flag in flags), key=LEVELS.index, default="")


@cache
def template(name: str = "report.html.jinja", package: str = "supraspin.report") -> Template:
    """A template of a package's folder `templates`, with the look, filters and macros of the report; it escapes all text."""
    own = PackageLoader("supraspin.report", "templates")
    loader = own if package == "supraspin.report" else ChoiceLoader([PackageLoader(package, "templates"), own])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(cell=cell, row=row, inline=inline, words=lambda text: str(text).replace("_", " "))
    environment.tests["numeric"] = lambda column, rows: numeric(rows, column)
    source, _, _ = own.get_source(environment, "style.css")
    environment.globals["style"] = Markup(source)
    return environment.get_template(name)
