"""Hanle curves of a lateral spin valve: lifetime, diffusion constant and length, with what decides them.

Parallel and antiparallel sweeps are fitted together by `hanle`; the rivals (electrodes that tilt, vortices, contacts that
drain) are ranked on the same points. The separation of the electrodes sets D and the length but not the lifetime: where
it is not known, D/L^2 and lambda/L are given instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.parity import first_zero, split_parity
from supraspin.analysis.spin_curves import common_background, half_difference, spin_signal
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.data import sweeps
from supraspin.errors import FitError
from supraspin.fit import FitResult, Sensitivity, fit, sensitivity
from supraspin.fit.compare import Comparison, rank
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

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
    """Analyse one data set of kind `hanle`."""
    known = {name: value for name, value in settings.items() if name != "charge_diffusivity"}
    separation = known.get("separation", _constant(ds, "separation"))
    contacts = [name for name in known if name.startswith("contact_length")]
    fixed = {name: value for name, value in known.items() if name not in contacts}
    pieces = sweeps(ds)
    signs = {float(np.sign(value)) for piece in pieces if "alignment" in piece for value in piece["alignment"].values} - {0.0}
    pair = signs == {1.0, -1.0}
    free = ["field_offset", *(["resistance_offset"] if pair or _has_background(pieces) else [])]
    main = fit("hanle", ds, fix=fixed, free=free)
    comparison = _rivals(ds, main, known, contacts, free)
    offsets = ["alignment_offset"] if pair else sorted({"resistance_offset"} - set(free))
    common = common_background(pieces) if pair else None
    if common is not None and any(f.code == "poor_fit" for f in comparison.best.flags):
        halves = half_difference(pieces)
        free, offsets = ["field_offset"], ["resistance_offset"]
        main = fit("hanle", halves, fix=fixed, free=free)
        comparison = _rivals(halves, main, known, contacts, free, tilt=False)
    spread = sensitivity(main, windows=(0.6, 0.8), free=offsets)
    title = ", ".join(sources(ds)) or "Hanle curve"
    result = Analysis(KIND, f"Hanle precession: {title}", sources(ds), "", fits=dict(comparison.results))
    if common is not None and main.n < sum(piece.sizes["point"] for piece in pieces):
        text = (f"a background of {si(common, 'ohm')} that both alignments share changes with the field and fits no model here: "
                "half the difference of the curves is fitted, in which it cancels")  # fmt: skip
        result.flags.append(Flag("common_background", text, "warning", {"background": common}))
    verdict, remarks = _verdict(comparison)
    result.flags += [*main.flags, *remarks]
    result.findings += _findings(main, spread, separation, pair)
    _add_zero(result, pieces, main)
    _add_charge(result, settings, separation)
    if separation is None:
        text = "the separation of the electrodes is not known, so D and the length are given in units of it: --set separation='2.1 um'"
        result.flags.append(Flag("separation_unknown", text, "warning"))
    result.flags += _offset_flag(spread) + _model_flag(comparison)
    result.tables += [_variants_table(spread), _ranking_table(comparison, verdict)]
    result.summary = _summary(result, verdict)
    result.figures["fit"] = _figure(main, any(f.code == "common_background" for f in result.flags))
    result.captions["fit"] = "Measured curves (points), joint fit (lines), and the residuals below."
    return result


def _constant(ds: xr.Dataset, name: str) -> float | None:
    values = np.unique(ds[name].values) if name in ds and ds[name].dims == ("sweep",) else np.array([])
    return float(values[0]) if values.size == 1 and np.isfinite(values[0]) else None


def _has_background(pieces: list[xr.Dataset]) -> bool:
    for piece in pieces:
        x, y = piece["field"].values.ravel(), piece["nonlocal_resistance"].values.ravel()
        fine = np.isfinite(x) & np.isfinite(y)
        far = np.abs(x[fine]) > 0.8 * np.abs(x[fine]).max()
        if far.any() and abs(float(np.median(y[fine][far]))) > _BACKGROUND * float(np.ptp(y[fine])):
            return True
    return False


def _rivals(
    ds: xr.Dataset, main: FitResult, known: Mapping[str, float], contacts: list[str], free: list[str], *, tilt: bool = True
) -> Comparison:  # fmt: skip
    """`hanle` and the models that contain it, on the same points; a tilt is common to both alignments, so not for a difference."""
    fixed = {name: value for name, value in known.items() if name not in contacts}
    results = {"hanle": main}
    attempts: dict[str, tuple[str, dict[str, Any]]] = {"hanle_vortex": ("hanle_vortex", {"fix": fixed, "free": free})}
    if tilt:
        attempts["hanle, tilting electrodes"] = ("hanle", {"fix": fixed, "free": [*free, "saturation_field"]})
    if contacts:
        attempts["hanle_contacts"] = ("hanle_contacts", {"fix": dict(known), "free": free})
    failed = []
    for name, (model, options) in attempts.items():
        try:
            results[name] = fit(model, ds, profile=False, **options)
        except FitError as error:
            failed.append(Flag("could_not_fit", f"{name} could not be fitted: {error}", "note"))
    return rank(results, failed)


def _verdict(comparison: Comparison) -> tuple[str, list[Flag]]:
    """The comparison's sentence and flags; the rivals contain `hanle`, so that a tie with it means that it suffices."""
    flags = [f for f in comparison.flags if f.code != "best_is_still_bad"]
    plain = comparison.aicc_effective["hanle"] - min(comparison.aicc_effective.values())
    if plain >= 2:
        return comparison.verdict, flags
    kept = [f for f in flags if f.code not in ("cannot_be_told_apart", "effective_sample")]
    others = ", ".join(r.model for r in comparison.ranks if r.model != "hanle")
    return f"The data do not call for more than hanle ({others}: nothing gained).", kept


