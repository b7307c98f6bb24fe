"""`supraspin joint`: all measurements of a device as one posterior."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.fit.bayes import Disagreement, Posterior
    from supraspin.fit.bayes.disagreement import Word

Repeated = Annotated[list[str] | None, Parameter(negative="")]
Switch = Annotated[bool, Parameter(negative="")]
TENSE = 3.0
"""Standard deviations from which two measurements are said to disagree."""


def joint(
    path: Path, /, *more: Path, device: str | None = None, model: Repeated = None, prior: Repeated = None, robust: Switch = False,
    plot: Path | None = None, out: Path | None = None, draws: int = 1000, warmup: int = 500, key: int = 0, json: Switch = False,
) -> None:  # fmt: skip
    """Draw from the joint posterior of a device, given all its measurements (files and folders).

    Prints each quantity of the device with its error, what each measurement alone says of it, and where measurements
    disagree. Readings of which there is a model enter one by one, loops and V-I curves by the findings of their analyses.

    Parameters
    ----------
    path
        A measurement, or a folder of them; all files are of one device.
    device
        Name or TOML file of the device: its thickness becomes prior knowledge.
    model
        kind=model: another model for a kind of measurement, as in --model tunnel_spectrum=mcmillan. May be repeated.
    prior
        name=kind:first:second: the prior of a quantity (see `supraspin fit`). May be repeated; the others are wide.
    robust
        Noise by Student's distribution, so that single readings may stray.
    plot
        Draw the quantities against each other, and the data with what the posterior expects of them, into NAME_corner and
        NAME_predictive: PNG, SVG or PDF.
    out
        Write the draws into this .nc file, in the groups that ArviZ reads.
    draws
        Draws of each of 4 chains.
    warmup
        Draws before them, in which the sampler adapts.
    key
        Seed of the draws.
    json
        Print the result as JSON.
    """
    from supraspin.cli.values import check_file_to_write, split_pairs
    from supraspin.errors import DataError

    if plot is not None:
        for name in ("corner", "predictive"):
            check_file_to_write(plot.with_stem(f"{plot.stem}_{name}"), ".png", ".svg", ".pdf")
    if out is not None:
        check_file_to_write(out, ".nc")
    models, given = split_pairs("--model", model or ()), split_pairs("--prior", prior or ())

    from supraspin.data import load_all
    from supraspin.devices import Device
    from supraspin.fit.bayes.disagreement import alone, joint_tension, words
    from supraspin.fit.bayes.reading import read_prior
    from supraspin.joint import device_posterior
    from supraspin.quantities import QUANTITIES

    for name in given:
        if name not in QUANTITIES:
            raise DataError(f"--prior: {name!r} is no quantity")
    data = load_all(path, *more)
    found = device_posterior(
        data, device=None if device is None else Device.load(device), models=models,
        priors={name: read_prior(text, QUANTITIES[name].unit) for name, text in given.items()},
        noise="student" if robust else "normal", names=_names(data), draws=draws, warmup=warmup, key=key,
    )  # fmt: skip
    if plot is not None:
        from supraspin.cli.fit import save_figure

        save_figure(found.corner(), plot.with_stem(f"{plot.stem}_corner"))
        save_figure(found.predictive(), plot.with_stem(f"{plot.stem}_predictive"))
    if out is not None:
        found.save(out)
    single = alone(found.whole)
    said, apart = words(found.whole, single), joint_tension(found.whole, single)
    if json:
        from supraspin.report.plain import to_json

        print(to_json(_numbers(found, said, apart)))
    else:
        _show(found, said, apart)


def _names(data: Sequence[xr.Dataset]) -> list[str]:
    """Each data set by its file, counted where several have one name."""
    from collections import Counter

    from supraspin.analysis.chain import name_of

    plain = [Path(name_of(ds)).stem.replace(":", "_") or str(ds.attrs["kind"]) for ds in data]
    counts, seen, out = Counter(plain), Counter[str](), []
    for name in plain:
        seen[name] += 1
        out.append(name if counts[name] == 1 else f"{name}_{seen[name]}")
    return out


def _show(found: Posterior, said: Sequence[Word], apart: Sequence[Disagreement]) -> None:
    from supraspin.cli.show import plain, show_table
    from supraspin.formatting import si, uncertain

    parts = {part.name for part in found.whole.parts}
    rows = []
    for name, m in found.marginals.items():
        if name.rpartition(".")[0] in parts:
            continue
        who = "; ".join(
            f"{w.part} {uncertain(w.mean, w.deviation, w.unit)}" if w.gain > 3 else f"{w.part} weakly"
            for w in said if w.quantity == name
        )  # fmt: skip
        low, high = m.interval_95
        rows.append((name, str(m), f"{si(low, m.unit)} .. {si(high, m.unit)}", f"{m.r_hat:.3f}", f"{m.ess:.0f}",
                     who or "only several together, or the prior"))  # fmt: skip
    show_table(("quantity", "all together", "95 %", "R-hat", "effective draws", "each measurement alone"),
               [tuple(map(plain, row)) for row in rows])  # fmt: skip
    seen = found.diagnosis
    print(f"\n{len(found.whole.parts)} parts, {len(found.names)} parameters, {seen.chains} chains of {seen.draws // seen.chains} "
          f"draws, {seen.divergences} divergences, {found.seconds:.1f} s")  # fmt: skip
    tense = [one for one in apart if abs(one.sigma) >= TENSE]
    for one in tense:
        mine, others = (uncertain(*pair, one.unit) for pair in (one.alone, one.others))
        print(
            plain(f"disagree: {one.quantity} is {mine} from {one.part} alone, {others} from all others: {one.sigma:+.1f} sigma")
        )
    if not tense:
        print(f"no two measurements disagree by {TENSE:.0f} sigma or more")
    for flag in found.flags:
        print(plain(f"{flag.level} {flag.code}: {flag.message}"))


def _numbers(found: Posterior, said: Sequence[Word], apart: Sequence[Disagreement]) -> dict[str, Any]:
    return {
        **found.to_dict(),
        "alone": [vars(one) for one in said],
        "tension": [{**vars(one), "alone": list(one.alone), "others": list(one.others)} for one in apart],
    }
