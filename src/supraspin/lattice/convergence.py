r"""Is a mesh fine enough? A mesh of L x L points puts the crystal on a torus, and images of each site stand L cells away.

At frequency w a propagator falls as exp(-Omega r/v), Omega^2 = w^2 + Delta^2. All images are gone where L a 2 Omega/v >= 10 at
the lowest frequency, pi k_B T, with the smallest gap and the largest velocity on the Fermi line. Higher frequencies need fewer
points: `mesh_for` halves the mesh as long as the nearest image is below 1e-6 of the propagator at the farthest r wanted.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from supraspin.flags import Flag
from supraspin.lattice.fermi import fermi_line
from supraspin.lattice.host import Host
from supraspin.lattice.pairing import Pairing, singular_values
from supraspin.quantities import KB

ENOUGH = 10.0
_SILENT = 14.0  # exp(-14) = 1e-6
FREQUENCY_ERROR = 1e-5


@dataclass(frozen=True)
class Convergence:
    """How fine mesh and frequencies are. `ratio` = L a 2 Omega/v, wanted: 10 or more; `needed_mesh` points a side reach that."""

    mesh: int
    ratio: float
    needed_mesh: int
    smallest_gap: float
    largest_velocity: float
    frequency_error: float
    frequency_nodes: int
    frequency_terms: int

    @property
    def verdict(self) -> str:
        """ "converged", "too coarse" (mesh) or "too few frequencies"."""
        if self.ratio < ENOUGH:
            return "too coarse"
        return "converged" if self.frequency_error < FREQUENCY_ERROR else "too few frequencies"

    def flags(self) -> list[Flag]:
        found = []
        if self.ratio < ENOUGH:
            text = (
                f"the mesh of {self.mesh} points a side is too coarse: L a 2 Omega/v = {self.ratio:.1f}, and {ENOUGH:g} is "
                f"wanted; {self.needed_mesh} points a side reach it"
            )
            found.append(Flag("mesh_too_coarse", text, "warning", {"ratio": self.ratio, "needed_mesh": self.needed_mesh}))
        if self.frequency_error >= FREQUENCY_ERROR:
            text = f"the sum over frequencies is wrong by {self.frequency_error:.1e} in a known case; take more nodes"
            found.append(Flag("frequencies_too_few", text, "warning", {"error": self.frequency_error}))
        return found

    def to_dict(self) -> dict:
        return asdict(self) | {"verdict": self.verdict}


def scales(host: Host, pairing: Pairing | None, temperature: float) -> tuple[float, float, float]:
    """Smallest gap on the Fermi line, eV; largest velocity, eV m; Omega at the lowest frequency, eV."""
    line = fermi_line(host)
    least = 0.0
    if pairing is not None and pairing.gap > 0:
        least = float(np.min(singular_values(pairing.components(host, line.k)))) * pairing.scale(host)
        least = 0.0 if least < 0.02 * pairing.gap else least  # a node between the points of the line
    return least, float(np.max(line.speed)), float(np.hypot(least, np.pi * KB * temperature))


def needed_mesh(host: Host, pairing: Pairing | None, temperature: float) -> float:
    """Points a side that the rule asks for (any number above 0)."""
    _, velocity, omega = scales(host, pairing, temperature)
    return ENOUGH * velocity / (2 * omega * host.spacing)


def choose_mesh(host: Host, pairing: Pairing | None, temperature: float, reach: int, largest: int = 6144) -> int:
    """The smallest of 8, 9, 10 and 12 times 2^k that converges, and at most `largest` (some 5 GB with one orbital)."""
    wanted = max(needed_mesh(host, pairing, temperature), 4 * reach + 2, 64)
    sizes = sorted(base * 2**k for k in range(3, 11) for base in (8, 9, 10, 12))
    return next((size for size in sizes if wanted <= size <= largest), largest)


def mesh_for(w: float, mesh: int, reach: int, farthest: float, velocity: float) -> int:
    """The coarsest of mesh/2^j that serves frequency w, eV; lengths in units of the spacing, `velocity` in eV."""
    fall = float(np.arcsinh(w / velocity))
    while mesh % 2 == 0 and mesh // 2 >= 2 * reach + 1 and (mesh // 2 - 2 * farthest) * fall >= _SILENT:
        mesh //= 2
    return mesh
