"""Whether the film of the settings can have the T_BKT that was found."""

from __future__ import annotations

import math
from collections.abc import Mapping

from supraspin.analysis.bkt.plausibility import (
    RESISTANCE_QUANTUM,
    Gap,
    from_penetration_depth,
    from_sheet_resistance,
    screening_length,
)
from supraspin.analysis.result import Analysis, Finding
from supraspin.flags import Flag
from supraspin.formatting import si


def add_plausibility(
    result: Analysis, temperature: float, error: float, critical: tuple[float, float] | None, settings: Mapping[str, float]
) -> None:  # fmt: skip
    """Screening length, and the gap between T_c and T_BKT (K, with errors) against what the settings allow."""
    length = screening_length(temperature)
    text = "Lambda = lambda^2/d at T_BKT, from k_B T_BKT = Phi0^2/(8 pi mu0 Lambda); the Pearl length 2 lambda^2/d is twice this"
    result.findings.append(Finding("screening_length", length, "m", length * error / temperature, text=text))
    depth, thickness, sheet = (settings.get(name) for name in ("penetration_depth", "thickness", "sheet_resistance"))
    if depth is not None and thickness is not None:
        bulk = depth**2 / thickness
        result.findings.append(Finding("screening_length_at_zero", bulk, "m", text="lambda^2/d of the settings"))
    if critical is None:
        if depth is not None or sheet is not None:
            note = "T_c is not known, so T_BKT/T_c cannot be judged: --set critical_temperature='6.6 K', or give R(T) as well"
            result.flags.append(Flag("critical_temperature_unknown", note, "warning"))
        return
    tc, tc_error = critical
    measured, spread = 1 - temperature / tc, math.hypot(error, temperature / tc * tc_error) / tc
    result.findings.append(Finding("bkt_gap", measured, "1", spread, text="(T_c - T_BKT)/T_c"))
    gaps = []
    if depth is not None and thickness is not None:
        by = f"lambda = {si(depth, 'm')} and d = {si(thickness, 'm')}"
        gaps.append(Gap(measured, spread, 1 - from_penetration_depth(tc, depth, thickness), by))
    if sheet is not None:
        by = f"a sheet resistance of {si(sheet, 'ohm')} ({sheet / RESISTANCE_QUANTUM:.2g} hbar/e^2) in the dirty limit"
        gaps.append(Gap(measured, spread, 1 - from_sheet_resistance(sheet), by))
    for gap, name in zip(gaps, ("expected_bkt_gap", "expected_bkt_gap_2"), strict=False):
        result.findings.append(Finding(name, gap.expected, "1", text=f"(T_c - T_BKT)/T_c for {gap.by}"))
        if gap.implausible:
            note = (f"T_BKT lies {100 * gap.measured:.2g} % below T_c, but {gap.by} put it {100 * gap.expected:.2g} % below: the "
                    f"film would need Lambda = {si(length, 'm')} at T_BKT")  # fmt: skip
            result.flags.append(Flag("implausible_bkt", note, "warning", {"measured": gap.measured, "expected": gap.expected}))
    if not gaps:
        note = ("whether the film can have this T_BKT is not judged: --set penetration_depth='69 nm' --set thickness='11 nm', or "
                "--set sheet_resistance='100 ohm'")  # fmt: skip
        result.flags.append(Flag("film_unknown", note, "note"))
