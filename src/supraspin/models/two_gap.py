"""Tunnel spectrum of two independent s-wave bands seen with shares w and 1 - w.

    F(E) = w F_s(E; Delta, Gamma) + (1 - w) F_s(E; Delta_2, Gamma_2),   F_s of `dynes`

The bands do not talk to each other; with scattering between them see `mcmillan`. Two-band superconductivity: Suhl,
Matthias and Walker, PRL 3, 552 (1959).
"""

from __future__ import annotations

from supraspin.model import Axis, Energy, Fraction, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.models.dynes import bcs


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1103/PhysRevLett.3.552", guess=guess_spectrum)
@junction(gaps=("gap", "gap_2"))
def two_gap(
    energy, *, gap: Energy = 1.2e-3, gap_2: Energy = 0.7e-3, weight: Fraction = 0.5, broadening: Energy = 5e-5,
    broadening_2: Energy = 5e-5,
):  # fmt: skip
    """Conductance of a tunnel junction into two independent s-wave bands."""
    return weight * bcs(energy + 1j * broadening, gap) + (1 - weight) * bcs(energy + 1j * broadening_2, gap_2)
