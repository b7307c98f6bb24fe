"""Levenberg-Marquardt in JAX for many curves at once: bounded, with exact derivatives, stepping all curves together.

One compiled call advances a chunk of curves by some steps. A parameter on its bound whose gradient points outwards is
frozen for the step. A step that would cross a bound ends a tenth of the way before it and lands on it only from close by:
where the slope vanishes on the bound, a leap onto it would hold the parameter there. A trial whose chi-square is not finite
is a rejected one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from supraspin.backend import jax, jnp

RUNNING, CONVERGED, FAILED, KINKED = 0, 1, 2, 3
"""What has become of a curve. KINKED: no step along the gradient, however short, lowers chi-square, as where a parameter passes
a reading and the curve has a kink there, or a jump that its derivative doesn't show."""

TOLERANCE = 1e-9
"""Relative fall of chi-square, seen and predicted, below which a curve is finished."""

CLOSE = 0.01
"""Distance to a bound, in units of a parameter's scale, from which a step may land on it."""
BESIDE = 1e-6
"""Distance to a bound, in units of a parameter's scale, that counts as none."""

SHORT = 1e-9
"""Length of a step, relative to a parameter or its scale, that counts as none.

A smooth chi-square falls along any step so short, unless by less than rounding hides, and then the curve has converged before.
"""


class State(NamedTuple):
    """Per curve: u (k,) in units of its scale, damping, chi-square, J^T J (k, k), J^T r (k,), status."""

    u: Any
    damping: Any
    chi_square: Any
    curvature: Any
    gradient: Any
    status: Any


class Frozen:
    """Coordinates as a hashable constant of a compiled program, equal where the numbers are."""

    def __init__(self, coordinates: tuple[np.ndarray, ...]) -> None:
        self.coordinates = coordinates
        self._key = tuple(c.tobytes() for c in coordinates)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frozen) and self._key == other._key


@lru_cache(maxsize=64)
def programs(
    function: Callable[..., Any],
    free: tuple[str, ...],
    traced: tuple[str, ...],
    static: tuple[tuple[str, float], ...],
    frozen: Frozen,
    steps: int,
):
    """`begin(u, *curve) -> State` and `advance(state, *curve) -> State`, both over a leading axis of curves.

    `curve` is (scale (k,), fixed (m,), y (n,), weight (n,), lower (k,), upper (k,)), each with that axis too.
    """

    def residuals(u, scale, fixed, y, weight):
        parameters = dict(static)
        parameters.update({name: u[i] * scale[i] for i, name in enumerate(free)})
        parameters.update({name: fixed[i] for i, name in enumerate(traced)})
        out = function(*frozen.coordinates, **parameters)
        # A point without weight must not poison the sums, whatever the model gives there.
        residual = jnp.where(weight > 0, (out - y) * weight, 0.0)
        return residual, residual

    def normal(u, scale, fixed, y, weight):
        jacobian, residual = jax.jacfwd(residuals, has_aux=True)(u, scale, fixed, y, weight)
        jacobian = jnp.where(jnp.isfinite(jacobian), jacobian, 0.0)
        return residual @ residual, jacobian.T @ jacobian, jacobian.T @ residual

    def begin(u, scale, fixed, y, weight, lower, upper):
        chi_square, curvature, gradient = normal(u, scale, fixed, y, weight)
        status = jnp.where(jnp.isfinite(chi_square), RUNNING, FAILED)
        return State(u, jnp.asarray(1e-3), chi_square, curvature, gradient, status)

    def step(state, scale, fixed, y, weight, lower, upper):
        outward = ((state.u <= lower) & (state.gradient > 0)) | ((state.u >= upper) & (state.gradient < 0))
        size = jnp.diag(state.curvature)
        size = jnp.where(size > 0, size, 1.0)
        root = jnp.sqrt(size)
        matrix = state.curvature / (root[:, None] * root[None, :]) + state.damping * jnp.eye(len(root))
        idle = outward[:, None] | outward[None, :]
        matrix = jnp.where(idle, jnp.eye(len(root)), matrix)
        downhill = jnp.where(outward, 0.0, -state.gradient / root)
        move = jnp.linalg.solve(matrix, downhill) / root
        trial = state.u + jnp.where(jnp.isfinite(move), move, 0.0)
        for edge, beyond in ((lower, trial < lower), (upper, trial > upper)):
            gap = jnp.where(jnp.isfinite(edge), edge - state.u, 0.0)
            trial = jnp.where(beyond, jnp.where(jnp.abs(gap) <= CLOSE, edge, state.u + 0.9 * gap), trial)
        # What creeps up to its bound for ever is put there.
        trial = jnp.where(trial - lower < BESIDE, lower, jnp.where(upper - trial < BESIDE, upper, trial))
        move = trial - state.u
        predicted = -(2 * state.gradient @ move + move @ state.curvature @ move)
        chi_square, curvature, gradient = normal(trial, scale, fixed, y, weight)
        gain = state.chi_square - chi_square
        accept = jnp.isfinite(chi_square) & (gain >= 0)
        floor = 1e-26 * jnp.sum((y * weight) ** 2) + 1e-300
        done = (jnp.abs(predicted) <= TOLERANCE * state.chi_square + floor) & (
            ~accept | (gain <= TOLERANCE * state.chi_square + floor)
        )
        # A short step under heavy damping also predicts little; only a nearly undamped one shows a minimum.
        done &= (state.damping <= 1e-1) | jnp.all(
            jnp.abs(jnp.where(outward, 0.0, state.gradient / root)) <= 1e-6 * jnp.sqrt(state.chi_square) + floor
        )
        short = jnp.all(jnp.abs(move) <= SHORT * jnp.maximum(jnp.abs(state.u), 1.0))
        kinked = ~done & ~accept & jnp.isfinite(chi_square) & short
        stuck = state.damping > 1e14
        ratio = gain / jnp.maximum(predicted, 1e-300)
        damping = jnp.where(
            accept, state.damping * jnp.where(ratio > 0.75, 0.1, jnp.where(ratio < 0.25, 2.0, 0.5)), state.damping * 8.0
        )
        status = jnp.where(done, CONVERGED, jnp.where(kinked, KINKED, jnp.where(stuck, FAILED, RUNNING)))

        def pick(new, old):
            return jnp.where(accept, new, old)

        new = State(
            pick(trial, state.u), jnp.maximum(damping, 1e-12), pick(chi_square, state.chi_square),
            pick(curvature, state.curvature), pick(gradient, state.gradient), status,
        )  # fmt: skip
        going = state.status == RUNNING
        return jax.tree.map(lambda a, b: jnp.where(going, a, b), new, state)

    def advance(state, *curve):
        def some(carry):
            count, now = carry
            return count + 1, jax.vmap(step)(now, *curve)

        return jax.lax.while_loop(lambda c: (c[0] < steps) & jnp.any(c[1].status == RUNNING), some, (0, state))[1]

    return jax.jit(jax.vmap(begin)), jax.jit(advance)
