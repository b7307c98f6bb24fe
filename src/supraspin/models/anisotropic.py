r"""Tunnel spectrum of a gap that varies around the Fermi line, Delta(theta) = Delta (1 + a cos(l theta)).

The average over theta of z / sqrt(z^2 - Delta(theta)^2) is a complete elliptic integral, and so an arithmetic-geometric
mean (z = E + i Gamma, d = a Delta):

    F(E) = z / AGM( sqrt((z + d)^2 - Delta^2), sqrt((z - d)^2 - Delta^2) )       for every l >= 1
    F(E) = z / sqrt(z^2 - Delta^2 (1 + a)^2)                                     for l = 0

so that no quadrature over the angle is needed, and l = 1, 2, 3 cannot be told apart. a = 0 gives `dynes`; the largest and
smallest gap are Delta (1 +- a). Gap anisotropy of NbSe2 and the two-band alternative: arXiv:1711.09615.
"""

from __future__ import annotations

from supraspin.backend import jnp
from supraspin.model import Axis, Energy, Fraction, Held, Positive, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.models._smearing import known
from supraspin.models.dynes import bcs
from supraspin.numerics import agm, complex_divide, complex_sqrt


def angular_average(z, gap, swing):
    """Mean over theta of z / sqrt(z^2 - (gap + swing cos theta)^2), for Im z > 0; gap and swing in eV."""
    # -i sqrt(w) with w's root in the upper half plane has a positive real part: the right sheet for the AGM
    plus = complex_sqrt((gap - z - swing) * (gap + z + swing))
    minus = complex_sqrt((gap - z + swing) * (gap + z - swing))
    return complex_divide(-1j * z, agm(plus, minus))


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="arXiv:1711.09615", guess=guess_spectrum)
@junction()
def anisotropic(energy, *, gap: Energy = 1e-3, anisotropy: Fraction = 0.3, broadening: Energy = 5e-5, harmonic: Held[Positive] = 1.0):
    """Conductance of a tunnel junction into a superconductor whose gap is Delta (1 + a cos(l theta))."""
    z = energy + 1j * broadening
    if known(harmonic):
        return bcs(z, gap * (1 + anisotropy)) if harmonic == 0 else angular_average(z, gap, gap * anisotropy)
    return jnp.where(harmonic < 0.5, bcs(z, gap * (1 + anisotropy)), angular_average(z, gap, gap * anisotropy))
