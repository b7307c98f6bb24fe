"""Hanle curves: this package beside what a user would otherwise write, at equal accuracy, in one run.

    python benchmarks/bench_hanle.py [--curves 1000] [--points 401] [--one-core] [--quick]

`--one-core` pins the process to one core and turns XLA's threads off. Rivals: (a) `scipy.integrate.quad` of Eq. 3 at
each field, in scaled variables (in SI units it can return zero without a warning); (b) `scipy.optimize.curve_fit` and
(c) `lmfit.Model`, both of the closed form in NumPy with finite differences. All fits start from the same values and
are timed after one warm-up; our own fit does more (noise, identifiability), so its bare solver is shown too.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

TRUE = {"amplitude": 2.0, "spin_lifetime": 5.1e-10, "diffusivity": 0.0188}
START = {"amplitude": 1.0, "spin_lifetime": 3e-10, "diffusivity": 0.03}
SEPARATION = 2.1e-6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--curves", type=int, default=1000)
    arguments.add_argument("--points", type=int, default=401)
    arguments.add_argument("--one-core", action="store_true")
    arguments.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    wishes = arguments.parse_args()
    if wishes.quick:
        wishes.curves, wishes.points = 20, 41
    if wishes.one_core:
        os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    rows = curves(wishes.curves, wishes.points) + fits(wishes.curves, wishes.points)
    cores = "one core" if wishes.one_core else "all cores"
    print(f"{wishes.points} points, batch of {wishes.curves} curves, {cores}, Python {sys.version.split()[0]}")
    print(f"{'task':<44}{'time a curve':>14}{'against ours':>14}{'max rel. difference':>22}")
    for task, seconds, ratio, difference in rows:
        print(f"{task:<44}{seconds * 1e6:>11.1f} us{ratio:>13.1f}x{difference:>22}")


def timed(call: Callable[[], object], at_least: float = 0.5) -> float:
    """The best time of a call, s, after one to warm up."""
    call()
    best, until = float("inf"), time.perf_counter() + at_least
    while time.perf_counter() < until or best == float("inf"):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def closed_form(field, amplitude, spin_lifetime, diffusivity):
    """What a careful user writes in NumPy."""
    import numpy as np

    from supraspin.quantities import MU_B_OVER_HBAR

    s = np.sqrt(1 + 2j * MU_B_OVER_HBAR * field * spin_lifetime)
    return amplitude * (np.exp(-SEPARATION / np.sqrt(diffusivity * spin_lifetime) * s) / s).real


def by_quadrature(field, tolerance):
    """Eq. 3 at each field by `quad`, t = tau x^2 so that the integrand is smooth at zero."""
    import numpy as np
    from scipy.integrate import quad

    from supraspin.quantities import MU_B_OVER_HBAR

    ratio = SEPARATION / np.sqrt(TRUE["diffusivity"] * TRUE["spin_lifetime"])
    angles = 2 * MU_B_OVER_HBAR * TRUE["spin_lifetime"] * field

    def flight(x, w):
        return np.exp(-(ratio**2) / (4 * x * x) - x * x) * np.cos(w * x * x) if x > 0 else 0.0

    integrals = [quad(flight, 0, 6.5, args=(w,), epsabs=tolerance, epsrel=tolerance, limit=400)[0] for w in angles]
    return TRUE["amplitude"] * 2 / np.sqrt(np.pi) * np.array(integrals)


def curves(count: int, points: int) -> list[tuple[str, float, float, str]]:
    """Values, and values with Jacobian by five parameters, in a batch; NumPy and quadrature beside them."""
    import numpy as np

    from supraspin.backend import jax
    from supraspin.models.hanle import hanle

    names = ("amplitude", "spin_lifetime", "diffusivity", "separation", "g_factor")
    field = np.linspace(-0.2, 0.2, points)
    truth = np.array([*TRUE.values(), SEPARATION, 2.0])
    batch = truth * np.random.default_rng(0).uniform(0.8, 1.2, (count, 5))
    batch[0] = truth

    def value(field, values):
        return hanle(field, **dict(zip(names, values, strict=True)))

    values = jax.jit(jax.vmap(value, (None, 0)))

    def value_and_jacobian(field, p):  # parameter first: columns of 401 neighbours are written 1.5 times faster than rows of 5
        column = jax.vmap(lambda direction: jax.jvp(lambda p: value(field, p), (p,), (direction,)), out_axes=(None, 0))
        return column(np.eye(5))

    both = jax.jit(jax.vmap(value_and_jacobian, (None, 0)))
    ours = timed(lambda: jax.block_until_ready(values(field, batch))) / count
    jacobian = timed(lambda: jax.block_until_ready(both(field, batch))) / count
    numpy_time = timed(lambda: closed_form(field, **TRUE))
    quadratures = []
    for tolerance in (1e-12, 1.5e-8):
        start = time.perf_counter()
        readings = by_quadrature(field, tolerance)
        quadratures.append((f"value, scipy.integrate.quad to {tolerance:g}", time.perf_counter() - start, readings))

    def differences():
        start, here = truth[:3], closed_form(field, *truth[:3])
        return [(closed_form(field, *(start + step)) - here) / step.sum() for step in np.diag(1e-6 * start)]

    difference_time = timed(differences)
    mine = np.asarray(values(field, batch))[0]
    exact = np.asarray(both(field, batch)[1])[0, :3]

    def relative(other, reference):
        pairs = zip(np.atleast_2d(other), np.atleast_2d(reference), strict=True)
        return f"{max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs):.1e}"

    return [
        ("value, this package, in the batch", ours, 1.0, "reference"),
        ("value, NumPy closed form", numpy_time, numpy_time / ours, relative(closed_form(field, **TRUE), mine)),
        *((label, seconds, seconds / ours, relative(readings, mine)) for label, seconds, readings in quadratures),
        ("value + exact Jacobian (5), in the batch", jacobian, 1.0, "reference"),
        ("Jacobian (3), NumPy differences", difference_time, difference_time / jacobian, relative(differences(), exact)),
    ]


def fits(count: int, points: int) -> list[tuple[str, float, float, str]]:
    """One curve of 3 % noise fitted from one start. The ratio is to `supraspin.fit`; the difference is in the parameters."""
    import numpy as np
    from scipy.optimize import curve_fit

    import supraspin

    field = np.linspace(-0.2, 0.2, points)
    clean = closed_form(field, **TRUE)
    y = clean + 0.03 * np.ptp(clean) * np.random.default_rng(1).standard_normal(points)
    scale = np.array(list(START.values()))
    rows: list[tuple[str, float, np.ndarray]] = []

    def ours(multistart):
        return supraspin.fit("hanle", x=field, y=y, fix={"separation": SEPARATION}, start=START, multistart=multistart)

    for multistart, label in ((1, "fit, supraspin.fit, one start"), (8, "fit, supraspin.fit, multi-start")):
        found = ours(multistart)
        rows.append((label, timed(lambda m=multistart: ours(m)), np.array([found.params[name].value for name in START])))

    def in_units_of_the_start(b, *u):  # scaled by hand: in SI units finite steps and stopping rules break
        return closed_form(b, *(np.array(u) * scale))

    def by_curve_fit():
        return curve_fit(in_units_of_the_start, field, y, p0=np.ones(3), xtol=1e-10, ftol=1e-10)[0] * scale

    rows.append(("fit, scipy.optimize.curve_fit", timed(by_curve_fit), by_curve_fit()))
    try:
        import lmfit
    except ModuleNotFoundError:
        print("lmfit is not installed: its row is left out")
    else:
        scaled = lmfit.Model(lambda b, a, t, d: in_units_of_the_start(b, a, t, d), independent_vars=["b"])

        def by_lmfit():
            result = scaled.fit(y, b=field, a=1.0, t=1.0, d=1.0, fit_kws={"xtol": 1e-10, "ftol": 1e-10})
            return np.array([result.params[name].value for name in "atd"]) * scale

        rows.append(("fit, lmfit.Model", timed(by_lmfit), by_lmfit()))
    ys = clean + 0.03 * np.ptp(clean) * np.random.default_rng(2).standard_normal((count, points))
    ys[0] = y
    options = {"fix": {"separation": SEPARATION}, "start": START}
    many = supraspin.fit_batch("hanle", field, ys, **options)
    found = np.array([many.values[name][0] for name in START])
    batch_time = timed(lambda: supraspin.fit_batch("hanle", field, ys, **options)) / count
    rows.append((f"fit, supraspin.fit_batch of {count}, a curve", batch_time, found))
    base, reference = rows[0][1], rows[0][2]
    return [(label, t, t / base, f"{np.max(np.abs(p / reference - 1)):.1e}") for label, t, p in rows]


if __name__ == "__main__":
    main()
