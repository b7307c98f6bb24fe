"""The signal of switching loops as numbers: dR, its ratio, the levels, or a bound where no plateau is proved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from supraspin.analysis.result import Finding
from supraspin.analysis.switching.pulse import Pulse
from supraspin.models.julliere import partner_polarisation

_ONE_SIDED = 1.645


def signal_findings(pulses: Sequence[Pulse], settings: Mapping[str, float]) -> list[Finding]:
    """Signal, ratio and levels; bounds at 95 % where no loop proves a plateau between the two switches."""
    outside, outside_error = mean([(p.outside, p.outside_error) for p in pulses])
    level = Finding("resistance_outside", outside, "ohm", outside_error, text="beyond both switching fields: parallel magnets")
    plain = [p for p in pulses if p.plateau]
    if not plain:
        seen, error = mean([p.seen for p in pulses])
        bound = math.copysign(max(abs(seen) - _ONE_SIDED * error, 0.0), seen)
        text = (
            "what the readings show of it, less 1.64 errors: the magnets switch too near to each other to tell how much is left"
        )
        side = "lower" if seen > 0 else "upper"
        bounds = [("switching_signal", bound, "ohm"), ("resistance_between", outside + bound, "ohm")]
        if outside > 0:
            bounds.append(("switching_ratio", bound / outside, "1"))
        return [level, *(Finding(name, x, unit, limit=side, identified=False, text=text) for name, x, unit in bounds)]
    signal, error = mean([(p.signal, p.signal_error) for p in plain])
    ratio, ratio_error = mean([(p.ratio, p.ratio_error) for p in plain])
    turning = float(np.mean([p.systematic for p in plain]))
    share = abs(ratio / signal) * turning if signal else 0.0
    how = f"mean of {len(plain)} loops" if len(plain) > 1 else "of one loop"
    text = f"between the two switching fields minus outside, {how}; systematic by how the magnets turn"
    told = [
        Finding("switching_signal", signal, "ohm", error, turning, text=text),
        Finding("switching_ratio", ratio, "1", ratio_error, share, text="signal over the resistance outside"),
        level,
        Finding("resistance_between", outside + signal, "ohm", math.hypot(error, outside_error), turning,
                text="antiparallel magnets"),
    ]  # fmt: skip
    if "polarisation" in settings and ratio > 0:
        known = settings["polarisation"]
        other, more, further = (float(partner_polarisation(ratio + e, known)) for e in (0.0, ratio_error, share))
        text = "by Julliere's formula, a model: bias and modulation lower it, and so does a contact in series"
        told.append(Finding("polarisation_2", other, "1", abs(more - other), abs(further - other), text=text))
    return told


def mean(parts: Sequence[tuple[float, float]], least: float = 0.0) -> tuple[float, float]:
    """Weighted mean and its error: by the values' errors, or by their scatter where that is more, and not below `least`."""
    values, errors = np.array(parts).T
    weight = 1 / np.maximum(errors, 1e-300) ** 2
    value = float(np.sum(weight * values) / weight.sum())
    statistical = 1 / math.sqrt(weight.sum())
    scatter = float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else 0.0
    return value, max(statistical, scatter, least)
