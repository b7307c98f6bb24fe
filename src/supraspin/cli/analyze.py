"""`supraspin analyze`: from files and folders to a report."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from supraspin.analysis.result import Analysis

Switch = Annotated[bool, Parameter(negative="")]


def analyze(
    path: Path, /, *more: Path, out: Path | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None, kind: str | None = None, json: Switch = False,
) -> None:  # fmt: skip
    """Recognise the measurements in files and folders, fit the models that fit their kind, and write a report.

    Parameters
    ----------
    path
        A file, or a folder that is read in full. Several may be given.
    out
        Folder for report.html, results.json and the figures; it is new, empty, or holds an earlier report.
    set_
        name=value: something that the files do not say, such as separation='2.1 um'. May be repeated.
    kind
        Kind of measurement, where the program does not recognise it by itself.
    json
        Print the results as JSON, the same as in results.json.
    """
    from supraspin.cli.values import check_there, settings
    from supraspin.errors import DataError, OutputError
    from supraspin.report.folder import check_place

    paths = (path, *more)
    check_there(paths)
    if out is None:
        raise OutputError("analyze writes a report: name a folder for it, such as --out report")
    wanted = settings(set_ or ())
    place = check_place(out)
    for given in paths:
        if given.is_dir() and place.is_relative_to(given.resolve()):
            raise DataError(f"--out {out} lies inside {given}, which is to be read; name a folder elsewhere")

    from supraspin.analysis import analyze as analyze_paths
    from supraspin.cli.show import progress
    from supraspin.report.write import write_report

    with progress(not json) as report:
        analyses = analyze_paths(list(paths), kind=kind, settings=wanted, progress=report)
    if not analyses:
        raise DataError(f"nothing to analyse in {', '.join(map(str, paths))}; `supraspin data` shows what was understood")
    results = write_report(analyses, out, paths=paths, command=shlex.join(["supraspin", *sys.argv[1:]]))
    if json:
        from supraspin.report.plain import to_json

        print(to_json(results))
    else:
        for analysis in analyses:
            show_analysis(analysis)
        print(f"Report: {out / 'report.html'}")


def show_analysis(analysis: Analysis) -> None:
    """The gist of one analysis on the terminal."""
    from supraspin.cli.show import plain, show_table
    from supraspin.report.format import row
    from supraspin.report.page import by_level

    print(f"{plain(analysis.title)}\n{plain(analysis.summary)}\n")
    if analysis.findings:
        rows = [row(finding) for finding in analysis.findings]
        show_table(("quantity", "value", "systematic"), [(r.name, r.value, r.systematic) for r in rows])
        print()
    for flag in by_level(analysis.flags):
        print(f"  {flag.level}: {plain(flag.message)}")
    print()