def _finding(result: FitResult, spread: Sensitivity, name: str, text: str = "") -> Finding:
    p = result.params[name]
    inflate = math.sqrt(result.n / result.structure.n_effective) if result.structure.structured else 1.0
    error = None if p.stderr is None or not math.isfinite(p.stderr) else p.stderr * inflate
    systematic = spread.systematic.get(name)
    systematic = systematic if systematic is not None and math.isfinite(systematic) else None
    if p.limit and p.limit_value is not None:
        return Finding(name, p.limit_value, p.unit, None, None, None, p.limit, False, text)
    middle = None if error is None else (p.value - error, p.value + error)
    return Finding(name, p.value, p.unit, error, systematic, p.interval_68 if p.profiled else middle, None, p.identified, text)


def _findings(result: FitResult, spread: Sensitivity, separation: float | None, pair: bool) -> list[Finding]:
    lifetime = _finding(result, spread, "spin_lifetime", "independent of the separation")
    used = result.params["separation"].value
    diffusivity = _finding(result, spread, "diffusivity")
    length = _length(result, spread)
    found = [lifetime]
    if separation is None:
        found.append(_scaled(diffusivity, "diffusivity_over_separation_squared", used**-2, "1/s"))
        found.append(_scaled(length, "spin_diffusion_length_over_separation", 1 / used, "1"))
    else:
        found += [diffusivity, length]
    signal = (2 if pair else 1) * result.params["amplitude"].value * math.exp(-used / length.value)
    found.append(
        Finding("spin_signal", abs(signal), "ohm", text="parallel minus antiparallel at zero field" if pair else "at zero field")
    )
    return found


def _scaled(finding: Finding, name: str, factor: float, unit: str) -> Finding:
    def times(value: float | None) -> float | None:
        return None if value is None else value * factor

    interval = None if finding.interval_68 is None else (finding.interval_68[0] * factor, finding.interval_68[1] * factor)
    return Finding(name, finding.value * factor, unit, times(finding.stderr), times(finding.systematic), interval, finding.limit,
                   finding.identified, finding.text)  # fmt: skip


def _length(result: FitResult, spread: Sensitivity) -> Finding:
    """sqrt(D tau) with the error that the correlation of the two leaves."""
    tau, d = result.params["spin_lifetime"], result.params["diffusivity"]
    value = math.sqrt(max(tau.value * d.value, 0.0))
    i, j = result.free.index("spin_lifetime"), result.free.index("diffusivity")
    c = result.covariance
    inflate = math.sqrt(result.n / result.structure.n_effective) if result.structure.structured else 1.0
    relative = c[i, i] / tau.value**2 + c[j, j] / d.value**2 + 2 * c[i, j] / (tau.value * d.value) if value else math.nan
    error = 0.5 * value * math.sqrt(relative) * inflate if relative > 0 else None
    moves = [abs(math.sqrt(v.values["spin_lifetime"] * v.values["diffusivity"]) - value) for v in spread.variants]
    fine = error is not None and math.isfinite(error)
    return Finding("spin_diffusion_length", value, "m", error if fine else None, max(moves, default=None),
                   identified=tau.identified and d.identified)  # fmt: skip


def _add_zero(result: Analysis, pieces: list[xr.Dataset], main: FitResult) -> None:
    x, y = spin_signal(pieces, main.params["resistance_offset"].value)
    parity = split_parity(x, y, main.params["field_offset"].value)
    if parity is None:
        return
    crossing = first_zero(parity.u, parity.even)
    if crossing is not None:
        text = "read from the even part of the data, without a model"
        result.findings.append(Finding("first_zero_crossing", crossing[0], "T", crossing[1], text=text))
    result.findings.append(
        Finding("odd_over_even", parity.asymmetry, "1", text="rms of the part odd in field over the swing of the even part")
    )
    if parity.asymmetry < 1e-12:
        text = "the curve mirrors itself to the last digit: it was symmetrised before it was stored, so only half of its points are independent"
        result.flags.append(Flag("already_symmetrised", text, "note"))
    if parity.asymmetry > 0.05:
        text = f"the part of the signal that is odd in field is {100 * parity.asymmetry:.0f} % of the even one: a Hall or offset background"
        result.flags.append(Flag("asymmetric_in_field", text, "warning", {"odd_over_even": parity.asymmetry}))


