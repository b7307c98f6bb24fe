"""Resistance against temperature: T_C by three criteria, RRR, warming against cooling, and what is odd about a transition.

Every channel of resistance is looked at, at every field; the numbers at the top are those of the main channel at the lowest
field. A curve is called superconducting, or re-entrant, only by tests whose false alarms are below 1 % (`transition_search`,
`transition_rise`; measured in `benchmarks/false_alarms_resistance.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from supraspin.analysis.chain import sources
from supraspin.analysis.precision import precision
from supraspin.analysis.resistance.figure import draw, draw_family
from supraspin.analysis.resistance.findings import anomaly, lag_findings, levels, ratios, temperatures
from supraspin.analysis.resistance.flags import verdict_flags
from supraspin.analysis.resistance.lagging import lag
from supraspin.analysis.resistance.mean import Channel, channel
from supraspin.analysis.resistance.order import of_order
from supraspin.analysis.resistance.other_thermometers import compare
from supraspin.analysis.resistance.ratio import REFERENCE
from supraspin.analysis.resistance.series import in_series
from supraspin.analysis.resistance.sweeps import channels, curves, members, thermometers
from supraspin.analysis.resistance.tables import family_table, member_label, sweep_table
from supraspin.analysis.resistance.transition_fit import fit_transition
from supraspin.analysis.result import Analysis, Finding
from supraspin.errors import DataError, FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["KIND", "SETTINGS", "combine", "run"]

KIND = "resistance_temperature"
SETTINGS = {
    "reference_temperature": (
        "K",
        "temperature of the upper resistance of the residual resistance ratio (273 K where not given)",
    ),
    "lead_resistance": ("ohm", "resistance of leads within the reading, where the curve does not show it (0 for four probes)"),
}


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `resistance_temperature`. Raises `DataError` for a setting that makes no sense."""
    reference = settings.get("reference_temperature", REFERENCE)
    lead = settings.get("lead_resistance")
    if not reference > 0:
        raise DataError(f"setting 'reference_temperature' must be above 0, not {reference:g}")
    there, flags = thermometers(ds)
    family, names = members(ds), channels(ds)
    if not there or not names:
        raise FitError("fewer than 24 readings of resistance and temperature")
    main, *others = names
    found = [channel(names[main], curves(ds, main, there[0].variable, m.sweeps), lead, reference) for m in family]
    if not any(len(one.curves) for one in found):
        raise FitError("fewer than 24 readings of resistance at a temperature above 0 K in each sweep")
    result = Analysis(KIND, f"Resistance against temperature: {', '.join(sources(ds)) or 'R(T)'}", sources(ds), "", flags=flags)
    head = next((i for i, one in enumerate(found) if one.superconducts), 0)
    _headline(result, found[head], lead)
    if len(family) > 1:
        labels = [member_label(m) for m in family]
        result.tables.append(family_table("Family", "at", labels, found))
        result.figures["family"] = draw_family(labels, found)
        result.captions["family"] = "All members of the family."
        if head:
            text = f"there is no transition at {labels[0]}; the numbers are those at {labels[head]}"
            result.flags.append(Flag("headline_not_lowest_field", text, "warning"))
    _channels(result, ds, names, others, there[0].variable, family[head].sweeps, found[head], lead, reference)
    tables, remarks = compare(ds, found[head], there, family[head].sweeps, main, lead)
    result.tables += tables
    result.flags += remarks
    return result


def combine(pairs: list[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """The R(T) data sets that can be one series, in a table; and order, where loops speak for it too."""
    return [*in_series(pairs), *of_order(pairs)]


def _headline(result: Analysis, found: Channel, lead: float | None) -> None:
    """Findings, flags, figure and summary of the main channel."""
    fitted = None
    if found.superconducts:
        late, remarks = lag_findings(lag(found))
        result.findings += temperatures(found) + levels(found, lead) + ratios(found) + anomaly(found) + late
        result.flags += verdict_flags(found) + remarks
        fitted, said = fit_transition(found)
        result.flags += said
        if fitted is not None:
            result.fits["transition"] = fitted
            result.findings += [_of_fit(fitted, name) for name in ("critical_temperature", "transition_width")]
    if found.curves:
        result.tables.append(sweep_table(found))
        result.figures["resistance"] = draw(found, fitted if not _poor(result) else None, found.name)
        result.captions["resistance"] = (
            "Resistance against temperature, its transition (readings, line of the normal state, criteria, and the transition "
            "model where it fits), and, where the resistance rises again on cooling, the onset and height of the rise."
        )
    result.summary = _summary(result, found)


def _of_fit(fitted, name: str) -> Finding:
    known, p = precision(fitted, name), fitted.params[name]
    said = "where the resistance of the model vanishes" if name == "critical_temperature" else "standard deviation of T_c"
    return Finding(
        f"{name}, model", p.value, "K", known.stderr, interval_68=known.interval_68, identified=known.determined, text=said
    )


def _poor(result: Analysis) -> bool:
    return any(flag.code == "transition_poorly_fitted" for flag in result.flags)


def _channels(
    result: Analysis, ds: xr.Dataset, names: Mapping[str, str], others: list[str], thermometer: str, sweeps: tuple[int, ...],
    first: Channel, lead: float | None, reference: float,
) -> None:  # fmt: skip
    """The further channels of resistance, in one table with the main one."""
    if not others:
        return
    more = [channel(names[name], curves(ds, name, thermometer, sweeps), lead, reference) for name in others]
    result.tables.append(family_table("Channels", "channel", [first.name, *(m.name for m in more)], [first, *more]))
    for one in more:
        result.tables.append(sweep_table(one))
        if one.superconducts:
            result.findings.append(temperatures(one, f", {one.name}")[0])
            for flag in verdict_flags(one):
                result.flags.append(Flag(flag.code, f"{one.name}: {flag.message}", flag.level, flag.numbers))
        result.figures[f"resistance, {one.name}"] = draw(one, None, one.name)
        result.captions[f"resistance, {one.name}"] = "As the first figure, for another channel measured at once."


def _summary(result: Analysis, found: Channel) -> str:
    if not found.superconducts:
        why = next((t.why_not for t in found.found if not t.found), "no sweep has 24 usable readings")
        return f"No superconducting transition ({why})."
    tc = result.finding("critical_temperature")
    kind = "complete" if found.complete else "incomplete"
    if tc.limit:
        text = f"Incomplete transition that does not reach half of the normal resistance above {si(tc.value, 'K')}."
    else:
        told = uncertain(tc.value, tc.stderr, "K")
        text = f"{kind.capitalize()} transition at {told} (50 %; criteria ± {si(tc.systematic, 'K', 2)})."
    if found.steps is not None:
        text += " It goes in two steps."
    if found.reentrant:
        tk, height = result.finding("upturn_temperature"), result.finding("anomaly_height")
        told, share = uncertain(tk.value, tk.stderr, "K"), f"{100 * height.value:.3g} %"
        text += f" Re-entrant: below {told} the resistance rises by {share} of R just above T_C."
    return text
