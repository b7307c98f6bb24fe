"""From a tight-binding superconductor to the order of its moments: exchange, Monte Carlo and pair breaking in one chain.

from supraspin import lattice, ordering

host = lattice.square(0.125, -0.375)
chain = ordering.Chain(host, lattice.pairing("s", 1e-3), ordering.Film(), coupling=0.3, concentration=0.03)
grid = ordering.exchange_grid(chain, [0.5, 1, 2, 4], reach=30, folder="tables")
found = ordering.boundary(chain, grid, [0, 1, 2], np.linspace(0.6, 3.5, 10), sizes=(24, 36), rng=rng)
print(ordering.criterion(found))
"""

from __future__ import annotations

from supraspin.ordering.boundary import boundary, boundary_of, runs_at
from supraspin.ordering.chain import Chain
from supraspin.ordering.criterion import Criterion, criterion
from supraspin.ordering.film import Film
from supraspin.ordering.loop import loop
from supraspin.ordering.phases import PHASES, phase_diagram
from supraspin.ordering.tables import component, exchange_grid, exchange_table, of_table

__all__ = [
    "PHASES",
    "Chain",
    "Criterion",
    "Film",
    "boundary",
    "boundary_of",
    "component",
    "criterion",
    "exchange_grid",
    "exchange_table",
    "loop",
    "of_table",
    "phase_diagram",
    "runs_at",
]
