"""The (B, T) diagram: normal or superconducting, and ordered or not, from a boundary T_K(B)."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.ordering.film import Film

PHASES = ("normal", "superconducting", "ordered superconductor", "ordered normal metal", "superconducting or ordered", "unknown")
"""Names of the numbers in `phase_diagram`; the fifth and sixth are where T_K is a limit that does not decide."""


def phase_diagram(found: xr.Dataset, film: Film, temperatures) -> xr.Dataset:
    """`phase` over (field, temperature): a number of `PHASES`. Fields are those of the boundary, temperatures in K."""
    fields, t = found["field"].values, np.asarray(temperatures, float)
    tc = film.transition(fields)[:, None]
    superconducts = t[None] < tc
    tk, below, above = (found[name].values[:, None] for name in ("ordering_temperature", "below", "above"))
    ordered = (t < tk) | (t <= above)
    plain = (t >= tk) | (t >= below)
    phase = np.where(superconducts, 4, 5)
    phase = np.where(ordered & superconducts, 2, phase)
    phase = np.where(ordered & ~superconducts, 3, phase)
    phase = np.where(plain & superconducts, 1, phase)
    phase = np.where(plain & ~superconducts, 0, phase)
    return xr.Dataset(
        {"phase": (("field", "temperature"), phase, {"names": list(PHASES)}), "critical_temperature": (("field",), tc[:, 0])},
        {"field": ("field", fields, {"units": "T"}), "temperature": ("temperature", t, {"units": "K"})},
    )
