"""Tunnel spectrum of a superconductor in an exchange field, seen by a spin-polarised contact.

    F(E) = (1 + P)/2 F_s(E - h) + (1 - P)/2 F_s(E + h),   F_s of `dynes`

h is the exchange (or Zeeman) energy, P the polarisation of the tunnel current; spin-orbit and spin-flip scattering are
left out. P alone changes nothing at h = 0. Meservey and Tedrow, Phys. Rep. 238, 173 (1994).
"""

from __future__ import annotations

from supraspin.model import Axis, Energy, SignedEnergy, SignedFraction, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.models.dynes import bcs


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1016/0370-1573(94)90105-8", guess=guess_spectrum)
@junction()
def exchange_split(
    energy, *, gap: Energy = 1e-3, exchange_field: SignedEnergy = 1e-4, polarisation: SignedFraction = 0.1,
    broadening: Energy = 3e-5,
):  # fmt: skip
    """Conductance of a spin-polarised tunnel junction into a spin-split s-wave superconductor."""
    z = energy + 1j * broadening
    up, down = bcs(z - exchange_field, gap), bcs(z + exchange_field, gap)
    return 0.5 * ((1 + polarisation) * up + (1 - polarisation) * down)
