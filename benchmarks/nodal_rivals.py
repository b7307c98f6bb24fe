"""The nodal tunnel spectrum as a user would otherwise compute it, and a reference on the real axis. Energies in eV."""

from __future__ import annotations

from cmath import sqrt
from math import cos, pi

import numpy as np
from scipy.integrate import quad

from supraspin.quantities import KB

TEMPERATURE = 1.5


def kernel(u):
    """-f'(E) at u = E/(k_B T), times k_B T."""
    return 0.25 / np.cosh(u / 2) ** 2


def by_nested_quad(volts: float, gap: float, broadening: float) -> float:
    kt = KB * TEMPERATURE

    def density(energy):
        z = complex(energy, broadening)
        return quad(lambda a: (1 / sqrt(1 - (gap * cos(a) / z) ** 2)).real, 0, pi / 2, limit=200, epsrel=1e-8)[0] * 2 / pi

    edges = [e for e in (-gap, 0.0, gap) if abs(e - volts) < 30 * kt]
    low, high = volts - 30 * kt, volts + 30 * kt
    return quad(lambda e: density(e) * kernel((e - volts) / kt) / kt, low, high, points=edges, limit=400, epsrel=1e-7)[0]


def by_double_grid(bias, gap, broadening, energies: int, angles: int):
    kt = KB * TEMPERATURE
    e = np.linspace(bias.min() - 30 * kt, bias.max() + 30 * kt, energies)
    a = (np.arange(angles) + 0.5) * (np.pi / 2 / angles)
    z = e + 1j * broadening
    density = np.mean(np.real(1 / np.sqrt(1 - (gap * np.cos(a)[:, None] / z) ** 2)), axis=0)
    return (kernel((e - bias[:, None]) / kt) @ density) * (e[1] - e[0]) / kt


def by_contour(bias, gap, broadening):
    kt = KB * TEMPERATURE
    x, step = np.linspace(-40, 40, 257, retstep=True)
    u = x + 0.5j * np.pi
    z = bias[:, None] + kt * u + 1j * broadening
    return np.real(line_nodes(z, gap) @ (kernel(u) * step))


def line_nodes(z, gap):
    a, b = -1j * z, np.sqrt((gap - z) * (gap + z))
    start = a
    for _ in range(7):
        a, b = (a + b) / 2, np.sqrt(a * b)
    return start / a


def on_real_axis(bias, gap, broadening):
    """50,000 energies on the real axis: another route than the contour, exact to 1e-12 at this broadening."""
    kt = KB * TEMPERATURE
    e, step = np.linspace(bias.min() - 34 * kt, bias.max() + 34 * kt, 50_000, retstep=True)
    density = np.real(line_nodes(e + 1j * broadening, gap))
    return np.array([np.sum(kernel((e - v) / kt) * density) * step / kt for v in bias])
