"""Numbers of an exchange table: sums over its largest circle, and what they mean for dilute random moments.

With J of a pair of moments along one axis (J > 0 ferromagnetic),

    Q = sum_r J / sqrt(sum_r J^2),

and N random moments at concentration c feel a mean field c sum J with a spread sqrt(c sum J^2): sqrt(c) Q > 1 is where the mean
wins. That is the mean-field criterion for a ferromagnet among dilute random moments; it is too optimistic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.lattice import ExchangeTable


@dataclass(frozen=True)
class Leaning:
    """Along one axis: sum of J, eV; Q; concentration above which the mean wins, None where Q <= 0; J of the nearest cells, eV."""

    axis: str
    total: float
    quality: float
    concentration: float | None
    nearest: float
    far: float

    @property
    def sign(self) -> str:
        """ "ferromagnetic" or "antiferromagnetic", by the sum."""
        return "ferromagnetic" if self.total > 0 else "antiferromagnetic"


def axes_of(table: ExchangeTable) -> list[str]:
    """Axes along which the table holds numbers; of two that agree everywhere the first."""
    found: list[str] = []
    size = np.nanmax(np.abs(table.tensor))
    for axis in "xyz":
        values = table.along(axis)
        known = np.isfinite(values)
        if known.any() and not any(np.allclose(values[known], table.along(a)[known], rtol=0, atol=1e-9 * size) for a in found):
            found.append(axis)
    return found


def leaning(table: ExchangeTable, axis: str) -> Leaning:
    """Sums over the largest circle in the table, the site itself left out; `far` beyond half its radius."""
    inside = (table.distance > 0) & (table.distance <= table.radius * (1 + 1e-9))
    j, r = table.along(axis)[inside], table.distance[inside]
    scatter = float(np.sqrt(np.sum(j**2)))
    quality = float(j.sum() / scatter) if scatter > 0 else 0.0
    return Leaning(
        axis, float(j.sum()), quality, 1 / quality**2 if quality > 1 else None,
        float(np.mean(j[r < 1.01 * r.min()])), float(j[r > table.radius / 2].sum()),
    )  # fmt: skip


def envelope(table: ExchangeTable, axis: str, bins: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Largest |J| in rings of r: centres, m, and values, eV; empty rings left out."""
    inside = (table.distance > 0) & (table.distance <= table.radius * (1 + 1e-9))
    r, j = table.distance[inside], np.abs(table.along(axis)[inside])
    edges = np.geomspace(r.min() * 0.99, r.max() * 1.01, bins + 1)
    place = np.digitize(r, edges) - 1
    kept = [n for n in range(bins) if np.any(place == n)]
    return np.array([r[place == n][np.argmax(j[place == n])] for n in kept]), np.array([j[place == n].max() for n in kept])


def susceptibility(table: ExchangeTable, axis: str, q: np.ndarray) -> np.ndarray:
    """sum_r J(r) cos(q.r), eV, at q of shape (..., 2), 1/m: over the table's circle, tapered at its rim; NaN sites left out."""
    weight = np.cos(0.5 * np.pi * np.minimum(table.distance / table.radius, 1.0)) ** 2
    values = np.nan_to_num(table.along(axis)) * weight
    places = table.cells @ table.vectors
    kept = np.abs(values) > 1e-9 * np.max(np.abs(values))
    flat = q.reshape(-1, 2)
    parts = [np.cos(block @ places[kept].T) @ values[kept] for block in np.array_split(flat, max(1, len(flat) // 512))]
    return np.concatenate(parts).reshape(q.shape[:-1])
