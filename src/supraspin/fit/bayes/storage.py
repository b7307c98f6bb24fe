"""A posterior as netCDF, in the groups and names that ArviZ reads with `arviz.from_netcdf`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from supraspin.files import replacing

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.fit.bayes.result import Posterior


def groups(found: Posterior) -> dict[str, xr.Dataset]:
    """`posterior` (chain, draw) in SI, `unconstrained_posterior` in u, `sample_stats`, `observed_data`, `constant_data`."""
    import xarray as xr

    from supraspin import __version__

    dims = ("chain", "draw")
    shape = found.chains.u.shape[:2]
    place = {"chain": np.arange(shape[0]), "draw": np.arange(shape[1])}
    about = {
        "inference_library": "supraspin", "inference_library_version": __version__, "sampling_time": found.seconds,
        "model": ", ".join(p.problem.model.name for p in found.whole.parts),
    }  # fmt: skip
    posterior, scale = {}, {}
    for i, q in enumerate(found.whole.quantities):
        what = {"units": q.unit, "prior": q.prior.describe(q.unit), "prior_source": q.prior.source}
        posterior[q.name] = (dims, found.draws[q.name], what)
        scale[q.name] = (dims, found.chains.u[..., i], {"units": "1", "long_name": "the parameter in widths of its prior"})
    for part, noise in zip(found.whole.parts, found.noise, strict=True):
        if part.noise == "normal" and not part.problem.sigma_known:
            for g in range(noise.shape[-1]):
                unit = next(p.sigma[0] for p in part.problem.pieces if p.group == g)
                name = "noise" if len(found.whole.parts) == 1 else f"{part.name}.noise"
                key = name if noise.shape[-1] == 1 else f"{name}[{g}]"
                posterior[key] = (dims, noise[..., g] * unit, {"units": part.problem.model.y.unit})
    chains = found.chains
    stats = {
        "diverging": (dims, chains.diverging), "lp": (dims, chains.log_density), "n_steps": (dims, chains.steps.astype(np.int64)),
        "acceptance_rate": (dims, chains.acceptance), "step_size": (("chain",), chains.step_size),
    }  # fmt: skip
    quality = {} if np.isnan(chains.k_hat) else {"pareto_k_hat": chains.k_hat}
    observed, constant = {}, {}
    for part in found.whole.parts:
        for i, piece in enumerate(part.problem.pieces):
            name = f"{part.name}[{i}]" if len(part.problem.pieces) > 1 else part.name
            dim = (f"{name}_point",)
            model = part.problem.model
            observed[name] = (dim, piece.y, {"units": model.y.unit, "long_name": model.y.name})
            for axis, values in zip(model.axes, piece.coordinates, strict=True):
                constant[f"{name}.{axis.name}"] = (dim, values, {"units": axis.unit})
    return {
        "posterior": xr.Dataset(posterior, place, about), "sample_stats": xr.Dataset(stats, place, about | quality),
        "observed_data": xr.Dataset(observed, attrs=about), "constant_data": xr.Dataset(constant, attrs=about),
        "unconstrained_posterior": xr.Dataset(scale, place, about),
    }  # fmt: skip


def save(found: Posterior, path: Path) -> Path:
    """Write all groups into one file, whole or not at all."""
    with replacing(path) as scratch:
        for i, (name, group) in enumerate(groups(found).items()):
            group.to_netcdf(scratch, mode="a" if i else "w", group=name, engine="h5netcdf")
    return path
