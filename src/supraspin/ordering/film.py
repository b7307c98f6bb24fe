"""The superconducting film in a field: T_c(B) by pair breaking, and the gap below it.

    Delta(T, B) = Delta(0) T_c(B)/T_c0 ratio(T/T_c(B)),

the ratio from the weak-coupling gap equation. The field weakens pairing as a whole; what pair breaking does to the density of
states at a given gap is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.models._gap import gap_ratio
from supraspin.models._pair_breaking import film_pair_breaking, reduced_temperature


@dataclass(frozen=True)
class Film:
    """T_c0 in K, xi0 and thickness in m, angle between field and plane in rad, symmetry of the gap "s-wave" or "nodal"."""

    critical_temperature: float = 6.6
    coherence_length: float = 6.4e-9
    thickness: float = 10e-9
    field_angle: float = 0.0
    symmetry: str = "s-wave"

    def transition(self, field) -> np.ndarray:
        """T_c(B), K; 0 where there is none; elementwise."""
        breaking = film_pair_breaking(np.asarray(field, float), self.field_angle, self.coherence_length, self.thickness)
        return self.critical_temperature * np.asarray(reduced_temperature(breaking))

    def gap_share(self, temperature, field) -> np.ndarray:
        """Delta(T, B)/Delta(0, 0); 0 in the normal state; elementwise."""
        transition = self.transition(field)
        some = transition > 0
        reduced = np.where(some, np.asarray(temperature, float) / np.where(some, transition, 1.0), 2.0)
        ratio = np.asarray(gap_ratio(reduced, self.symmetry))
        return np.where(reduced < 1, ratio * transition / self.critical_temperature, 0.0)
