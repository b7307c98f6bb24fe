"""Non-local spin valves: the signal between parallel and antiparallel electrodes, where they switch, and up to which current.

I-V curves at many fields (`iv`) and maps of R_NL over current and field (`nonlocal_bias`, `spin_valve_loop` at many
currents) are reduced to two levels. What is even in the current, a heating or thermoelectric voltage, is told from R_NL.
Two states are claimed at a stated chance, and switching fields per direction of the field, single sweeps not averages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.regime import distinct
from supraspin.analysis.result import Analysis, Finding
from supraspin.analysis.spin_valve.figures import draw_valve
from supraspin.analysis.spin_valve.findings import add_findings, summary
from supraspin.analysis.spin_valve.iv import read_valve
from supraspin.analysis.spin_valve.length import analyse_lengths, collect
from supraspin.analysis.spin_valve.map import read_bias_map
from supraspin.analysis.spin_valve.map_figure import draw_map_states
from supraspin.analysis.spin_valve.map_findings import add_map_findings, find_states, map_summary
from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

KIND = ("nonlocal_iv", "nonlocal_bias", "spin_valve_loop")
SETTINGS = {
    "separation": ("m", "centre-to-centre distance of injector and detector"),
    "channel_resistance": ("ohm/m", "resistance of the channel over its length"),
    "spin_resistance_electrode": ("ohm", "resistivity times spin length over area of an electrode"),
}
TITLE = "Non-local spin valve"
_MAP = 5  # currents from which loops make a map


def suits(ds: xr.Dataset) -> bool:
    """I-V curves and bias sweeps at fields; loops only where they are a map over currents."""
    return ds.attrs["kind"] != "spin_valve_loop" or distinct(ds, "current") >= _MAP


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set. Raises `DataError` for a separation that makes no sense, `FitError` for too few curves."""
    for name, value in settings.items():
        if not value > 0:
            raise DataError(f"setting {name!r} must be above 0, not {value:g}")
    result = Analysis(ds.attrs["kind"], f"{TITLE}: {name_of(ds)}", sources(ds), "")
    if ds.attrs["kind"] == "nonlocal_iv":
        _curves(ds, result)
    else:
        _map(ds, result)
    distance = settings.get("separation", _distance(ds))
    if distance is not None:
        result.findings.append(Finding("separation", distance, "m", text="as given"))
    return result


def combine(pairs: list[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """The signal against distance, where valves of different distances were given together."""
    valves = collect([result for _, result in pairs if result.title.startswith(TITLE)])
    return [] if valves is None else [analyse_lengths(valves, settings, "nonlocal_iv")]


def _distance(ds: xr.Dataset) -> float | None:
    """The distance of the electrodes, where all sweeps have the same one."""
    if distinct(ds, "separation") != 1:
        return None
    values = ds["separation"].values.astype(float)
    return float(values[0]) if np.all(np.isfinite(values)) else None


def _curves(ds: xr.Dataset, result: Analysis) -> None:
    valve = read_valve(ds)
    add_findings(result, valve)
    result.summary = summary(valve)
    result.figures["states"] = draw_valve(valve)
    result.captions["states"] = (
        "Left: voltage without its offset and thermal term against current. Right: non-local resistance of each curve against "
        "field, arrow heads along the direction of the field; bands are the levels, shaded fields hold a switch."
    )


def _map(ds: xr.Dataset, result: Analysis) -> None:
    found = find_states(read_bias_map(ds))
    fitted = add_map_findings(result, found)
    result.summary = map_summary(found, result)
    result.figures["map"] = draw_map_states(found, fitted)
    result.captions["map"] = (
        "Non-local resistance over field and current (colours, white is zero), each direction of the field; dashed: switching "
        "fields. Below: difference of the two states against the current."
    )
