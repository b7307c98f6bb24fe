"""How far the choices of a tunnelling analysis move its numbers: the window, and a background left free or held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from supraspin.analysis.precision import growth
from supraspin.analysis.result import Table
from supraspin.analysis.tunnelling.spectra import Prepared, Spectrum, to_dataset
from supraspin.errors import FitError
from supraspin.fit import FitResult, Parameter, fit
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

_PARTNERS = (("gap", "gap_2"), ("broadening", "broadening_2"), ("coupling", "coupling_2"))
_NORMAL = 0.05  # the normal conductance that a fit wants may differ from the measured one by this part


def larger_gap_first(result: FitResult) -> dict[str, Parameter]:
    """The free parameters of a fit, with the names of two bands exchanged where the second has the larger gap."""
    free = {name: p for name, p in result.params.items() if p.vary}
    if "gap_2" not in free or free["gap_2"].value <= free["gap"].value:
        return free
    swapped = dict(free)
    for one, other in _PARTNERS:
        if one in free and other in free:
            swapped[one], swapped[other] = free[other], free[one]
    if "weight" in free:
        swapped["weight"] = replace(free["weight"], value=1 - free["weight"].value)
    return swapped


def variants(
    best: FitResult, spectrum: Spectrum, window: float, bath: float | None, options: Mapping[str, Any]
) -> dict[str, FitResult]:  # fmt: skip
    """The winner's fit again with another window, and with no background beside the measured normal state."""
    start = {name: p.value for name, p in best.params.items() if p.vary and p.bounds[0] < p.value < p.bounds[1]}
    reach = float(spectrum.bias[-1])
    wanted: dict[str, tuple[float, list[str]]] = {f"window {si(0.85 * window, 'V')}": (0.85 * window, list(options["free"]))}
    if reach > 1.1 * window:
        wider = min(1.25 * window, reach)
        wanted[f"window {si(wider, 'V')}"] = (wider, list(options["free"]))
    wanted["no background"] = (window, [name for name in options["free"] if not name.startswith("background")])
    found = {}
    for name, (edge, free) in wanted.items():
        kept = {key: value for key, value in start.items() if not key.startswith("background") or key in free}
        request = dict(options) | {"free": free, "start": kept, "multistart": 1, "profile": False}
        try:
            found[name] = fit(best.model, to_dataset([spectrum], edge, [bath]), **request)
        except FitError:
            continue
    return found


def systematic(best: FitResult, choices: Mapping[str, FitResult], name: str) -> float | None:
    """The largest move of a parameter among the choices, SI; None where there was none to make."""
    centre = best.params[name].value
    moves = [abs(larger_gap_first(one)[name].value - centre) for one in choices.values() if name in larger_gap_first(one)]
    return max(moves, default=None)


def choices_table(best: FitResult, choices: Mapping[str, FitResult]) -> Table:
    """The gaps and the temperature under each choice."""
    names = [name for name, p in best.params.items() if p.vary and (name.startswith("gap") or name == "temperature")]
    rows = []
    for label, one in {"as reported": best, **choices}.items():
        p = larger_gap_first(one)
        cells = [uncertain(p[n].value, (p[n].stderr or 0.0) * growth(one), p[n].unit) for n in names]
        rows.append((label, *cells, f"{one.rms:.3g}"))
    note = "the largest move is the systematic error"
    return Table("What the choices change", ("choice", *(n.replace("_", " ") for n in names), "rms of G/G_N"), tuple(rows), note)


def normal_state_flag(best: FitResult, choices: Mapping[str, FitResult], ready: Prepared) -> list[Flag]:
    """A warning where the fit wants another normal state than the one that was measured and divided out."""
    normal = best.params["normal_conductance"]
    if ready.normal_temperature is None or abs(normal.value - 1) < _NORMAL:
        return []
    plain = choices.get("no background")
    more = f"; without a background the rms is {plain.rms:.3g} instead of {best.rms:.3g}" if plain is not None else ""
    text = (f"the fit wants {normal.value:.3g} times the normal conductance that was measured at "
            f"{si(ready.normal_temperature, 'K')}, bent by its quadratic background{more}: the normal state changes with "
            "temperature, or the model's tail is not that of the junction")  # fmt: skip
    return [Flag("normal_state_disagrees", text, "warning", {"normal_conductance": normal.value})]


def formal_flag(best: FitResult) -> list[Flag]:
    """A warning where the residuals hold fewer independent points than the model has parameters."""
    points, count = best.structure.n_effective, len(best.free)
    if not best.structure.structured or points > count + 1:
        return []
    text = (f"the misfit is systematic ({points:.0f} independent points for {count} parameters): the statistical errors are "
            "formal, and the systematic ones say more")  # fmt: skip
    return [Flag("errors_are_formal", text, "warning", {"n_effective": points, "parameters": float(count)})]
