"""Exchange tables over (temperature, gap), kept on disk, and J(r) between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from supraspin.errors import ModelError
from supraspin.lattice import ExchangeTable, exchange, from_table, pairing
from supraspin.lattice.course import fingerprint
from supraspin.moments import Interpolated
from supraspin.ordering.chain import Chain
from supraspin.ordering.film import Film

GAPS = 5
"""Gaps a temperature: 0 to Delta(0), evenly spaced."""


def exchange_grid(
    chain: Chain, temperatures: Sequence[float], *, reach: int, gaps: int = GAPS, mesh: int | None = None,
    folder: str | Path | None = None, progress: Callable[[int, int], None] | None = None,
) -> Interpolated:  # fmt: skip
    """J(r) over temperatures, K, and gaps, eV, for `Chain.gap` to be looked up in.

    One table for each pair, up to `reach` cells; without pairing one a temperature. A `folder` keeps the tables, so that the
    next call reads them. `progress(done, all)` counts tables. Raises `ModelError`.
    """
    temperatures = [float(t) for t in temperatures]
    values = np.linspace(0.0, chain.pairing.gap, gaps) if chain.pairing.gap > 0 else np.zeros(1)
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
    done, total = 0, len(temperatures) * len(values)
    functions: list[list[Callable]] = []
    for temperature in temperatures:
        functions.append([])
        for gap in values:
            table = exchange_table(chain, temperature, float(gap), reach, mesh, folder)
            functions[-1].append(component(table, chain.component))
            done += 1
            if progress is not None:
                progress(done, total)
    return Interpolated([temperatures, values.tolist()], functions)


def of_table(table: ExchangeTable, temperatures, **settings) -> tuple[Chain, Interpolated]:
    """A chain and its grid for a table that stands for itself: the same J(r) at all `temperatures`, K, and in all fields.

    `settings` are those of `Chain` about the moments: concentration, kind, component, moment, anisotropy.
    """
    attributes = table.dataset.attrs
    host = from_table(str(attributes["host"]), table.vectors, {(0, 0): 0.0})
    chain = Chain(host, pairing("none", 0.0), Film(), float(attributes["coupling"]), mode=str(attributes["mode"]), **settings)
    ends = [float(np.min(temperatures)), float(np.max(temperatures))]
    j = component(table, chain.component)
    return chain, Interpolated([sorted(set(ends)), [0.0]], [[j]] * len(set(ends)))


def component(table: ExchangeTable, name: str) -> Callable[[np.ndarray], np.ndarray]:
    """J(r) of one axis, a third of the trace, or the tensor; within the largest circle in the table.

    Beyond, it raises `ModelError`: a coupling that was not computed is not 0.
    """

    def values(displacements: np.ndarray) -> np.ndarray:
        if np.any(np.linalg.norm(displacements, axis=-1) > table.radius * (1 + 1e-9)):
            raise ModelError(f"the exchange table reaches {table.radius:.3g} m, and moments stand farther apart: raise `reach`")
        j = table.interpolate(displacements)
        if name == "tensor":
            return j
        if name == "isotropic":
            return np.trace(j, axis1=-2, axis2=-1) / 3
        a = "xyz".index(name)
        return j[..., a, a]

    return values


def exchange_table(chain: Chain, temperature: float, gap: float, reach: int, mesh: int | None, folder) -> ExchangeTable:
    """The table at a temperature, K, and gap, eV, from `folder` where it is there, and into it where it is not."""
    pairs = chain.pairing.with_gap(gap) if gap > 0 else None
    axes = chain.component if chain.mode == "all_orders" and chain.component in "xyz" else "xyz"
    mark = _mark(chain, temperature, gap, (reach, mesh, axes, chain.share))
    path = None if folder is None else Path(folder) / f"exchange_{mark}.nc"
    if path is not None and path.exists():
        return ExchangeTable.load(path)
    table = exchange(
        chain.host, pairs, temperature, reach=reach, mesh=mesh, mode=chain.mode, coupling=chain.coupling, axes=axes,
        share=chain.share, checkpoint=None if path is None else path.with_suffix(".part.nc"),
    )  # fmt: skip
    if path is not None:
        table.save(path)
    return table


def _mark(chain: Chain, temperature: float, gap: float, settings: tuple) -> str:
    """Of everything a table depends on."""
    of = fingerprint(chain.host, chain.pairing.with_gap(gap) if gap > 0 else None)
    return hashlib.sha256(repr((of, temperature, gap, chain.mode, chain.coupling, settings)).encode()).hexdigest()[:16]
