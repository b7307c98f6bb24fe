"""Parallel and antiparallel curves taken together: the spin signal is their odd part, the background their even part."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.parity import split_parity
from supraspin.data import good, make

if TYPE_CHECKING:
    import xarray as xr


def spin_signal(pieces: list[xr.Dataset], resistance_offset: float) -> tuple[np.ndarray, np.ndarray]:
    """Field and signal as a parallel curve shows it: half the difference, or a single curve less its offset (both SI)."""
    x, means = _means(pieces)
    if len(means) == 2:
        return x, 0.5 * (means[1.0] - means[-1.0])
    sign, curve = next(iter(means.items()))
    return x, sign * (curve - resistance_offset)


def half_difference(pieces: list[xr.Dataset]) -> xr.Dataset:
    """Half of parallel minus antiparallel as one parallel sweep; a background that both share is gone from it."""
    x, y = spin_signal(pieces, 0.0)
    return make(
        "hanle", field=x, nonlocal_resistance=y, per_sweep={"alignment": 1}, source=str(pieces[0].attrs.get("source", ""))
    )


def even_part(pieces: list[xr.Dataset], centre: float) -> xr.Dataset | None:
    """What is even in the field about `centre`, at B >= 0 from there; None where a sweep has no two sides."""
    parts, signs = [], []
    for piece in pieces:
        parity = split_parity(*usable(piece), centre)
        if parity is None:
            return None
        parts.append(parity)
        signs.append(float(piece["alignment"].values.ravel()[0]) if "alignment" in piece else 1.0)
    return make(
        "hanle", field=[p.u for p in parts], nonlocal_resistance=[p.even for p in parts], per_sweep={"alignment": signs},
        source=str(pieces[0].attrs.get("source", "")),
    )  # fmt: skip


def centre_beside_slope(pieces: list[xr.Dataset], near: float) -> float:
    """Field about which the sweeps are even but for a slope and a cubic: an odd background pulls the centre of a fit."""
    from scipy.optimize import minimize_scalar

    reach = 0.02 * max(float(np.ptp(usable(piece)[0])) for piece in pieces)

    def rest(centre: float) -> float:
        total = 0.0
        for piece in pieces:
            parity = split_parity(*usable(piece), centre)
            if parity is not None:
                u = parity.u / parity.u.max()
                powers = np.stack([u, u**3], axis=1)
                total += float(np.mean((parity.odd - powers @ np.linalg.lstsq(powers, parity.odd, rcond=None)[0]) ** 2))
        return total

    trial = near + reach * np.linspace(-1, 1, 21)
    best = float(trial[int(np.argmin([rest(c) for c in trial]))])
    return float(minimize_scalar(rest, bounds=(best - 0.1 * reach, best + 0.1 * reach), method="bounded").x)


def odd_over_even(pieces: list[xr.Dataset], centre: float) -> float:
    """Largest asymmetry in field of a sweep about `centre`, noise taken off; zero where there is none to tell."""
    found = [parity.asymmetry for piece in pieces if (parity := split_parity(*usable(piece), centre)) is not None]
    return max((one for one in found if math.isfinite(one)), default=0.0)


def common_background(pieces: list[xr.Dataset]) -> float | None:
    """Swing of what parallel and antiparallel curves share, ohm; None within the noise or 2 % of the signal."""
    _, means = _means(pieces)
    shared, signal = 0.5 * (means[1.0] + means[-1.0]), 0.5 * (means[1.0] - means[-1.0])
    noise = 1.4826 * float(np.median(np.abs(np.diff(shared)))) / math.sqrt(2.0)
    width = max(3, shared.size // 40)
    smooth = np.convolve(shared, np.ones(width) / width, mode="valid")
    swing = float(np.ptp(smooth))
    return swing if swing > max(8 * noise / math.sqrt(width), 0.02 * float(np.ptp(signal))) else None


def _means(pieces: list[xr.Dataset]) -> tuple[np.ndarray, dict[float, np.ndarray]]:
    """Curves of each alignment, averaged over sweeps, at the fields of the first one."""
    groups: dict[float, list[tuple[np.ndarray, np.ndarray]]] = {}
    for piece in pieces:
        sign = float(piece["alignment"].values.ravel()[0]) if "alignment" in piece else 1.0
        x, y = usable(piece)
        order = np.argsort(x, kind="stable")
        groups.setdefault(-1.0 if sign < 0 else 1.0, []).append((x[order], y[order]))
    x = next(iter(groups.values()))[0][0]
    return x, {sign: np.mean([np.interp(x, a, b) for a, b in curves], axis=0) for sign, curves in groups.items()}


def usable(piece: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Field and reading of one sweep at the points that are not in doubt."""
    fine = good(piece).values.ravel()
    return piece["field"].values.ravel()[fine], piece["nonlocal_resistance"].values.ravel()[fine]
