"""Hanle curves of a lateral spin valve: lifetime, diffusion constant and length, with what decides them.

First comes whether noise of the same spectrum could have made the curves. Parallel and antiparallel sweeps are fitted together
by `hanle`; the rivals (electrodes that tilt, vortices, contacts that drain) are ranked on the same points. The separation of the
electrodes sets D and the length but not the lifetime: where it is not known, D/L^2 and lambda/L are given instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.hanle.correlated import noise_covariance, slow_noise
from supraspin.analysis.hanle.curves import (
    centre_beside_slope,
    common_background,
    even_part,
    half_difference,
    odd_over_even,
    usable,
)
from supraspin.analysis.hanle.figure import draw_curves
from supraspin.analysis.hanle.findings import ODD, add_charge, add_zero, spin_findings
from supraspin.analysis.hanle.mirrored import symmetrised
from supraspin.analysis.hanle.moves import one_sided, with_rivals
from supraspin.analysis.hanle.null import add_significance, nothing_seen
from supraspin.analysis.hanle.remarks import model_flag, offset_flag, ranking_table, slow_flag, variants_table
from supraspin.analysis.hanle.rivals import TILT, fit_rivals, judge, poor
from supraspin.analysis.hanle.seen import look
from supraspin.analysis.precision import counted
from supraspin.analysis.result import Analysis
from supraspin.data import sweeps
from supraspin.errors import DataError
from supraspin.fit import fit, sensitivity
from supraspin.fit.compare import rank
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

KIND = "hanle"
SETTINGS = {
    "separation": ("m", "centre-to-centre distance of injector and detector"),
    "g_factor": ("1", "Lande factor of the carriers (2 where not given)"),
    "charge_diffusivity": ("m^2/s", "diffusion constant of charge, to hold the spin diffusion constant against"),
    "contact_length_injector": ("m", "R_C W / R_sheet of the injector"),
    "contact_length_detector": ("m", "R_C W / R_sheet of the detector"),
}
_BACKGROUND = 0.1  # a single curve whose wings stand further from zero than this part of its swing has a background


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `hanle`. Raises `DataError` for a setting that makes no sense."""
    for name, value in settings.items():
        if not value > 0:
            raise DataError(f"setting {name!r} must be above 0, not {value:g}")
    known = {name: value for name, value in settings.items() if name != "charge_diffusivity"}
    separation = known.get("separation", _constant(ds, "separation"))
    contacts = [name for name in known if name.startswith("contact_length")]
    fixed = {name: value for name, value in known.items() if name not in contacts}
    if separation is not None:
        known["separation"] = fixed["separation"] = separation
    mirror, whole = symmetrised(ds), sweeps(ds)
    if mirror is not None:
        ds, known["field_offset"] = mirror.kept, mirror.centre
        fixed["field_offset"] = mirror.centre
    pieces = sweeps(ds)
    signs = {float(np.sign(value)) for piece in pieces if "alignment" in piece for value in piece["alignment"].values} - {0.0}
    pair = signs == {1.0, -1.0}
    seen = look(whole, symmetrised=mirror is not None)
    if seen is not None and not seen.worth_fitting:
        nothing = nothing_seen(ds, pieces, seen, pair)
        nothing.flags += [mirror.flag] if mirror is not None else []
        return nothing
    movable = [] if mirror is not None else ["field_offset"]
    free = [*movable, *(["resistance_offset"] if pair or _has_background(pieces) else [])]
    main = fit("hanle", ds, fix=fixed, free=free)
    if pair and slow_noise(main):
        # Slow noise moves the level of one sweep against the other: held equal, the spins would have to answer for it.
        free = [*free, "alignment_offset"]
        main = fit("hanle", ds, fix=fixed, free=free)
    comparison = fit_rivals(ds, main, known, contacts, free)
    offsets = ["alignment_offset"] if pair else sorted({"resistance_offset"} - set(free))
    centre = main.params["field_offset"].value
    title = ", ".join(sources(ds)) or "Hanle curve"
    result = Analysis(KIND, f"Hanle precession: {title}", sources(ds), "")
    result.flags += [mirror.flag] if mirror is not None else []
    common = common_background(pieces) if pair else None
    data, label = ds, "parallel"
    windows: tuple[float, ...] = (0.6, 0.8) if mirror is None else ()
    if common is not None and poor(comparison.best):
        data, label, free, offsets = half_difference(pieces), "half the difference", movable, ["resistance_offset"]
        text = (f"a background of {si(common, 'ohm')} that both alignments share changes with the field and fits no model here: "
                "half the difference of the curves is fitted, in which it cancels")  # fmt: skip
        result.flags.append(Flag("common_background", text, "warning", {"background": common}))
        main = fit("hanle", data, fix=fixed, free=free)
        comparison = fit_rivals(data, main, known, contacts, free, tilt=False)
        centre = main.params["field_offset"].value
    odd = odd_over_even(sweeps(data), centre)
    if odd > ODD and poor(comparison.best):
        centre = centre_beside_slope(sweeps(data), centre)
        even = even_part(sweeps(data), centre)
    else:
        even = None
    if even is not None:
        # Nothing here is odd in the field, so what is odd only hides how well the rest is known.
        data, label, windows, free = even, "even part", (), [name for name in free if name != "field_offset"]
        main = fit("hanle", data, fix=fixed, free=free)
        comparison = fit_rivals(data, main, known, contacts, free, tilt=pair and common is None)
    tilted = comparison.results.get(TILT)
    if tilted is not None and poor(main) and not poor(tilted):
        text = (f"the electrodes turn out of the plane with the field, saturated at {tilted.params['saturation_field']}: "
                "the numbers are those of the fit with that tilt")  # fmt: skip
        result.flags.append(Flag("electrodes_tilt", text, "note"))
        main = fit(**(dict(tilted.request) | {"profile": "auto"}))
        comparison = rank({**comparison.results, TILT: main}, [f for f in comparison.flags if f.code == "could_not_fit"])
    result.fits = dict(comparison.results)
    spread = sensitivity(main, windows=windows, free=[name for name in offsets if not main.params[name].vary])
    spread = with_rivals(spread, main, comparison, {} if mirror is None else one_sided(main, mirror, data is not ds))
    verdict, remarks = judge(comparison)
    result.flags += [*counted(main.flags), *remarks]
    covariance = noise_covariance(main)
    result.findings += spin_findings(main, spread, covariance, separation, pair)
    result.flags += slow_flag(main, covariance)
    add_zero(result, pieces, main, centre, one_side=mirror is not None)
    add_charge(result, settings, separation)
    if separation is None:
        text = "the separation is not known, so D and the length are given in units of it: --set separation='2.1 um'"
        result.flags.append(Flag("separation_unknown", text, "warning"))
    result.flags += offset_flag(spread, covariance) + model_flag(comparison, main)
    result.tables += [variants_table(spread), ranking_table(comparison, verdict)]
    result.summary = _summary(result, verdict)
    add_significance(result, seen)
    result.figures["fit"] = draw_curves(main, label)
    result.captions["fit"] = "Measured curves (points), joint fit (lines), and the residuals below."
    return result


