"""A Hanle posterior by this package, emcee and dynesty, on the same compiled density: effective draws a second of each.

    python benchmarks/posterior_speed.py [POINTS] [KEY]

The data are one curve of the virtual laboratory's parameters with 3 % noise; five parameters, noise integrated out. Compilation
is left out for all (each runs once before). Times are of the processor (all threads), so that a busy machine does not blur them,
and of the clock. emcee: 32 walkers from the mode, 3000 steps, 500 of them burnt; dynesty: 400 live points to d ln Z = 0.05. Wants
the extra `bench` (`pip install -e '.[bench]'`): the package itself never imports emcee.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

WALKERS, STEPS, BURNT = 32, 3000, 500


def whole(points: int, key: int):
    """The joint posterior of one curve."""
    from supraspin.fit.bayes import Part
    from supraspin.fit.bayes.joint import join
    from supraspin.models import hanle

    field = np.linspace(-0.5, 0.5, points)
    clean = np.asarray(hanle(field, amplitude=6.0, spin_lifetime=1.7e-10, diffusivity=6.5e-3, separation=0.6e-6))
    y = clean + 0.03 * np.ptp(clean) * np.random.default_rng(key).standard_normal(points)
    options = {"fix": {"separation": 0.6e-6}, "free": ["field_offset", "resistance_offset"]}
    return join([Part("hanle", (field, y), options=options)])


def ours(found, key: int) -> float:
    from supraspin.fit.bayes.sample import draw

    seen = draw(found, key=key).diagnosis
    return float(np.min(np.minimum(seen.ess_bulk, seen.ess_tail)))


def by_emcee(found, key: int) -> float:
    import emcee

    from supraspin.fit.bayes.density import program
    from supraspin.fit.bayes.mode import modes

    mode = modes(found.layout, found.starts, found.width, found.arrays)[0]
    density = program(found.layout, "posterior")
    generator = np.random.default_rng(key)
    k = len(mode.u)
    sampler = emcee.EnsembleSampler(WALKERS, k, lambda u: np.asarray(density(u, found.arrays)), vectorize=True)
    sampler.random_state = np.random.RandomState(generator.integers(2**31)).get_state()  # all that emcee takes
    sampler.run_mcmc(mode.u + generator.standard_normal((WALKERS, k)) @ mode.factor.T, STEPS)
    tau = sampler.get_autocorr_time(discard=BURNT, quiet=True)
    return float(WALKERS * (STEPS - BURNT) / np.max(tau))


def by_dynesty(found, key: int) -> float:
    from supraspin.fit.bayes.nested import sample

    return sample(found, key=key, most=10**7).ess


def main(points: int = 241, key: int = 5) -> int:
    found = whole(points, key)
    ways: dict[str, Callable[..., float]] = {"this package (NUTS)": ours, "emcee": by_emcee, "dynesty": by_dynesty}
    print(
        f"{points} points, {len(found.names)} parameters\n{'':22} {'effective':>9} {'cpu s':>7} {'clock s':>8} {'per cpu s':>10}"
    )
    for name, way in ways.items():
        if way is not by_dynesty:
            way(found, key + 1)  # compiles
        began, clock = time.process_time(), time.perf_counter()
        effective = way(found, key)
        spent = time.process_time() - began
        print(f"{name:22} {effective:9.0f} {spent:7.2f} {time.perf_counter() - clock:8.2f} {effective / spent:10.0f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
