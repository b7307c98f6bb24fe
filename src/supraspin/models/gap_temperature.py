"""The superconducting gap against temperature.

    Delta(T) = Delta(0) ratio(T/T_c), the ratio solved from the weak-coupling gap equation of `supraspin.models._gap`:
    s-wave (l = 0) or nodal (l >= 1, the maximum over the angle).

The gap and T_c are independent here, so that a strong-coupling ratio Delta(0)/(k_B T_c) shows itself in the fit; weak
coupling has 1.764 (s-wave) and 2.140 (nodal). Tinkham, Introduction to Superconductivity, eq. 3.53; Won and Maki, PRB 49, 1397.
"""

from __future__ import annotations

from supraspin.backend import jnp
from supraspin.model import Axis, Energy, Held, Positive, Temperature, model
from supraspin.models._gap import gap_ratio
from supraspin.models._smearing import known


@model(x=Axis("temperature", "K"), y=Axis("gap", "eV"), reference="doi:10.1103/PhysRevB.49.1397")
def gap_temperature(temperature, *, gap: Energy = 1e-3, critical_temperature: Temperature = 7.0, harmonic: Held[Positive] = 0.0):
    """Gap of an s-wave (harmonic 0) or nodal (harmonic 1 and above) superconductor at a temperature."""
    reduced = jnp.asarray(temperature) / critical_temperature
    if known(harmonic):
        return gap * gap_ratio(reduced, "nodal" if harmonic >= 1 else "s-wave")
    return gap * jnp.where(harmonic < 0.5, gap_ratio(reduced, "s-wave"), gap_ratio(reduced, "nodal"))