def _add_charge(result: Analysis, settings: Mapping[str, float], separation: float | None) -> None:
    charge = settings.get("charge_diffusivity")
    if separation is None:
        return
    if charge is None:
        text = "no charge diffusion constant was given to hold the spin diffusion constant against: --set charge_diffusivity='1e-4 m^2/s'"
        result.flags.append(Flag("charge_diffusivity_unknown", text, "note"))
        return
    spin = result.finding("diffusivity")
    ratio = spin.value / charge
    result.findings.append(Finding("spin_over_charge_diffusivity", ratio, "1", spin.stderr / charge if spin.stderr else None))
    if not 1 / 3 < ratio < 3:
        text = f"the spin diffusion constant is {ratio:.3g} times that of charge: one of the two is not what it is taken for"
        result.flags.append(Flag("diffusivities_disagree", text, "warning", {"ratio": ratio}))


def _offset_flag(spread: Sensitivity) -> list[Flag]:
    p = spread.result.params["spin_lifetime"]
    move = spread.systematic.get("spin_lifetime", math.nan)
    if not math.isfinite(move) or p.stderr is None or move < max(p.stderr, 0.02 * abs(p.value)):
        return []
    text = f"the choice of window and offsets moves the lifetime by up to {si(move, 's')}, against a statistical error of {si(p.stderr, 's', 2)}"
    return [Flag("depends_on_choices", text, "warning", {"systematic": move, "stderr": p.stderr})]


def _model_flag(comparison: Comparison) -> list[Flag]:
    """A warning where the model that wins would have another lifetime than the one reported."""
    ours, theirs = comparison.results["hanle"].params["spin_lifetime"], comparison.best.params["spin_lifetime"]
    error = math.hypot(ours.stderr or 0.0, theirs.stderr or 0.0)
    if comparison.ranks[0].model == "hanle" or comparison.ranks[0].weight < 0.9 or abs(ours.value - theirs.value) < 3 * error:
        return []
    text = (f"the lifetime depends on the model: {comparison.ranks[0].model}, which fits better, has {theirs} where hanle has {ours}; "
            "an offset or a background that neither model has can do the same")  # fmt: skip
    return [Flag("depends_on_model", text, "warning", {"hanle": ours.value, "best": theirs.value})]


def _variants_table(spread: Sensitivity) -> Table:
    names = [n for n in ("spin_lifetime", "diffusivity") if n in spread.result.params]
    first = ("as reported", *(str(spread.result.params[n]) for n in names), f"{spread.result.reduced_chi_square:.3g}")
    rows = [
        (
            v.name.replace("_", " "),
            *(uncertain(v.values[n], v.stderr[n], spread.result.params[n].unit) for n in names),
            f"{v.reduced_chi_square:.3g}",
        )
        for v in spread.variants
    ]
    return Table("What the choices change", ("choice", "spin lifetime", "diffusivity", "chi2/dof"), (first, *rows),
                 "D for the separation used in the fit; its largest move is the systematic error")  # fmt: skip


def _ranking_table(comparison: Comparison, verdict: str) -> Table:
    rows = tuple(
        (r.model, r.parameters, f"{r.delta:.1f}", f"{r.weight:.2g}", f"{r.reduced_chi_square:.3g}", f"{r.lag1:.2f}",
         str(comparison.results[r.model].params["spin_lifetime"]))
        for r in comparison.ranks
    )  # fmt: skip
    return Table("Models on the same points", ("model", "parameters", "AICc - best", "Akaike weight", "chi2/dof", "lag-1", "spin lifetime"),
                 rows, verdict)  # fmt: skip


def _summary(result: Analysis, verdict: str) -> str:
    tau = result.finding("spin_lifetime")
    if tau.limit:
        return f"The data give only a limit of the spin lifetime: {'>' if tau.limit == 'lower' else '<'} {si(tau.value, 's')} at 95 %. {verdict}"
    return (
        f"Spin lifetime {uncertain(tau.value, tau.stderr, 's', systematic=tau.systematic)} (statistical, systematic). {verdict}"
    )


def _figure(result: FitResult, halved: bool) -> Figure:
    figure = new_figure(6.2, 5.0)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bx, x_label = units("field", result.x)
    by, y_label = units("nonlocal_resistance", result.y)
    named: set[str] = set()
    first = "half the difference" if halved else "parallel"
    for block in result.blocks:
        for part in block.sweeps():
            sign = block.coordinates[1][part][0] if len(block.coordinates) > 1 else 1.0
            name, colour = (first, COLOURS[0]) if sign > 0 else ("antiparallel", COLOURS[1])
            order = np.argsort(block.x[part])
            new = name not in named
            top.plot(block.x[part] / bx, block.y[part] / by, ".", ms=2.5, color=colour, alpha=0.5, label=name if new else None)
            top.plot(
                block.x[part][order] / bx, block.fit[part][order] / by, "-", lw=1.4, color="black", label=None if named else "fit"
            )
            below.plot(block.x[part] / bx, block.residual[part] / by, ".", ms=2, color=colour, alpha=0.5)
            named.add(name)
    below.axhline(0, lw=0.8, color="black")
    below.set_xlabel(x_label)
    below.set_ylabel("residual")
    top.set_ylabel(y_label)
    top.legend(fontsize=8)
    style(top, below)
    return figure
