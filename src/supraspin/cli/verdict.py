"""`supraspin verdict`: the paper's argument on trial, with data of your own, of a virtual device, or of the paper."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.flags import Flag
    from supraspin.verdict import Trial

Switch = Annotated[bool, Parameter(negative="")]
PAPER = "paper"
_REPRODUCED = (
    "these are not the paper's files, which are not public: its devices, fitted to the numbers that it prints, were measured in "
    "the virtual laboratory as its figures were"
)


def verdict(
    source: str, /, *more: str, statement: Annotated[list[str] | None, Parameter(negative="")] = None, level: float = 0.01,
    out: Path | None = None, key: int = 0, json: Switch = False,
) -> None:  # fmt: skip
    """Put every rival explanation on trial: what these data exclude, what they leave open, and which measurement would tell.

    Parameters
    ----------
    source
        Measurements: files and folders of one device or of several of a kind; or the word 'paper' for what
        arXiv:2306.06659 shows, measured again in the virtual laboratory. Several may be given.
    statement
        Only rivals of this statement: upturn, field, carrier, loop, spins or pairing. May be repeated.
    level
        Probability below which an explanation is excluded.
    out
        Folder for a report with tables and figures; it is new, empty, or holds an earlier report.
    key
        Seed of the noise of 'paper'.
    json
        Print the result as JSON.
    """
    from supraspin.errors import DataError
    from supraspin.verdict.rival import STATEMENTS, rivals

    if not 0 < level < 1:
        raise DataError(f"--level is {level:g}; it is a probability, between 0 and 1")
    for name in statement or ():
        if name not in STATEMENTS:
            raise DataError(f"--statement {name!r} is none of the paper's; there are {', '.join(STATEMENTS)}")
    sources = (source, *more)
    paths = [Path(one) for one in sources if one != PAPER]
    if out is not None:
        from supraspin.report.folder import check_place

        check_place(out)
    data, remarks = _data(sources, paths, key)

    from supraspin.cli.show import progress
    from supraspin.verdict.trial import trial

    among = [one for one in rivals() if not statement or one.against in statement]
    with progress(not json) as report:
        found = trial(data, level, among=among, progress=report)
    if out is not None:
        from supraspin.report.write import write_report
        from supraspin.verdict.page import analyses

        title = "The argument on trial: " + (
            ", ".join(sources) if len(sources) < 4 else f"{sources[0]} and {len(sources) - 1} more"
        )
        write_report(analyses(found, title, remarks), out, paths=paths, command=shlex.join(["supraspin", *sys.argv[1:]]))
    if json:
        from supraspin.report.plain import to_json

        print(to_json(found.to_dict() | {"remarks": [flag.to_dict() for flag in remarks]}))
        return
    _show(found, remarks)
    if out is not None:
        print(f"\nReport: {out / 'report.html'}")


def _data(sources: tuple[str, ...], paths: list[Path], key: int) -> tuple[list[xr.Dataset], tuple[Flag, ...]]:
    from supraspin.flags import Flag

    data: list[xr.Dataset] = []
    remarks: list[Flag] = []
    if paths:
        from supraspin.analysis.readings import physical
        from supraspin.cli.values import check_there
        from supraspin.data import load_all
        from supraspin.errors import DataError

        check_there(paths)
        loaded, said = load_all(*paths, skip_bad=True)
        remarks += [flag for flag in said if flag.level == "fault"]
        if not loaded and PAPER not in sources:
            raise DataError(remarks[0].message if remarks else f"nothing to read in {', '.join(map(str, paths))}")
        for ds in loaded:
            clean, absurd = physical(ds)
            data.append(clean)
            remarks += absurd
    if PAPER in sources:
        from supraspin.verdict.paper import paper_data

        data += paper_data(key)
        remarks.append(Flag("reproduced", _REPRODUCED, "note"))
    return data, tuple(remarks)


def _show(found: Trial, remarks: tuple[Flag, ...]) -> None:
    from supraspin.cli.show import plain, show_table
    from supraspin.verdict.page import probability_text, sign_rows
    from supraspin.verdict.rates import rates

    known = rates()
    for one in found.statements:
        stands = f": {', '.join(one.standing)}" if one.standing else ""
        print(f"\n{one.text[0].upper() + one.text[1:]}\n  {one.verdict}{stands}\n")
        mine = [outcome for outcome in found.outcomes if outcome.against == one.statement]
        rows: list[tuple[str, ...]] = []
        for o in mine:
            signs = sign_rows(o) or [("–",) * 4]
            head = (o.rival, o.verdict, probability_text(o.p_paper), probability_text(o.p_rival))
            rows += [(*(head if i == 0 else ("",) * 4), *sign) for i, sign in enumerate(signs)]
        show_table(("rival", "verdict", "p, paper", "p, rival", "sign", "measured", "paper", "rival"), rows)
        for o in mine:
            print(f"  {plain(o.rival)}: {o.claim} On twins the test {known.said(o.rival)}.")
        for o in mine:
            for hint in o.hints:
                print(f"  {plain(o.rival)} would be told by {plain(hint)}.")
    for flag in remarks:
        print(f"\n  {flag.level}: {plain(flag.message)}")
