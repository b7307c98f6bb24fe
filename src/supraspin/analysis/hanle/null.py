"""What is said where no Hanle signal is proved, and how sure one is where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supraspin.analysis.chain import sources
from supraspin.analysis.hanle.figure import draw_nothing
from supraspin.analysis.hanle.findings import SIGNAL
from supraspin.analysis.hanle.seen import LEVEL, Seen
from supraspin.analysis.result import Analysis, Finding
from supraspin.flags import Flag
from supraspin.formatting import si

if TYPE_CHECKING:
    import xarray as xr

_CHANCE = "false_alarm_probability"


def nothing_seen(ds: xr.Dataset, pieces: list[xr.Dataset], seen: Seen, pair: bool) -> Analysis:
    """The analysis of sweeps that noise of their own spectrum explains: a limit of the signal, and nothing of spins."""
    result = Analysis("hanle", f"Hanle precession: {', '.join(sources(ds)) or 'Hanle curve'}", sources(ds), "")
    what = SIGNAL if pair else f"{SIGNAL}, twice what the one curve here can have"
    text = f"{what}, 95 %, for curves that the steps of the field resolve and that are narrower than the sweep"
    result.findings = [
        Finding("spin_signal", seen.limit, "ohm", limit="upper", identified=False, text=text),
        Finding(_CHANCE, seen.p, "1", text="that noise of the same spectrum looks as much like a Hanle curve"),
    ]
    result.flags.append(_flag(seen))
    most = f"one above {si(seen.limit, 'ohm')}, wide enough for the steps of the field, is excluded at 95 %"
    result.summary = f"No Hanle signal is proved ({_by_chance(seen)}); {most}."
    result.figures["fit"] = draw_nothing(pieces)
    result.captions["fit"] = "Measured sweeps (points) with their means (lines); no Hanle curve is proved, and none is drawn."
    return result


def add_significance(result: Analysis, seen: Seen | None) -> None:
    """How likely noise would look as much like the signal; with a warning where the levels differ and nothing bends."""
    if seen is None:
        text = "too few points to tell a Hanle signal from noise of the same spectrum"
        result.flags.append(Flag("significance_unknown", text, "note"))
        return
    text = "that noise of the same spectrum, white or 1/f, looks as much like a Hanle curve"
    result.findings.append(Finding(_CHANCE, seen.p, "1", text=text))
    if seen.claimed:
        return
    if seen.plateaus:
        result.flags.append(_flag(seen))
        result.summary = (
            f"No Hanle signal is proved ({_by_chance(seen)}): the alignments differ in their level, but the curves hardly "
            f"bend with the field. {result.summary}"
        )
        return
    said = f"noise of the same spectrum, folded about zero field as this curve was, looks as much like one ({_by_chance(seen)})"
    result.flags.append(Flag("hanle_signal_weak", f"a Hanle curve is likely, not proved: {said}", "warning", {"p": seen.p}))
    result.summary += f" That it is a Hanle curve is likely, not proved: {_by_chance(seen)}, for a folded curve."


def _by_chance(seen: Seen) -> str:
    where = f"p = {seen.p:.2g}" if seen.p < 1 else "what there is stands elsewhere than at zero field or does not turn"
    return f"{where}; claimed below {LEVEL:g}"


def _flag(seen: Seen) -> Flag:
    text = f"no Hanle signal is proved: noise of the same spectrum looks as much like one ({_by_chance(seen)})"
    return Flag("no_hanle_signal", text, "warning", {"p": seen.p})
