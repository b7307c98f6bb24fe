"""Solving a linearised gap equation, 0 = excess(h), for the field h at each point: bracketed Newton with exact derivatives."""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp

HEAD = 8
"""Matsubara terms that are summed one by one; an integral with Euler-Maclaurin corrections takes the rest."""
EULER_MACLAURIN = ((1, 1 / 24), (3, -7 * 6 / 5760), (5, 31 * 120 / 967680), (7, -127 * 5040 / 154828800))
"""(k, factor): a midpoint sum of step s from U on is its integral plus factor s^(k+1) times the k-th Taylor coefficient at U."""
_STEPS = 6


def edge_terms(numerator, denominator, step):
    """Euler-Maclaurin corrections for a rational function, from Taylor coefficients at the edge (lists, lowest first)."""
    taylor: list = []
    for k in range(EULER_MACLAURIN[-1][0] + 1):
        known = numerator[k] if k < len(numerator) else 0.0
        for j in range(1, min(k, len(denominator) - 1) + 1):
            known = known - denominator[j] * taylor[k - j]
        taylor.append(known / denominator[0])
    return sum(factor * step ** (k + 1) * taylor[k] for k, factor in EULER_MACLAURIN)


def solve_field(excess, start, lowest, highest, parameters):
    """h > 0 with excess(h, *parameters) = 0, elementwise; `excess` rises with h. Derivatives by `parameters` are exact.

    Newton steps in ln h; a step that leaves the bracket becomes one to its geometric middle. The last step, which carries the
    derivatives, is again Newton's.
    """
    frozen = jax.lax.stop_gradient(parameters)

    def tangent(log_h):
        return jax.jvp(lambda x: excess(jnp.exp(x), *frozen), (log_h,), (jnp.ones_like(log_h),))

    def step(_, state):
        x, low, high = state
        value, slope = tangent(x)
        low, high = jnp.where(value < 0, x, low), jnp.where(value < 0, high, x)
        trial = x - value / slope
        # at the root itself rounding may put a step a digit outside the bracket
        good = ((trial >= low) & (trial <= high)) | (jnp.abs(trial - x) < 1e-8)
        return jnp.where(good, trial, (low + high) / 2), low, high

    first, low, high = (jnp.log(jax.lax.stop_gradient(v)) for v in jnp.broadcast_arrays(start, lowest, highest))
    x, _, _ = jax.lax.fori_loop(0, _STEPS, step, (jnp.clip(first, low, high), low, high))
    _, slope = tangent(x)
    return jnp.exp(x - excess(jnp.exp(x), *parameters) / slope)


def inverse_tangent_ratio(w, one_plus_w):
    """arctan(sqrt w)/sqrt w for w > -1, which is artanh(sqrt -w)/sqrt -w where w < 0; 1 + w comes with its own digits."""
    small = jnp.abs(w) < 1e-3
    root = jnp.sqrt(jnp.where(small, 1.0, jnp.abs(w)))
    positive = jnp.arctan(root) / root
    negative = (jnp.log1p(root) - 0.5 * jnp.log(jnp.where(w < 0, one_plus_w, 1.0))) / root
    series = 1 - w * (1 / 3 - w * (1 / 5 - w * (1 / 7 - w * (1 / 9 - w / 11))))
    return jnp.where(small, series, jnp.where(w > 0, positive, negative))


def head_places(reduced):
    """2 n + 1 of the first `HEAD` terms, in a new last axis, times `reduced`."""
    return jnp.asarray(reduced)[..., None] * (2 * np.arange(HEAD) + 1)
