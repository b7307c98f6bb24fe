"""`fit`: weighted nonlinear least squares with exact derivatives, honest errors, and a word on what the data determine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.covariance import Spread, spread
from supraspin.fit.fitted import size_flags, together_flag
from supraspin.fit.identify import identify, wanted_profiles
from supraspin.fit.judge import fit_flags, rival_minimum
from supraspin.fit.noise import Structure, structure
from supraspin.fit.parameter import Parameter
from supraspin.fit.points import read_points
from supraspin.fit.problem import Problem
from supraspin.fit.profile import Profile, levels, profile
from supraspin.fit.result import Block, FitResult
from supraspin.fit.setup import assemble, check_wishes
from supraspin.fit.solve import ROUNDING, SMALLEST, Solution, onto_bounds, scales, solve
from supraspin.fit.starts import minima
from supraspin.flags import Flag
from supraspin.model import Model, find_model

Profiles = str | bool | Sequence[str]
EXACT = 1e-10
"""Largest residual, relative to the largest reading, of a fit that is exact."""


def fit(
    model: str | Callable[..., Any] | Model, data: Any = None, *, x: Any = None, y: Any = None, sigma: Any = None,
    fix: Mapping[str, float] | None = None, free: Sequence[str] | None = None, start: Mapping[str, float] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None, shared: Sequence[str] | None = None,
    window: tuple[float, float] | None = None, keep: Sequence[str] = (), multistart: int = 8, key: int = 0,
    profile: Profiles = "auto",
) -> FitResult:  # fmt: skip
    """Fit a model to data.

    `data`: a data set with dims (sweep, point), a list of data sets or (x, y) pairs (joint fit), one pair, or None with arrays
    `x` (n,) and `y` (n,); `x` may be a tuple of arrays for a model with several coordinates. With a data set `x`, `y` and
    `sigma` may name variables. `fix` holds parameters at values, `free` releases held ones; a parameter that the data know
    per sweep (`temperature`) is held at the data's value unless freed. `shared` names the parameters common to all data sets
    of a list, or to all sweeps of one data set; the others become `name[0]`, `name[1]`, ... By default all are shared.
    Points of a data set in a doubt that disqualifies them (`data.schema`) are left out and counted in a flag; `keep` names
    doubts (`"drift"`) whose points are fitted all the same.
    `profile`: "auto" (where the covariance is suspect), "all"/True, False, or names. `key` seeds the scattered starts, of
    which the best of `multistart` are followed (fewer for very many points).

    Raises `FitError` for data that cannot be fitted and `ModelError` for a name that does not exist.
    """
    began = time.perf_counter()
    entry = find_model(model)
    if profile not in ("auto", "all", True, False):
        for name in [profile] if isinstance(profile, str) else profile:  # type: ignore[union-attr]
            entry.check_parameter(name.split("[")[0])
    if multistart < 0:
        raise FitError(f"multistart is {multistart}; it must be 0 or more")
    wishes = check_wishes(entry, fix, free, start, bounds, shared)
    doubts = (keep,) if isinstance(keep, str) else tuple(keep)
    groups, flags = read_points(entry, data, x=x, y=y, sigma=sigma, window=window, keep=doubts)
    problem, guess, more, noise = assemble(entry, groups, wishes)
    found = minima(problem, guess, scales(problem, guess), multistart=multistart, key=key)
    if not math.isfinite(found[0].chi_square):
        raise FitError(f"{found[0].message} at any start tried; give start= or bounds= where {entry.name} can be evaluated")
    best, held, around, profiles = _settle(problem, found[0], guess, profile)
    request = {
        "model": entry, "data": data, "x": x, "y": y, "sigma": sigma, "fix": fix, "free": free, "start": start, "bounds": bounds,
        "shared": shared, "window": window, "keep": doubts, "multistart": multistart, "key": key,
    }  # fmt: skip
    return _result(problem, guess, found, best, held, around, profiles, noise, [*flags, *more], began, request)


def _variance(problem: Problem, best: Solution) -> float:
    """Variance of a weighted residual: 1 where sigma is known, the reduced chi-square where it is not."""
    return 1.0 if problem.sigma_known else max(best.chi_square / (problem.n - len(problem.slots)), 1e-30)


def _settle(
    problem: Problem, first: Solution, guess: np.ndarray, which: Profiles
) -> tuple[Solution, tuple[int, ...], Spread, dict[int, Profile]]:
    """Polish the minimum, take its covariance and profiles; begin again where a profile meets a lower minimum."""
    best = first
    for attempt in range(4):
        scale = np.maximum(scales(problem, best.values), SMALLEST * np.abs(guess))
        polished = solve(problem, best.values, scale=scale, tolerance=1e-12, damping=1e-9)
        if polished.chi_square <= best.chi_square * (1 + 10 * ROUNDING):
            best = polished
        variance = _variance(problem, best)
        best, held = onto_bounds(problem, best, np.maximum(scale, np.abs(guess)), variance)
        _, jacobian = problem.residuals(best.values, scale)
        around = spread(jacobian, scale, variance)
        profiles: dict[int, Profile] = {}
        z = levels(problem.n - len(problem.slots), problem.sigma_known)
        for j in wanted_profiles(problem, best.values, held, around, which):
            seen = profile(problem, best.values, best.chi_square, j, around, np.maximum(scale, np.abs(guess)), variance, z)
            if seen.better is not None and attempt < 3:
                best = Solution(seen.better, problem.chi_square(seen.better), best.converged, best.message)
                break
            if seen.better is None:
                profiles[j] = seen
        else:
            break
    return best, held, around, profiles


def _result(
    problem: Problem, guess: np.ndarray, found: Sequence[Solution], best: Solution, held: tuple[int, ...], around: Spread,
    profiles: Mapping[int, Profile], noise: Sequence[float], flags: list[Flag], began: float, request: Mapping[str, Any],
) -> FitResult:  # fmt: skip
    n, k = problem.n, len(problem.slots)
    dof, variance = n - k, _variance(problem, best)
    curves = problem.curves(best.values)
    blocks = tuple(
        Block(p.label, p.group, p.coordinates, p.y, p.sigma, curve, p.constants, p.breaks)
        for p, curve in zip(problem.pieces, curves, strict=True)
    )
    parts = [(b.x[s], b.residual[s] / b.sigma[s]) for b in blocks for s in b.sweeps()]
    # Residuals at the rounding of the readings (data without noise) are neither structure nor misfit.
    exact = not problem.sigma_known and all(np.max(np.abs(b.residual)) <= EXACT * np.max(np.abs(b.y)) for b in blocks)
    shape = Structure(0.0, 0.0, n) if exact else structure(parts)
    z = levels(dof, problem.sigma_known)
    params, doubts = identify(problem, guess, best.values, held, around, profiles, z)
    params.update(_held(problem, blocks, request["fix"] or {}))
    # In units of the sigma in use, which is the noise itself where none was given.
    level = float(np.median([lv / np.median(p.sigma) for p, lv in ((p, noise[p.group]) for p in problem.pieces)]))
    quality = fit_flags(problem, best, dof, math.sqrt(best.chi_square / dof), math.nan if exact else level, shape)
    together = together_flag(problem, blocks, any(flag.code == "poor_fit" for flag in quality))
    rivals = (
        []
        if any(not p.identified for p in params.values())
        else rival_minimum(problem, found, best.values, best.chi_square, around.stderr, variance)
    )
    likelihood, count = _log_likelihood(problem, best.chi_square)
    names = problem.names
    pairs = {(names[i], names[j]): float(around.correlation[i, j]) for i in range(k) for j in range(i + 1, k)}
    source = "given" if problem.sigma_known else "estimated from residuals"
    return FitResult(
        model=problem.model, params=params, chi_square=best.chi_square, reduced_chi_square=best.chi_square / dof, dof=dof, n=n,
        log_likelihood=likelihood, aicc=criterion(likelihood, count, n), bic=count * math.log(n) - 2 * likelihood,
        converged=best.converged, message=best.message, covariance=around.covariance, correlations=pairs,
        slopes=problem.residuals(best.values, np.ones(k))[1],
        condition=around.condition,
        flags=[*flags, *together, *size_flags(params), *quality, *doubts, *rivals],
        sigma_source=source, noise=tuple(noise), structure=shape, blocks=blocks,
        nfev=problem.nfev, seconds=time.perf_counter() - began, request=request,
    )  # fmt: skip


def _held(problem: Problem, blocks: Sequence[Block], fix: Mapping[str, float]) -> dict[str, Parameter]:
    """The parameters that were not varied; one that differs between pieces of the data shows its mean."""
    out = {}
    for name, par in problem.model.parameters.items():
        if name in problem.free:
            continue
        values = [b.constants[name] for b in blocks if name in b.constants]
        source = "fixed" if name in fix else "data" if values else "default"
        out[name] = Parameter(
            name,
            float(np.mean(values)) if values else par.default,
            par.unit,
            vary=False,
            bounds=(par.lower, par.upper),
            source=source,
            span=(min(values), max(values)) if len(set(values)) > 1 else None,
        )
    return out


def _log_likelihood(problem: Problem, chi_square: float) -> tuple[float, int]:
    """Gaussian log likelihood (its maximum over sigma where sigma is unknown) and the number of parameters it used."""
    n, k = problem.n, len(problem.slots)
    weights = float(np.sum(np.log(np.concatenate([piece.sigma for piece in problem.pieces]))))
    if problem.sigma_known:
        return -0.5 * chi_square - 0.5 * n * math.log(2 * math.pi) - weights, k
    return -0.5 * n * (math.log(2 * math.pi * max(chi_square, 1e-300) / n) + 1) - weights, k + 1


def criterion(log_likelihood: float, count: int, n: float) -> float:
    """Akaike's criterion corrected for small samples; infinite where there are too few points for it."""
    room = n - count - 1
    return 2 * count - 2 * log_likelihood + 2 * count * (count + 1) / room if room > 0 else math.inf
