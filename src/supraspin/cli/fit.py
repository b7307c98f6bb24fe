"""`supraspin fit`: one model on one file, or on several with shared parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    import xarray as xr

Repeated = Annotated[list[str] | None, Parameter(negative="")]
Switch = Annotated[bool, Parameter(negative="")]


def fit(
    model: str, file: Path, /, *more: Path, x: str | None = None, y: str | None = None, fix: Repeated = None,
    free: Repeated = None, start: Repeated = None, window: str | None = None, shared: Repeated = None, sweep: int | None = None,
    profile: Repeated = None, kind: str | None = None, plot: Path | None = None, json: Switch = False,
) -> None:  # fmt: skip
    """Fit MODEL to the sweeps of FILE, and print the parameters with their errors, limits and flags.

    Values may carry a unit, as in --fix separation='2.1 um'; without one they are SI, energies in eV.

    Parameters
    ----------
    model
        Name of a model; `supraspin models` lists them.
    file
        A measurement; several files are fitted as one problem.
    x
        Column to use as the swept coordinate, where the file leaves it open.
    y
        Column to use as the reading.
    fix
        name=value: hold a parameter at a value. May be repeated.
    free
        Name of a parameter to free that is held by default. May be repeated.
    start
        name=value: where the fit starts. May be repeated.
    window
        low:high of the swept coordinate; points outside are left out.
    shared
        Name of a parameter with one value for all sweeps. May be repeated.
    sweep
        Number of the one sweep to fit, counted from 0.
    profile
        Name of a parameter whose errors shall come from its profile likelihood, or 'all'. May be repeated; without it the
        doubtful ones get it.
    kind
        Kind of measurement, where the program does not recognise it by itself.
    plot
        Draw data, fit and residuals into this PNG, SVG or PDF file.
    json
        Print the result as JSON.
    """
    from supraspin.cli.values import check_file_to_write, pairs
    from supraspin.cli.values import window as read_window
    from supraspin.model import MODELS

    chosen = MODELS[model]
    fixed = pairs("--fix", fix or (), lambda name: chosen.check_parameter(name).unit)
    started = pairs("--start", start or (), lambda name: chosen.check_parameter(name).unit)
    asked = [name for name in profile or () if name != "all"]
    for name in (*(free or ()), *(shared or ()), *asked):
        chosen.check_parameter(name)
    span = read_window(window, chosen.x.unit) if window else None
    if plot is not None:
        check_file_to_write(plot, ".png", ".svg", ".pdf")

    from supraspin.data import load_all
    from supraspin.fit import fit as fit_model

    data = load_all(file, *more, kind=kind)
    if sweep is not None:
        data = [_pick(data, sweep)]
    source = data if len(data) > 1 else data[0]
    result = fit_model(chosen, source, x=x, y=y, fix=fixed, free=free, start=started, shared=shared, window=span,
                       profile="all" if "all" in (profile or ()) else asked or "auto")  # fmt: skip
    if plot is not None:
        _save(result.plot(), plot)
    if json:
        from supraspin.report.plain import to_json

        print(to_json(result.to_dict()))
    else:
        from supraspin.cli.show import plain

        print(plain(result.report()))


def _pick(data: list[xr.Dataset], number: int) -> xr.Dataset:
    """Sweep `number` of all the sweeps of all the data sets."""
    from supraspin.errors import DataError

    sizes = [dataset.sizes.get("sweep", 1) for dataset in data]
    if not 0 <= number < sum(sizes):
        raise DataError(f"there is no sweep {number}; there are {sum(sizes)}, counted from 0")
    for dataset, size in zip(data, sizes, strict=True):
        if number < size:
            return dataset.isel(sweep=[number]) if "sweep" in dataset.sizes else dataset
        number -= size
    raise AssertionError("the sweeps were counted above")


def _save(drawn: Any, path: Path) -> None:
    """Write a figure, whole or not at all."""
    from supraspin.files import write_whole
    from supraspin.report.figures import image

    write_whole(path, image(drawn, path.suffix.lower().lstrip(".")))
