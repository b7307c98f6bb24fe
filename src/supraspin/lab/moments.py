"""The moments in a device's film, from its Hamiltonian: host, pairing and coupling give J(r), Monte Carlo the magnetisation.

Exchange tables are kept in the cache, so that the next loop of the device reads them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from supraspin.backend import cache_folder
from supraspin.devices import Device, MomentExchange
from supraspin.errors import DataError, ModelError
from supraspin.lab.order import gap as film_gap
from supraspin.lattice import host_by_name, pairing
from supraspin.moments import Interpolated
from supraspin.ordering import Chain, Film, component, exchange_table
from supraspin.ordering.magnet import Magnet

_AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


def magnet_of(device: Device, rng: np.random.Generator) -> Magnet:
    """The moments of a device whose ordering has an `exchange`. Raises `DataError` that names the entry."""
    part = device.ordering.exchange if device.ordering is not None else None
    if part is None:
        raise DataError(f"device {device.name} has no [ordering.exchange]")
    try:
        chain = _chain(device, part)
    except ModelError as error:
        raise DataError(f"device {device.name}, ordering.exchange: {error}") from error
    reach = int(np.ceil(0.75 * part.size)) + 2
    return Magnet(
        chain, lambda temperature: _grid(chain, part, float(temperature), reach), size=part.size,
        realisations=part.realisations, rng=rng, direction=_AXES["x"],
    )  # fmt: skip


@lru_cache(maxsize=4)
def _chain(device: Device, part: MomentExchange) -> Chain:
    film = device.film
    options = {} if part.hopping is None else {"hopping": part.hopping}
    host = host_by_name(part.host, **options)
    if part.chemical_potential is not None:
        host = host.with_chemical_potential(part.chemical_potential)
    thin = Film(film.critical_temperature, film.coherence_length, film.thickness, 0.0, film.pairing)
    size = part.gap if part.gap is not None else float(film_gap(device, 0.0))
    return Chain(
        host, pairing(part.pairing, size, _AXES[part.direction]), thin, part.coupling, part.concentration, kind=part.kind,
        component=part.component, mode="all_orders" if part.all_orders else "second_order", moment=part.moment,
        anisotropy=part.anisotropy,
    )  # fmt: skip


@lru_cache(maxsize=16)
def _grid(chain: Chain, part: MomentExchange, temperature: float, reach: int) -> Interpolated:
    gap = float(chain.gap(temperature, 0.0))
    table = exchange_table(chain, temperature, gap, reach, part.mesh, _folder())
    return Interpolated([[temperature], [gap]], [[component(table, chain.component)]])


def _folder() -> Path | None:
    kept = cache_folder()
    if kept is None:
        return None
    folder = kept.parent / "exchange"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
