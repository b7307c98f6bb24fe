r"""Point-contact Andreev reflection between a superconductor and a spin-polarised metal.

    G(V) = G_N int [(1 - P) T_n(E) + P T_p(E)] (-f'(E - V)) dE,   beta = z / sqrt(z^2 - Delta^2),   z = E + i Gamma

with the share 1 - P of unpolarised channels after Blonder, Tinkham and Klapwijk, whose Andreev and normal reflection are

    A = |beta^2 - 1| / |beta + 1 + 2 Z^2|^2,   B = 4 Z^2 (1 + Z^2) / |beta + 1 + 2 Z^2|^2,   T_n = (1 + Z^2) (1 + A - B)

and the share P of fully polarised channels, which cannot reflect a pair (Mazin, Golubov and Nadgorny):

    T_p = (1 + Z^2) 4 Re beta / (|1 + beta|^2 + 4 Z^2).

With z = E + i Gamma and s = z/beta, both are rational in |z|^2, |s|^2 and Re(z s*), all positive, and nothing cancels:

    T_n = (1 + Z^2) (|z|^2 + |s|^2 + Delta^2 + 2 c Re z s*) / |z + c s|^2,   c = 1 + 2 Z^2
    T_p = (1 + Z^2) 4 Re z s* / (|z + s|^2 + 4 Z^2 |s|^2).

|.|^2 is not analytic, so the contour of the tunnel models does not serve: `_real_axis` averages over temperature. P, Z, Gamma,
temperature and gap free together are close to degenerate; the fit says so. BTK, PRB 25, 4515 (1982); JAP 89, 7576 (2001);
PRB 63, 104510 (2001).
"""

from __future__ import annotations

from functools import partial

from supraspin.backend import jnp
from supraspin.model import Axis, Energy, Fraction, Positive, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.models._real_axis import average_even
from supraspin.numerics import complex_sqrt


def transmission(energy, gap, broadening, barrier_strength, polarisation):
    """Normalised spectral conductance (1 - P) T_n + P T_p at real energies (eV)."""
    root = complex_sqrt((gap - energy - 1j * broadening) * (gap + energy + 1j * broadening))  # -i s
    a, b = jnp.real(root), jnp.imag(root)
    energies, roots, product = energy**2 + broadening**2, a * a + b * b, broadening * a - energy * b
    z2 = barrier_strength**2
    c = 1 + 2 * z2
    mixed = (energies + roots + gap**2 + 2 * c * product) / (energies + c * c * roots + 2 * c * product)
    polarised = 4 * product / (energies + (1 + 4 * z2) * roots + 2 * product)
    return (1 + z2) * ((1 - polarisation) * mixed + polarisation * polarised)


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1063/1.1357127", guess=guess_spectrum)
@junction(average=partial(average_even, edge="gap", depth="broadening"))
def andreev(
    energy, *, gap: Energy = 1.5e-3, barrier_strength: Positive = 0.2, polarisation: Fraction = 0.3, broadening: Energy = 5e-5
):
    """Conductance of a point contact between a superconductor and a spin-polarised metal (polarised BTK)."""
    return transmission(energy, gap, broadening, barrier_strength, polarisation)
