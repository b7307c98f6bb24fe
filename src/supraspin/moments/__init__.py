"""Dilute random moments: where they stand, how they couple, and what order they find, by Monte Carlo.

from supraspin import moments

rng = np.random.default_rng(1)
sample = moments.on_sites(vectors, (48, 48), 100, realisations=16, rng=rng)
system = moments.system(sample, table.interpolate, kind="vector", anisotropy=1e-5)
run = moments.simulate(system, np.linspace(0.3, 2, 12), rng=rng)
print(moments.averages(run), moments.mean_field.uniform_temperature(system))
"""

from __future__ import annotations

from supraspin.moments import mean_field
from supraspin.moments.averages import averages, equilibrated
from supraspin.moments.binning import binned_error, jackknife
from supraspin.moments.couplings import Interpolated, coupling_matrix, layered
from supraspin.moments.ladder import heated, rungs
from supraspin.moments.loops import LoopNumbers, field_sweep, loop_fields, loop_numbers
from supraspin.moments.ordering import Ordering, ordering_temperature
from supraspin.moments.sample import Sample, exponential_profile, in_continuum, on_sites
from supraspin.moments.simulate import simulate
from supraspin.moments.system import MU_B, System, system
from supraspin.moments.verdict import Evidence, Verdict, verdict
from supraspin.moments.walkers import Walkers

__all__ = [
    "MU_B",
    "Evidence",
    "Interpolated",
    "LoopNumbers",
    "Ordering",
    "Sample",
    "System",
    "Verdict",
    "Walkers",
    "averages",
    "binned_error",
    "coupling_matrix",
    "equilibrated",
    "exponential_profile",
    "field_sweep",
    "heated",
    "in_continuum",
    "jackknife",
    "layered",
    "loop_fields",
    "loop_numbers",
    "mean_field",
    "on_sites",
    "ordering_temperature",
    "rungs",
    "simulate",
    "system",
    "verdict",
]
