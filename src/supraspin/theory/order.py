"""Does this pairing order these moments? An `Analysis` of Monte Carlo runs with the pairing and without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from supraspin.analysis import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.moments import Verdict, averages, loop_numbers, verdict
from supraspin.ordering import Film, criterion
from supraspin.theory.order_figures import draw_loop, draw_order, draw_phases

NORMAL = "normal state"
_COLUMNS = ("ordering_temperature", "ordering_temperature_error", "ordering_temperature_systematic", "below", "above")


@dataclass(frozen=True, eq=False)
class Outcome:
    """Runs of several sizes at each field, T, and what follows from them.

    `boundary` as `ordering.boundary_of` gives it; `null` are runs of the same moments without pairing, with their boundary;
    `mean_field`, K, by field. `film` is None where the exchange came as one table.
    """

    label: str
    runs: Mapping[float, Sequence[xr.Dataset]]
    boundary: xr.Dataset
    film: Film | None = None
    null: Sequence[xr.Dataset] = ()
    null_boundary: xr.Dataset | None = None
    mean_field: Mapping[float, float] = field(default_factory=dict)
    loop: xr.Dataset | None = None

    def dataset(self) -> xr.Dataset:
        """All numbers in one data set: boundary over field, averages over (field, size, temperature), the loop."""
        rows = [xr.concat([averages(run) for run in runs], _sizes(runs), combine_attrs="drop") for runs in self.runs.values()]
        numbers = xr.concat(rows, xr.DataArray(list(self.runs), dims="field", name="field"), combine_attrs="drop")
        found = xr.merge([self.boundary, numbers], combine_attrs="override", join="outer", compat="override")
        found["mean_field_temperature"] = ("field", [self.mean_field.get(b, np.nan) for b in found["field"].values])
        if self.null:
            null = xr.concat([averages(run) for run in self.null], _sizes(self.null), combine_attrs="drop")
            found = found.merge(null.rename({name: f"{name}_without_pairing" for name in null.data_vars}))
        if self.loop is not None:
            loop = self.loop.rename({"field": "loop_field", "magnetisation": "loop_magnetisation", "direction": "loop_direction"})
            found = found.merge(loop, combine_attrs="override")
        return found.assign_attrs(conventions="supraspin order 1", label=self.label)


def _sizes(runs: Sequence[xr.Dataset]) -> xr.DataArray:
    return xr.DataArray([int(run.attrs["size"]) for run in runs], dims="size", name="size")


def order_analysis(outcome: Outcome, *, source: str = "") -> Analysis:
    """Findings and figures; the summary answers the question, with the evidence in the tables."""
    first = min(outcome.runs)
    told = {b: verdict(runs) for b, runs in outcome.runs.items()}
    null = verdict(outcome.null) if outcome.null else None
    findings = _findings(outcome)
    flags = [flag for one in told.values() for flag in one.flags]
    tables = [_evidence(told, null), _boundary(outcome)]
    figures = {"order": draw_order(outcome.runs[first], outcome.null)}
    caption = "Magnetisation, spin-glass overlap and Binder cumulant against temperature, by the number of moments"
    captions = {"order": caption + ("; dashed: the same moments without pairing." if outcome.null else ".")}
    if outcome.film is not None and len(outcome.runs) > 1:
        figures["phases"] = draw_phases(outcome.boundary, outcome.film)
        captions["phases"] = "Transition of the film and ordering temperature of the moments; arrows are limits."
        found = criterion(outcome.boundary)
        flags += found.flags
        if found.magnetic_length is not None:
            findings.append(Finding("magnetic_length", found.magnetic_length, "m", stderr=found.magnetic_length_error,
                                    text="coherence-length criterion, from T_K/T_c"))  # fmt: skip
    if outcome.loop is not None:
        numbers = loop_numbers(outcome.loop)
        figures["loop"] = draw_loop(outcome.loop)
        captions["loop"] = "Magnetisation while the field goes there and back; band: error over realisations."
        flags += numbers.flags
        for name, value, error, unit in (
            ("coercive_field", numbers.coercive_field, numbers.coercive_field_error, "T"),
            ("remanence", numbers.remanence, numbers.remanence_error, "1"),
        ):
            if value is not None:
                findings.append(Finding(name, value, unit, stderr=error))
    return Analysis(
        kind="order", title=f"Order of moments: {outcome.label}", sources=(source,) if source else (),
        summary=answer(told[first], null, outcome), findings=findings, tables=tables, figures=figures, captions=captions,
        flags=_unique(flags),
    )  # fmt: skip


def answer(found: Verdict, null: Verdict | None, outcome: Outcome) -> str:
    """The answer in words: what the order is, and whether the pairs make it."""
    kind = {"ferromagnet": "yes, ferromagnetically", "antiferromagnet": "they order, but as an antiferromagnet",
            "spin glass": "no, they freeze as a spin glass", "paramagnet": "no, they stay a paramagnet",
            "undecided": _undecided(found)}[found.name]  # fmt: skip
    text = f"Does this pairing order these moments? At {found.temperature:.3g} K: {kind} (level {found.level:g})."
    if null is None:
        return text + " What they do without pairing was not looked at."
    if "undecided" in (null.name, found.name):
        return text + (" Nor do those without pairing." if null.name == found.name else f" Without pairing: {null.name}.")
    if null.name == found.name:
        return text + f" Without pairing the same moments are a {null.name} too, so the pairs are not what decides."
    article = "an" if null.name[0] in "aeiou" else "a"
    return text + f" Without pairing the same moments are {article} {null.name}: the pairs make the difference."


def _undecided(found: Verdict) -> str:
    """What is excluded although no order is found for sure."""
    told = {one.order: one.finding for one in found.evidence}
    if told["magnetisation"] != "absent":
        return "these samples do not decide it"
    if told.get("structure", "absent") != "absent":
        return "not ferromagnetically; as what else, these samples do not decide"
    return "no; whether they freeze as a spin glass these samples do not decide"


def _findings(outcome: Outcome) -> list[Finding]:
    found = []
    for place, b in enumerate(outcome.boundary["field"].values):
        row = {name: float(outcome.boundary[name][place]) for name in _COLUMNS}
        text = f"at {si(float(b), 'T') if b else '0 T'}"
        if np.isfinite(row["ordering_temperature"]):
            error, spread = row["ordering_temperature_error"], row["ordering_temperature_systematic"]
            found.append(Finding(
                "ordering_temperature", row["ordering_temperature"], "K", stderr=error if np.isfinite(error) else None,
                systematic=spread if np.isfinite(spread) else None, text=text))  # fmt: skip
        elif np.isfinite(row["below"]):
            found.append(Finding("ordering_temperature", row["below"], "K", limit="upper", text=text))
        elif np.isfinite(row["above"]):
            found.append(Finding("ordering_temperature", row["above"], "K", limit="lower", text=text))
        else:
            text = f"{text}: {outcome.boundary['remark'].values[place]}"
            found.append(Finding("ordering_temperature", float("nan"), "K", text=text))
        if float(b) in outcome.mean_field:
            text = f"{text.split(':')[0]}, the same moment everywhere; below 0: antiferromagnetic couplings prevail"
            found.append(Finding("mean_field_temperature", outcome.mean_field[float(b)], "K", text=text))
    return found


def _evidence(told: Mapping[float, Verdict], null: Verdict | None) -> Table:
    rows = []
    named = [(si(b, "T") if b else "0 T", v) for b, v in told.items()] + ([(NORMAL, null)] if null is not None else [])
    for label, one in named:
        rows += [
            (label, one.name, e.order, e.finding, e.exponent, e.exponent_error, ", ".join(f"{x:.3g}" for x in e.strength))
            for e in one.evidence
        ]
    columns = ("at", "verdict", "order in", "finding", "s", "error of s", "N <x^2> by size")
    return Table("Evidence", columns, tuple(rows), "N <x^2> ~ N^s at the lowest temperature: s = 1 with order, 0 without.")


def _boundary(outcome: Outcome) -> Table:
    b = outcome.boundary
    rows = tuple(
        (float(b["field"][i]), str(b["verdict"].values[i]), *(
            None if not np.isfinite(v := float(b[name][i])) else v
            for name in ("ordering_temperature", "ordering_temperature_error", "below", "above", "critical_temperature")
        ), str(b["remark"].values[i]))
        for i in range(b.sizes["field"])
    )  # fmt: skip
    columns = ("field (T)", "verdict", "T_K (K)", "error (K)", "below (K)", "above (K)", "T_c (K)", "remark")
    return Table("Ordering temperature", columns, rows)


def _unique(flags: Sequence[Flag]) -> list[Flag]:
    found: dict[tuple[str, str], Flag] = {}
    for flag in flags:
        found.setdefault((flag.code, flag.message), flag)
    return list(found.values())
