"""The rivals of the plain Hanle formula on the same points, and what their ranking says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from supraspin.analysis.telling import would_tell
from supraspin.errors import FitError
from supraspin.fit import Comparison, FitResult, fit
from supraspin.fit.compare import rank
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

TILT = "hanle, tilting electrodes"


def poor(result: FitResult) -> bool:
    return any(flag.code == "poor_fit" for flag in result.flags)


def fit_rivals(
    ds: xr.Dataset, main: FitResult, known: Mapping[str, float], contacts: list[str], free: list[str], *, tilt: bool = True
) -> Comparison:  # fmt: skip
    """`hanle` and the models that contain it, on the same points. A tilt is common to both alignments: not for a difference."""
    fixed = {name: value for name, value in known.items() if name not in contacts}
    results = {"hanle": main}
    attempts: dict[str, tuple[str, dict[str, Any]]] = {"hanle_vortex": ("hanle_vortex", {"fix": fixed, "free": free})}
    if tilt:
        attempts[TILT] = ("hanle", {"fix": fixed, "free": [*free, "saturation_field"]})
    if contacts:
        attempts["hanle_contacts"] = ("hanle_contacts", {"fix": dict(known), "free": free})
    failed = []
    for name, (model, options) in attempts.items():
        try:
            results[name] = fit(model, ds, profile=False, **options)
        except FitError as error:
            failed.append(Flag("could_not_fit", f"{name} could not be fitted: {error}", "note"))
    return rank(results, failed)


def judge(comparison: Comparison) -> tuple[str, list[Flag]]:
    """The comparison's sentence and flags; the rivals contain `hanle`, so that a tie with it means that it suffices."""
    flags = [f for f in comparison.flags if f.code != "best_is_still_bad"]
    plain = comparison.aicc_effective["hanle"] - min(comparison.aicc_effective.values())
    if plain >= 2:
        vortex = comparison.ranks[0].model == "hanle_vortex"
        more = " Unless the channel superconducts, hanle_vortex only says that one more shape parameter helps." if vortex else ""
        return comparison.verdict + more, [*flags, *would_tell(comparison)]
    kept = [f for f in flags if f.code not in ("cannot_be_told_apart", "effective_sample")]
    others = ", ".join(r.model for r in comparison.ranks if r.model != "hanle")
    return f"The data do not call for more than hanle ({others}: nothing gained).", kept
