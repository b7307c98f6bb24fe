"""Averaging a spectral function over temperature and lock-in modulation, point by point or for a whole uniform sweep.

`smear` sums over the contour of `supraspin.numerics.thermal_nodes` at every bias: exact for any bias values and any
traced temperature. Where bias, temperature and modulation are known before compilation and the bias is uniform, the
same contour integral, taken at i pi k_B T/2 on a grid that contains the bias points, is one convolution: F is then
evaluated a few times a bias point instead of 49 times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.fft

from supraspin.backend import jax, jnp
from supraspin.numerics import chebyshev_nodes, modulation_nodes, thermal_kernel, thermal_nodes
from supraspin.quantities import KB

_STEP = 0.30  # grid step in k_B T: the trapezoid rule at height pi/2 is then exact to 5e-15
_REACH = 38.0  # sech^2 has fallen to 1e-16
_WORTH = 24  # evaluations of F a bias point above which the convolution no longer pays


def smear(spectral: Callable, bias, temperature, *, offset=0.0, modulation=0.0):
    """Re of F averaged over -f'(E - V) and over the modulation, at V = bias - offset.

    `spectral(z)` is analytic for Im z > 0 (energies in eV); `bias` has shape (n,), `temperature` in K and `modulation`
    (peak, V) are scalars, zero included. Relative error below 1e-9 at any temperature and broadening.
    """
    plan = plan_convolution(bias, temperature, modulation)
    if plan is not None:
        return _convolve(spectral, plan, offset)
    centre = jnp.asarray(bias) - offset

    def thermal(shift):
        if known(temperature) and temperature == 0:
            return jnp.real(spectral(centre + 0j + shift))
        z, w = thermal_nodes()
        values = spectral(centre[..., None] + shift + KB * temperature * z)
        return jnp.sum(w.real * jnp.real(values) - w.imag * jnp.imag(values), axis=-1)

    if known(modulation) and modulation == 0:
        return thermal(0.0)
    return _modulated(spectral, centre, temperature, modulation)


def _modulated(spectral, centre, temperature, modulation):
    z, w = thermal_nodes()
    t, c = modulation_nodes()

    def add(total, node):
        values = spectral(centre[..., None] + KB * temperature * z + modulation * node[0])
        weights = w * node[1]
        return total + jnp.sum(jnp.real(weights * values), axis=-1), None

    start = jnp.zeros(centre.shape) + 0.0 * (temperature + modulation)
    return jax.lax.scan(add, start, (jnp.asarray(t), jnp.asarray(c)))[0]


def known(value) -> bool:
    """Whether a value is a plain number or array now, rather than one that a compiled program will receive."""
    return isinstance(value, (int, float, np.ndarray, np.generic))


class Plan(NamedTuple):
    """A uniform energy grid around the bias points and the Fourier transform of the smearing kernel on it."""

    first: float
    step: float
    height: float
    points: int
    length: int
    stride: int
    bias_points: int
    kernel: np.ndarray
    reverse: bool


def plan_convolution(bias, temperature, modulation) -> Plan | None:
    """The grid for `bias` (n,), or None where the direct sum is the better way or the values are not known yet."""
    if not (known(bias) and known(temperature) and known(modulation)):
        return None
    bias = np.asarray(bias, dtype=float)
    if bias.ndim != 1 or bias.size < 16 or temperature <= 0:
        return None
    spacing = (bias[-1] - bias[0]) / (bias.size - 1)
    if spacing == 0 or np.abs(bias - np.linspace(bias[0], bias[-1], bias.size)).max() > 1e-9 * abs(spacing):
        return None
    kt = KB * float(temperature)
    stride = max(1, int(np.ceil(abs(spacing) / (_STEP * kt))))
    step = abs(spacing) / stride
    pad = int(np.ceil((_REACH * kt + abs(modulation)) / step))
    points = (bias.size - 1) * stride + 1 + 2 * pad
    if points > _WORTH * bias.size:
        return None
    length = scipy.fft.next_fast_len(-(-points // stride)) * stride
    t, c = chebyshev_nodes(1 if modulation == 0 else 16 + int(10 * abs(modulation) / kt))
    u = step * np.arange(-pad, pad + 1)
    kernel = sum(
        weight * thermal_kernel((u - abs(modulation) * node) / kt + 0.5j * np.pi) for node, weight in zip(t, c, strict=True)
    )
    padded = np.zeros(length, dtype=complex)
    padded[: 2 * pad + 1] = kernel * (step / kt)
    padded = np.roll(padded[::-1], 1)  # index -m mod length: a correlation, not a convolution
    return Plan(
        float(bias.min()) - pad * step, step, 0.5 * np.pi * kt, points, length, stride, bias.size, np.fft.fft(padded), spacing < 0
    )


def _convolve(spectral, plan: Plan, offset):
    energies = plan.first + plan.step * np.arange(plan.points) + 1j * plan.height
    values = spectral(energies - offset)
    transform = jnp.fft.fft(values, n=plan.length) * plan.kernel
    folded = jnp.sum(transform.reshape(plan.stride, -1), axis=0) / plan.stride  # keeps every stride-th output
    smeared = jnp.real(jnp.fft.ifft(folded))[: plan.bias_points]
    return smeared[::-1] if plan.reverse else smeared
