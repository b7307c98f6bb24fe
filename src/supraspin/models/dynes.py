"""Tunnel spectrum of an isotropic (s-wave) superconductor with lifetime broadening.

    F(E) = z / sqrt(z^2 - Delta^2),   z = E + i Gamma,   N(E)/N_0 = Re F

Zero bias at T = 0: Gamma / sqrt(Gamma^2 + Delta^2). Dynes, Narayanamurti and Garno, PRL 41, 1509 (1978).
"""

from __future__ import annotations

from supraspin.model import Axis, Energy, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.numerics import complex_divide, complex_sqrt


def bcs(z, gap):
    """z / sqrt(z^2 - gap^2) on the branch that is 1 at infinity, for Im z > 0."""
    return complex_divide(-1j * z, complex_sqrt((gap - z) * (gap + z)))


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1103/PhysRevLett.41.1509", guess=guess_spectrum)
@junction()
def dynes(energy, *, gap: Energy = 1e-3, broadening: Energy = 5e-5):
    """Conductance of a tunnel junction into an s-wave superconductor with Dynes broadening."""
    return bcs(energy + 1j * broadening, gap)