def _constant(ds: xr.Dataset, name: str) -> float | None:
    values = np.unique(ds[name].values) if name in ds and ds[name].dims == ("sweep",) else np.array([])
    return float(values[0]) if values.size == 1 and np.isfinite(values[0]) else None


def _has_background(pieces: list[xr.Dataset]) -> bool:
    for piece in pieces:
        x, y = usable(piece)
        far = np.abs(x) > 0.8 * np.abs(x).max(initial=0.0)
        if far.any() and abs(float(np.median(y[far]))) > _BACKGROUND * float(np.ptp(y)):
            return True
    return False


def _summary(result: Analysis, verdict: str) -> str:
    tau = result.finding("spin_lifetime")
    if tau.limit:
        sign = ">" if tau.limit == "lower" else "<"
        return f"The data give only a limit of the spin lifetime: {sign} {si(tau.value, 's')} at 95 %. {verdict}"
    if not tau.identified:
        return f"The data do not determine the spin lifetime (best fit {si(tau.value, 's')}). {verdict}"
    if tau.stderr is None and tau.interval_68 is not None:
        low, high = tau.interval_68
        return f"Spin lifetime {si(tau.value, 's')}, between {si(low, 's')} and {si(high, 's')} at 68 %. {verdict}"
    told = uncertain(tau.value, tau.stderr, "s", systematic=tau.systematic)
    return f"Spin lifetime {told} ({'statistical, systematic' if tau.systematic else 'statistical'}). {verdict}"
