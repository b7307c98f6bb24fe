"""Several R(T) data sets together: the table and the figure of a doping series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.drawing import COLOURS, new_figure, style
from supraspin.analysis.resistance.kin import normal_resistance, sample, series_of
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import ABSENT, concise, si

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

TITLE = "Resistance against temperature"
_NUMBERS = {"critical_temperature": "T_C", "residual_resistance_ratio": "RRR", "upturn_temperature": "upturn",
            "anomaly_height": "anomaly height", "residual_fraction": "what is left"}  # fmt: skip


def in_series(pairs: list[tuple[xr.Dataset, Analysis]]) -> list[Analysis]:
    """T_C and RRR of the R(T) data sets that can be one series; nothing where there are fewer than two of them."""
    own = [(ds, a) for ds, a in pairs if a.kind == "resistance_temperature" and a.title.startswith(TITLE) and a.findings]
    groups = series_of(own)
    if len(groups) > 1:
        sizes = ", ".join(f"{si(normal_resistance(group[0][1]), 'ohm')} ({name_of(group[0][0])})" for group in groups[:4])
        said = f"R(T) of different columns or sizes of resistance are not put into one series: {sizes}"
        own[0][1].flags.append(Flag("not_one_series", said, "note", {"series": len(groups)}))
    return [_together(group) for group in groups if len(group) > 1]


def _together(own: list[tuple[xr.Dataset, Analysis]]) -> Analysis:
    found = [{f.name: f for f in a.findings} for _, a in own]
    columns = [name for name in _NUMBERS if any(name in f for f in found)]
    rows = tuple((name_of(ds), *(_cell(f.get(name)) for name in columns)) for (ds, _), f in zip(own, found, strict=True))
    table = Table("Series", ("data set", *(_NUMBERS[name] for name in columns)), rows)
    temperatures = [f["critical_temperature"] for f in found]
    known = [t.value for t in temperatures if t.limit is None]
    span = f", T_C from {si(min(known), 'K')} to {si(max(known), 'K')}" if known else ""
    risen = sum("upturn_temperature" in f for f in found)
    text = f"{len(own)} curves{span}; {risen} of them rise{'s' if risen == 1 else ''} again on cooling."
    files = tuple(dict.fromkeys(name for ds, _ in own for name in sources(ds)))
    result = Analysis("resistance_temperature", "Series of R(T)", files, text, tables=[table])
    result.figures["series"] = _draw(own, found)
    result.captions["series"] = (
        "Resistance over that just above the transition (left); T_C against RRR (right), arrows at limits."
    )
    result.flags.append(Flag("taken_together", _why(own), "note", {"data sets": len(own)}))
    return result


def _why(own: list[tuple[xr.Dataset, Analysis]]) -> str:
    named = list(dict.fromkeys(name for ds, _ in own if (name := sample(ds))))
    if len(named) == 1 and all(sample(ds) for ds, _ in own):
        return f"the data sets are of one sample, {named[0]}"
    who = f"the samples {', '.join(named)}" if len(named) > 1 else "whether of one sample, the files do not say"
    return f"the data sets are taken as one series, given together with the same columns and resistances of one size ({who})"


def _cell(found: Finding | None) -> str:
    if found is None:
        return ABSENT
    if found.limit:
        return f"{'>' if found.limit == 'lower' else '<'} {si(found.value, found.unit)}"
    return concise(found.value, found.stderr, found.unit)


def _draw(own: list[tuple[xr.Dataset, Analysis]], found: list[dict[str, Finding]]) -> Figure:
    figure = new_figure(7.2, 3.2)
    left, right = figure.subplots(1, 2)
    reach: list[float] = []
    for i, ((ds, _), f) in enumerate(zip(own, found, strict=True)):
        colour = COLOURS[i % len(COLOURS)]
        t, r = ds["temperature"].values[0], ds["resistance"].values[0]
        fine = np.flatnonzero(np.isfinite(t) & np.isfinite(r))
        fine = fine[:: max(1, fine.size // 3000)]
        left.plot(
            t[fine], r[fine] / f["normal_resistance"].value, ".", ms=2, mew=0, color=colour, label=name_of(ds), rasterized=True
        )
        tc, rrr = f["critical_temperature"], f.get("residual_resistance_ratio")
        reach.append(tc.value)
        if rrr is not None:
            right.errorbar(rrr.value, tc.value, yerr=tc.systematic, xerr=rrr.stderr, fmt="o", ms=4, lw=1, color=colour)
            if rrr.limit:
                right.annotate(
                    "", (1.08 * rrr.value, tc.value), (rrr.value, tc.value), arrowprops={"arrowstyle": "->", "color": colour}
                )
    left.set_xlim(0, 2.2 * max(reach))
    left.set_ylim(-0.05, 1.35)
    left.set_xlabel("$T$ (K)")
    left.set_ylabel(r"$R/R(T_\mathrm{c}^+)$")
    left.legend(fontsize=6.5, markerscale=3)
    right.set_xlabel("residual resistance ratio")
    right.set_ylabel(r"$T_\mathrm{c}$ (K)")
    style(left, right)
    return figure
