r"""Tunnel spectrum of a gap with nodes, Delta(theta) = Delta cos(l theta), l >= 1 (polar p, d, f).

    F(E) = (2/pi) K(m = (Delta/z)^2) = 1 / AGM(1, sqrt(1 - (Delta/z)^2)),   z = E + i Gamma

The average over the angle does not depend on l: the spectrum cannot tell p from d or f. Zero bias at T = 0 is
(2/pi) Gamma/sqrt(Gamma^2 + Delta^2) K(Delta^2/(Gamma^2 + Delta^2)). Eq. 1 of arXiv:2306.06659 with the square of the gap
that its printed form lacks; Won and Maki, PRB 49, 1397 (1994).
"""

from __future__ import annotations

from functools import partial

from supraspin.backend import jax
from supraspin.model import Axis, Energy, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.numerics import agm_inverse, directional, roots


@jax.custom_jvp
def line_nodes(z, gap):
    """Mean over the angle of z / sqrt(z^2 - (gap cos)^2), for Im z > 0."""
    # AGM(-iz, sqrt(gap^2 - z^2)): both have a positive real part, which keeps the mean on the physical sheet
    return -1j * z * agm_inverse(-1j * z, roots((gap - z) * (gap + z))[0])[0]


@partial(line_nodes.defjvp, symbolic_zeros=True)
def _(primals, tangents):
    z, gap = primals
    root, inverse = roots((gap - z) * (gap + z))
    mean, by_root = agm_inverse(-1j * z, root)
    slope = -1j * by_root * inverse * gap  # F depends on gap/z alone
    return -1j * z * mean, directional((-gap * slope, tangents[0]), (z * slope, tangents[1]))


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1103/PhysRevB.49.1397", guess=guess_spectrum)
@junction(symmetry="nodal")
def nodal(energy, *, gap: Energy = 1e-3, broadening: Energy = 5e-5):
    """Conductance of a tunnel junction into a superconductor with line nodes, averaged over the angle."""
    return line_nodes(energy + 1j * broadening, gap)
