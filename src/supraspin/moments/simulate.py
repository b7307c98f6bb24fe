"""Monte Carlo in equilibrium: many realisations, temperatures and replicas at once, with parallel tempering."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.checkpoint import Checkpoint
from supraspin.errors import ModelError
from supraspin.moments.observables import SERIES, Observer, overlap
from supraspin.moments.system import System
from supraspin.moments.walkers import Walkers

CONVENTIONS = "supraspin moments run 1"
CHUNK = 16
"""Readings between two refreshes of the fields, where a run can be broken off and taken up again."""
_STRUCTURE = 4  # readings to one of the structure factor
_PAIRED = ("q2", "qk2")
_STATE = ("spins", "states", "swap_states")
_COUNTS = ("accepted", "tried", "structure", "snapshot")


def simulate(
    system: System, temperatures, *, readings: int = 512, warmup: int = 256, every: int = 4, replicas: int = 2, field=0.0,
    rng: np.random.Generator, checkpoint: str | Path | None = None, interval: float = 60.0,
    progress: Callable[[int, int], None] | None = None,
) -> xr.Dataset:  # fmt: skip
    """Series of observables (`observables.SERIES`) over (reading, realisation, temperature, replica), energies in eV a moment.

    `temperatures` in K, rising, between which neighbours exchange their moments; `readings` are `every` sweeps apart, and
    `warmup` of them are left out before. `field` in T: a vector, or a number along the axis. Two replicas give the overlap.
    With a `checkpoint` file, and `rng` in the same state, a run that was killed goes on where the file was last written
    (every `interval` seconds); the file goes when the run ends. `progress(done, all)` counts readings. Raises `ModelError`.
    """
    temperatures = np.atleast_1d(np.asarray(temperatures, float))
    if np.any(np.diff(temperatures) <= 0) or np.any(temperatures <= 0):
        raise ModelError("temperatures must rise from above 0 K")
    if min(readings, every, replicas) < 1 or warmup < 0:
        raise ModelError("readings, sweeps between them and replicas are at least 1, the warm-up at least 0")
    walkers = Walkers.start(system, temperatures, replicas=replicas, field=field, rng=rng)
    observer = Observer(system)
    asked = (system.fingerprint(), temperatures.tolist(), readings, warmup, every, replicas, walkers.pull.tolist())
    mark = hashlib.sha256(repr(asked).encode() + walkers.states.tobytes()).hexdigest()[:16]
    keeper = Checkpoint(checkpoint, mark, interval)
    counts: dict[str, np.ndarray] = {name: np.zeros(max(len(temperatures) - 1, 0)) for name in ("accepted", "tried")}
    series: dict[str, np.ndarray] = {}
    done, total = 0, readings + warmup
    kept = keeper.load()
    if kept is not None:
        for name in _STATE:
            setattr(walkers, name, kept.pop(name))
        done, walkers.swaps = (int(x) for x in kept.pop("counters"))
        counts = {name: kept.pop(name) for name in _COUNTS if name in kept}
        series = kept
    while done < total:
        walkers.refresh()
        for _ in range(min(CHUNK, total - done)):
            walkers.sweep(every)
            pairs, share = walkers.swap()
            if done >= warmup:
                counts["accepted"][pairs] += share
                counts["tried"][pairs] += 1
                counts.setdefault("snapshot", walkers.spins.copy())
                _record(walkers, observer, done - warmup, readings, series, counts)
            done += 1
        state = {name: getattr(walkers, name) for name in _STATE} | {"counters": np.array([done, walkers.swaps])}
        keeper.save(state | counts | series)
        if progress is not None:
            progress(done, total)
    run = _dataset(system, walkers, series, observer, counts)
    run.attrs |= {"readings": readings, "warmup": warmup, "every": every}
    keeper.clear()
    return run


def _record(walkers: Walkers, observer: Observer, place: int, readings: int, series: dict, counts: dict) -> None:
    found = observer.read(walkers) | {"q2_own": overlap(walkers.spins, counts["snapshot"])}
    for name, values in found.items():
        series.setdefault(name, np.full((readings, *values.shape), np.nan))[place] = values
    if place % _STRUCTURE == 0 and observer.grid is not None:
        counts["structure"] = counts.get("structure", 0.0) + observer.structure(walkers)


def _dataset(system: System, walkers: Walkers, series: dict, observer: Observer, counts: dict) -> xr.Dataset:
    dims = ("reading", "realisation", "temperature", "replica")
    variables: dict[str, tuple] = {
        name: (dims if name not in _PAIRED else (*dims[:3], "pair"), series[name]) for name in SERIES if name in series
    }
    if "structure" in counts:
        taken = -(-len(series["m2"]) // _STRUCTURE)
        variables["structure"] = (("realisation", "temperature", "wave"), counts["structure"] / taken)
        variables["wave_vector"] = (("wave", "plane"), observer.grid, {"units": "1/m"})
    variables["exchanged"] = (("neighbours",), counts["accepted"] / np.maximum(counts["tried"], 1))
    coordinates = {"temperature": ("temperature", walkers.temperatures, {"units": "K"})}
    length = float("nan") if system.sample is None else float(np.sqrt(system.sample.area))
    shortest = float("nan") if observer.waves is None else float(np.mean(np.linalg.norm(observer.waves, axis=1)))
    attributes = {
        "conventions": CONVENTIONS, "kind": system.kind, "count": system.count, "components": system.components,
        "box_length": length, "wave_number": shortest, "pull": walkers.pull,
    }  # fmt: skip
    return xr.Dataset(variables, coordinates, attributes)
