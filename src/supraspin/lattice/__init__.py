"""Superconductors on a lattice: hosts, pairing, Green functions, exchange between moments, and the states they bind.

from supraspin import lattice

host = lattice.square(hopping=0.125, chemical_potential=-0.375)
table = lattice.exchange(host, lattice.pairing("s", gap=1e-3), temperature=1.5)
print(table.verdict, table.at([10, 0]))
"""

from __future__ import annotations

from supraspin.lattice.clusters import Cluster, cluster
from supraspin.lattice.exchange import exchange
from supraspin.lattice.fermi import chemical_potential, fermi_line
from supraspin.lattice.gap import critical_temperature, gap_at, self_consistent_gap
from supraspin.lattice.green import Propagator
from supraspin.lattice.host import Host, from_table
from supraspin.lattice.hosts import HOSTS, host_by_name, nbse2_single_band, nbse2_three_band, square, triangular
from supraspin.lattice.impurity import Moments, bound_states, density_of_states, local_density
from supraspin.lattice.kubo import kubo
from supraspin.lattice.pairing import FORMS, Pairing, check_pairing, custom_pairing, mixed, pairing
from supraspin.lattice.spin_orbit import with_ising, with_rashba
from supraspin.lattice.table import ExchangeTable
from supraspin.lattice.wannier import read_wannier

__all__ = [
    "FORMS",
    "HOSTS",
    "Cluster",
    "ExchangeTable",
    "Host",
    "Moments",
    "Pairing",
    "Propagator",
    "bound_states",
    "check_pairing",
    "chemical_potential",
    "cluster",
    "critical_temperature",
    "custom_pairing",
    "density_of_states",
    "exchange",
    "fermi_line",
    "from_table",
    "gap_at",
    "host_by_name",
    "kubo",
    "local_density",
    "mixed",
    "nbse2_single_band",
    "nbse2_three_band",
    "pairing",
    "read_wannier",
    "self_consistent_gap",
    "square",
    "triangular",
    "with_ising",
    "with_rashba",
]
