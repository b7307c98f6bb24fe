"""Settings of a further measurement: colder, longer, over another range, or averaged; what a person can turn at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.problem import Piece
from supraspin.model import Model

POINTS = 128
"""Points of a candidate sweep; a denser one counts as these with smaller errors."""
SWEEPS = "sweeps"
"""Name of the setting that is the number of sweeps averaged."""
TURNED: Mapping[str, tuple[float, ...]] = {"temperature": (0.5, 0.25, 0.125), "separation": (0.25, 0.5, 2.0, 4.0)}
"""Settings that are parameters of models, and the factors on the present value that are tried, the nearest first in either
direction. Only colder: gaps at higher temperatures are not those of the fit."""
RANGES = (0.5, 2.0, 0.25, 4.0)
AVERAGES = (4.0, 16.0, 64.0, 256.0)
COLDEST = 0.01


@dataclass(frozen=True)
class Setting:
    """One sweep that might be measured: the quantity `name` at `value`, SI, everything else as in a sweep that was. Coordinates
    (n,) each, error of a reading `sigma` (n,), and parameters of the models that are now at `changed` times their value."""

    name: str
    value: float
    unit: str
    coordinates: tuple[np.ndarray, ...]
    sigma: np.ndarray
    changed: Mapping[str, float]
    present: float


def candidates(
    model: Model, piece: Piece, values: Mapping[str, float], noise: float | np.ndarray,
    at: Mapping[str, Sequence[float]] | None = None, averaging: bool = True,
) -> list[Setting]:  # fmt: skip
    """Settings to try beside a measured piece. `values`: what the fit holds or finds of the parameters there, `noise` the error
    of a reading (or of each). `at` names the values to try, SI; the range of the coordinate goes by its name, averaging by
    "sweeps", which is of use against noise (`averaging`) but not against a misfit. Raises `FitError` for a name that is none of
    their settings."""
    coordinates, sigma = _thinned(piece, noise)
    x = coordinates[0]
    reach = float(np.max(np.abs(x)))
    present = {name: values[name] for name in TURNED if name in values and name in model.parameters}
    if averaging:
        present[SWEEPS] = 1.0
    if reach > 0 and np.min(np.abs(x)) < 0.1 * reach:
        present[model.x.name] = reach
    for name in at or ():
        if name not in present:
            raise FitError(f"{name!r} is no setting of these data; there are {', '.join(present)}")
    out = []
    for name, now in present.items():
        tried = [float(v) for v in at[name]] if at and name in at else [] if at else _tried(name, now)
        for value in tried:
            if not value > 0:
                raise FitError(f"the setting {name} must be above 0, not {value:g}")
            factor = value / now
            unit = "1" if name == SWEEPS else model.x.unit if name == model.x.name else model.parameters[name].unit
            here, error, changed = coordinates, sigma, {}
            if name == SWEEPS:
                error = sigma / np.sqrt(value)
            elif name == model.x.name:
                here = (x * factor, *coordinates[1:])
            else:
                changed = {name: factor}
            out.append(Setting(name, value, unit, here, error, changed, now))
    return out


def _tried(name: str, now: float) -> list[float]:
    if name == SWEEPS:
        return list(AVERAGES)
    values = [now * factor for factor in TURNED.get(name, RANGES)]
    return [v for v in values if v >= COLDEST] if name == "temperature" else values


def _thinned(piece: Piece, noise: float | np.ndarray) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """Coordinates of at most `POINTS` readings, and the errors that make them worth all of the piece."""
    n = len(piece.y)
    sigma = np.broadcast_to(np.asarray(noise, dtype=float), (n,))
    if n <= POINTS:
        return piece.coordinates, sigma.copy()
    order = np.lexsort((piece.coordinates[0], *piece.coordinates[1:]))
    kept = order[np.round(np.linspace(0, n - 1, POINTS)).astype(int)]
    return tuple(c[kept] for c in piece.coordinates), sigma[kept] * np.sqrt(POINTS / n)
