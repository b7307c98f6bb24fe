"""What was understood of a data set, and every doubt, for people and for programs."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr

from supraspin.data.schema import BITS, DIMS, KINDS, doubts, good


def describe(ds: xr.Dataset) -> dict[str, Any]:
    """A dict that `json` can write: kind, sources, variables with their ranges and original names, sweeps, doubts."""
    fine = good(ds).values
    padding = (ds["doubt"].values & BITS["padding"]) != 0
    points = int((~padding).sum())
    variables = {}
    for name, variable in ds.variables.items():
        if name == "doubt" or variable.dtype.kind not in "fi":
            continue
        values = variable.values[~padding] if variable.dims == DIMS else variable.values
        finite = values[np.isfinite(values)]
        variables[str(name)] = {
            "unit": variable.attrs.get("units", "1"), "over": list(variable.dims),
            "original_name": variable.attrs.get("original_name", str(name)),
            "original_unit": variable.attrs.get("original_unit", ""), "minimum": float(finite.min()) if finite.size else None,
            "maximum": float(finite.max()) if finite.size else None,
        }  # fmt: skip
    counts = {bit: int(((ds["doubt"].values & mask) != 0).sum()) for bit, mask in BITS.items() if bit != "padding"}
    return {
        "kind": ds.attrs["kind"], "meaning": KINDS[ds.attrs["kind"]].meaning, "source": ds.attrs.get("source", "").split("; "),
        "reader": ds.attrs.get("reader", ""), "sha256": ds.attrs.get("sha256", "").split(), "sweeps": ds.sizes["sweep"],
        "points": points, "good_points": int(fine.sum()), "variables": variables,
        "doubtful_points": {bit: n for bit, n in counts.items() if n},
        "doubts": [flag.to_dict() for flag in doubts(ds)], "metadata": json.loads(ds.attrs.get("metadata", "{}")),
    }  # fmt: skip


def describe_text(ds: xr.Dataset) -> str:
    """The same in lines of plain text."""
    said = describe(ds)
    sources = said["source"]
    lines = [f"{sources[0] or 'data made in memory'}{f' and {len(sources) - 1} more' if len(sources) > 1 else ''}"]
    lines.append(f"  kind      {said['kind']}: {said['meaning']}")
    lines.append(f"  size      {_count(said['sweeps'], 'sweep')}, {_count(said['points'], 'point')}, {said['good_points']} good")
    lines.append(f"  reader    {said['reader']}")
    for name, variable in said["variables"].items():
        if variable["minimum"] is None:
            reach = "no finite value"
        elif variable["minimum"] == variable["maximum"]:
            reach = f"{variable['minimum']:.6g}"
        else:
            reach = f"{variable['minimum']:.6g} to {variable['maximum']:.6g}"
        unit = "" if variable["unit"] == "1" else f" {variable['unit']}"
        written = variable["original_name"]
        origin = (
            ""
            if written == name
            else f"   <- {written}{'' if variable['original_unit'] in ('', '1') else ' in ' + variable['original_unit']}"
        )
        each = "" if len(variable["over"]) == 2 else " (each sweep)"
        lines.append(f"  {name}: {reach}{unit}{each}{origin}")
    for flag in said["doubts"]:
        lines.append(f"  {flag['level']}: {flag['message']} [{flag['code']}]")
    if not said["doubts"]:
        lines.append("  no doubts")
    return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
