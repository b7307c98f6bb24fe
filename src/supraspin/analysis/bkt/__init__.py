"""V-I curves of a film at several temperatures: the exponent of V ~ I^a, and whether and where it passes 3 (the BKT transition).

    a(T) = 1 + pi J_s/(k_B T);   T_BKT where a = 3

(Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979)). Each exponent is that of the window in which the curve is best shown to
be a power law, and the spread over other windows is its systematic error: published values of a = 3 have been artefacts of the
window. Where the same curves have an ohmic part, its resistance above T_BKT gives T_BKT a second time, and R(T) given in the same
call a third.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.bkt.curves import read_family
from supraspin.analysis.bkt.family import Family, make_family, total
from supraspin.analysis.bkt.figure import draw_family
from supraspin.analysis.bkt.film import add_plausibility
from supraspin.analysis.bkt.findings import (
    add_currents,
    add_transition,
    choices_table,
    exponent_table,
    window_flags,
)
from supraspin.analysis.bkt.together import add_ohmic, combine
from supraspin.analysis.bkt.verdict import Verdict, judge
from supraspin.analysis.chain import sources
from supraspin.analysis.result import Analysis, Finding
from supraspin.errors import DataError, FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.fit import FitResult

__all__ = ["KIND", "SETTINGS", "combine", "run"]

KIND = "iv_curve"
SETTINGS = {
    "temperature_error": ("K", "scatter of the thermometer from curve to curve"),
    "critical_temperature": ("K", "mean-field transition temperature, for the gap between it and T_BKT"),
    "penetration_depth": ("m", "penetration depth at zero temperature"),
    "thickness": ("m", "thickness of the film"),
    "sheet_resistance": ("ohm", "normal sheet resistance of the film"),
}
_MODEL = 0.02
"""Relative error of the exponents as the universal jump has them: the stiffness is not quite linear in temperature."""
_POOR = 4.0


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `iv_curve`. Raises `DataError` for a senseless setting, `FitError` where there is no curve."""
    for name, value in settings.items():
        if not value > 0 and not (name == "temperature_error" and value == 0):
            raise DataError(f"setting {name!r} must be above 0, not {value:g}")
    curves, flags = read_family(ds, settings.get("temperature_error"))
    if not curves:
        raise FitError("no curve has a temperature and at least 12 points on one side of zero current")
    family = make_family(curves)
    said = judge(family)
    names = sources(ds)
    title = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
    result = Analysis(KIND, f"V-I curves: {title}", names, "", flags=flags)
    add_transition(result, family, said)
    result.flags += window_flags(family, said)
    add_currents(result, family)
    jump = _universal_jump(result, family) if said.status == "crossing" else None
    critical = critical_temperature(family, settings)
    if said.status == "crossing" and family.crossing is not None:
        add_ohmic(result, family)
        found = result.finding("bkt_temperature")
        add_plausibility(result, found.value, math.hypot(found.stderr or 0.0, found.systematic or 0.0), critical, settings)
    result.tables.append(exponent_table(family))
    choices = choices_table(family)
    if choices is not None:
        result.tables.append(choices)
    result.figures["exponents"] = draw_family(family, said, jump)
    result.captions["exponents"] = (
        "V-I curves with the window of each exponent (lines) and guides of slope 1 and 3; local slope; exponent against "
        "temperature, errors with the spread over windows."
    )
    result.summary = _summary(result, family, said)
    return result


def critical_temperature(family: Family, settings: Mapping[str, float]) -> tuple[float, float] | None:
    """T_c and its error, K: the setting, or where the resistance at low current passes half of the highest; None if neither."""
    if "critical_temperature" in settings:
        return settings["critical_temperature"], 0.0
    t, r = family.ohmic.temperature, family.ohmic.resistance
    fine = np.isfinite(r)
    t, r = t[fine], r[fine]
    if t.size < 4 or r[-1] < 0.8 * family.normal or r[-1] > 1.15 * r[-2] or r[0] > 0.3 * r[-1]:
        return None
    passing = np.flatnonzero((r[:-1] < 0.5 * r[-1]) & (r[1:] >= 0.5 * r[-1]))
    if passing.size != 1:
        return None
    k = int(passing[0])
    return float(t[k] + (0.5 * r[-1] - r[k]) / (r[k + 1] - r[k]) * (t[k + 1] - t[k])), float(t[k + 1] - t[k]) / 2


def _universal_jump(result: Analysis, family: Family) -> FitResult | None:
    """The jump with its rounding by a finite size, fitted to a(T); None where it is not determined."""
    from supraspin.fit import fit

    known = family.known
    found = family.crossing
    if len(known) < 6 or found is None:
        return None
    t, a = np.array([one.temperature for one in known]), np.array([one.exponent for one in known])
    steep = abs(found.slope) * (result.finding("bkt_temperature").stderr or 0.0)
    error = np.hypot(np.hypot([total(one) for one in known], steep), _MODEL * a)
    try:
        jump = fit("bkt_exponent", x=t, y=a, sigma=error, multistart=4, start={"bkt_temperature": found.temperature})
    except FitError:
        return None
    result.fits["universal jump"] = jump
    p, size = jump.params["bkt_temperature"], jump.params["size_logarithm"]
    grown = math.sqrt(max(jump.reduced_chi_square, 1.0))
    if p.stderr is None or not math.isfinite(p.stderr) or jump.reduced_chi_square > _POOR:
        text = f"the universal jump rounded by a finite size does not describe a(T) (chi2/dof {jump.reduced_chi_square:.3g})"
        result.flags.append(Flag("jump_does_not_fit", text, "note"))
        return jump
    text = "extrapolated to infinite size by the universal jump with its logarithmic rounding"
    known_to = p.stderr * grown
    result.findings.append(Finding("bkt_temperature_infinite_size", p.value, "K", known_to, identified=p.identified, text=text))
    own = result.finding("bkt_temperature")
    shift = own.value - p.value
    if p.identified and abs(shift) > math.hypot(own.stderr or 0.0, own.systematic or 0.0, known_to):
        text = f"the size of the film, or the current, moves the temperature where a = 3 by {si(shift, 'K')} from T_BKT"
        result.flags.append(Flag("finite_size_shift", text, "note", {"shift": shift}))
    if size.identified and size.stderr is not None:
        result.findings.append(Finding("size_logarithm", size.value, "1", size.stderr * grown, identified=True))
    return jump


def _summary(result: Analysis, family: Family, said: Verdict) -> str:
    many = f"{len(family.exponents)} V-I curves"
    found = family.crossing
    if said.status == "crossing":
        t = result.finding("bkt_temperature")
        return f"{many}: the exponent passes 3 at T_BKT = {uncertain(t.value, t.stderr, 'K', systematic=t.systematic)}."
    if said.status == "abrupt" and found is not None:
        middle = si(0.5 * (found.cold[0] + found.hot[0]), "K", 4)
        leap = f"the exponent leaps from {found.hot[1]:.1f} to {found.cold[1]:.1f} at {middle}"
        return f"{many}: {leap}, as in a bulk superconductor; no T_BKT is claimed."
    if said.status in ("below", "above"):
        t = result.finding("bkt_temperature")
        return f"{many}: T_BKT {'<' if t.limit == 'upper' else '>'} {si(t.value, 'K', 4)}; {said.reasons[0]}."
    return f"{many}: no BKT transition is claimed. {said.reasons[0][:1].upper()}{said.reasons[0][1:]}."
