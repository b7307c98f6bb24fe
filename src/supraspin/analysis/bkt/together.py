"""T_BKT from R(T) beside that from the exponents: how well they agree, and whether R(T) needs a BKT transition at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.bkt.family import Family
from supraspin.analysis.bkt.film import add_plausibility
from supraspin.analysis.bkt.points import points_in_zero_field, zero_field
from supraspin.analysis.bkt.resistance import ResistanceFit, fit_resistance
from supraspin.analysis.bkt.resistance_figure import draw_resistance
from supraspin.analysis.chain import sources
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.errors import FitError
from supraspin.flags import Flag
from supraspin.formatting import concise, si, uncertain

if TYPE_CHECKING:
    import xarray as xr


def combine(pairs: list[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """One V-I family and one R(T) in zero field, given in one call, are taken as those of one device."""
    families = [one for ds, one in pairs if one.kind == "iv_curve" and ds.attrs["kind"] == "iv_curve"]
    others = {id(ds): ds for ds, _ in pairs if ds.attrs["kind"] == "resistance_temperature" and zero_field(ds).any()}
    if len(families) != 1 or len(others) != 1:
        return []
    family, cooling = families[0], next(iter(others.values()))
    if not any(found.name == "bkt_temperature" and found.limit is None for found in family.findings):
        return []
    result = Analysis("iv_curve", "BKT transition: V-I and R(T) together", (*family.sources, *sources(cooling)), "")
    text = "the V-I curves and R(T) are taken as those of one device, because they were given together"
    result.flags.append(Flag("one_device", text, "note"))
    try:
        found = fit_resistance(*points_in_zero_field(cooling))
    except FitError as why:
        result.flags.append(Flag("could_not_fit", f"R(T) gives no T_BKT: {why}", "warning"))
        result.summary = "R(T) does not give a BKT temperature beside that of the V-I curves."
        return [result]
    add_resistance(result, found)
    own = family.finding("bkt_temperature")
    result.findings.insert(0, own)
    error = math.hypot(own.stderr or 0.0, own.systematic or 0.0)
    _agreement(result, own, result.finding("bkt_temperature_from_resistance"))
    p = found.main.params["critical_temperature"]
    known = p.identified and p.stderr is not None and math.isfinite(p.stderr)
    grown = math.sqrt(max(found.main.reduced_chi_square, 1.0))
    critical = (p.value, grown * p.stderr) if known and p.stderr is not None else None
    critical = (settings["critical_temperature"], 0.0) if "critical_temperature" in settings else critical
    add_plausibility(result, own.value, error, critical, settings)
    result.figures["resistance"] = draw_resistance(found, (own.value, error))
    result.captions["resistance"] = (
        "R(T) with the interpolation formula, the exponential and a spread of critical temperatures; the diagnostic plot, a line "
        "through zero at T_BKT for the exponential; T_BKT by the exponential in every window."
    )
    return [result]


def add_resistance(result: Analysis, found: ResistanceFit, suffix: str = "resistance") -> None:
    """T_BKT, T_c and b from R(T), the window sweep, and whether a plain spread of critical temperatures does as well."""
    name = f"bkt_temperature_from_{suffix}"
    p = found.main.params["bkt_temperature"]
    if found.bkt_temperature is not None:
        text = "interpolation formula from T_BKT to the normal state; systematic: how far up it is fitted, lead resistance"
        result.findings.append(Finding(name, found.bkt_temperature, "K", found.stderr, found.systematic, text=text))
    elif found.limit and found.limit_value is not None:
        result.findings.append(Finding(name, found.limit_value, "K", limit=found.limit, identified=False))
    else:
        result.findings.append(Finding(name, p.value, "K", identified=False, text="not determined by R(T)"))
    for key in ("critical_temperature", "bkt_constant"):
        q = found.main.params[key]
        fine = q.stderr is not None and math.isfinite(q.stderr)
        grown = math.sqrt(max(found.main.reduced_chi_square, 1.0))
        error = grown * q.stderr if fine and q.stderr else None
        result.findings.append(Finding(key, q.value, q.unit, error, identified=q.identified))
    b = found.main.params["bkt_constant"]
    if b.identified and not 0.1 < b.value < 10:
        text = f"b = {b.value:.2g} where about 1 is expected: inhomogeneity or size, not free vortices, make the tail of R(T)"
        result.flags.append(Flag("tail_not_vortices", text, "warning", {"b": b.value}))
    result.fits.update({f"R(T): {key}": one for key, one in found.fits.items()})
    rows = [("as reported", concise(p.value, found.stderr, "K"))]
    rows += [(key, si(value, "K", 5)) for key, value in found.variants.items()]
    plain = found.fits.get("halperin_nelson")
    if plain is not None:
        q = plain.params["bkt_temperature"]
        rows.append(("exponential up to 30 % of R_N", concise(q.value, q.stderr, "K")))
    if found.sweep is not None and found.sweep.low.size >= 4:
        low, high = found.sweep.spread
        rows.append((f"exponential in {found.sweep.low.size} windows, 16 % to 84 %", f"{low:.5g} K to {high:.5g} K"))
        moved = max(abs(low - p.value), abs(high - p.value))
        if found.stderr is not None and moved > 3 * math.hypot(found.stderr, found.systematic):
            text = f"the exponential alone moves T_BKT by up to {si(moved, 'K')} with its window"
            result.flags.append(Flag("depends_on_window", text, "warning", {"moved": moved}))
    result.tables.append(Table("T_BKT from R(T) by other choices", ("choice", "temperature"), tuple(rows)))
    rival = found.fits.get("transition")
    if rival is not None and rival.aicc < found.main.aicc + 6:
        better = "better" if rival.aicc < found.main.aicc - 6 else "as well"
        text = f"a spread of critical temperatures, without vortices, describes R(T) {better}: R(T) alone shows no BKT transition"
        result.flags.append(Flag("resistance_not_specific", text, "warning", {"aicc_difference": rival.aicc - found.main.aicc}))


def add_ohmic(result: Analysis, family: Family) -> None:
    """T_BKT from the ohmic resistances of the V-I curves at low current, where at least six of them are on the tail of R(T)."""
    t, r, e = family.ohmic.temperature, family.ohmic.resistance, family.ohmic.stderr
    fine = np.isfinite(r) & np.isfinite(e) & (e > 0)
    if np.count_nonzero(fine) < 8:
        return
    try:
        found = fit_resistance(t[fine], r[fine], np.hypot(e[fine], 1e-6 * family.normal), rivals=False)
    except FitError:
        return
    result.fits["ohmic slopes"] = found.main
    if found.bkt_temperature is None or found.stderr is None:
        return
    text = "from the resistances at low current, by the interpolation formula"
    own = result.finding("bkt_temperature")
    other = Finding("bkt_temperature_from_ohmic_part", found.bkt_temperature, "K", found.stderr, found.systematic, text=text)
    result.findings.append(other)
    apart = sigmas(own, other)
    if apart > 3:
        note = f"the ohmic parts put T_BKT at {uncertain(other.value, other.stderr, 'K')}, {apart:.1f} errors from where a = 3"
        result.flags.append(Flag("bkt_temperatures_disagree", note, "warning", {"sigmas": apart}))


def sigmas(one: Finding, other: Finding) -> float:
    """How many errors two temperatures lie apart, statistical and systematic ones of both together."""
    errors = [part or 0.0 for part in (one.stderr, one.systematic, other.stderr, other.systematic)]
    return abs(one.value - other.value) / math.hypot(*errors)


def _agreement(result: Analysis, own: Finding, other: Finding) -> None:
    """The difference of the two temperatures in units of its error, systematics included."""
    if not other.identified or other.stderr is None:
        result.summary = f"R(T) does not determine T_BKT; the exponents give {uncertain(own.value, own.stderr, 'K')}."
        return
    difference = own.value - other.value
    stat = math.hypot(own.stderr or 0.0, other.stderr)
    moved = math.hypot(own.systematic or 0.0, other.systematic or 0.0)
    apart = sigmas(own, other)
    result.findings.append(Finding("bkt_temperature_difference", difference, "K", stat, moved, text="a = 3 minus R(T)"))
    text = (f"the exponents give T_BKT = {uncertain(own.value, own.stderr, 'K', systematic=own.systematic)}, R(T) gives "
            f"{uncertain(other.value, other.stderr, 'K', systematic=other.systematic)}: {apart:.1f} errors apart")  # fmt: skip
    if apart > 3:
        result.flags.append(Flag("bkt_temperatures_disagree", text, "warning", {"sigmas": apart}))
    result.summary = f"{text[0].upper()}{text[1:]}."
