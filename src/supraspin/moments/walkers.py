"""The walkers of a Monte Carlo: one copy of the moments for each realisation, temperature and replica.

Walkers of one realisation at neighbouring temperatures exchange their moments (parallel tempering, Hukushima and Nemoto, JPSJ
65, 1604), also where J differs between temperatures:

    chance = min(1, exp[-b_1 (E_1(2) - E_1(1)) - b_2 (E_2(1) - E_2(2))]),   b = 1/k_B T, E_1 the energy at the first temperature.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numba import njit

from supraspin.errors import ModelError
from supraspin.moments import _kernels
from supraspin.moments.system import System
from supraspin.quantities import KB

_SMALL = 2e6


@dataclass(eq=False)
class Walkers:
    """State of a run: spins and fields (D, K, R, C, N), temperatures (K,), mu B (C,), random states (D, K, R, 4) and (D, 4)."""

    system: System
    temperatures: np.ndarray
    pull: np.ndarray
    spins: np.ndarray
    fields: np.ndarray
    states: np.ndarray
    swap_states: np.ndarray
    rows: np.ndarray
    swaps: int = 0

    @classmethod
    def start(
        cls, system: System, temperatures, *, replicas: int = 1, field=0.0, rng: np.random.Generator, aligned=None
    ) -> Walkers:
        """Moments that point at random or, with `aligned` (3,), along it (Ising: by its sign along the axis)."""
        temperatures = np.atleast_1d(np.asarray(temperatures, float))
        if not (temperatures.ndim == 1 and np.all(temperatures >= 0) and np.all(np.isfinite(temperatures))):
            raise ModelError("temperatures are a list of finite numbers, 0 K or more")
        if system.couplings.shape[1] not in (1, len(temperatures)):
            raise ModelError(f"{system.couplings.shape[1]} sets of couplings do not fit {len(temperatures)} temperatures")
        shape = (system.realisations, len(temperatures), replicas, system.components, system.count)
        if aligned is None:
            spins = rng.normal(size=shape)
        else:
            along = np.asarray(aligned, float)
            along = np.array([along @ np.asarray(system.axis)]) if system.kind == "ising" else along
            if not np.linalg.norm(along) > 0:
                raise ModelError("the direction of aligned moments must not vanish (Ising: along the axis)")
            spins = np.broadcast_to(along[:, None], shape).copy()
        spins = (spins / np.linalg.norm(spins, axis=-2, keepdims=True)).astype(system.couplings.dtype)
        states = rng.integers(1, 2**64, size=(*shape[:3], 4), dtype=np.uint64)
        swap_states = rng.integers(1, 2**64, size=(shape[0], 4), dtype=np.uint64)
        found = cls(system, temperatures, system.pull(field), spins, np.empty_like(spins), states, swap_states, system.rows)
        found.refresh()
        return found

    @property
    def beta(self) -> np.ndarray:
        """1/k_B T, 1/eV, (K,); infinite at 0 K."""
        with np.errstate(divide="ignore"):
            return 1 / (KB * self.temperatures)

    def refresh(self) -> None:
        """The fields anew from the moments, free of rounding errors that have added up."""
        self.fields = self.system.fields(self.spins)

    def energy(self) -> np.ndarray:
        """E, eV, (D, K, R)."""
        return self.system.energy(self.spins, self.fields, self.pull)

    def sweep(self, sweeps: int = 1, step: float = 0.0) -> None:
        """So many passes over all moments; `step` > 0: small rotations of vectors in place of the heat bath."""
        tasks = list(self._tasks())
        small = self.spins.size * self.spins.shape[-1] * sweeps < _SMALL  # threads would cost more than they save
        workers = 1 if small else cores()
        shares = [tasks[i :: 4 * workers] for i in range(4 * workers)]

        def work(share) -> None:
            for task in share:
                self._run(task, sweeps, step)

        if workers == 1:
            work(tasks)
            return
        for _ in _pool(workers).map(work, shares):
            pass

    def _tasks(self):
        """Slices (realisation, set of couplings, first walker, last walker) that can run side by side."""
        d, k, r = self.spins.shape[:3]
        sets = self.rows.shape[1]
        together = r * k // sets
        parts = min(together, -(-4 * cores() // (d * sets)))
        edges = np.linspace(0, together, parts + 1).astype(int)
        for realisation in range(d):
            for j in range(sets):
                for low, high in pairwise(edges):
                    yield realisation, j, low, high

    def _run(self, task, sweeps: int, step: float) -> None:
        d, j, low, high = task
        r, n, c = self.spins.shape[2], self.spins.shape[4], self.spins.shape[3]
        sets = self.rows.shape[1]
        k = slice(None) if sets == 1 else slice(j, j + 1)
        spins = self.spins[d, k].reshape(-1, c, n)[low:high]
        fields = self.fields[d, k].reshape(-1, c, n)[low:high]
        states = self.states[d, k].reshape(-1, 4)[low:high]
        beta = np.repeat(self.beta[k], r)[low:high]
        rows = self.rows[d, j]
        if c == 1:
            _kernels.sweep_ising(spins, fields, rows, beta, np.full(len(beta), self.pull[0]), states, sweeps)
            return
        system = self.system
        pull = np.tile(self.pull, (len(beta), 1))
        axis = np.asarray(system.axis)
        _kernels.sweep_vector(
            spins, fields, rows, system.tensor, beta, pull, float(system.anisotropy), axis, float(step), states, sweeps
        )

    def swap(self) -> tuple[np.ndarray, np.ndarray]:
        """Exchange between neighbours, even and odd pairs in turn: tried pairs (P,), accepted shares over D and R (P,)."""
        first = np.arange(self.swaps % 2, len(self.temperatures) - 1, 2)
        self.swaps += 1
        if not first.size:
            return first, np.zeros(0)
        own = self.energy()
        beta = self.beta
        if self.rows.shape[1] == 1:
            log_chance = (beta[first + 1] - beta[first])[:, None] * (own[:, first + 1] - own[:, first])
            crossed = None
        else:
            crossed = self._crossed(first)
            low = self.system.energy(self.spins[:, first + 1], crossed[0], self.pull)
            high = self.system.energy(self.spins[:, first], crossed[1], self.pull)
            log_chance = -beta[first][:, None] * (low - own[:, first]) - beta[first + 1][:, None] * (high - own[:, first + 1])
        draw = np.empty(log_chance.shape)
        for state, numbers in zip(self.swap_states, draw, strict=True):
            _fill(state, numbers)
        taken = np.log(np.maximum(draw, 1e-300)) < log_chance
        d, pair, r = np.nonzero(taken)
        k = first[pair]
        for name in ("spins", "fields"):
            values = getattr(self, name)
            lower, upper = values[d, k, r].copy(), values[d, k + 1, r].copy()
            values[d, k, r], values[d, k + 1, r] = upper, lower
        if crossed is not None:
            self.fields[d, k, r], self.fields[d, k + 1, r] = crossed[0][d, pair, r], crossed[1][d, pair, r]
        return first, taken.mean(axis=(0, 2))

    def _crossed(self, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Fields of the upper walkers under the lower couplings, and of the lower under the upper, (D, P, R, C, N) each."""
        pieces = [
            (self.system.fields(self.spins[:, k + 1 : k + 2], k), self.system.fields(self.spins[:, k : k + 1], k + 1))
            for k in first
        ]
        return np.concatenate([p[0] for p in pieces], axis=1), np.concatenate([p[1] for p in pieces], axis=1)


@njit(nogil=True, cache=True)
def _fill(state, out):
    flat = out.reshape(-1)
    for i in range(flat.size):
        flat[i] = _kernels.uniform(state)


@lru_cache(maxsize=1)
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers)


def cores() -> int:
    """Cores that this process may use; NUMBA_NUM_THREADS or OMP_NUM_THREADS lower it."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    wanted = os.environ.get("NUMBA_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    return max(1, min(allowed, int(wanted))) if wanted.isdigit() else allowed
