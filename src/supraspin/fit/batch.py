"""Thousands of curves of one kind, fitted together in compiled chunks."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from supraspin.backend import jax
from supraspin.errors import FitError
from supraspin.fit.batch_input import per_curve_values, read_curves, weights
from supraspin.fit.batch_start import batch_start, curve_scales
from supraspin.fit.marquardt import CONVERGED, KINKED, RUNNING, State, programs
from supraspin.fit.noise import noise_of_curves
from supraspin.fit.setup import check_wishes
from supraspin.model import Model, find_model

STEPS = 6
"""Steps between two looks at which curves are finished; the rest are packed anew, so that no chunk waits for one curve."""
BUDGET = 2_000_000
"""Numbers in the Jacobians of a chunk: bounds the memory and keeps a chunk near the cache."""

ENDED = (CONVERGED, KINKED)
"""How a fit may end whose values are of use."""


@dataclass(frozen=True)
class BatchResult:
    """Fits of c curves, SI. `values` and `stderr` map each free name to (c,); a curve that failed has NaN there.

    `chi_square` is in units of sigma, or of each curve's model-free `noise` where none was given (errors are then scaled
    by the reduced chi-square). `at_bound` maps names to (c,) booleans.
    """

    model: Model
    names: tuple[str, ...]
    values: Mapping[str, np.ndarray]
    stderr: Mapping[str, np.ndarray]
    chi_square: np.ndarray
    reduced_chi_square: np.ndarray
    dof: np.ndarray
    converged: np.ndarray
    at_bound: Mapping[str, np.ndarray]
    noise: np.ndarray
    sigma_source: str

    def to_dataset(self, dim: str = "curve", coords: Mapping[str, Any] | None = None):
        """The same as an `xarray.Dataset` along `dim`, with `<name>_stderr` beside each value."""
        import xarray as xr

        variables: dict[str, Any] = {}
        for name in self.names:
            unit = self.model.parameters[name].unit
            variables[name] = (dim, self.values[name], {"units": unit})
            variables[f"{name}_stderr"] = (dim, self.stderr[name], {"units": unit})
            variables[f"{name}_at_bound"] = (dim, self.at_bound[name])
        for what in ("chi_square", "reduced_chi_square", "converged", "noise"):
            variables[what] = (dim, getattr(self, what))
        return xr.Dataset(
            variables, coords=dict(coords or {}), attrs={"model": self.model.name, "sigma_source": self.sigma_source}
        )


def fit_batch(
    model: str | Callable[..., Any] | Model, x: Any, ys: Any, *, sigma: Any = None, fix: Mapping[str, Any] | None = None,
    free: Sequence[str] | None = None, start: Mapping[str, Any] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None, max_steps: int = 60,
) -> BatchResult:  # fmt: skip
    """Fit every curve of `ys` (c, n) over the common coordinate `x` (n,) (or a tuple of coordinates).

    `sigma`: a number, (n,), (c,) as (c, 1), or (c, n). `fix` and `start` take a number or one value a curve (c,). Without `start`
    the model's own guesses are used (of representative curves where there are many), or a full `fit` of the mean curve.
    NaN readings are left out; a curve with too few points, or on which the fit fails, comes back as NaN with
    `converged` False.
    """
    entry = find_model(model)
    frozen, ys = read_curves(entry, x, ys)
    count, n = ys.shape
    if max_steps < 1:
        raise FitError(f"max_steps is {max_steps}; it must be 1 or more")
    scalars = {name: value for name, value in (fix or {}).items() if np.ndim(value) == 0}
    per_curve = {
        name: per_curve_values(entry, "fix", name, value, count) for name, value in (fix or {}).items() if name not in scalars
    }
    wishes = check_wishes(entry, scalars, free, None, bounds, None)
    names = tuple(
        p for p, par in entry.parameters.items() if p not in scalars and p not in per_curve and (not par.held or p in wishes.free)
    )
    if not names:
        raise FitError(f"no parameter of {entry.name} is free; it has {', '.join(sorted(entry.parameters))}")
    for name in (*(start or {}), *wishes.bounds):
        if name not in names:
            entry.check_parameter(name)
            raise FitError(f"{name!r} is held; name it in free= to vary it, or use fix=")
    # What all curves share is a plain number, so that a model can choose its fastest way.
    static = tuple(
        (p, float(scalars.get(p, par.default))) for p, par in entry.parameters.items() if p not in names and p not in per_curve
    )
    traced = tuple(per_curve)
    fixed = np.stack([per_curve[p] for p in traced], axis=1) if traced else np.zeros((count, 0))
    levels = noise_of_curves(frozen.coordinates[0], ys)
    weight = weights(ys, sigma, levels)
    usable = weight > 0
    limits = [wishes.bounds.get(p, (entry.parameters[p].lower, entry.parameters[p].upper)) for p in names]
    given = {name: per_curve_values(entry, "start", name, value, count) for name, value in (start or {}).items()}
    first = batch_start(entry, names, frozen.coordinates, ys, usable, given, dict(static), per_curve, wishes, limits, levels)
    enough = usable.sum(axis=1) > len(names)
    scale = curve_scales(entry, names, first, frozen.coordinates, ys)
    lower, upper = (np.array([pair[i] for pair in limits]) / scale for i in (0, 1))
    y = np.where(usable, ys, 0.0)
    run = _Runner(programs(entry.function, names, traced, static, frozen, STEPS), max_steps, _chunk(count, n, len(names)))
    state = run(np.flatnonzero(enough), first / scale, (scale, fixed, y, weight, lower, upper))
    ended = np.isin(state.status, ENDED)
    lost = np.flatnonzero(enough & (state.status != CONVERGED))
    done = np.flatnonzero(state.status == CONVERGED) if np.any(state.status == CONVERGED) else np.flatnonzero(ended)
    if len(lost) and len(done):
        # What failed from its own start, or ended on a kink, gets a second chance from the middle of what succeeded.
        middle = np.median(state.u[done] * scale[done], axis=0)
        again = np.clip(np.broadcast_to(middle, (count, len(names))), lower * scale, upper * scale)
        second = run(lost, again / scale, (scale, fixed, y, weight, lower, upper))
        lower_now = ~ended[lost] | (second.chi_square[lost] < state.chi_square[lost])
        better = lost[np.isin(second.status[lost], ENDED) & lower_now]
        for old, new in zip(state, second, strict=True):
            old[better] = new[better]
    return _collect(entry, names, state, scale, lower, upper, usable, levels, sigma is not None)


class _Runner:
    """Advances curves chunk by chunk until each has converged, failed, or used its steps."""

    def __init__(self, compiled, max_steps: int, chunk: int) -> None:
        self.begin, self.advance = compiled
        self.rounds, self.chunk = math.ceil(max_steps / STEPS), chunk

    def __call__(self, which: np.ndarray, u: np.ndarray, curve: tuple[np.ndarray, ...]) -> State:
        count, k = u.shape
        state = State(
            u.copy(),
            np.zeros(count),
            np.full(count, np.nan),
            np.zeros((count, k, k)),
            np.zeros((count, k)),
            np.full(count, RUNNING),
        )
        todo, chunk = which, self.chunk
        for turn in range(self.rounds):
            began = time.perf_counter()
            parts = [todo[i : i + chunk] for i in range(0, len(todo), chunk)]
            with ThreadPoolExecutor(2) as pool:
                advanced = pool.map(partial(self._advance, chunk=chunk, state=state, curve=curve, fresh=turn == 0), parts)
                for part, new in zip(parts, advanced, strict=True):
                    for old, fresh in zip(state, new, strict=True):
                        old[part] = np.asarray(fresh)[: len(part)]
            todo = todo[state.status[todo] == RUNNING]
            if not len(todo):
                break
            # A few slow curves should not drag full chunks of copies along, where that costs more than compiling anew.
            if len(todo) <= chunk // 8 and (time.perf_counter() - began) / len(parts) > 0.5:
                chunk //= 8
        return state

    def _advance(self, part: np.ndarray, chunk: int, state: State, curve: tuple[np.ndarray, ...], fresh: bool) -> State:
        # Chunks are filled up with copies of their last curve, so that a single shape is compiled.
        full = np.concatenate([part, np.full(chunk - len(part), part[-1])])
        own = tuple(a[full] for a in curve)
        now = self.begin(state.u[full], *own) if fresh else State(*(a[full] for a in state))
        return jax.device_get(self.advance(now, *own))


def _chunk(count: int, n: int, k: int) -> int:
    """Curves in a chunk: half of all or what the budget allows, in powers of two so that few sizes are ever compiled."""
    most = min(max(BUDGET // (n * k), 1), 128)
    return int(min(2 ** math.ceil(math.log2(max(count / 2, 1))), 2 ** math.floor(math.log2(most))))


def _collect(entry, names, state: State, scale, lower, upper, usable, levels, known: bool) -> BatchResult:
    good = np.isin(state.status, ENDED)
    dof = usable.sum(axis=1) - len(names)
    reduced = np.where(good, state.chi_square / np.maximum(dof, 1), np.nan)
    at_bound = (state.u <= lower) | (state.u >= upper)
    error = np.full(state.u.shape, np.nan)
    error[good] = _errors(state.curvature[good]) * scale[good]
    if not known:  # what the curve does not see stays unseen in an exact fit: infinity times zero is no number
        error = np.multiply(error, np.sqrt(reduced)[:, None], where=np.isfinite(error), out=error.copy())
    values = np.where(good[:, None], state.u * scale, np.nan)
    return BatchResult(
        entry, names, {p: values[:, j] for j, p in enumerate(names)}, {p: error[:, j] for j, p in enumerate(names)},
        np.where(good, state.chi_square, np.nan), reduced, dof, good, {p: at_bound[:, j] & good for j, p in enumerate(names)},
        levels, "given" if known else "estimated from residuals",
    )  # fmt: skip


def _errors(curvature: np.ndarray) -> np.ndarray:
    """Standard errors (c, k) from J^T J (c, k, k), infinite for a parameter in a direction that the curve does not see."""
    size = np.sqrt(np.diagonal(curvature, axis1=1, axis2=2))
    safe = np.where(size > 0, size, 1.0)
    eigen, vectors = np.linalg.eigh(curvature / (safe[:, :, None] * safe[:, None, :]))
    seen = (eigen > 1e-13 * np.maximum(eigen[:, -1:], 1e-300))[:, None, :]
    variance = np.sum(np.where(seen, vectors**2 / np.where(seen, eigen[:, None, :], 1.0), 0.0), axis=2)
    blind = (np.sum(np.where(seen, 0.0, vectors**2), axis=2) > 1e-6) | (size == 0)
    return np.where(blind, np.inf, np.sqrt(variance) / safe)
