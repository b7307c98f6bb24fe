"""Tunnel spectra: this package beside what a user would otherwise write, at equal accuracy, in one run.

    python benchmarks/bench_tunnelling.py [--curves 1000] [--points 401] [--map 200] [--one-core] [--quick]

Rivals, all of the nodal state, whose spectral function is an average over the angle: (a) `scipy.integrate.quad` over the
energy around `quad` over the angle; (b) a NumPy double quadrature (energy grid x angle) and `lmfit` with finite
differences on it; (c) the contour at i pi k_B T/2 with 257 nodes in NumPy, with the angle's elliptic integral by the
arithmetic-geometric mean. The error is the largest deviation from an average over the real axis with 50,000 energies,
relative to the normal conductance. `--one-core` pins the process to one core and turns XLA's threads off.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from nodal_rivals import TEMPERATURE, by_contour, by_double_grid, by_nested_quad, on_real_axis

TRUE = {"gap": 1e-3, "broadening": 1e-4, "normal_conductance": 1.0, "bias_offset": 2e-5}
START = {"gap": 0.8e-3, "broadening": 2e-4, "normal_conductance": 0.9, "bias_offset": 1e-6}
MODELS = ("dynes", "nodal", "anisotropic", "two_gap", "exchange_split", "mcmillan")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--curves", type=int, default=1000)
    arguments.add_argument("--points", type=int, default=401)
    arguments.add_argument("--map", type=int, default=200, help="spectra of the map that is fitted")
    arguments.add_argument("--one-core", action="store_true")
    arguments.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    wishes = arguments.parse_args()
    if wishes.quick:
        wishes.curves, wishes.points, wishes.map = 20, 41, 4
    if wishes.one_core:
        os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import numpy as np

    bias = np.linspace(-4e-3, 4e-3, wishes.points)
    cores = "one core" if wishes.one_core else "all cores"
    print(f"{wishes.points} points at {TEMPERATURE} K, batch of {wishes.curves}, {cores}, Python {sys.version.split()[0]}")
    print(f"{'value and exact Jacobian in a batch, a spectrum':<52}{'value':>10}{'Jacobian':>12}")
    for name in MODELS[:2] if wishes.quick else MODELS:
        value, jacobian, columns = batch(name, bias, wishes.curves, wishes.quick)
        print(f"{name + f' ({columns} parameters)':<52}{value * 1e6:>7.1f} us{jacobian * 1e6:>9.1f} us")
    print(f"\n{'one spectrum, nodal':<52}{'time':>13}{'against ours':>14}{'error':>10}")
    table(values(bias, wishes.quick))
    print(f"\n{'fit, nodal, 4 parameters, a spectrum':<52}{'time':>13}{'against ours':>14}{'pull':>10}")
    table(fits(bias, wishes.map, wishes.quick))


def table(rows) -> None:
    ours = rows[0][1]
    for label, seconds, quality in rows:
        print(f"{label:<52}{seconds * 1e6:>10.0f} us{seconds / ours:>13.1f}x{quality:>10.1e}")


def timed(call: Callable[[], object], at_least: float = 0.5) -> float:
    """The best time of a call, s, after one to warm up."""
    call()
    best, until = float("inf"), time.perf_counter() + at_least
    while time.perf_counter() < until or best == float("inf"):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def batch(name: str, bias, count: int, quick: bool) -> tuple[float, float, int]:
    """Seconds a spectrum for values, and for values with the Jacobian by every free parameter but the temperature."""
    import numpy as np

    from supraspin.backend import jax
    from supraspin.model import MODELS as REGISTERED

    entry = REGISTERED[name]
    names = [n for n in entry.free if n != "temperature"]
    centre = np.array([entry.defaults[n] for n in names])
    points = centre * np.random.default_rng(0).uniform(0.9, 1.1, (count, len(names)))

    def value(p):
        return entry.function(bias, temperature=TEMPERATURE, **dict(zip(names, p, strict=True)))

    def both(p):  # parameter first: columns of neighbours are written faster than rows
        column = jax.vmap(lambda direction: jax.jvp(value, (p,), (direction,)), out_axes=(None, 0))
        return column(np.eye(len(names)))

    def seconds(function):
        program = jax.jit(lambda p: jax.lax.map(function, p, batch_size=min(50, count)))
        return timed(lambda: jax.block_until_ready(program(points)), 0.0 if quick else 1.0) / count

    return seconds(value), seconds(both), len(names)


def values(bias, quick: bool) -> list[tuple[str, float, float]]:
    import numpy as np

    from supraspin.backend import jax
    from supraspin.models.nodal import nodal

    gap, broadening = TRUE["gap"], TRUE["broadening"]
    plain = {"gap": gap, "broadening": broadening}
    reference = on_real_axis(bias, gap, broadening)
    grid = jax.jit(lambda g, w: nodal(bias, temperature=TEMPERATURE, gap=g, broadening=w))
    poles = jax.jit(lambda v, t, g, w: nodal(v, temperature=t, gap=g, broadening=w))
    few = bias[:: max(1, len(bias) // (2 if quick else 5))]
    start = time.perf_counter()
    nested = np.array([by_nested_quad(v, **plain) for v in few])
    nested_time = (time.perf_counter() - start) / len(few) * len(bias)
    size = (1000, 200) if quick else (6000, 1500)

    def error(found, exact=reference):
        return float(np.abs(np.asarray(found) - exact).max())

    def ours():
        return jax.block_until_ready(grid(gap, broadening))

    def traced():
        return jax.block_until_ready(poles(bias, TEMPERATURE, gap, broadening))

    return [
        ("this package, bias and temperature known", timed(ours), error(ours())),
        ("this package, both free", timed(traced), error(traced())),
        ("(c) NumPy, contour of 257 nodes", timed(lambda: by_contour(bias, **plain)), error(by_contour(bias, **plain))),
        (f"(b) NumPy, {size[0]} energies x {size[1]} angles", timed(lambda: by_double_grid(bias, gap, broadening, *size), 0.0),
         error(by_double_grid(bias, gap, broadening, *size))),
        ("(b) NumPy, 800 energies x 200 angles", timed(lambda: by_double_grid(bias, gap, broadening, 800, 200), 0.0),
         error(by_double_grid(bias, gap, broadening, 800, 200))),
        (f"(a) nested scipy.integrate.quad ({len(few)} points scaled up)", nested_time,
         error(nested, on_real_axis(few, gap, broadening))),
    ]  # fmt: skip


def fits(bias, count: int, quick: bool) -> list[tuple[str, float, float]]:
    """One spectrum of 1 % noise from one start; the last column is the largest |fit - truth| / stderr."""
    import numpy as np

    import supraspin

    clean = TRUE["normal_conductance"] * by_contour(bias - TRUE["bias_offset"], TRUE["gap"], TRUE["broadening"])
    ys = clean + 0.01 * np.random.default_rng(1).standard_normal((count, len(bias)))
    fixed = {"temperature": TEMPERATURE}
    names = list(TRUE)

    def ours(multistart):
        return supraspin.fit("nodal", x=bias, y=ys[0], fix=fixed, start=START, multistart=multistart)

    def many():
        return supraspin.fit_batch("nodal", bias, ys, fix=fixed, start=START)

    def pull(value, stderr):
        return max(abs(value(n) - TRUE[n]) / stderr(n) for n in names)

    rows = []
    for starts, label in ((1, "supraspin.fit, one start"), (8, "supraspin.fit, multi-start")):
        result = ours(starts)
        quality = pull(lambda n, r=result: r.params[n].value, lambda n, r=result: r.params[n].stderr)
        rows.append((label, timed(lambda s=starts: ours(s), 0.0 if quick else 0.5), quality))
    batch_result = many()
    quality = pull(lambda n: batch_result.values[n][0], lambda n: batch_result.stderr[n][0])
    rows.append((f"supraspin.fit_batch, map of {count}, a spectrum", timed(many, 0.0) / count, quality))
    try:
        import lmfit
    except ModuleNotFoundError:
        print("lmfit is not installed: its rows are left out")
        return rows
    scale = np.array([START[n] for n in names])

    def loss(parameters, curve):
        g, w, n, v = np.array(list(parameters.valuesdict().values())) * scale
        return n * curve(bias - v, abs(g), abs(w)) - ys[0]

    rivals = {"lmfit + (c) contour of 257 nodes": by_contour}
    rivals["lmfit + (b) 800 energies x 200 angles"] = lambda v, g, w: by_double_grid(v, g, w, 800, 200)
    for label, curve in rivals.items():
        start = time.perf_counter()
        result = lmfit.minimize(loss, lmfit.create_params(a=1.0, b=1.0, c=1.0, d=1.0), args=(curve,), xtol=1e-9, ftol=1e-9)
        seconds = time.perf_counter() - start
        found = dict(zip(names, result.params.values(), strict=True))
        quality = pull(lambda n, f=found: f[n].value * START[n], lambda n, f=found: (f[n].stderr or np.inf) * START[n])
        rows.append((label, seconds, quality))
    return rows


if __name__ == "__main__":
    main()
