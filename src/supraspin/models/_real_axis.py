r"""Thermal averages of a real spectral function that is even in energy, on the real axis, for a whole sweep at once.

    <T>(V) = int T(E) (-f'(E - V)) dE,   T(-E) = T(E), analytic but at E = +-Delta +-i Gamma

No contour serves where T contains moduli such as |z + s|^2. The energy is an odd analytic function of a new variable,

    t = a E/(k_B T) + asinh((E - Delta)/Gamma) + asinh((E + Delta)/Gamma),

in which the singular points and the poles of the thermal kernel lie pi/2 and a pi or more off the axis. So the trapezoid rule
converges as exp(-pi^2/h), whatever the ratios of k_B T, Gamma and Delta: its steps are k_B T far from the edges, and they close
in on them as a geometric series. The nodes know nothing of the bias. T is taken once at each, and all bias points share them;
their number follows from the temperature when the program runs. Where the whole range would take too many (k_B T far below
it), each bias point has the nodes of its own window; where Gamma is many k_B T, a Gauss rule of that kernel about each bias
point is enough. Error below 1e-9 of the largest of T.

The average is linear in T; its exact derivatives are averages of the slopes of T at the same nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
from jax.custom_derivatives import SymbolicZero

from supraspin.backend import jax, jnp
from supraspin.models._smearing import _slopes, known
from supraspin.numerics import chebyshev_nodes, directional
from supraspin.quantities import KB

_STEP, _SHARE = 0.4, 0.58  # steps h/a of 0.69 k_B T
_REACH = 32.0  # k_B T
_SHARPEST = 1e-10  # k_B T: what happens within less of an edge has no weight
_BLOCK = 32
_FAR = 600.0  # k_B T: the kernel is zero
_MOST = 1500  # shared nodes up to which they cost less than windows
_NEWTON = 7
_SMOOTH = 14.0  # Gamma in k_B T from which the Gauss rule is exact to 1e-10
_COLDEST = 1e-9  # K


@lru_cache
def thermal_gauss(count: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Nodes, k_B T, and weights (count,) of the Gauss rule of -k_B T f': monic recurrence with b_n^2 = pi^2 n^4/(4 n^2 - 1)."""
    n = np.arange(1, count)
    side = np.diag(np.pi * n**2 / np.sqrt(4 * n**2 - 1), 1)
    nodes, vectors = np.linalg.eigh(side + side.T)
    return nodes, vectors[0] ** 2


def average_even(
    spectral: Callable, bias, temperature, *, edge: str, depth: str, parameters: Mapping[str, Any], offset=0.0, modulation=0.0
):
    """`spectral(E, **parameters)` averaged over temperature and modulation at V = bias - offset; shape of `bias`.

    `edge` and `depth` name the parameters Delta and Gamma, eV. `temperature` in K and `modulation` (peak, V) are scalars. What
    is to be differentiated must come in by the arguments, not by the closure of `spectral`.
    """
    volts = jnp.asarray(bias) - offset
    if known(temperature) and temperature == 0:
        thermal = partial(spectral, **parameters)
    else:
        thermal = partial(_thermal, spectral, edge, depth, temperature, parameters)
    if known(modulation) and modulation == 0:
        return thermal(volts)
    t, c = chebyshev_nodes(48)
    return jax.lax.scan(lambda total, node: (total + node[1] * thermal(volts + modulation * node[0]), None),
                        jnp.zeros(volts.shape), (jnp.asarray(t), jnp.asarray(c)))[0]  # fmt: skip


def _thermal(spectral, edge, depth, temperature, parameters, volts):
    everything = {"bias": volts, "temperature": temperature} | dict(parameters)
    held = {name: value for name, value in everything.items() if known(value)}
    moving = {name: value for name, value in everything.items() if name not in held}

    def sums(moving, live):
        # one by one where many are asked for together: a batch would take for each what its dearest member takes
        alone = jax.custom_batching.sequential_vmap(lambda given: _sums(spectral, edge, depth, held | given, live))
        return alone(moving)

    @jax.custom_jvp
    def averaged(moving):
        return sums(moving, ())[""]

    @partial(averaged.defjvp, symbolic_zeros=True)
    def _(primals, tangents):
        tangents = tangents[0]
        live = tuple(name for name in tangents if not isinstance(tangents[name], SymbolicZero))
        found = sums(primals[0], live)
        return found[""], directional(*((found[name], tangents[name]) for name in live))

    return averaged(moving)


