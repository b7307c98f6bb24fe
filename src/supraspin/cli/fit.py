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
    profile: Repeated = None, kind: str | None = None, plot: Path | None = None, posterior: Switch = False,
    prior: Repeated = None, robust: Switch = False, out: Path | None = None, key: int = 0, json: Switch = False,
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
        Draw data, fit and residuals into this PNG, SVG or PDF file; with --posterior also what it expects of the data, and all
        parameters against each other, into NAME_predictive and NAME_corner beside it.
    posterior
        Draw from the posterior too, by NUTS: intervals that need no Gaussian, with R-hat and effective draws. The package
        needs its extra `bayes` for it.
    prior
        name=kind:first:second: the prior of a parameter, as in --prior spin_lifetime='log_uniform:1 ps:10 ns'. Kinds: uniform,
        log_uniform, normal (centre and deviation), log_normal (centre and factor). May be repeated; the others are wide.
    robust
        With --posterior: noise by Student's distribution, so that single readings may stray.
    out
        With --posterior: write the draws into this .nc file, in the groups that ArviZ reads.
    key
        Seed of the posterior's draws.
    json
        Print the result as JSON.
    """
    from supraspin.cli.values import check_file_to_write, check_there, pairs, split_pairs
    from supraspin.cli.values import window as read_window
    from supraspin.errors import FitError
    from supraspin.model import MODELS

    check_there((file, *more))
    chosen = MODELS[model]
    fixed = pairs("--fix", fix or (), lambda name: chosen.check_parameter(name).unit)
    started = pairs("--start", start or (), lambda name: chosen.check_parameter(name).unit)
    asked = [name for name in profile or () if name != "all"]
    for name in (*(free or ()), *(shared or ()), *asked):
        chosen.check_parameter(name)
    span = read_window(window, chosen.x.unit) if window else None
    if plot is not None:
        check_file_to_write(plot, ".png", ".svg", ".pdf")
    if out is not None:
        check_file_to_write(out, ".nc")
    if not posterior and (prior or robust or out):
        raise FitError("--prior, --robust and --out belong to --posterior; add that, or leave them out")
    priors = {}
    if prior:
        from supraspin.fit.bayes.reading import read_prior

        priors = {name: read_prior(text, chosen.check_parameter(name.partition("[")[0]).unit)
                  for name, text in split_pairs("--prior", prior).items()}  # fmt: skip

    from supraspin.data import load_all
    from supraspin.fit import fit as fit_model

    data = load_all(file, *more, kind=kind)
    if sweep is not None:
        data = [_pick(data, sweep)]
    source = data if len(data) > 1 else data[0]
    result = fit_model(chosen, source, x=x, y=y, fix=fixed, free=free, start=started, shared=shared, window=span,
                       profile="all" if "all" in (profile or ()) else asked or "auto")  # fmt: skip
    drawn = None
    if posterior:
        from supraspin.fit.bayes import posterior as draw

        drawn = draw(chosen, source, priors=priors, noise="student" if robust else "normal", key=key, x=x, y=y, fix=fixed,
                     free=free, start=started, common=shared, window=span)  # fmt: skip
    if plot is not None:
        save_figure(result.plot(), plot)
        if drawn is not None:
            save_figure(drawn.corner(), plot.with_stem(f"{plot.stem}_corner"))
            save_figure(drawn.predictive(), plot.with_stem(f"{plot.stem}_predictive"))
    if drawn is not None and out is not None:
        drawn.save(out)
    if json:
        from supraspin.report.plain import to_json

        print(to_json(result.to_dict() | ({"posterior": drawn.to_dict()} if drawn else {})))
    else:
        from supraspin.cli.show import plain

        print(plain(result.report()))
        if drawn is not None:
            print(plain(drawn.report()))


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


def save_figure(drawn: Any, path: Path) -> None:
    """Write a figure, whole or not at all."""
    from supraspin.files import write_whole
    from supraspin.report.figures import image

    write_whole(path, image(drawn, path.suffix.lower().lstrip(".")))
