r"""The result of `exchange`: J_ab for each lattice vector, with what it was computed from and how far it is converged.

The pair energy is E = -S_1.J(R_1 - R_2).S_2. Of the tensor, J = tr/3 is the isotropic part, the symmetric rest is the
anisotropy, and the antisymmetric part is D.(S_1 x S_2) with D_c = -(1/2) eps_abc J_ab: Dzyaloshinskii-Moriya.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.errors import DataError, ModelError
from supraspin.files import replacing
from supraspin.flags import Flag
from supraspin.lattice.convergence import Convergence
from supraspin.lattice.host import Host

CONVENTIONS = "supraspin exchange table 1"
_DIMS = ("cell_1", "cell_2", "component_1", "component_2")


@dataclass(frozen=True, eq=False)
class ExchangeTable:
    """`dataset`: `exchange`, eV, over (cell_1, cell_2, component_1, component_2), with `distance`, m, beside it.

    Cells are R_1 - R_2 in lattice vectors, from -reach to reach (or once round the torus). Components that were not asked for,
    and the site itself in `all_orders`, are NaN.
    """

    dataset: xr.Dataset

    @classmethod
    def build(cls, host: Host, tensor: np.ndarray, reach: int | None, convergence: Convergence, **settings) -> ExchangeTable:
        n = len(tensor)
        cells = np.fft.fftfreq(n, 1 / n).astype(int) if reach is None else np.arange(-reach, reach + 1)
        if reach is None:
            order = np.argsort(cells)
            cells, tensor = cells[order], tensor[order][:, order]
        places = cells[:, None, None] * host.vectors[0] + cells[None, :, None] * host.vectors[1]
        dataset = xr.Dataset(
            {
                "exchange": (_DIMS, tensor, {"units": "eV", "long_name": "E = -S_1.J.S_2"}),
                "distance": (_DIMS[:2], np.linalg.norm(places, axis=-1), {"units": "m"}),
                "vectors": (("vector", "plane"), host.vectors, {"units": "m", "long_name": "lattice vectors as rows"}),
            },
            {"cell_1": cells, "cell_2": cells, "component_1": list("xyz"), "component_2": list("xyz"), "plane": list("xy")},
            {
                "conventions": CONVENTIONS, "host": host.name, "chemical_potential": host.chemical_potential, **settings,
                "torus": int(reach is None), "convergence": json.dumps(convergence.to_dict()),
            },
        )  # fmt: skip
        return cls(dataset)

    @property
    def tensor(self) -> np.ndarray:
        """J_ab, eV, shape (cells, cells, 3, 3)."""
        return self.dataset["exchange"].values

    @property
    def cells(self) -> np.ndarray:
        """Lattice vectors of the table, integers, shape (cells, cells, 2)."""
        n = self.dataset["cell_1"].values
        return np.stack(np.meshgrid(n, n, indexing="ij"), axis=-1)

    @property
    def vectors(self) -> np.ndarray:
        """Lattice vectors as rows, m."""
        return self.dataset["vectors"].values

    @property
    def distance(self) -> np.ndarray:
        """|r|, m, shape (cells, cells)."""
        return self.dataset["distance"].values

    @property
    def isotropic(self) -> np.ndarray:
        """tr J / 3, eV."""
        return np.trace(self.tensor, axis1=-2, axis2=-1) / 3

    @property
    def anisotropy(self) -> np.ndarray:
        """Symmetric traceless part, eV, shape (cells, cells, 3, 3)."""
        symmetric = (self.tensor + np.swapaxes(self.tensor, -1, -2)) / 2
        return symmetric - self.isotropic[..., None, None] * np.eye(3)

    @property
    def dzyaloshinskii_moriya(self) -> np.ndarray:
        """D, eV, shape (cells, cells, 3), for which the antisymmetric part of the energy is D.(S_1 x S_2)."""
        t = self.tensor
        odd = (t - np.swapaxes(t, -1, -2)) / 2
        return -np.stack([odd[..., 1, 2], odd[..., 2, 0], odd[..., 0, 1]], axis=-1)

    def along(self, axis: str) -> np.ndarray:
        """J_aa for moments along x, y or z, eV, shape (cells, cells)."""
        return self.tensor[..., "xyz".index(axis), "xyz".index(axis)]

    @property
    def convergence(self) -> Convergence:
        values = json.loads(self.dataset.attrs["convergence"])
        values.pop("verdict")
        return Convergence(**values)

    @property
    def verdict(self) -> str:
        """ "converged", "too coarse" or "too few frequencies"."""
        return self.convergence.verdict

    @property
    def flags(self) -> list[Flag]:
        return self.convergence.flags()

    @property
    def temperature(self) -> float:
        return float(self.dataset.attrs["temperature"])

    @property
    def reach(self) -> int:
        """The table holds all cells with |n_1| and |n_2| up to this."""
        n = self.dataset["cell_1"].values
        return int(min(-n[0], n[-1]))

    @property
    def radius(self) -> float:
        """Radius, m, of the largest circle that lies in the table."""
        heights = abs(np.linalg.det(self.vectors)) / np.linalg.norm(self.vectors[::-1], axis=1)
        return float(self.reach * heights.min())

    def at(self, cells) -> np.ndarray:
        """J_ab, eV, at lattice vectors of shape (..., 2): shape (..., 3, 3). Raises `ModelError` outside the table."""
        cells = np.asarray(cells)
        if not np.issubdtype(cells.dtype, np.integer):
            raise ModelError("lattice vectors are integers; `interpolate` takes positions in m")
        n = self.dataset["cell_1"].values
        if self.dataset.attrs["torus"]:
            place = (cells - n[0]) % len(n)
        else:
            place = cells - n[0]
            if np.any(place < 0) or np.any(place >= len(n)):
                raise ModelError(f"the table reaches {self.reach} cells; one of the lattice vectors lies outside")
        return self.tensor[place[..., 0], place[..., 1]]

    def interpolate(self, displacements, outside: float = 0.0) -> np.ndarray:
        """J_ab, eV, at displacements in m, shape (..., 2), by cubic splines between cells: shape (..., 3, 3).

        For moments that sit anywhere. Beyond `radius` it is `outside`. The site itself, where two moments cannot be, is left
        out of the splines: its place holds the mean of its neighbours.
        """
        from scipy.ndimage import map_coordinates

        displacements = np.asarray(displacements, dtype=float)
        place = displacements @ np.linalg.inv(self.vectors) - self.dataset["cell_1"].values[0]
        flat = place.reshape(-1, 2).T
        filtered = self._splines()
        values = np.stack([map_coordinates(f, flat, order=3, prefilter=False, mode="nearest") for f in filtered], axis=-1)
        values = values.reshape(*displacements.shape[:-1], 3, 3)
        values[np.linalg.norm(displacements, axis=-1) > self.radius] = outside
        return values

    def _splines(self) -> list[np.ndarray]:
        """Spline coefficients of the nine components, computed once."""
        from scipy.ndimage import spline_filter

        kept = self.__dict__.get("_coefficients")
        if kept is None:
            tensor = self.tensor.reshape(*self.tensor.shape[:2], 9).copy()
            centre = int(-self.dataset["cell_1"].values[0])
            around = [tensor[centre + i, centre + j] for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1))]
            tensor[centre, centre] = np.mean(around, axis=0)
            kept = [np.full(tensor.shape[:2], np.nan) if np.isnan(t).any() else spline_filter(t, order=3) for t in
                    np.moveaxis(tensor, -1, 0)]  # fmt: skip
            object.__setattr__(self, "_coefficients", kept)
        return kept

    def save(self, path: str | Path) -> Path:
        """Write netCDF; the file appears whole or not at all. Raises `DataError`."""
        target = Path(path)
        try:
            with replacing(target) as scratch:
                self.dataset.to_netcdf(scratch, engine="h5netcdf")
        except OSError as error:
            raise DataError(f"{target} cannot be written: {error.strerror or error}") from error
        return target

    @classmethod
    def load(cls, path: str | Path) -> ExchangeTable:
        """The table in a file that `save` wrote. Raises `DataError`."""
        source = Path(path)
        try:
            with xr.open_dataset(source, engine="h5netcdf") as opened:
                dataset = opened.load()
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{source.name} is no exchange table: {' '.join(str(error).split())[:100]}") from error
        if dataset.attrs.get("conventions") != CONVENTIONS or "exchange" not in dataset:
            raise DataError(f"{source.name} is no exchange table of this package")
        return cls(dataset)
