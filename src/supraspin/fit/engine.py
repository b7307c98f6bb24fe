"""One compiled program a model and choice of free parameters: residuals and exact Jacobian in a single call.

Static rule: a held parameter at its default is passed to the model as a plain Python float, so that the model can drop
the term when it is compiled; every other parameter is a traced number. Coordinates are traced and padded to a multiple
of 128 points, so that few shapes are ever compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Model

PAD = 128


@lru_cache(maxsize=256)
def compiled(function: Callable[..., Any], free: tuple[str, ...], traced: tuple[str, ...], static: tuple[tuple[str, float], ...]):
    """`program(varied, fixed, coordinates, y, weight) -> (residuals (n,), jacobian (n, k))`, weighted, parameters in SI.

    `free` names the entries of `varied`, by which the derivatives are, `traced` those of `fixed`; `static` holds plain floats.
    A point without weight has residual 0, and a derivative that is not finite counts as zero.
    """

    def program(varied, fixed, coordinates, y, weight):
        def residuals(varied):
            parameters = dict(static)
            parameters.update({name: varied[i] for i, name in enumerate(free)})
            parameters.update({name: fixed[i] for i, name in enumerate(traced)})
            out = jnp.asarray(function(*coordinates, **parameters), dtype=float)
            residual = jnp.where(weight > 0, (jnp.broadcast_to(out, y.shape) - y) * weight, 0.0)
            return residual, residual

        jacobian, residual = jax.jacfwd(residuals, has_aux=True)(varied)
        return residual, jnp.where(jnp.isfinite(jacobian), jacobian, 0.0)

    return jax.jit(program)


def split_constants(model: Model, free: tuple[str, ...], constants: Mapping[str, float]):
    """Names and values of the traced constants, and the static pairs, of the parameters that are not free."""
    traced, values, static = [], [], []
    for name, par in model.parameters.items():
        if name in free:
            continue
        value = float(constants.get(name, par.default))
        if par.held and value == par.default:
            static.append((name, value))
        else:
            traced.append(name)
            values.append(value)
    return tuple(traced), np.array(values), tuple(static)


def pad(array: np.ndarray, mode: str = "edge"):
    """`array` on the device, lengthened to a multiple of 128 by repeating its last value, or with zeros ("constant")."""
    return jnp.asarray(np.pad(array, (0, -len(array) % PAD), mode=mode))  # type: ignore[call-overload]
