"""Where the moments stand: dilute, at random, on lattice sites or anywhere, in one plane or through the depth of a film.

A sample holds several realisations of the disorder, each with the same number of moments. The box is periodic or open; its
sides are two vectors of the plane. Depth z stands across it and is never periodic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.errors import ModelError


@dataclass(frozen=True, eq=False)
class Sample:
    """`positions`, m, (realisations, N, 3); `box`, m, (2, 2), its sides as rows; `cells`: (realisations, N, 2) on a lattice."""

    positions: np.ndarray
    box: np.ndarray
    periodic: bool = True
    cells: np.ndarray | None = None
    shape: tuple[int, int] | None = None

    @property
    def realisations(self) -> int:
        return len(self.positions)

    @property
    def count(self) -> int:
        """Moments in each realisation."""
        return self.positions.shape[1]

    @property
    def area(self) -> float:
        """Of the box, m^2."""
        return float(abs(np.linalg.det(self.box)))

    @property
    def areal_density(self) -> float:
        """Moments over area, 1/m^2."""
        return self.count / self.area

    def displacements(self, realisation: int) -> np.ndarray:
        """r_i - r_j, m, (N, N, 3), to the nearest image where the box is periodic."""
        r = self.positions[realisation]
        difference = r[:, None] - r[None]
        if not self.periodic:
            return difference
        share = difference[..., :2] @ np.linalg.inv(self.box)
        share -= np.round(share)
        shifts = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
        best = np.full(share.shape[:-1], np.inf)
        nearest = np.empty_like(share)
        for shift in shifts:  # in a skewed box the rounded image is not always the nearest
            plane = (share + shift) @ self.box
            length = np.einsum("ijk,ijk->ij", plane, plane)
            closer = length < best * (1 - 1e-12)
            best = np.where(closer, length, best)
            nearest[closer] = plane[closer]
        return np.concatenate([nearest, difference[..., 2:]], axis=-1)


def on_sites(
    vectors, shape: tuple[int, int], count: int, *, realisations: int, rng: np.random.Generator, depths=None, weights=None,
    periodic: bool = True,
) -> Sample:  # fmt: skip
    """`count` moments on distinct sites of `shape` cells of the lattice with rows `vectors`, m, (2, 2).

    `depths`, m: the layers of a film, with `weights`, their shares of the concentration (`exponential_profile`); the same site
    of each layer lies above the other. Raises `ModelError` where there are more moments than sites.
    """
    vectors = np.asarray(vectors, float)
    depths, chance = _layers(depths, weights)
    sites = shape[0] * shape[1]
    per_site = np.repeat(chance, sites) / sites
    if not 1 <= count <= np.count_nonzero(per_site):
        raise ModelError(f"{count} moments do not fit on {np.count_nonzero(per_site)} sites")
    # Keys -log(u)/w in rising order: a draw without replacement in which each next site has the chance of its weight.
    with np.errstate(divide="ignore"):
        keys = rng.exponential(size=(realisations, per_site.size)) / per_site
    chosen = np.sort(np.argsort(keys, axis=1)[:, :count], axis=1)
    layer, site = np.divmod(chosen, sites)
    cells = np.stack(np.divmod(site, shape[1]), axis=-1)
    positions = np.concatenate([cells @ vectors, depths[layer][..., None]], axis=-1)
    box = vectors * np.asarray(shape, float)[:, None]
    return Sample(
        positions,
        box,
        periodic,
        cells if len(depths) == 1 else None,
        (int(shape[0]), int(shape[1])) if len(depths) == 1 else None,
    )


def in_continuum(
    areal_density: float, count: int, *, realisations: int, rng: np.random.Generator, closest: float = 0.0, depths=None,
    weights=None, periodic: bool = True,
) -> Sample:  # fmt: skip
    """`count` moments anywhere in a square that holds them at `areal_density`, 1/m^2, none nearer to another than `closest`, m.

    `depths` and `weights` as in `on_sites`. Raises `ModelError` where `closest` leaves no room.
    """
    if not (areal_density > 0 and count >= 1):
        raise ModelError(f"an areal density above 0 and one moment or more are wanted, not {areal_density} and {count}")
    side = float(np.sqrt(count / areal_density))
    if count * np.pi * closest**2 / 4 > 0.5 * side**2:
        raise ModelError(f"{count} moments {closest:.3g} m apart do not fit into a square of {side:.3g} m")
    depths, chance = _layers(depths, weights)
    positions = np.empty((realisations, count, 3))
    for one in positions:
        placed = 0
        while placed < count:
            trial = np.append(rng.uniform(0, side, 2), depths[rng.choice(len(depths), p=chance)])
            apart = one[:placed] - trial
            if periodic:
                apart[:, :2] -= side * np.round(apart[:, :2] / side)
            if placed == 0 or np.min(np.sum(apart**2, axis=1)) >= closest**2:
                one[placed] = trial
                placed += 1
    return Sample(positions, side * np.eye(2), periodic)


def exponential_profile(thickness: float, spacing: float, decay_length: float) -> tuple[np.ndarray, np.ndarray]:
    """Depths of the layers, m, and their shares of the moments, n(z) ~ exp(-z/l); both (layers,)."""
    if not (spacing > 0 and thickness >= spacing and decay_length > 0):
        raise ModelError("a film is thicker than the spacing of its layers, and its profile decays over a length above 0 m")
    depths = np.arange(int(thickness / spacing + 1e-9)) * spacing
    weights = np.exp(-depths / decay_length)
    return depths, weights / weights.sum()


def _layers(depths, weights) -> tuple[np.ndarray, np.ndarray]:
    depths = np.atleast_1d(np.zeros(1) if depths is None else np.asarray(depths, float))
    weights = np.ones(len(depths)) if weights is None else np.asarray(weights, float)
    if weights.shape != depths.shape or np.any(weights < 0) or not weights.sum() > 0:
        raise ModelError("each layer needs a share of the moments, 0 or more")
    return depths, weights / weights.sum()
