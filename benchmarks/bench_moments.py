"""Monte Carlo of 1000 moments with dense J: this package beside what a user would otherwise write, in one run.

    python benchmarks/bench_moments.py [--moments 1000] [--temperatures 16] [--one-core] [--quick]

Updates of single moments a second at equal statistics: each program visits all moments in turn by the heat bath and keeps exact
local fields. Rivals: (a) NumPy, one moment at a time, the field by a product with its row of J; (b) NumPy with all walkers
(temperatures and replicas) side by side; (c) a JAX scan over moments, walkers side by side. All are checked against the energy
of this package: the last column is the largest difference over temperatures in errors, 0.02 a moment for what is not yet in
equilibrium included.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

SEED = 3


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--moments", type=int, default=1000)
    arguments.add_argument("--temperatures", type=int, default=16)
    arguments.add_argument("--one-core", action="store_true")
    arguments.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    wishes, _ = arguments.parse_known_args()
    if wishes.quick:
        wishes.moments, wishes.temperatures = 64, 4
    if wishes.one_core:
        os.environ["OMP_NUM_THREADS"] = os.environ["NUMBA_NUM_THREADS"] = "1"
        os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from supraspin.moments.walkers import cores

    made_of = f"{wishes.moments} moments, {wishes.temperatures} temperatures x 2 replicas"
    print(f"{made_of}, {cores()} cores, Python {sys.version.split()[0]}")
    print(f"{'program':<52}{'updates a second':>18}{'against ours':>14}{'energy, errors':>16}")
    for kind in ("ising", "vector"):
        print(f"{kind}, dense Gaussian J")
        rows = table(kind, wishes.moments, wishes.temperatures, wishes.quick)
        ours = rows[0][1]
        for name, rate, pull in rows:
            print(f"  {name:<50}{rate / 1e6:>15.2f} M {rate / ours:>13.3f}{pull:>16}")


def couplings(count: int):
    import numpy as np

    rng = np.random.default_rng(SEED)
    j = np.triu(rng.normal(size=(count, count)) / np.sqrt(count), 1)
    return j + j.T


def table(kind: str, count: int, number: int, quick: bool) -> list[tuple[str, float, str]]:
    """Name, updates a second, and the largest pull of the energy against ours."""
    import numpy as np

    j, temperatures = couplings(count), np.linspace(0.6, 2.0, number)
    budget = 0.2 if quick else 2.0
    rows, reference = [], None
    for name, program in (
        ("this package, double precision", lambda: ours(kind, j, temperatures, "double")),
        ("this package, single precision", lambda: ours(kind, j, temperatures, "single")),
        ("NumPy, one moment at a time", lambda: numpy_single(kind, j, temperatures)),
        ("NumPy, all walkers side by side", lambda: numpy_walkers(kind, j, temperatures)),
        ("JAX scan, all walkers side by side", lambda: jax_walkers(kind, j, temperatures)),
    ):
        sweep, energy, visited = program()
        sweep()  # compiles, and is part of the warm-up
        start = time.perf_counter()
        energies = []
        while time.perf_counter() - start < budget or len(energies) < 2:
            sweep()
            energies.append(energy())
        rate = len(energies) * visited / (time.perf_counter() - start)
        later = np.array(energies[len(energies) // 2 :])
        found = later.mean(axis=0), later.std(axis=0) / np.sqrt(max(len(later) / 20, 1)) + 0.02
        if reference is None:
            reference, pull = found, "-"
        else:
            pull = f"{np.max(np.abs(found[0] - reference[0]) / np.hypot(found[1], reference[1])):.1f}"
        rows.append((name, rate, pull))
    return rows


def ours(kind: str, j, temperatures, precision: str):
    import numpy as np

    from supraspin.moments import System, Walkers
    from supraspin.quantities import KB

    system = System(j[None, None] * KB, kind, precision=precision)
    walkers = Walkers.start(system, temperatures, replicas=2, rng=np.random.default_rng(1))
    visited = 4 * walkers.spins[..., 0, :].size
    return lambda: walkers.sweep(4), lambda: walkers.energy()[0].mean(axis=1) / KB / len(j), visited


def directions(kind: str, rng, field, beta):
    """Heat bath for fields (..., C) at beta (...): what a user writes."""
    import numpy as np

    if kind == "ising":
        up = rng.random(field.shape[:-1]) < 1 / (1 + np.exp(-2 * beta * field[..., 0]))
        return np.where(up, 1.0, -1.0)[..., None]
    size = np.linalg.norm(field, axis=-1)
    x, u = beta * size, 1 - rng.random(size.shape)
    cosine = np.clip(1 + np.log(u + (1 - u) * np.exp(-2 * x)) / x, -1, 1)
    e = field / size[..., None]
    other = np.where(np.abs(e[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    first = np.cross(e, other)
    first /= np.linalg.norm(first, axis=-1)[..., None]
    second = np.cross(e, first)
    angle, sine = 2 * np.pi * rng.random(size.shape)[..., None], np.sqrt(1 - cosine**2)[..., None]
    return cosine[..., None] * e + sine * (np.cos(angle) * first + np.sin(angle) * second)


def numpy_single(kind: str, j, temperatures):
    """One walker at one temperature after the other, 20 moments of each a call: a full sweep would take too long."""
    import numpy as np

    rng, parts, n = np.random.default_rng(2), 1 if kind == "ising" else 3, len(j)
    spins = rng.normal(size=(len(temperatures), n, parts))
    spins /= np.linalg.norm(spins, axis=-1, keepdims=True)
    place = [0]

    def sweep():
        for _ in range(20):
            i = place[0] = (place[0] + 1) % n
            for k, t in enumerate(temperatures):
                spins[k, i] = directions(kind, rng, j[i] @ spins[k], 1 / t)

    return sweep, lambda: energy_of(j, spins), 20 * len(temperatures)


def numpy_walkers(kind: str, j, temperatures):
    import numpy as np

    rng, parts, n = np.random.default_rng(2), 1 if kind == "ising" else 3, len(j)
    spins = rng.normal(size=(n, 2 * len(temperatures), parts))
    spins /= np.linalg.norm(spins, axis=-1, keepdims=True)
    beta = np.repeat(1 / temperatures, 2)
    fields = np.tensordot(j, spins, 1)

    def sweep():
        for i in range(n):
            new = directions(kind, rng, fields[i], beta)
            fields[...] += j[i][:, None, None] * (new - spins[i])
            spins[i] = new

    return sweep, lambda: pairs(energy_of(j, np.moveaxis(spins, 1, 0))), n * len(beta)


def jax_walkers(kind: str, j, temperatures):
    import numpy as np

    from supraspin.backend import jax, jnp

    parts, n = 1 if kind == "ising" else 3, len(j)
    start = np.random.default_rng(2).normal(size=(n, 2 * len(temperatures), parts))
    start /= np.linalg.norm(start, axis=-1, keepdims=True)
    beta, rows = jnp.repeat(jnp.asarray(1 / temperatures), 2), jnp.asarray(j)

    def turn(state, now):
        spins, fields = state
        i, key = now
        h = fields[i]
        u = jax.random.uniform(key, (2, len(beta)))
        if parts == 1:
            new = jnp.where(u[0] < 1 / (1 + jnp.exp(-2 * beta * h[:, 0])), 1.0, -1.0)[:, None]
        else:
            size = jnp.linalg.norm(h, axis=-1)
            x = beta * size
            cosine = jnp.clip(1 + jnp.log(1 - u[0] + u[0] * jnp.exp(-2 * x)) / x, -1, 1)
            e = h / size[:, None]
            first = jnp.cross(e, jnp.where(jnp.abs(e[:, :1]) < 0.9, jnp.array([1.0, 0, 0]), jnp.array([0, 1.0, 0])))
            first = first / jnp.linalg.norm(first, axis=-1, keepdims=True)
            angle, sine = 2 * jnp.pi * u[1][:, None], jnp.sqrt(1 - cosine**2)[:, None]
            new = cosine[:, None] * e + sine * (jnp.cos(angle) * first + jnp.sin(angle) * jnp.cross(e, first))
        fields = fields + rows[i][:, None, None] * (new - spins[i])
        return (spins.at[i].set(new), fields), None

    @jax.jit
    def whole(state, key):
        return jax.lax.scan(turn, state, (jnp.arange(n), jax.random.split(key, n)))[0]

    held = [(jnp.asarray(start), jnp.tensordot(rows, jnp.asarray(start), 1)), jax.random.key(1)]

    def sweep():
        held[1], key = jax.random.split(held[1])
        held[0] = jax.block_until_ready(whole(held[0], key))

    return sweep, lambda: pairs(energy_of(j, np.moveaxis(np.asarray(held[0][0]), 1, 0))), n * len(beta)


def energy_of(j, spins):
    """E/N of spins (walkers, N, C)."""
    import numpy as np

    return -0.5 * np.einsum("wic,wic->w", np.tensordot(spins, j, axes=(1, 0)).swapaxes(1, 2), spins) / len(j)


def pairs(values):
    return values.reshape(-1, 2).mean(axis=1)


if __name__ == "__main__":
    main()
