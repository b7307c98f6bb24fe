r"""Tunnel spectrum of a gap that varies around the Fermi line, Delta(theta) = Delta (1 + a cos(l theta)).

The average over theta of z / sqrt(z^2 - Delta(theta)^2) is a complete elliptic integral, and so an arithmetic-geometric
mean (z = E + i Gamma, d = a Delta):

    F(E) = z / AGM( sqrt((z + d)^2 - Delta^2), sqrt((z - d)^2 - Delta^2) )       for every l >= 1
    F(E) = z / sqrt(z^2 - Delta^2 (1 + a)^2)                                     for l = 0

so that no quadrature over the angle is needed, and l = 1, 2, 3 cannot be told apart. a = 0 gives `dynes`; the largest and
smallest gap are Delta (1 +- a). Gap anisotropy of NbSe2 and the two-band alternative: arXiv:1711.09615.
"""

from __future__ import annotations

from functools import partial

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Energy, Fraction, Held, Positive, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.models._smearing import known
from supraspin.models.dynes import bcs
from supraspin.numerics import agm_inverse, directional, roots


@jax.custom_jvp
def angular_average(z, gap, swing):
    """Mean over theta of z / sqrt(z^2 - (gap + swing cos theta)^2), for Im z > 0; gap and swing in eV."""
    return -1j * z * agm_inverse(*(root for root, _ in _edges(z, gap, swing)))[0]


def _edges(z, gap, swing):
    """sqrt(gap^2 - (z +- swing)^2) and the inverses."""
    # -i sqrt(w) with w's root in the upper half plane has a positive real part: the right sheet for the AGM
    return roots((gap - z - swing) * (gap + z + swing)), roots((gap - z + swing) * (gap + z - swing))


@partial(angular_average.defjvp, symbolic_zeros=True)
def _(primals, tangents):
    z, gap, swing = primals
    (plus, by_plus), (minus, by_minus) = _edges(z, gap, swing)
    mean, by_edge = agm_inverse(plus, minus)
    rise = 1j * z * (mean + minus * by_edge) * by_plus * by_plus
    fall = -1j * z * by_edge * by_minus
    by_gap, by_swing = gap * (rise + fall), (z - swing) * fall - (z + swing) * rise
    by_z = -1j * mean - (z + swing) * rise - (z - swing) * fall
    return -1j * z * mean, directional((by_z, tangents[0]), (by_gap, tangents[1]), (by_swing, tangents[2]))


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="arXiv:1711.09615", guess=guess_spectrum)
@junction()
def anisotropic(
    energy, *, gap: Energy = 1e-3, anisotropy: Fraction = 0.3, broadening: Energy = 5e-5, harmonic: Held[Positive] = 1.0
):
    """Conductance of a tunnel junction into a superconductor whose gap is Delta (1 + a cos(l theta))."""
    z = energy + 1j * broadening
    if known(harmonic):
        return bcs(z, gap * (1 + anisotropy)) if harmonic == 0 else angular_average(z, gap, gap * anisotropy)
    return jnp.where(harmonic < 0.5, bcs(z, gap * (1 + anisotropy)), angular_average(z, gap, gap * anisotropy))