def _sums(spectral, edge, depth, values, live):
    """The average ("") and its derivatives by the live values."""
    volts = jnp.ravel(values["bias"])
    kt = KB * jnp.maximum(jnp.asarray(values["temperature"], dtype=float), _COLDEST)
    gap, width = values[edge], jnp.maximum(values[depth], _SHARPEST * kt)
    own = [name for name in live if name not in ("bias", "temperature")]
    place = partial(_place, kt=kt, gap=gap, width=width)
    size = jnp.abs(volts)
    shared = jnp.ceil(place(jnp.max(size) + _REACH * kt) / _STEP)
    first = jnp.floor(place(size - _REACH * kt) / _STEP)
    windowed = jnp.max(jnp.ceil(place(size + _REACH * kt) / _STEP) - first)
    smooth = width > _SMOOTH * kt
    cold = (shared > _MOST) & ~smooth
    start = {name: jnp.zeros(volts.shape) for name in ("", *live)}

    def add(total, energy, weight, distances, products):
        found, _, others = _slopes(spectral, energy, values, own)
        kernels = [(u, *_kernel(factor)) for u, factor in distances]
        kernel = sum(k for _, k, _ in kernels)
        pieces = {"": products(kernel, weight * found)} | {name: products(kernel, weight * others[name]) for name in own}
        if "bias" in live:
            pieces["bias"] = products(sum(odd for _, _, odd in kernels), weight * found) / kt
        if "temperature" in live:
            pieces["temperature"] = products(sum(u * odd for u, _, odd in kernels) - kernel, weight * found) * (KB / kt)
        return {name: total[name] + pieces[name] for name in total}

    def together(i, total):
        energy, weight = _nodes((i * _BLOCK + jnp.arange(_BLOCK) + 0.5) * _STEP, kt, gap, width)
        above, centre, anchor = energy / kt, volts[:, None] / kt, energy[0] / kt
        # exp of sums as products of exp: an exponential for each node and for each bias point, none for each pair
        near, far = (jnp.exp(jnp.clip(centre - way * anchor, -_FAR, _FAR)) * jnp.exp(way * (anchor - above)) for way in (1, -1))
        return add(total, energy, weight, ((above - centre, near), (-above - centre, far)), jnp.matmul)

    def apart(j, total):
        t = (first + j + 0.5) * _STEP
        energy, weight = _nodes(jnp.abs(t), kt, gap, width)
        u = (jnp.copysign(energy, t * jnp.where(volts < 0, -1, 1)) - volts) / kt
        return add(total, energy, weight, ((u, jnp.exp(-u)),), jnp.multiply)

    def about(_, total):
        x, weights = (jnp.asarray(one)[:, None] for one in thermal_gauss())
        found, along, others = _slopes(spectral, volts + kt * x, values, live)
        pieces = {"": found} | others
        if along is not None:
            pieces |= {"bias": along, "temperature": KB * x * along}
        return {name: total[name] + jnp.sum(weights * pieces[name], axis=0) for name in total}

    total = jax.lax.fori_loop(0, jnp.where(cold | smooth, 0, jnp.ceil(shared / _BLOCK)).astype(int), together, start)
    total = jax.lax.fori_loop(0, jnp.where(cold, windowed, 0).astype(int), apart, total)
    total = jax.lax.fori_loop(0, smooth.astype(int), about, total)
    return {name: jnp.reshape(one, jnp.shape(values["bias"])) for name, one in total.items()}


def _kernel(factor):
    """-k_B T f' at u and minus its derivative, of the Boltzmann factor exp(-u)."""
    total = 1 / (1 + factor)
    kernel = factor * total * total
    return kernel, kernel * (1 - factor) * total


def _place(energy, *, kt, gap, width):
    """t of an energy."""
    return _SHARE * energy / kt + jnp.arcsinh((energy - gap) / width) + jnp.arcsinh((energy + gap) / width)


def _nodes(t, kt, gap, width):
    """Energies at t > 0, and what they weigh: h dE/dt / (k_B T).

    With E = Delta +- Gamma sinh y, y rises nearly as the sum of a straight line and a sinh: Newton's method from the less of the
    two that each alone would give.
    """
    beyond = t - _place(gap, kt=kt, gap=gap, width=width)
    side, distance = jnp.where(beyond < 0, -1.0, 1.0), jnp.abs(beyond)
    slope, other = _SHARE * width / kt, jnp.arcsinh(2 * gap / width)
    most = jnp.where(beyond < 0, jnp.arcsinh(gap / width), jnp.inf)  # E > 0
    y = jnp.minimum(jnp.minimum(distance, jnp.arcsinh(distance / slope)), most)

    def newton(_, y):
        sinh, cosh = jnp.sinh(y), jnp.cosh(y)
        across = 2 * gap / width + side * sinh
        off = y + slope * sinh + side * (jnp.arcsinh(across) - other) - distance
        return y - off / (1 + cosh * (slope + 1 / jnp.sqrt(1 + across * across)))

    y = jax.lax.fori_loop(0, _NEWTON, newton, y)
    sinh, cosh = jnp.sinh(y), jnp.cosh(y)
    across = 2 * gap / width + side * sinh
    weight = _STEP * (width / kt) / (slope + 1 / cosh + 1 / jnp.sqrt(1 + across * across))
    return gap + side * width * sinh, weight
