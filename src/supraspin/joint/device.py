"""The joint posterior of a device's data sets."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from supraspin.errors import DataError
from supraspin.fit.bayes import Part, Posterior, Prior, log_normal, posterior
from supraspin.fit.bayes.default_prior import table
from supraspin.fit.bayes.part import Noise
from supraspin.joint.declaration import declaration_of, declarations, told
from supraspin.joint.findings import finding_parts
from supraspin.joint.peaks import without_peaks
from supraspin.joint.readings import Reading, as_declared
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
    options: Mapping[str, Mapping[str, Any]] | None = None, noise: Noise = "normal", names: Sequence[str] | None = None,
) -> list[Part]:  # fmt: skip
    """The parts that data sets give, with the quantities of the device shared between them.

    Readings that a model describes are one part a data set; findings of its analyses are one each, `name:finding`. `models`:
    kind -> another model than the declared one; parameters that it has in common with the declaration stay shared. `options`:
    kind -> options of the fit, such as a `window`. `names`: of the data sets, in place of their kinds. A data set that says
    nothing is left out; raises `DataError` for a kind without a declaration, and where no data set says anything.
    """
    if not datasets:
        raise DataError("no data set: a joint posterior wants at least one")
    known = {one.kind for one in declarations()} | {one.kind for one in told()}
    for ds in datasets:
        if ds.attrs.get("kind") not in known:
            declaration_of(ds)
    ready = [as_declared(ds) for ds in datasets]
    kinds = {str(ds.attrs.get("kind")) for ds in datasets} | {str(r.data.attrs["kind"]) for r in ready if r is not None}
    for what, given in (("models", models), ("options", options)):
        for kind in given or {}:
            if kind not in kinds:
                raise DataError(f"{what} names the kind {kind!r}; the data are of {', '.join(sorted(kinds))}")
    found: list[Part] = []
    for ds, reading, name in zip(datasets, ready, names or _names(datasets, ready), strict=True):
        if reading is not None:
            found.append(_part(reading, name, models or {}, (options or {}), noise))
        found += finding_parts(ds, name) if reading is None or reading.data is not ds else []
    found = with_priors_of_their_own(found)
    if not found:
        raise DataError("none of the data sets has readings that a model describes, or a finding that its analysis determines")
    return found


def with_priors_of_their_own(found: Sequence[Part]) -> list[Part]:
    """Without functions of a quantity of which nothing else is known: a spin signal alone tells no amplitude."""
    targets = [t for part in found if isinstance(part.shared, Mapping) for t in part.shared.values()]
    known = {t for t in targets if isinstance(t, str)} | set(table())
    return [
        part for part in found
        if not isinstance(part.shared, Mapping)
        or all(set(t.of) <= known for t in part.shared.values() if not isinstance(t, str))
    ]  # fmt: skip


def _names(datasets: Sequence[xr.Dataset], ready: Sequence[Reading | None]) -> list[str]:
    """Kind of each data set (as read), counted where there are several of it."""
    kinds = [str((ds if r is None else r.data).attrs.get("kind")) for ds, r in zip(datasets, ready, strict=True)]
    counts, seen = Counter(kinds), Counter[str]()
    out = []
    for kind in kinds:
        seen[kind] += 1
        out.append(kind if counts[kind] == 1 else f"{kind}_{seen[kind]}")
    return out


def _part(
    reading: Reading, name: str, models: Mapping[str, str], options: Mapping[str, Mapping[str, Any]], noise: Noise
) -> Part:  # fmt: skip
    declared = declaration_of(reading.data)
    entry = find_model(models.get(declared.kind, declared.model))
    own = {**reading.options, **options.get(declared.kind, {})}
    held = set(own.get("fix") or {})
    shared = {p: q for p, q in declared.targets().items() if p in entry.parameters and p not in held}
    asked = (*(reading.options.get("free") or ()), *(options.get(declared.kind, {}).get("free") or ()))
    wanted = (*declared.free, *(p for p in shared if entry.parameters[p].held), *asked)
    own["free"] = tuple(dict.fromkeys(p for p in wanted if p in entry.parameters and p not in held))
    begins = {p: v for p, v in (reading.options.get("start") or {}).items() if p in own["free"]}
    own["start"] = {**_starts(reading.data, entry, own["free"]), **begins, **(options.get(declared.kind, {}).get("start") or {})}
    part = Part(entry, reading.data, name, shared, noise, own)
    return without_peaks(part) if declared.kind == "tunnel_spectrum" else part


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
    names: Sequence[str] | None = None, **sampling: Any,
) -> Posterior:  # fmt: skip
    """Draws from the posterior of all quantities of a device, given data sets of any kinds that have a declaration.

    `sampling` are `chains`, `draws`, `warmup`, `key` and `strict` of `posterior`. Raises what that raises, and `DataError`.
    """
    found = parts(datasets, models=models, options=options, noise=noise, names=names)
    before = {name: prior for name, prior in (device_priors(device) if device else {}).items() if name in quantities_of(found)}
    return posterior(found, priors={**before, **(priors or {})}, **sampling)


def quantities_of(found: Sequence[Part]) -> set[str]:
    """The quantities of the device that parts speak of."""
    targets = [t for part in found if isinstance(part.shared, Mapping) for t in part.shared.values()]
    return {name for t in targets for name in ((t,) if isinstance(t, str) else t.of)}
