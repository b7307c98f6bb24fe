"""Tunnel spectrum of an isotropic (s-wave) superconductor with lifetime broadening.

    F(E) = z / sqrt(z^2 - Delta^2),   z = E + i Gamma,   N(E)/N_0 = Re F

Zero bias at T = 0: Gamma / sqrt(Gamma^2 + Delta^2). Dynes, Narayanamurti and Garno, PRL 41, 1509 (1978).
"""

from __future__ import annotations

from functools import partial

from supraspin.backend import jax
from supraspin.model import Axis, Energy, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.numerics import directional, roots


@jax.custom_jvp
def bcs(z, gap):
    """z / sqrt(z^2 - gap^2) on the branch that is 1 at infinity, for Im z > 0."""
    return -1j * z * roots((gap - z) * (gap + z))[1]


@partial(bcs.defjvp, symbolic_zeros=True)
def _(primals, tangents):
    z, gap = primals
    root = -1j * roots((gap - z) * (gap + z))[1]
    slope = gap * root * root * root
    return z * root, directional((-gap * slope, tangents[0]), (z * slope, tangents[1]))


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1103/PhysRevLett.41.1509", guess=guess_spectrum)
@junction()
def dynes(energy, *, gap: Energy = 1e-3, broadening: Energy = 5e-5):
    """Conductance of a tunnel junction into an s-wave superconductor with Dynes broadening."""
    return bcs(energy + 1j * broadening, gap)
