"""Sweeps of the field with history: loops, coercive field and remanence.

The moments carry on from one field to the next and never tunnel: Ising moments turn one at a time by the heat bath, vectors by
small rotations, so a moment leaves its valley only over the barrier. Times are sweeps; a slower sweep has a smaller loop. At
0 K each rotation must lower the energy, and one moment with an easy axis follows the loop of Stoner and Wohlfarth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.checkpoint import Checkpoint
from supraspin.errors import ModelError
from supraspin.flags import Flag
from supraspin.moments.binning import jackknife
from supraspin.moments.system import System
from supraspin.moments.walkers import Walkers

CONVENTIONS = "supraspin moments loop 1"
STEP = 0.1
"""Length of a rotation, rad."""


def field_sweep(
    system: System, fields, temperature: float, *, sweeps: int = 20, direction=None, start: str = "saturated", step: float = STEP,
    replicas: int = 1, rng: np.random.Generator, couplings_at: Callable[[float], np.ndarray] | None = None,
    checkpoint: str | Path | None = None, interval: float = 60.0, progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:  # fmt: skip
    """Magnetisation along `direction` (default: the axis) at each of `fields`, T, in turn: (realisation, point).

    `sweeps` passes at each field, the second half of which is averaged. `start`: "saturated" along the first field, or "random".
    `couplings_at(field)` gives couplings of the system's shape where J depends on the field. Replicas are averaged. `checkpoint`
    as in `simulate`. Raises `ModelError`.
    """
    fields = np.atleast_1d(np.asarray(fields, float))
    along = np.asarray(system.axis if direction is None else direction, float)
    if along.shape != (3,) or not np.linalg.norm(along) > 0 or not np.all(np.isfinite(fields)):
        raise ModelError("fields are finite numbers along a direction of three components")
    if start not in ("saturated", "random") or sweeps < 1:
        raise ModelError("a sweep starts saturated or random, with one pass or more at each field")
    along = along / np.linalg.norm(along)
    seen = np.array([along @ np.asarray(system.axis)]) if system.kind == "ising" else along
    ahead = along * (np.sign(fields[0]) or 1.0) if start == "saturated" else None
    walkers = Walkers.start(system, [temperature], replicas=replicas, rng=rng, aligned=ahead)
    asked = (system.fingerprint(), fields.tolist(), temperature, sweeps, along.tolist(), start, step, replicas)
    mark = hashlib.sha256(repr(asked).encode() + walkers.states.tobytes()).hexdigest()[:16]
    keeper = Checkpoint(checkpoint, mark, interval)
    magnetisation = np.full((system.realisations, len(fields)), np.nan)
    first = 0
    kept = keeper.load()
    if kept is not None:
        walkers.spins, walkers.states, magnetisation = kept["spins"], kept["states"], kept["magnetisation"]
        first = int(kept["counters"][0])
    for i in range(first, len(fields)):
        if couplings_at is not None:
            walkers.system = replace(system, couplings=couplings_at(float(fields[i])))
            walkers.rows = walkers.system.rows
        walkers.pull = system.pull(fields[i] * along)
        walkers.refresh()
        walkers.sweep(max(1, sweeps // 2), step)
        total, readings = np.zeros(system.realisations), max(1, sweeps - sweeps // 2)
        for _ in range(readings):
            walkers.sweep(1, step)
            total += walkers.spins.mean(axis=-1, dtype=float)[:, 0].mean(axis=1) @ seen
        magnetisation[:, i] = total / readings
        keeper.save({
            "spins": walkers.spins, "states": walkers.states, "magnetisation": magnetisation, "counters": np.array([i + 1]),
        })  # fmt: skip
        if progress is not None:
            progress(i + 1, len(fields))
    keeper.clear()
    steps = np.diff(fields)
    sense = np.sign(np.concatenate([steps[:1], steps])) if len(steps) else np.ones(1)
    attributes = {
        "conventions": CONVENTIONS, "temperature": temperature, "sweeps": sweeps, "count": system.count, "kind": system.kind,
    }  # fmt: skip
    return xr.Dataset(
        {
            "magnetisation": (("realisation", "point"), magnetisation, {"units": "1"}),
            "field": (("point",), fields, {"units": "T"}),
            "direction": (("point",), sense, {"units": "1"}),
        },
        attrs=attributes,
    )


def loop_fields(largest: float, points: int) -> np.ndarray:
    """Fields of a full loop, T: from `largest` down to -`largest` and back, `points` each way, 0 T among them."""
    down = np.linspace(largest, -largest, points | 1)
    return np.concatenate([down, down[::-1][1:]])


@dataclass(frozen=True)
class LoopNumbers:
    """Of a loop: coercive field, T, and remanence with errors; absent where not seen."""

    coercive_field: float | None
    coercive_field_error: float | None
    remanence: float | None
    remanence_error: float | None
    flags: tuple[Flag, ...] = ()


def loop_numbers(loop: xr.Dataset) -> LoopNumbers:
    """Coercive field and remanence of a full loop that begins at its largest field.

    Both branches are averaged; where the magnetisation is never reversed, the remanence is that of the first.
    Errors by the jackknife over realisations; one realisation has none. The grid of fields adds half its spacing at most.
    """
    b, m = loop["field"].values, loop["magnetisation"].values
    sense = loop["direction"].values
    turn = int(np.argmin(b))
    branches = [np.arange(turn + 1), np.arange(turn, len(b))]
    if len(b) < 5 or turn in (0, len(b) - 1) or np.any(sense[1 : turn + 1] > 0) or np.any(sense[turn + 1 :] < 0):
        raise ModelError("a loop goes from its largest field to its lowest and back")

    def coercive(mean):
        found = []
        for branch, sign in zip(branches, (-1, 1), strict=True):
            x, y = sign * b[branch], sign * mean[branch]
            i = np.nonzero((y[:-1] < 0) & (y[1:] >= 0))[0]
            found.append(np.nan if not i.size else np.interp(0.0, y[i[0] : i[0] + 2], x[i[0] : i[0] + 2]))
        return np.mean(found)

    def remanent(mean):
        down, up = branches
        fallen = np.interp(0.0, b[down][::-1], mean[down][::-1])
        return fallen if mean[turn] > 0 else (fallen - np.interp(0.0, b[up], mean[up])) / 2

    flags = []
    remanence, remanence_error = jackknife(remanent, m)
    field, error = jackknife(coercive, m)
    value: float | None = float(field)
    if not np.isfinite(coercive(m.mean(axis=0))):
        limit = float(np.max(np.abs(b)))
        flags.append(Flag("no_reversal", f"the magnetisation is not reversed at {limit:.3g} T: the coercive field is larger",
                          "note", {"above": limit}))  # fmt: skip
        value = None
    given = len(m) > 1
    return LoopNumbers(
        value, float(error) if given and value is not None and np.isfinite(error) else None, float(remanence),
        float(remanence_error) if given else None, tuple(flags),
    )  # fmt: skip
