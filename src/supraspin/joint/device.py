"""The joint posterior of a device's data sets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from supraspin.errors import DataError
from supraspin.fit.bayes import Part, Posterior, Prior, log_normal, posterior
from supraspin.fit.bayes.part import Noise
from supraspin.joint.declaration import declaration_of
from supraspin.joint.readings import as_declared
from supraspin.model import Model, find_model

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.devices import Device

MEASURED = 1.1
"""Factor within which the thickness of a flake is known beforehand (atomic force microscopy on an encapsulated flake)."""


ABOVE = 1.2
"""T_c over the temperature of the warmest sweep, where a fit begins."""


def parts(
    datasets: Sequence[xr.Dataset], *, models: Mapping[str, str] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None, noise: Noise = "normal",
) -> list[Part]:  # fmt: skip
    """One part a data set, with the quantities of the device shared between them.

    `models`: kind -> another model than the declared one; parameters that it has in common with the declaration stay shared.
    `options`: kind -> options of the fit, such as a `window`. Raises `DataError` for a kind without a declaration.
    """
    if not datasets:
        raise DataError("no data set: a joint posterior wants at least one")
    kinds = {str(ds.attrs.get("kind")) for ds in datasets}
    kinds |= {"critical_field"} if "magnetoresistance" in kinds else set()
    for what, given in (("models", models), ("options", options)):
        for kind in given or {}:
            if kind not in kinds:
                raise DataError(f"{what} names the kind {kind!r}; the data are of {', '.join(sorted(kinds))}")
    ready = [as_declared(ds) for ds in datasets]
    counts = Counter(str(ds.attrs.get("kind")) for ds, _ in ready)
    seen: Counter[str] = Counter()
    found = []
    for ds, more in ready:
        declared = declaration_of(ds)
        entry = find_model((models or {}).get(declared.kind, declared.model))
        seen[declared.kind] += 1
        name = declared.kind if counts[declared.kind] == 1 else f"{declared.kind}_{seen[declared.kind]}"
        own = {**more, **(options or {}).get(declared.kind, {})}
        held = set(own.get("fix") or {})
        shared = {p: q for p, q in declared.shared.items() if p in entry.parameters and p not in held}
        wanted = (*declared.free, *(p for p in shared if entry.parameters[p].held), *(own.get("free") or ()))
        own["free"] = tuple(dict.fromkeys(p for p in wanted if p in entry.parameters and p not in held))
        own["start"] = {**_starts(ds, entry, own["free"]), **(own.get("start") or {})}
        found.append(Part(entry, ds, name, shared, noise, own))
    return found


def _starts(ds: xr.Dataset, entry: Model, free: Sequence[str]) -> dict[str, float]:
    """Where parameters begin that have no finite default: T_c a little above the warmest sweep."""
    if "critical_temperature" not in free or math.isfinite(entry.parameters["critical_temperature"].default):
        return {}
    if "temperature" not in ds.variables:
        raise DataError(f"{entry.name} needs the temperature of each sweep; give it to the data set, or as fix= in options")
    return {"critical_temperature": ABOVE * float(ds["temperature"].max())}


def device_priors(device: Device) -> dict[str, Prior]:
    """What the device's file says beforehand: the thickness of the flake, which its maker measured."""
    return {"thickness": log_normal(device.film.thickness, MEASURED, f"the file of device {device.name}, to 10 %")}


def device_posterior(
    datasets: Sequence[xr.Dataset], *, device: Device | None = None, models: Mapping[str, str] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None, priors: Mapping[str, Prior] | None = None, noise: Noise = "normal",
    **sampling: Any,
) -> Posterior:  # fmt: skip
    """Draws from the posterior of all quantities of a device, given data sets of any kinds that have a declaration.

    `sampling` are `chains`, `draws`, `warmup`, `key` and `strict` of `posterior`. Raises what that raises, and `DataError`.
    """
    found = parts(datasets, models=models, options=options, noise=noise)
    known = {name for part in found if isinstance(part.shared, Mapping) for name in part.shared.values()}
    before = {name: prior for name, prior in (device_priors(device) if device else {}).items() if name in known}
    return posterior(found, priors={**before, **(priors or {})}, **sampling)
