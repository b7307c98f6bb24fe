"""From analyses to a folder: `report.html`, `results.json` and the figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from supraspin.analysis.result import Analysis
from supraspin.report.figures import image, slug
from supraspin.report.folder import FIGURES, NUMBERS, PAGE, write_folder
from supraspin.report.page import page
from supraspin.report.plain import to_json
from supraspin.report.provenance import provenance


def write_report(analyses: Sequence[Analysis], out: Path, *, paths: Sequence[Path] = (), command: str = "") -> dict[str, Any]:
    """Write the report of `analyses` into the folder `out` and return what stands in `results.json`.

    `paths` are the files and folders that were read. Raises `OutputError` when `out` holds something else than an earlier
    report, and `OSError` when it cannot be written; in both cases nothing is left behind.
    """
    origin = provenance(paths, [source for analysis in analyses for source in analysis.sources], command)
    pictures = [{name: image(figure) for name, figure in analysis.figures.items()} for analysis in analyses]
    names = [_file_names(number, analysis) for number, analysis in enumerate(analyses, 1)]
    results = {
        "supraspin": origin["versions"]["supraspin"],
        "provenance": origin,
        "analyses": [{**analysis.to_dict(), "figures": files} for analysis, files in zip(analyses, names, strict=True)],
    }
    text = to_json(results)
    files = {PAGE: page(analyses, pictures, origin).encode(), NUMBERS: (text + "\n").encode()}
    for analysis_names, analysis_pictures in zip(names, pictures, strict=True):
        files |= {analysis_names[name]: png for name, png in analysis_pictures.items()}
    write_folder(out, files)
    return results


def _file_names(number: int, analysis: Analysis) -> dict[str, str]:
    """Name of a figure -> its file in the report's folder, in the order of the page."""
    stem = f"{FIGURES}/{number:02d}-{slug(analysis.kind)}"
    return {name: f"{stem}-{position:02d}-{slug(name)}.png" for position, name in enumerate(analysis.figures, 1)}
