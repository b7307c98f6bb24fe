"""Thermal averages of a whole sweep on one uniform energy grid, where bias, temperature and modulation are plain numbers.

The contour runs a little less than half-way to the kernel's first pole at i pi k_B T, where the trapezoid rule with a step
of 0.32 k_B T is exact to 1e-13 of the coherence peak and to 2e-14 inside a gap. Where the bias is uniform the grid is
made to fit it (a step of the bias spacing divided or multiplied by a whole number), and the average is a convolution
by Fourier transform; otherwise it is a product with a matrix. Where the thermometer's scale is not known, all temperatures within
a tenth of the reading share the grid, and its kernels are interpolated in the scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.fft

from supraspin.backend import jnp
from supraspin.numerics import chebyshev_nodes, thermal_kernel
from supraspin.quantities import KB

_STEP = 0.32  # k_B T
_HEIGHT = 1.42  # k_B T: the kernel's pole is double and so wants more distance than the singularities of F
_REACH = 33.0  # k_B T: sech^2 has fallen to 2e-14
_WORTH = 14  # evaluations of F a bias point above which the sum over poles is cheaper
_WORTH_MATRIX = 3
SPAN = 0.1
"""Largest departure of a thermometer's scale from 1."""
_SCALES = 1 + SPAN * np.cos(np.pi * (np.arange(9) + 0.5) / 9)  # of the interpolation: the kernel's poles leave 1e-9


@dataclass(frozen=True, eq=False)
class Convolution:
    """Grid of shape (s, l): s interleaved combs of the bias spacing. c bias points a step of the grid.

    `kernel` (2, c, s, l//2 + 1) multiplies the transform of F and its mirror image conj(F(-k)), which together make the
    transforms of Re F and Im F.
    """

    energies: np.ndarray
    kernel: np.ndarray
    bias_points: int
    reverse: bool

    def project(self, values):
        """Smeared values (n,) at the bias points of F on the grid."""
        length, half = self.energies.shape[1], self.kernel.shape[-1]
        spectrum = jnp.fft.fft(values)
        mirror = jnp.conj(jnp.concatenate([spectrum[:, :1], jnp.flip(spectrum[:, length - half + 1 :], axis=1)], axis=1))
        total = jnp.sum(spectrum[:, :half] * self.kernel[0] + mirror * self.kernel[1], axis=1)
        smeared = jnp.fft.irfft(total, n=length).T.reshape(-1)[: self.bias_points]
        return smeared[::-1] if self.reverse else smeared


@dataclass(frozen=True, eq=False)
class Product:
    """Grid of shape (m,) and the matrices (n, m) of the real and imaginary part of F."""

    energies: np.ndarray
    real: np.ndarray
    imaginary: np.ndarray

    def project(self, values):
        """Smeared values (n,) at the bias points of F on the grid."""
        return self.real @ jnp.real(values) + self.imaginary @ jnp.imag(values)


@dataclass(frozen=True, eq=False)
class Scaled:
    """A plan at each scale of the thermometer: `tables` (9, ...) are the coefficients of (scale - 1)/SPAN in its arrays."""

    plan: Convolution | Product
    tables: tuple[np.ndarray, ...]

    @property
    def energies(self) -> np.ndarray:
        return self.plan.energies

    def at(self, scale) -> Convolution | Product:
        """The plan where the temperature is the reading over `scale`."""
        x = jnp.clip((scale - 1) / SPAN, -1, 1)
        return self._plan(x ** np.arange(len(_SCALES)))

    def slope(self, scale) -> Convolution | Product:
        """The derivative of the plan by `scale`."""
        x, degree = jnp.clip((scale - 1) / SPAN, -1, 1), np.arange(1, len(_SCALES))
        return self._plan(jnp.concatenate([jnp.zeros(1), degree * x ** (degree - 1) / SPAN]))

    def _plan(self, powers) -> Convolution | Product:
        arrays: Any = [jnp.tensordot(powers, table, 1) for table in self.tables]
        if isinstance(self.plan, Convolution):
            return replace(self.plan, kernel=arrays[0])
        return replace(self.plan, real=arrays[0], imaginary=arrays[1])


