"""From paths or data sets to one `Analysis` each: reading, recognising the kind, choosing the analysis."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from supraspin.analysis.result import Analysis
from supraspin.errors import DataError, FitError
from supraspin.flags import Flag
from supraspin.quantities import implausible

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int, int, str], None]


@cache
def modules() -> tuple[ModuleType, ...]:
    """The folders and files here that analyse something: those with `KIND`, a kind of measurement or several."""
    import supraspin.analysis as folder

    found = (importlib.import_module(f"supraspin.analysis.{entry.name}") for entry in pkgutil.iter_modules(folder.__path__))
    return tuple(module for module in found if hasattr(module, "KIND"))


def kinds(module: ModuleType) -> tuple[str, ...]:
    """The kinds of measurement that one of them analyses."""
    return (module.KIND,) if isinstance(module.KIND, str) else tuple(module.KIND)


def analyze(
    data: Any, *, kind: str | None = None, settings: Mapping[str, float] | None = None, progress: Progress | None = None
) -> list[Analysis]:
    """Analyse files, folders or data sets: an `Analysis` for each analysis that suits a data set, then those of several together.

    `data` is a path, a data set, or a list of them. `settings` tells what files do not, in SI: `separation`,
    `charge_diffusivity`, ...; `name@file` limits one to the data set whose sources include that file name. `progress(done,
    total, text)` is called along the way. Raises `DataError` for what cannot be read and for settings no analysis knows.
    """
    loaded, remarks = _load(data, kind)
    wanted = dict(settings or {})
    _check_settings(wanted, loaded)
    done: list[tuple[xr.Dataset, list[Analysis]]] = []
    for i, ds in enumerate(loaded):
        if progress is not None:
            progress(i, len(loaded), name_of(ds))
        done.append((ds, _of_one(ds, _for(ds, wanted))))
    results = [result for _, found in done for result in found] + _of_several(done, wanted)
    if progress is not None:
        progress(len(loaded), len(loaded), "done")
    if results:
        results[0].flags.extend(remarks)
    return results


def _load(data: Any, kind: str | None) -> tuple[list[xr.Dataset], list[Flag]]:
    import xarray as xr

    from supraspin.data import load_all, validate

    items = list(data) if isinstance(data, Iterable) and not isinstance(data, (str, Path, xr.Dataset)) else [data]
    given = [validate(item) for item in items if isinstance(item, xr.Dataset)]
    if kind is not None:
        given = [validate(ds.assign_attrs(kind=kind)) for ds in given]
    paths = [Path(item) for item in items if not isinstance(item, xr.Dataset)]
    if not paths:
        return given, []
    loaded, remarks = load_all(*paths, kind=kind, skip_bad=True)
    bad = [flag for flag in remarks if flag.level == "fault"]
    if not loaded and not given:
        raise DataError(bad[0].message if bad else f"nothing to analyse in {', '.join(map(str, paths))}")
    # A file that was named is missed where it is not read; one that lies in a folder beside the data is not.
    named = tuple(f"{path.name} " for path in paths)
    passed = [flag for flag in remarks if flag.level != "fault" and flag.message.startswith(named)]
    return [*given, *loaded], [*bad, *passed]


def name_of(ds: xr.Dataset) -> str:
    """A data set by its files: the first, and how many more there are."""
    names = str(ds.attrs.get("source", "")).split("; ")
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _for(ds: xr.Dataset, settings: Mapping[str, float]) -> dict[str, float]:
    """The settings of one data set: those for all, then those for one of its files by name."""
    own_files = sources(ds)
    plain = {name: value for name, value in settings.items() if "@" not in name}
    own = {name.split("@", 1)[0]: value for name, value in settings.items() if "@" in name and name.split("@", 1)[1] in own_files}
    return plain | own


def setting_unit(key: str) -> str:
    """Unit of the setting `name` or `name@file`. Raises `DataError` for a name that no analysis has."""
    known = {name: unit for module in modules() for name, (unit, _) in module.SETTINGS.items()}
    name = key.partition("@")[0]
    if name not in known:
        raise DataError(f"no analysis has a setting {name!r}; there are {', '.join(sorted(known))}")
    return known[name]


def _check_settings(settings: Mapping[str, float], loaded: list[xr.Dataset]) -> None:
    files = {source for ds in loaded for source in sources(ds)}
    for key, value in settings.items():
        setting_unit(key)
        name, _, file = key.partition("@")
        if file and file not in files:
            raise DataError(f"setting {key!r}: there is no file {file!r} among those read")
        if isinstance(value, (str, bool)) or not math.isfinite(value):
            raise DataError(f"setting {name!r} must be a finite number in SI units, not {value!r}")


def _of_one(ds: xr.Dataset, settings: Mapping[str, float]) -> list[Analysis]:
    """What each analysis that suits the data set says of it; the doubts about the data stand with the first."""
    from supraspin.analysis.readings import check_alive, physical
    from supraspin.data import doubts

    kind = str(ds.attrs.get("kind", "unknown"))
    ds, absurd = physical(ds)
    results = []
    for module in modules():
        if kind in kinds(module) and (not hasattr(module, "suits") or module.suits(ds)):
            try:
                check_alive(ds)
                own = _own(module, settings)
                results.append(module.run(ds, own))
                results[-1].flags.extend(_odd_settings(module, own, results[-1].flags))
            except FitError as error:
                results.append(_unanalysed(ds, kind, str(error)))
    results = results or [_unanalysed(ds, kind)]
    results[0].flags.extend([*absurd, *doubts(ds)])
    return results


def _of_several(done: list[tuple[xr.Dataset, list[Analysis]]], settings: Mapping[str, float]) -> list[Analysis]:
    """What several data sets tell together, from the analyses with a function `combine(pairs, settings)`.

    It gets every data set with the analyses made of it, and the settings that are not for one file alone.
    """
    shared = {name: value for name, value in settings.items() if "@" not in name}
    found = []
    for module in modules() if len(done) > 1 else ():
        if hasattr(module, "combine"):
            try:
                found += module.combine([(ds, result) for ds, results in done for result in results], _own(module, shared))
            except FitError as error:
                text = f"{module.__name__.rpartition('.')[2].replace('_', ' ')}: several data sets together gave nothing: {error}"
                done[0][1][0].flags.append(Flag("could_not_combine", text, "warning"))
    return found


def _own(module: ModuleType, settings: Mapping[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in settings.items() if name in module.SETTINGS}


def _odd_settings(module: ModuleType, settings: Mapping[str, float], said: list[Flag]) -> list[Flag]:
    """Settings that no experiment has, but for those that a fit has told already."""
    known = {name for flag in said if flag.code == "implausible" for name in flag.numbers}
    flags = []
    for name, value in settings.items():
        odd = implausible(name, value, module.SETTINGS[name][0]) if name not in known else None
        if odd:
            text = f"setting: {odd}: is the unit right? A number without one is in SI"
            flags.append(Flag("implausible", text, "warning", {name: value}))
    return flags


def _unanalysed(ds: xr.Dataset, kind: str, why: str = "") -> Analysis:
    """What is left where there is no analysis, or where it gave up: what was understood, and why there is no more."""
    from supraspin.data import good

    points = int(good(ds).sum())
    if why:
        flag = Flag("could_not_fit", f"the analysis gave up: {why}", "fault")
    elif known := [module for module in modules() if kind in kinds(module)]:
        names = ", ".join(module.__name__.rpartition(".")[2].replace("_", " ") for module in known)
        flag = Flag("no_analysis", f"these data of kind {kind!r} are not what its analyses take ({names})")
    else:
        there = ", ".join(sorted({one for module in modules() for one in kinds(module)}))
        flag = Flag("no_analysis", f"there is no analysis for the kind {kind!r}; there is one for {there}")
    summary = f"{ds.sizes['sweep']} sweep(s), {points} points that are not in doubt; not analysed."
    return Analysis(kind, name_of(ds), sources(ds), summary, flags=[flag])


def sources(ds: xr.Dataset) -> tuple[str, ...]:
    """The names of the files behind a data set."""
    return tuple(name for name in str(ds.attrs.get("source", "")).split("; ") if name)
