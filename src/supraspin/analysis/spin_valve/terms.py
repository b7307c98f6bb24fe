"""One non-local I-V curve as a sum of terms in the current, and a switch of its slope or a jump of its offset on the way.

    V(I) = V_0 + R I + kappa I^2   (+ c_3 I^3 + c_4 I^4, drift in time and opening of the cycle, each tested)

A magnet that switches at the point m of the sweep adds dR I from there on; a jump of the amplifier's offset adds a constant.
Both are looked for at every point, and the larger gain decides which it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.spin_valve.curves import Curve

_MARGIN = 5  # points on either side of a break
_LEVEL = 0.01
_MOST = 4  # breaks in one curve


@dataclass(frozen=True)
class Break:
    """A change within a curve before its point `at`: `kind` is "slope" (size in ohm) or "offset" (size in V); chance `p`."""

    kind: str
    at: int
    size: float
    stderr: float
    p: float


@dataclass(frozen=True)
class Terms:
    """Coefficients of V(I) with standard errors, keyed by `offset` (V), `linear` (ohm), `quadratic` (V/A^2), ... `noise` is in V.

    With a `change` of the slope, `linear` is that before it and `after` that behind it, with its error. `jumps` of the offset.
    """

    values: dict[str, float]
    stderr: dict[str, float]
    noise: float
    change: Break | None = None
    after: tuple[float, float] | None = None
    jumps: tuple[Break, ...] = ()


def fit_terms(curve: Curve, looks: int = 1, extra: str = "", search: bool = True) -> Terms:
    """The terms of a curve; `extra` is one more of them to fit beside, "drift" or "cubic".

    `looks`: how many curves are searched for a break in all, for the correction of its chance; `search` turns that off.
    """
    size = float(np.abs(curve.current).max())
    i, v = curve.current / size, curve.voltage
    names, columns = ["offset", "linear", "quadratic"], [np.ones_like(i), i, i**2]
    if extra:
        names, columns = [*names, extra], [*columns, np.linspace(-0.5, 0.5, i.size) if extra == "drift" else i**3]
    base = np.stack(columns, axis=1)
    changes: list[Break] = []
    while search and len(changes) < _MOST:
        one = find_break(base, i, v, looks)
        if one is None or (one.kind == "slope" and "slope" in names):
            break
        changes.append(one)
        base = np.column_stack((base, (np.arange(i.size) >= one.at) * (i if one.kind == "slope" else 1.0)))
        names.append("slope" if one.kind == "slope" else f"jump {len(changes)}")
    change = next((c for c in changes if c.kind == "slope"), None)
    found, error, noise = least_squares(base, v)
    scale = {"linear": size, "quadratic": size**2, "slope": size, "cubic": size**3}
    values = {name: float(x / scale.get(name, 1.0)) for name, x in zip(names, found, strict=True)}
    stderr = {name: float(error[k, k] ** 0.5 / scale.get(name, 1.0)) for k, name in enumerate(names)}
    for name, column in _further(i):
        if name in names:
            continue
        x, e, _ = least_squares(np.column_stack((base, column)), v)
        by = size ** {"cubic": 3, "quartic": 4}.get(name, 0)
        values[name], stderr[name] = float(x[-1] / by), float(e[-1, -1] ** 0.5 / by)
    after = None
    if change is not None:
        j, k = names.index("linear"), names.index("slope")
        both = error[j, j] + error[k, k] + 2 * error[j, k]
        after = float((found[j] + found[k]) / size), float(max(both, 0.0) ** 0.5 / size)
        change = Break("slope", change.at, values["slope"], stderr["slope"], change.p)
    return Terms(values, stderr, noise, change, after, tuple(c for c in changes if c.kind == "offset"))


def _further(i: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Terms beyond the quadratic; those that need a closed cycle only where there is one."""
    found = [("cubic", i**3), ("quartic", i**4)]
    going = np.sign(np.gradient(i))
    if 0.2 < np.mean(going > 0) < 0.8:
        found += [("drift", np.linspace(-0.5, 0.5, i.size)), ("opening", going * np.abs(i))]
    return found


def least_squares(matrix: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients (k,), their covariance (k, k) grown for noise that wanders from point to point, and the rms of the rest."""
    solution, *_ = np.linalg.lstsq(matrix, y, rcond=None)
    rest = y - matrix @ solution
    variance = float(rest @ rest) / max(y.size - matrix.shape[1], 1)
    covariance = np.linalg.pinv(matrix.T @ matrix) * variance * wander(rest)
    return solution, covariance, math.sqrt(variance)


def wander(rest: np.ndarray) -> float:
    """Long-run variance of residuals (n,) over that of white noise, at least 1 (Bartlett window of 2 n^(1/3) lags)."""
    total = float(rest @ rest)
    if total <= 0:
        return 1.0
    lags = min(rest.size - 2, round(2 * rest.size ** (1 / 3)))
    factor = 1.0 + 2 * sum((1 - k / (lags + 1)) * float(rest[k:] @ rest[:-k]) / total for k in range(1, lags + 1))
    return max(factor, 1.0)


def find_break(base: np.ndarray, i: np.ndarray, v: np.ndarray, looks: int) -> Break | None:
    """The break of slope (size in V over the largest current) or offset that helps a curve most, if chance does not explain it.

    Twice the points times `looks` places are looked at; noise that wanders is allowed for by the residuals around the break.
    """
    from scipy.stats import f as fisher

    n, k = base.shape
    q, _ = np.linalg.qr(base)
    rest = v - q @ (q.T @ v)
    places = np.arange(_MARGIN, n - _MARGIN + 1)
    later = (np.arange(n)[:, None] >= places).astype(float)
    best = None
    for kind, columns in (("slope", later * i[:, None]), ("offset", later)):
        columns = columns - q @ (q.T @ columns)
        norm = np.einsum("ij,ij->j", columns, columns)
        usable = norm > 1e-6 * n
        share = np.where(usable, (columns.T @ rest) ** 2 / np.where(usable, norm, 1.0), 0.0)
        at = int(np.argmax(share))
        if best is None or share[at] > best[0]:
            best = float(share[at]), kind, int(places[at]), float(columns[:, at] @ rest / norm[at]), columns[:, at], norm[at]
    if best is None or best[0] <= 0:
        return None
    gain, kind, place, size, column, norm = best
    left = rest - size * column
    variance = float(left @ left) / (n - k - 1)
    grown = variance * wander(left)
    if grown <= 0:
        return None
    p = min(1.0, float(fisher.sf(gain / grown, 1, n - k - 1)) * 2 * places.size * looks)
    return Break(kind, place, size, math.sqrt(grown / norm), p) if p < _LEVEL else None
