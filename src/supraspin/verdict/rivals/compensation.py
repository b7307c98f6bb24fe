"""Jaccarino-Peter compensation: the applied field cancels the exchange field of moments that it polarises.

Electrons feel B - B_J m(B/T). In zero field nothing is polarised and the film superconducts; a small field polarises the moments
and their exchange field breaks the pairs; about B_J, the same for all directions of the field and nearly all temperatures, the
two cancel and the film superconducts again. The twin has

    alpha/alpha_c = ((B - B_J m)/B_p)^2 + f alpha_orbital(B)/alpha_c,     m = tanh(3 mu_B B/k_B T).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab import film
from supraspin.lab import order as film_order
from supraspin.lab.sample import Sample
from supraspin.models._pair_breaking import perpendicular_field_scale
from supraspin.quantities import KB
from supraspin.verdict import _marks
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure, unmagnetic
from supraspin.verdict.rival import Rival
from supraspin.verdict.rivals.kondo import MU_B

if TYPE_CHECKING:
    import xarray as xr

_COMPENSATION = 3.4
"""B_J, T."""
_PAULI = 1.8
"""B_p, T."""
_ORBITAL = 0.1
_MOMENT = 3.0


def resistance(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    temperature, field = np.broadcast_arrays(np.asarray(temperature, float), np.abs(np.asarray(field, float)))
    felt = field - _COMPENSATION * np.tanh(_MOMENT * MU_B * field / (KB * temperature))
    alpha = (felt / _PAULI) ** 2 + _ORBITAL * film_order.pair_breaking(device, field, field_angle)
    # The field across the film that breaks pairs as much by its orbital effect alone: one curve T_c(alpha) serves all.
    across = alpha * perpendicular_field_scale(device.film.coherence_length)
    ratio = film.transition_ratio(device, temperature, across, 0.5 * np.pi)
    return film.normal_resistance(device, temperature) * ratio


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(film_resistance=resistance), change=unmagnetic)


RIVAL = Rival(
    name="Jaccarino-Peter compensation",
    claim="The field restores the superconductor by cancelling the exchange field of the moments, and no moments order.",
    against="field",
    source="doi:10.1103/PhysRevLett.53.497",
    twin=twin,
    about="R in zero field",
    marks=(
        _marks.start(Expected(-0.1, 0.5, "without polarisation there is no exchange field: zero field superconducts")),
        _marks.rise(Expected(-0.05, 0.01, "in zero field the resistance does not return")),
        _marks.direction(Expected(-0.15, 0.15, "exchange compensates a field of any direction alike")),
        _marks.memory(_marks.NO_MEMORY),
    ),
)  # fmt: skip
