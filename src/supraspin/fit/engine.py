"""One compiled program a model and choice of free parameters: values and exact Jacobian in a single call.

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
    """`program(u, scale, fixed, coordinates) -> (values (n,), jacobian (n, k))`, with parameters u * scale, derivatives by u.

    `free` names the entries of u, `traced` those of `fixed`; `static` holds plain floats.
    """

    def program(u, scale, fixed, coordinates):
        def values(u):
            parameters = dict(static)
            parameters.update({name: u[i] * scale[i] for i, name in enumerate(free)})
            parameters.update({name: fixed[i] for i, name in enumerate(traced)})
            out = jnp.broadcast_to(jnp.asarray(function(*coordinates, **parameters), dtype=float), coordinates[0].shape)
            return out, out

        jacobian, out = jax.jacfwd(values, has_aux=True)(u)
        return out, jacobian

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


def pad(array: np.ndarray):
    """`array` on the device, lengthened to a multiple of 128 by repeating its last value."""
    return jnp.asarray(np.pad(array, (0, -len(array) % PAD), mode="edge"))
