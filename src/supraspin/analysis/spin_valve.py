"""Non-local spin valves: the signal between parallel and antiparallel electrodes, where they switch, and up to which current.

I-V curves at many fields (`nonlocal_iv`) and maps of R_NL over current and field (`nonlocal_bias`, `spin_valve_loop` at many
currents) are reduced to two levels. What is even in the current, a heating or thermoelectric voltage, is told from R_NL.
Two states are claimed at a stated chance, and switching fields per direction of the field, single sweeps not averages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.nonlocal_figures import draw_valve
from supraspin.analysis.nonlocal_findings import add_findings, summary
from supraspin.analysis.nonlocal_iv import read_valve
from supraspin.analysis.regime import distinct
from supraspin.analysis.result import Analysis
from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

KIND = ("nonlocal_iv", "nonlocal_bias", "spin_valve_loop")
SETTINGS = {"separation": ("m", "centre-to-centre distance of injector and detector")}
_MAP = 5  # currents from which loops make a map


def suits(ds: xr.Dataset) -> bool:
    """I-V curves and bias sweeps at fields; loops only where they are a map over currents."""
    return ds.attrs["kind"] != "spin_valve_loop" or distinct(ds, "current") >= _MAP


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set. Raises `DataError` for a separation that makes no sense, `FitError` for too few curves."""
    if "separation" in settings and not settings["separation"] > 0:
        raise DataError(f"setting 'separation' must be above 0, not {settings['separation']:g}")
    result = Analysis(ds.attrs["kind"], f"Non-local spin valve: {name_of(ds)}", sources(ds), "")
    valve = read_valve(ds)
    add_findings(result, valve)
    result.summary = summary(valve)
    result.figures["states"] = draw_valve(valve)
    result.captions["states"] = (
        "Left: voltage without its offset and thermal term against current. Right: non-local resistance of each curve against "
        "field, arrow heads along the direction of the field; bands are the levels, shaded fields hold a switch."
    )
    return result
