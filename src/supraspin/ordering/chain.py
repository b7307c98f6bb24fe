"""What the chain is made of: host, pairing, film, and the moments in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.errors import ModelError
from supraspin.lattice import Host, Pairing
from supraspin.moments import Sample, System, on_sites
from supraspin.ordering.film import Film

COMPONENTS = ("x", "y", "z", "isotropic", "tensor")


@dataclass(frozen=True, eq=False)
class Chain:
    """`pairing.gap` is the gap at 0 K and 0 T, eV; `coupling`, eV, as in `lattice.exchange`, and `mode` too.

    `component` of the exchange between the moments: along one axis (the axis of Ising moments), a third of the trace, or the
    whole tensor (vectors). `concentration`: moments a cell. `moment` in Bohr magnetons, `anisotropy` in eV, as in `System`;
    `share` of the orbitals in a moment as in `lattice.exchange`.
    """

    host: Host
    pairing: Pairing
    film: Film
    coupling: float
    concentration: float
    kind: str = "ising"
    component: str = "z"
    mode: str = "second_order"
    moment: float = 1.0
    anisotropy: float = 0.0
    share: tuple[float, ...] | None = None

    def __post_init__(self):
        if self.component not in COMPONENTS:
            raise ModelError(f"the component of the exchange is one of {', '.join(COMPONENTS)}, not {self.component!r}")
        if self.kind == "ising" and self.component == "tensor":
            raise ModelError("Ising moments have one component of the exchange: x, y, z or isotropic")
        if not 0 < self.concentration <= 1:
            raise ModelError(f"the concentration lies above 0 and up to 1 moment a cell, not {self.concentration}")

    @property
    def axis(self) -> tuple[float, float, float]:
        """Of the moments."""
        return {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0)}.get(self.component, (0.0, 0.0, 1.0))

    def gap(self, temperature, field) -> np.ndarray:
        """Delta(T, B), eV; elementwise."""
        return self.pairing.gap * self.film.gap_share(temperature, field)

    def sample(self, size: int, realisations: int, rng: np.random.Generator) -> Sample:
        """Moments on random sites of `size` x `size` cells, periodic."""
        count = max(2, round(self.concentration * size**2))
        return on_sites(self.host.vectors, (size, size), count, realisations=realisations, rng=rng)

    def system(self, sample: Sample, couplings: np.ndarray) -> System:
        """The moments of the sample under couplings (D, K, N, N[, 3, 3])."""
        return System(couplings, self.kind, self.moment, self.anisotropy, self.axis, sample)
