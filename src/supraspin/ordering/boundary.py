"""T_K(B): at each field the moments see the exchange of that field, J(r; T, Delta(T, B)), and sizes cross at T_K.

The field acts on the pairs. On the moments it does not: a uniform field on them would smear the transition of a ferromagnet, so
that there would be no T_K to compare with; `zeeman=True` puts it on them for magnetisation curves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.errors import ModelError
from supraspin.files import replacing
from supraspin.moments import Interpolated, heated, ordering_temperature, rungs, simulate, verdict
from supraspin.ordering.chain import Chain
from supraspin.ordering.film import Film


def runs_at(
    chain: Chain, grid: Interpolated, field: float, temperatures, *, sizes: Sequence[int], realisations: int = 16,
    rng: np.random.Generator, zeeman: bool = False, folder: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None, **settings,
) -> list[xr.Dataset]:  # fmt: skip
    """One run of `moments.simulate` for each size, cells a side, at a field, T. A `folder` holds runs done and checkpoints.

    Temperatures between and above those asked for take part, lest moments freeze (`moments.ladder`); they are not in the result.
    `settings` are those of `simulate`. The same `rng` state gives the same samples, so a killed chain goes on.
    """
    temperatures = np.asarray(temperatures, float)
    filled = rungs(temperatures)
    points = [(t, float(chain.gap(t, field))) for t in filled]
    runs = []
    for size in sizes:
        generator = np.random.default_rng(rng.integers(2**63, size=4))
        sample = chain.sample(size, realisations, generator)
        system, ladder = heated(chain.system(sample, grid.matrices(sample, points)), filled)
        asked = repr((system.fingerprint(), ladder.tolist(), float(field), zeeman, sorted(settings.items())))
        name = f"run_{size}_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
        stem = None if folder is None else Path(folder) / name
        kept = None if stem is None else stem.with_name(stem.name + ".nc")
        if kept is None or not kept.exists():
            part = None if stem is None else stem.with_name(stem.name + ".part.nc")
            run = simulate(
                system,
                ladder,
                field=field if zeeman else 0.0,
                rng=generator,
                checkpoint=part,
                progress=progress,
                **settings,
            )
            run = run.sel(temperature=temperatures).drop_vars("exchanged")
            run.attrs |= {"size": size, "field": float(field)}
            if kept is None:
                runs.append(run)
                continue
            _keep(run, kept)
        with xr.open_dataset(kept, engine="h5netcdf") as opened:
            runs.append(opened.load())
    return runs


def _keep(run: xr.Dataset, path: Path) -> None:
    with replacing(path) as scratch:
        run.to_netcdf(scratch, engine="h5netcdf")


def boundary(
    chain: Chain, grid: Interpolated, fields, temperatures, *, sizes: Sequence[int], rng: np.random.Generator,
    realisations: int = 16, order: str = "magnetisation", quantity: str = "binder", folder: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None, **settings,
) -> xr.Dataset:  # fmt: skip
    """T_K over field, K: `ordering_temperature` with `_error` (statistical) and `_systematic`, or its limits `below` and `above`.

    Beside it T_c(B) and the verdict at the lowest temperature. NaN where T_K is a limit or unknown: `remark` says why.

    `progress(done, all)` counts fields. Other settings go to `runs_at`. Raises `ModelError`.
    """
    fields = np.atleast_1d(np.asarray(fields, float))
    if len(sizes) < 2:
        raise ModelError("a boundary needs two sizes at least")
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
    groups = []
    for i, field in enumerate(fields):
        groups.append(
            runs_at(
                chain,
                grid,
                float(field),
                temperatures,
                sizes=sizes,
                realisations=realisations,
                rng=rng,
                folder=folder,
                **settings,
            )
        )
        if progress is not None:
            progress(i + 1, len(fields))
    return boundary_of(groups, fields, chain.film, order=order, quantity=quantity)


def boundary_of(
    groups: Sequence[Sequence[xr.Dataset]], fields, film: Film, *, order: str = "magnetisation", quantity: str = "binder"
) -> xr.Dataset:
    """The same from runs that are there: one group of sizes for each field, T."""
    fields = np.atleast_1d(np.asarray(fields, float))
    found = [ordering_temperature(runs, order=order, quantity=quantity, rng=np.random.default_rng(7)) for runs in groups]

    def column(name: str) -> tuple:
        return ("field",), np.array([np.nan if (v := getattr(o, name)) is None else v for o in found]), {"units": "K"}

    return xr.Dataset(
        {
            "ordering_temperature": column("temperature"), "ordering_temperature_error": column("error"),
            "ordering_temperature_systematic": column("systematic"), "below": column("below"), "above": column("above"),
            "critical_temperature": (("field",), film.transition(fields), {"units": "K"}),
            "verdict": (("field",), np.array([verdict(runs).name for runs in groups])),
            "remark": (("field",), np.array(["; ".join(flag.message for flag in o.flags) for o in found])),
        },
        {"field": ("field", fields, {"units": "T"})},
        {"sizes": [int(run.attrs["size"]) for run in groups[0]], "realisations": groups[0][0].sizes["realisation"],
         "order": order, "quantity": quantity, "coherence_length": film.coherence_length},
    )  # fmt: skip
