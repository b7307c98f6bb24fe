"""First guesses of the Hanle models and of the length dependence, from the data.

The curves of all parameters are one family in the reduced field |B| / B_max and the numbers omega(B_max) tau, L/lambda,
vortex_field / B_max. A table of that family is made once; a measured curve is gathered onto its grid, and the best
entry is found by linear least squares in the amplitude (and in the resistance offset where it is free). `known` holds
the values of the parameters that the fit holds; a parameter missing there is free. Without any `known`, the separation
counts as 1 um, g as 2 and contacts as tunnel contacts.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf

import numpy as np

from supraspin.quantities import MU_B_OVER_HBAR

_NODES = np.linspace(0.0, 1.0, 49) ** 2  # dense at zero field, where the narrow curves live
_ANGLES = np.geomspace(0.05, 1000.0, 22)
_RATIOS = np.geomspace(0.05, 12.0, 24)
_VORTICES = np.geomspace(0.01, 3.0, 20)


def hanle_start(field, alignment, y, **known: float) -> dict[str, float]:
    """Start values of `hanle` for readings `y` (ohm) at `field` (T); the three arrays broadcast. Empty where y is no use."""
    return _start(field, alignment, y, known)


def vortex_start(field, alignment, y, **known: float) -> dict[str, float]:
    """Start values of `hanle_vortex`; see `hanle_start`."""
    return _start(field, alignment, y, known, vortices=True)


def contacts_start(field, alignment, y, **known: float) -> dict[str, float]:
    """Start values of `hanle_contacts`; see `hanle_start`."""
    separation = known.get("separation", 1e-6)
    ends = ("contact_length_injector", "contact_length_detector")
    free = {end: separation for end in ends if end not in known}
    lengths = [max(known.get(end, separation if known else inf), 1e-30) for end in ends]
    found = _start(field, alignment, y, known, contacts=(separation / lengths[0], separation / lengths[1]))
    return found | free if found else {}


def length_start(separation, y, **known: float) -> dict[str, float]:
    """Start values of `spin_valve_length` for readings `y` (ohm) at `separation` (m). Empty where y is no use."""
    separation, y = np.broadcast_arrays(np.asarray(separation, float), np.asarray(y, float))
    good = np.isfinite(separation) & np.isfinite(y) & (separation >= 0)
    if good.sum() < 2 or not separation[good].any():
        return {}
    separation, y = separation[good], y[good]
    lengths = np.geomspace(0.05, 20.0, 121)[:, None] * separation.max()
    injector, detector = (max(known.get(f"contact_length_{end}", inf), 1e-30) for end in ("injector", "detector"))
    shapes = _shape(0.0, separation / lengths, lengths / injector, lengths / detector).real
    gain, amplitude = _explained((shapes**2).sum(1), shapes @ y)
    best = int(np.argmax(gain))
    return _numbers(amplitude=amplitude[best], spin_diffusion_length=lengths[best, 0])


def _start(field, alignment, y, known, contacts=(0.0, 0.0), vortices=False) -> dict[str, float]:
    field, alignment, y = (a.ravel() for a in np.broadcast_arrays(*(np.asarray(v, float) for v in (field, alignment, y))))
    good = np.isfinite(field) & np.isfinite(alignment) & np.isfinite(y)
    saturation = known.get("saturation_field", inf)
    untilted = good & (np.abs(field) < saturation / 2)
    good = untilted if untilted.sum() >= 20 else good
    field, alignment, y = field[good], alignment[good], y[good]
    if y.size < 3 or np.ptp(field) == 0:
        return {}
    centre = known["field_offset"] if "field_offset" in known else _centre(field, alignment * (y - y.mean()))
    reach = np.abs(field - centre).max()
    angles, ratios, shares, table = _table(contacts, vortices)
    y = y - known.get("resistance_offset", 0.0)

    place = np.interp(np.abs(field - centre) / reach, _NODES, np.arange(_NODES.size))
    left = np.minimum(place.astype(int), _NODES.size - 2)
    gather = _gather(left, place - left)
    shape_shape, shape_y = table**2 @ gather(alignment**2), table @ gather(alignment * y)
    offset = np.zeros(len(table))
    if "resistance_offset" not in known:
        shape_one = table @ gather(alignment)
        shape_shape = np.maximum(shape_shape - shape_one**2 / y.size, 1e-9 * shape_shape)
        shape_y = shape_y - shape_one * y.mean()
    gain, amplitude = _explained(shape_shape, shape_y)
    best = int(np.argmax(gain))
    if "resistance_offset" not in known:
        offset = y.mean() - amplitude * shape_one / y.size

    lifetime = angles[best] / (MU_B_OVER_HBAR * abs(known.get("g_factor", 2.0)) * reach)
    separation = known.get("separation", 1e-6)
    found = {"amplitude": amplitude[best], "spin_lifetime": lifetime, "diffusivity": (separation / ratios[best]) ** 2 / lifetime}
    if vortices:
        found["vortex_field"] = shares[best] * reach
    if "field_offset" not in known:
        found["field_offset"] = centre
    if "resistance_offset" not in known:
        found["resistance_offset"] = offset[best]
    if "saturation_field" not in known:
        found["saturation_field"] = 3 * reach
    return _numbers(**found)


def _shape(w, ratio, x0, xl):
    """The complex curve of `contact_signal` in `_precession`, whose symbols these are."""
    s = np.sqrt(1 + 1j * np.asarray(w))
    decay = np.exp(-ratio * s)
    return 4 * s * decay / (4 * s * s + 2 * s * (x0 + xl) - x0 * xl * np.expm1(-2 * ratio * s))


@lru_cache(maxsize=16)
def _table(contacts: tuple[float, float], vortices: bool):
    """Angle, L/lambda and reduced vortex field of each entry, and its curve on `_NODES`."""
    angles, ratios = (grid.ravel() for grid in np.meshgrid(_ANGLES, _RATIOS, indexing="ij"))
    ends = (contacts[0] / ratios)[:, None], (contacts[1] / ratios)[:, None]
    table = _shape(angles[:, None] * _NODES, ratios[:, None], *ends).real
    shares = np.zeros(angles.size)
    if vortices:
        screened = np.exp(-_NODES / _VORTICES[:, None])[:, None, :]
        table = (table + screened * (table[:, :1] - table)).reshape(-1, _NODES.size)
        shares = np.repeat(_VORTICES, angles.size)
        angles, ratios = np.tile(angles, _VORTICES.size), np.tile(ratios, _VORTICES.size)
    return angles, ratios, shares, table


def _gather(left: np.ndarray, part: np.ndarray):
    """A function that adds values of the points onto the nodes, each shared between its two neighbours."""

    def gather(values):
        return sum(np.bincount(left + k, values * share, minlength=_NODES.size) for k, share in ((0, 1 - part), (1, part)))

    return gather


def _explained(shape_shape, shape_y):
    """Sum of squares that each shape explains, and its amplitude."""
    amplitude = shape_y / np.maximum(shape_shape, 1e-300)
    return amplitude * shape_y, amplitude


def _centre(field: np.ndarray, y: np.ndarray) -> float:
    """The field about which `y` is most nearly even, T: the peak of its correlation with its own mirror image."""
    order = np.argsort(field)
    grid = np.linspace(field[order[0]], field[order[-1]], 257)
    even = np.interp(grid, field[order], y[order])
    even = (even - even.mean()) / (np.ptp(even) or 1.0)
    shift = range(-64, 65)
    overlap = [np.dot(even[max(k, 0) : 257 + min(k, 0)], even[::-1][max(-k, 0) : 257 - max(k, 0)]) for k in shift]
    return float(grid[128] + shift[int(np.argmax(overlap))] * (grid[1] - grid[0]) / 2)


def _numbers(**found) -> dict[str, float]:
    return {name: float(value) for name, value in found.items() if np.isfinite(value) and value != 0}
