"""How noisy data may be before the tests of the transport rivals can no longer tell: what stands against noise added to twins.

    python benchmarks/verdict_power.py [twins of each truth, 10]

White noise is added to every reading of film, junction and valve, as a part of the largest reading of its data set: R_N of the
film, the resistance of the junction, half the swing of non-local signals.
"""

from __future__ import annotations

import sys

import numpy as np
import xarray as xr

from supraspin.verdict import PAPER, rivals
from supraspin.verdict.calibration import right, twin
from supraspin.verdict.trial import trial

PARTS = (0.0, 0.003, 0.01, 0.03, 0.1)
STATEMENTS = ("upturn", "field", "carrier", "spins")
_READINGS = {"resistance_temperature": "resistance", "magnetoresistance": "resistance", "iv_curve": "voltage",
             "nonlocal_bias": "nonlocal_resistance", "hanle": "nonlocal_resistance"}  # fmt: skip


def noisier(ds: xr.Dataset, part: float, rng: np.random.Generator) -> xr.Dataset:
    """The data set with white noise of `part` of its largest reading."""
    name = _READINGS.get(ds.attrs["kind"])
    if name is None or part == 0:
        return ds
    values = ds[name].values
    size = np.nanmax(np.abs(values - (0 if name == "resistance" else np.nanmean(values))))
    noisy = ds.copy()
    noisy[name] = (ds[name].dims, values + part * size * rng.standard_normal(values.shape), ds[name].attrs)
    return noisy


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    among = [one for one in rivals() if one.against in STATEMENTS]
    print("| truth | statement | " + " | ".join(f"{100 * part:g} %" for part in PARTS) + " |\n|---|---|" + "---|" * len(PARTS))
    for truth in (PAPER, *(one.name for one in among)):
        own = next((one for one in among if one.name == truth), None)
        good: dict[tuple[str, float], int] = {}
        wrong: dict[tuple[str, float], int] = {}
        for key in range(30_000, 30_000 + count):
            data = twin(truth, key)
            for i, part in enumerate(PARTS):
                told = trial([noisier(ds, part, np.random.default_rng([key, i, j])) for j, ds in enumerate(data)], among=among)
                for statement in (own.against,) if own is not None else STATEMENTS:
                    standing = told.statement(statement).standing
                    at = (statement, part)
                    good[at] = good.get(at, 0) + right(own, statement, standing)
                    wrong[at] = wrong.get(at, 0) + (bool(standing) and truth not in standing)
        for statement in dict.fromkeys(name for name, _ in good):
            cells = [f"{good[statement, part]}/{count}, wrong {wrong[statement, part]}" for part in PARTS]
            print(f"| {truth} | {statement} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
