"""Averaging a spectral function over temperature and lock-in modulation, point by point or for a whole sweep at once.

`smear` sums over the poles of `supraspin.numerics.thermal_nodes` at every bias: exact for any bias values and any traced
temperature. Where bias, temperature and modulation are known before compilation, `supraspin.models._grid` takes the
same average on one energy grid for all bias points, which needs about one evaluation of F a point instead of 28.

The modulation is averaged by a rule along a path above the real axis, whose 51 nodes serve at any height of the singularities.
Where they lie well below the path, by temperature or broadening, a Gauss-Chebyshev rule on the real axis converges as
exp(-2 n asinh(height/V_pk)), and a few of its nodes are enough.

The average is linear in F, so that its exact derivatives are averages of the slopes of F. Each is taken once, whatever
the number of columns of a Jacobian.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import numpy as np
from jax.custom_derivatives import SymbolicZero

from supraspin.backend import jax, jnp
from supraspin.models._grid import Scaled, plan_grid, plan_scaled
from supraspin.numerics import directional, modulation_nodes, thermal_nodes
from supraspin.quantities import KB

_ACCURACY = 1e-10
_PLACE = ("bias", "temperature", "offset", "modulation", "scale")


def known(value) -> bool:
    """Whether a value is a plain number or array now, rather than one that a compiled program will receive."""
    return isinstance(value, (int, float, np.ndarray, np.generic))


def smear(
    spectral: Callable, bias, temperature, *, offset=0.0, modulation=0.0, scale=1.0, parameters: Mapping[str, Any] | None = None,
    depths: Collection[str] = (),
):  # fmt: skip
    """Re of F averaged over -f'(E - V) and over the modulation, at V = bias - offset.

    `spectral(z, **parameters)` is analytic for Im z > 0 (energies in eV); `bias` has shape (n,), `temperature` in K and
    `modulation` (peak, V) are scalars, zero included. The electrons' temperature is `temperature` over `scale`, which lies within
    a tenth of 1: a reading that is known and a scale that is not still share one energy grid. What is to be differentiated must
    come in by the arguments, not by the closure of `spectral`. `depths` names the parameters, eV, by which F's singularities lie
    below the real axis: the least of them counts. Relative error below 1e-9 at any temperature and broadening.
    """
    if known(scale):
        temperature, scale = (temperature if scale == 1 else temperature / scale), 1.0
    place = {"bias": bias, "temperature": temperature, "offset": offset, "modulation": modulation, "scale": scale}
    make = plan_grid if known(scale) else plan_scaled
    plan = make(bias, temperature, modulation) if all(known(place[n]) for n in ("bias", "temperature", "modulation")) else None
    everything = place | dict(parameters or {})
    held = {name: value for name, value in everything.items() if known(value)}
    moving = {name: value for name, value in everything.items() if name not in held}
    average = partial(_direct, tuple(depths)) if plan is None else partial(_on_grid, plan)

    @jax.custom_jvp
    def smeared(moving):
        return average(spectral, held | moving, ())[0]

    @partial(smeared.defjvp, symbolic_zeros=True)
    def _(primals, tangents):
        tangents = tangents[0]
        live = tuple(name for name in tangents if not isinstance(tangents[name], SymbolicZero))
        value, found = average(spectral, held | primals[0], live)
        return value, directional(*((found[name], tangents[name]) for name in live))

    return smeared(moving)


def _slopes(spectral, energies, values, live):
    """F, its derivative by energy (None where none is wanted), and those by the live parameters, on an energy array."""
    own = {name: value for name, value in values.items() if name not in _PLACE}
    names = [name for name in live if name in own]
    along = any(name in _PLACE for name in live)
    if not live:
        return spectral(energies, **own), None, {}
    start = ([energies] if along else []) + [own[name] for name in names]

    def function(*arguments):
        changed = dict(zip(names, arguments[1:] if along else arguments, strict=True))
        return spectral(arguments[0] if along else energies, **(own | changed))

    value, push = jax.linearize(function, *start)
    zeros = [jnp.zeros_like(jnp.asarray(one)) for one in start]

    def slope(k):  # the jvp of the linear map keeps the terms of one argument alone: the zeros cost nothing
        return jax.jvp(lambda x: push(*zeros[:k], x, *zeros[k + 1 :]), (zeros[k],), (jnp.ones_like(zeros[k]),))[1]

    found = [slope(k) for k in range(len(start))]
    return value, found[0] if along else None, dict(zip(names, found[1:] if along else found, strict=True))


def _direct(depths, spectral, values, live):
    bias, reading, offset, modulation, scale = (values[name] for name in _PLACE)
    temperature = reading / scale
    frozen = known(reading) and reading == 0
    z, w = (np.zeros(1, dtype=complex), np.ones(1)) if frozen else thermal_nodes()
    centre = jnp.asarray(bias) - offset
    spread = z.reshape((-1,) + (1,) * centre.ndim)

    def add(total, node):
        t, c = node
        energies = centre + (KB * temperature * spread + modulation * t)
        value, along, others = _slopes(spectral, energies, values, live)
        pieces = {"": (value, w * c)} | {name: (others[name], w * c) for name in others}
        if along is not None:
            warmer = w * z * KB * c / scale
            pieces |= {"bias": (along, w * c), "modulation": (along, w * c * t), "temperature": (along, warmer)}
            pieces["scale"] = (along, -warmer * temperature)
        sums = {name: _weighted(*piece) for name, piece in pieces.items() if name in ("", "bias", *live)}
        return (sums if total is None else jax.tree.map(jnp.add, total, sums)), None

    if known(modulation) and modulation == 0:
        sums, _ = add(None, (0.0, 1.0))
    else:
        depth = functools.reduce(jnp.minimum, (values[name] for name in depths)) if depths else 0.0
        nodes, used = _modulation(KB * temperature * float(np.min(z.imag)) + depth, modulation)
        shapes = jax.eval_shape(lambda: add(None, (nodes[0][0], nodes[1][0]))[0])
        empty = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)

        def step(total, one):
            return jax.lax.cond(one[0], lambda: add(total, one[1])[0], lambda: total), None

        sums, _ = jax.lax.scan(step, empty, (used, nodes))
    if "offset" in live:
        sums["offset"] = -sums["bias"]
    return sums[""], sums


def _modulation(height, peak):
    """Nodes and weights (51,) of the average over a modulation of amplitude `peak`, and which of them are used.

    `height` is the distance of the path of V from the singularities of F. The real rule keeps to it; where it would take as many
    nodes as the path above the axis, that path is taken.
    """
    t, c = (jnp.asarray(one) for one in modulation_nodes())
    place = jnp.arange(1, t.size + 1)
    rate = 2 * jnp.arcsinh(height / jnp.maximum(jnp.abs(peak), 1e-30))
    count = jnp.ceil(-jnp.log(_ACCURACY) / jnp.maximum(rate, 1e-12)) + 1
    angle = jnp.pi * place / (count + 1)
    few, real = count < t.size, (jnp.cos(angle) + 0j, 2 * jnp.sin(angle) ** 2 / (count + 1) + 0j)
    nodes = tuple(jnp.where(few, one, other) for one, other in zip(real, (t, c), strict=True))
    return nodes, place <= jnp.where(few, count, t.size)


def _weighted(values, weights):
    return jnp.real(jnp.tensordot(jnp.asarray(weights, dtype=complex), values, 1))


def _on_grid(plan, spectral, values, live):
    value, along, others = _slopes(spectral, plan.energies - values["offset"], values, live)
    slopes = {}
    if isinstance(plan, Scaled):
        slopes = {"scale": plan.slope(values["scale"]).project(value)} if "scale" in live else {}
        plan = plan.at(values["scale"])
    slopes |= {name: plan.project(others[name]) for name in others}
    if "offset" in live:
        slopes["offset"] = -plan.project(along)
    return plan.project(value), slopes
