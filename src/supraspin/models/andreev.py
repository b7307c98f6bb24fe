r"""Point-contact Andreev reflection between a superconductor and a spin-polarised metal.

    G(V) = G_N int [(1 - P) T_n(E) + P T_p(E)] (-f'(E - V)) dE,   beta = z / sqrt(z^2 - Delta^2),   z = E + i Gamma

with the share 1 - P of unpolarised channels after Blonder, Tinkham and Klapwijk, whose Andreev and normal reflection are

    A = |beta^2 - 1| / |beta + 1 + 2 Z^2|^2,   B = 4 Z^2 (1 + Z^2) / |beta + 1 + 2 Z^2|^2,   T_n = (1 + Z^2) (1 + A - B)

and the share P of fully polarised channels, which cannot reflect a pair (Mazin, Golubov and Nadgorny):

    T_p = (1 + Z^2) 4 Re beta / (|1 + beta|^2 + 4 Z^2).

|.|^2 is not analytic, so the contour of the tunnel models does not serve: between and outside the gap edges the
integral over E is taken by tanh-sinh quadrature, which the singular edges do not disturb. P, Z, Gamma and a gap free
together are close to degenerate; the fit says so. BTK, PRB 25, 4515 (1982); JAP 89, 7576 (2001); PRB 63, 104510 (2001).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Energy, Fraction, Positive, model
from supraspin.models._junction import guess_spectrum, junction, off
from supraspin.models.dynes import bcs
from supraspin.numerics import chebyshev_nodes
from supraspin.quantities import KB

_REACH = 36.0


@lru_cache
def _tanh_sinh(count: int = 121, reach: float = 3.4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distances of the nodes from the ends 0 and 1 (no cancellation at either) and weights on (0, 1)."""
    s, step = np.linspace(-reach, reach, count, retstep=True)
    u = 0.5 * np.pi * np.sinh(s)
    left, right = 1 / (1 + np.exp(-2 * u)), 1 / (1 + np.exp(2 * u))
    return left, right, step * np.pi * np.cosh(s) * left * right


def integrate_edges(spectral, bias, temperature, *, offset=0.0, modulation=0.0, edge=0.0):
    """Thermal average of a real function of energy with singular points at E = +-`edge` (eV); bias of shape (n,)."""
    volts = jnp.asarray(bias) - offset
    kt = KB * jnp.maximum(jnp.asarray(temperature, dtype=float), 1e-9)

    def thermal(centre):
        if off(temperature):
            return spectral(centre)
        low, high = centre - _REACH * kt, centre + _REACH * kt
        places = [low, jnp.clip(-edge, low, high), jnp.clip(centre, low, high), jnp.clip(edge, low, high), high]
        cuts = jnp.sort(jnp.stack(places), axis=0)
        left, right, weight = _tanh_sinh()

        def panel(total, ends):
            start, stop = ends[0][..., None], ends[1][..., None]
            width = stop - start
            energy = jnp.where(left < 0.5, start + width * left, stop - width * right)
            u = (energy - centre[..., None]) / kt
            small = jnp.exp(-jnp.abs(u))
            kernel = small / (1 + small) ** 2 / kt
            return total + jnp.sum(width * weight * kernel * spectral(energy), axis=-1), None

        return jax.lax.scan(panel, jnp.zeros(centre.shape), (cuts[:-1], cuts[1:]))[0]

    if off(modulation):
        return thermal(volts)
    t, c = chebyshev_nodes(48)
    return jax.lax.scan(lambda total, node: (total + node[1] * thermal(volts + modulation * node[0]), None),
                        jnp.zeros(volts.shape), (jnp.asarray(t), jnp.asarray(c)))[0]  # fmt: skip


def transmission(energy, gap, broadening, barrier_strength, polarisation):
    """Normalised spectral conductance (1 - P) T_n + P T_p at real energies (eV)."""
    beta = bcs(energy + 1j * broadening, gap)
    x, y = jnp.real(beta), jnp.imag(beta)
    z2 = barrier_strength**2
    size = (x + 1 + 2 * z2) ** 2 + y**2
    pair = jnp.sqrt((x * x - y * y - 1) ** 2 + (2 * x * y) ** 2)
    mixed = 1 + (pair - 4 * z2 * (1 + z2)) / size
    polarised = 4 * x / ((1 + x) ** 2 + y**2 + 4 * z2)
    return (1 + z2) * ((1 - polarisation) * mixed + polarisation * polarised)


def _average(spectral, bias, temperature, *, offset, modulation, own):
    return integrate_edges(spectral, bias, temperature, offset=offset, modulation=modulation, edge=own["gap"])


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1063/1.1357127", guess=guess_spectrum)
@junction(average=_average)
def andreev(
    energy, *, gap: Energy = 1.5e-3, barrier_strength: Positive = 0.2, polarisation: Fraction = 0.3, broadening: Energy = 5e-5
):
    """Conductance of a point contact between a superconductor and a spin-polarised metal (polarised BTK)."""
    return transmission(energy, gap, broadening, barrier_strength, polarisation)
