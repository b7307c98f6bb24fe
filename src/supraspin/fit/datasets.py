"""Sweeps of points out of a data set.

A data set has dims ("sweep", "point"); padding is NaN; the integer mask `doubt` marks doubtful readings, whose meanings
stand in its attributes `flag_masks` and `flag_meanings`. Which doubts keep a reading out of a fit is `data.schema`'s to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.model import Model

SUBSTITUTES = {"conductance": ("normalised_conductance",), "nonlocal_resistance": ("resistance",)}
"""Readings that a model of the first also describes, in its own scale."""


@dataclass(frozen=True)
class Sweep:
    """Usable points (n,) of one sweep; `constants` are the data's own values of model parameters; sigma may be None.

    `lost` counts the points that were left out, by reason.
    """

    coordinates: tuple[np.ndarray, ...]
    y: np.ndarray
    sigma: np.ndarray | None
    constants: Mapping[str, float]
    label: str = ""
    lost: Counter[str] = field(default_factory=Counter)


def from_dataset(model: Model, ds: Any, x: Any, y: Any, sigma: Any, keep: Collection[str] = ()) -> list[Sweep]:
    for given, what in ((x, "x"), (y, "y")):
        if given is not None and not isinstance(given, str):
            raise FitError(f"with a data set, {what}= must be the name of a variable, not an array")
    xs = _variable(ds, x or model.x.name)
    ys = _variable(ds, y or _reading(model, ds))
    shape = ys.shape
    extra = [_variable(ds, a.name) if a.name in ds.variables else np.full(shape, model.extra[a.name]) for a in model.axes[1:]]
    errors = errors_like(_variable(ds, sigma) if isinstance(sigma, str) else sigma, shape)
    usable, lost = _usable(ds, shape, np.isfinite(xs) & np.isfinite(ys), keep)
    known = [name for name in model.parameters if name in ds.variables and set(ds[name].dims) <= {"sweep", "point"}]
    known_values = {name: _variable(ds, name) for name in known}
    labels = [str(v) for v in np.atleast_1d(ds["sweep"].values)] if "sweep" in ds.coords else [str(i) for i in range(shape[0])]
    sweeps = []
    for s in range(shape[0]):
        take = usable[s]
        constants = {
            name: float(np.mean(v[s][take & np.isfinite(v[s])]))
            for name, v in known_values.items()
            if np.any(take & np.isfinite(v[s]))
        }
        coordinates = tuple(np.where(np.isfinite(c[s]), c[s], np.nan)[take] for c in (xs, *extra))
        sweeps.append(Sweep(coordinates, ys[s][take], None if errors is None else errors[s][take], constants, labels[s], lost[s]))
    return sweeps


def _reading(model: Model, ds: Any) -> str:
    if model.y.name in ds.variables:
        return model.y.name
    for name in SUBSTITUTES.get(model.y.name, ()):
        if name in ds.variables:
            return name
    raise FitError(
        f"the data have no {model.y.name!r}, which {model.name} describes; they have {', '.join(map(str, ds.variables))}"
    )


def _variable(ds: Any, name: str) -> np.ndarray:
    """Variable `name` as (sweep, point) floats."""
    if name not in ds.variables:
        raise FitError(f"the data have no variable {name!r}; they have {', '.join(map(str, ds.variables))}")
    values = ds[name]
    if not set(values.dims) <= {"sweep", "point"}:
        raise FitError(f"variable {name!r} has dims {tuple(values.dims)}; a fit wants sweep and point only")
    array = numbers(values.transpose(*[d for d in ("sweep", "point") if d in values.dims]).values, name)
    if "sweep" not in values.dims:
        array = array[None]
    if "point" not in values.dims:
        array = array[..., None]
    return np.broadcast_to(array, (ds.sizes.get("sweep", 1), ds.sizes.get("point", 1)))


def _usable(
    ds: Any, shape: tuple[int, ...], finite: np.ndarray, keep: Collection[str]
) -> tuple[np.ndarray, list[Counter[str]]]:  # fmt: skip
    """Which points may be fitted, (sweep, point), and for each sweep how many readings each doubt took.

    A bit without a name, or with a name that the schema does not know, disqualifies. Raises `FitError` for a name in `keep`
    that is no doubt of the data.
    """
    from supraspin.data.schema import BITS, DISQUALIFYING

    usable = np.ones(shape, dtype=bool)
    lost: list[Counter[str]] = [Counter() for _ in range(shape[0])]
    if "doubt" not in ds.variables:
        return usable, lost
    doubt = _variable(ds, "doubt")
    bits = np.where(np.isfinite(doubt), doubt, 0).astype(np.int64)
    meanings = ds["doubt"].attrs.get("flag_meanings", "")
    meanings = meanings.split() if isinstance(meanings, str) else [str(m) for m in meanings]
    masks = [int(m) for m in np.atleast_1d(ds["doubt"].attrs.get("flag_masks", []))]
    known = dict(zip(masks, meanings, strict=False)) or {bit: name for name, bit in BITS.items()}
    for name in keep:
        if name not in known.values():
            raise FitError(f"keep names {name!r}, which is no doubt of these data; they know {', '.join(known.values())}")
    for mask, meaning in known.items():
        if meaning in keep or (meaning in BITS and not BITS[meaning] & DISQUALIFYING):
            continue
        hit = (bits & mask) != 0
        usable &= ~hit
        # Padding was never measured, so it is not counted as left out; nor is it finite.
        for s in range(shape[0]) if meaning != "padding" else ():
            lost[s][meaning] += int(np.sum(hit[s] & finite[s]))
    unnamed = (bits & ~np.int64(sum(known))) != 0
    for s in range(shape[0]):
        lost[s]["doubt"] += int(np.sum(unnamed[s] & finite[s]))
    return usable & ~unnamed, lost


def errors_like(sigma: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    if sigma is None:
        return None
    array = numbers(sigma, "sigma")
    if np.any(array <= 0):
        raise FitError(f"sigma must be positive; its smallest value is {np.nanmin(array):g}")
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise FitError(f"sigma has shape {array.shape}, the data have {shape}") from None


def numbers(values: Any, name: str) -> np.ndarray:
    try:
        array = np.asarray(values)
        if np.iscomplexobj(array):
            raise FitError(f"{name} is complex; fit its real and imaginary parts one by one")
        return array.astype(float)
    except (TypeError, ValueError):
        raise FitError(f"{name} is not an array of numbers") from None
