"""`supraspin compare`: rival models on the same data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

Repeated = Annotated[list[str] | None, Parameter(negative="")]
Switch = Annotated[bool, Parameter(negative="")]


def compare(
    file: Path, /, *more: Path, model: Annotated[list[str], Parameter(negative="")], evidence: Switch = False,
    prior: Repeated = None, robust: Switch = False, at: Repeated = None, x: str | None = None, y: str | None = None,
    fix: Repeated = None, free: Repeated = None, start: Repeated = None, window: str | None = None, shared: Repeated = None,
    kind: str | None = None, key: int = 0, json: Switch = False,
) -> None:  # fmt: skip
    """Fit rival models to the same points of FILE, rank them, and say whether any of them describes the data.

    Parameters
    ----------
    file
        A measurement; several files are compared as one problem.
    model
        Name of a model. Repeat it: --model dynes --model nodal --model two_gap. A held parameter is freed by +:
        --model hanle --model hanle+saturation_field.
    evidence
        Weigh the models too: evidence with k-hat, what wider priors do to the odds, and leave-one-out; where these data cannot
        tell two models apart, which measurement would.
    prior
        With --evidence: name=kind:first:second, the prior of a parameter in all models that have it (see `supraspin fit`).
    robust
        With --evidence: noise by Student's distribution, so that single readings may stray.
    at
        With --evidence: name=value,value: settings of a further measurement, to learn what it would tell:
        --at temperature='0.4 K', --at separation='3 um', the largest value of the swept coordinate (--at bias='4 mV'), or
        --at sweeps=16 for averaging. May be repeated.
    x
        Column to use as the swept coordinate, where the file leaves it open.
    y
        Column to use as the reading.
    fix
        name=value: hold a parameter at a value, in all models that have it. May be repeated.
    free
        Name of a parameter to free that is held by default. May be repeated.
    start
        name=value: where the fits start. May be repeated.
    window
        low:high of the swept coordinate, such as --window "-2 mV:2 mV"; points outside are left out.
    shared
        Name of a parameter with one value for all sweeps. May be repeated.
    kind
        Kind of measurement, where the program does not recognise it by itself.
    key
        Seed of scattered starts and of draws.
    json
        Print the result as JSON.
    """
    from supraspin.cli.values import numbers, pairs, split_pairs
    from supraspin.cli.values import window as read_window
    from supraspin.errors import FitError, ModelError
    from supraspin.fit.rival import find_rival

    entries = [find_rival(name) for name in model]
    if not evidence and (prior or robust or at):
        raise FitError("--prior, --robust and --at belong to --evidence; add that, or leave them out")

    def unit_of(name: str) -> str:
        for entry in entries:
            if name.partition("[")[0] in entry.parameters:
                return entry.parameters[name.partition("[")[0]].unit
        raise ModelError(f"none of {', '.join(model)} has a parameter {name!r}")

    options: dict[str, Any] = {
        "x": x, "y": y, "fix": pairs("--fix", fix or (), unit_of), "free": free, "start": pairs("--start", start or (), unit_of),
        "window": read_window(window, entries[0].model.x.unit) if window else None, "shared": shared,
    }  # fmt: skip
    from supraspin.fit.bayes.reading import read_prior

    priors = {name: read_prior(text, unit_of(name)) for name, text in split_pairs("--prior", prior or ()).items()}

    def setting_unit(name: str) -> str:
        return "1" if name == "sweeps" else entries[0].model.x.unit if name == entries[0].model.x.name else unit_of(name)

    settings = {name: numbers("--at", text, setting_unit(name)) for name, text in split_pairs("--at", at or ()).items()}

    from supraspin.data import load_all
    from supraspin.fit import compare as compare_models

    data = load_all(file, *more, kind=kind)
    source = data if len(data) > 1 else data[0]
    found: Any
    if evidence:
        from supraspin.fit.bayes import weigh

        found = weigh(model, source, priors=priors, noise="student" if robust else "normal", key=key, at=settings, **options)
    else:
        found = compare_models(model, source, key=key, **options)
    if json:
        from supraspin.report.plain import to_json

        print(to_json(found.to_dict()))
    else:
        from supraspin.cli.show import plain

        print(plain(str(found)))