def plan_scaled(bias, temperature, modulation) -> Scaled | None:
    """The grid that serves readings `temperature`, K, of a thermometer whose scale is traced; None as for `plan_grid`."""
    plans = [one for scale in _SCALES if (one := plan_grid(bias, temperature, modulation, scale)) is not None]
    if not plans:
        return None
    to_powers = np.linalg.inv(np.vander((_SCALES - 1) / SPAN, increasing=True))
    rows = [(one.kernel,) if isinstance(one, Convolution) else (one.real, one.imaginary) for one in plans]
    return Scaled(plans[0], tuple(np.tensordot(to_powers, np.stack(column), 1) for column in zip(*rows, strict=True)))


def plan_grid(bias, temperature, modulation, scale: float | None = None) -> Convolution | Product | None:
    """The grid for plain numbers `bias` (n,), `temperature` and `modulation`, or None where the sum over poles is cheaper.

    With a `scale`, the grid of all scales of the thermometer within `SPAN`, and the kernel at that one.
    """
    bias = np.asarray(bias, dtype=float)
    if bias.ndim != 1 or bias.size < 16 or not (temperature > 0 and np.all(np.isfinite(bias))):
        return None
    read, peak = KB * float(temperature), abs(float(modulation))
    reach = _REACH * read / (1 if scale is None else 1 - SPAN) + peak
    spacing = (bias[-1] - bias[0]) / (bias.size - 1)
    uniform = spacing != 0 and np.abs(bias - np.linspace(bias[0], bias[-1], bias.size)).max() <= 1e-9 * abs(spacing)
    widths = read, read / (scale or 1.0), peak, reach
    return _convolution(bias, abs(spacing), spacing < 0, *widths) if uniform else _product(bias, *widths)


def _kernel(energy, read, kt, peak):
    """Thermal kernel at the contour's height, averaged over the modulation, per eV."""
    t, c = chebyshev_nodes(1 if peak == 0 else 16 + int(10 * peak / kt))
    place = energy + 1j * _HEIGHT * read
    return sum(weight * thermal_kernel((place - peak * node) / kt) for node, weight in zip(t, c, strict=True)) / kt


def _convolution(bias, spacing, reverse, read, kt, peak, reach):
    combs = max(1, int(np.ceil(spacing / (_STEP * read))))
    phases = max(1, int(_STEP * read / spacing)) if combs == 1 else 1
    step = spacing * phases / combs
    pad = (int(np.ceil(reach / step)) // combs + 1) * combs
    rows = -(-bias.size // phases)
    length = scipy.fft.next_fast_len(rows + 2 * pad // combs + 1, real=True)
    if length * combs > _WORTH * bias.size:
        return None
    first = bias.min() - pad * step
    index = np.arange(2 * pad + combs)
    kernel = np.zeros((2, phases, combs, length))
    for phase in range(phases):
        values = _kernel((index - pad) * step - phase * spacing, read, kt, peak) * step
        for comb in range(combs):
            one = values[comb::combs]
            kernel[:, phase, comb, : len(one)] = one.real, -one.imag
    energies = first + step * (np.arange(length) * combs + np.arange(combs)[:, None]) + 1j * _HEIGHT * read
    real, imaginary = np.conj(np.fft.rfft(kernel))
    return Convolution(energies, np.stack([real - 1j * imaginary, real + 1j * imaginary]) / 2, bias.size, bool(reverse))


def _product(bias, read, kt, peak, reach):
    step = _STEP * read
    points = int(np.ceil((np.ptp(bias) + 2 * reach) / step)) + 1
    if points > _WORTH_MATRIX * bias.size:
        return None
    energies = bias.min() - reach + step * np.arange(points)
    kernel = _kernel(energies - bias[:, None], read, kt, peak) * step
    return Product(energies + 1j * _HEIGHT * read, kernel.real.copy(), -kernel.imag)
