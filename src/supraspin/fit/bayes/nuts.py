"""The No-U-Turn sampler (NumPyro's) on the whitened posterior: u = mode + L z, z near N(0, 1).

One chain is one compiled program whose data are arguments, so it is compiled once for all data sets of a shape. Chains run
in threads: on a CPU that is faster than a vectorised batch, whose chains wait for each other at each step.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.errors import FitError
from supraspin.fit.bayes.density import Arrays, Layout, log_posterior
from supraspin.fit.bayes.mode import Mode

DEEPEST = 10
INSTALL = "posteriors need NumPyro; install it with: pip install 'supraspin[bayes]'"


@dataclass(frozen=True)
class Chains:
    """Draws of u (chain, draw, k), and of each: whether it diverged, ln p, steps, and the acceptance probability.

    Chains that choose among candidates (`independent`) have evaluations for steps, no step size, and the k-hat of their weights.
    """

    u: np.ndarray
    diverging: np.ndarray
    log_density: np.ndarray
    steps: np.ndarray
    acceptance: np.ndarray
    step_size: np.ndarray
    k_hat: float = np.nan


def kernel(layout: Layout, warmup: int, draws: int):
    """`chain(key, z0, target, centre, factor, arrays)` gives the draws of one chain. Raises `FitError` without NumPyro."""
    try:
        from numpyro.infer.hmc import hmc
    except ImportError as error:
        raise FitError(INSTALL) from error

    def potential_of(centre, factor, arrays):
        def potential(z):
            value = log_posterior(layout, centre + factor @ z, arrays)
            # An infinite wall has no slope to turn back at; a steep number is a divergence, and is counted as one.
            return jnp.where(jnp.isfinite(value), -value, 1e300)

        return potential

    def chain(key, start, target, centre, factor, arrays):
        init, sample = hmc(potential_fn_gen=potential_of, algo="NUTS")
        constants = (centre, factor, arrays)
        state = init(
            start, num_warmup=warmup, step_size=0.5, target_accept_prob=target, dense_mass=True, max_tree_depth=DEEPEST,
            model_args=constants, rng_key=key,
        )  # fmt: skip

        def one(now):
            return sample(now, constants, {})

        state = jax.lax.fori_loop(0, warmup, lambda _, now: one(now), state)

        def keep(now, _):
            now = one(now)
            return now, (now.z, now.diverging, -now.potential_energy, now.num_steps, now.accept_prob)

        state, kept = jax.lax.scan(keep, state, None, length=draws)
        return *kept, state.adapt_state.step_size

    return chain


@lru_cache(maxsize=16)
def compiled(layout: Layout, warmup: int, draws: int):
    """One chain, compiled."""
    return jax.jit(kernel(layout, warmup, draws))


def run(
    layout: Layout, modes: Sequence[Mode], arrays: Arrays, *, chains: int, warmup: int, draws: int, target: float, key: int,
    threads: int | None = None,
) -> Chains:  # fmt: skip
    """Draw `chains` chains. They begin in turn at each of the modes, scattered twice as wide as the curvature there.

    All are whitened by the first mode. Where modes are walled off from each other, chains disagree and R-hat says so.
    """
    mode = modes[0]
    program = compiled(layout, warmup, draws)
    generator = np.random.default_rng([key, 0x6E757473])
    scatter = 2.0 * generator.standard_normal((chains, len(mode.u)))
    begins = [modes[i % len(modes)] for i in range(chains)]
    starts = np.array([np.linalg.solve(mode.factor, m.u + m.factor @ s - mode.u) for m, s in zip(begins, scatter, strict=True)])
    keys = jax.random.split(jax.random.key(key), chains)
    where = jax.device_put((mode.u, mode.factor, arrays))

    def one(i: int):
        return [np.asarray(part) for part in program(keys[i], jnp.asarray(starts[i]), target, *where)]

    program.lower(keys[0], jnp.asarray(starts[0]), target, *where)  # traced once, before the threads would each do it
    with ThreadPoolExecutor(threads or min(chains, os.cpu_count() or 1)) as pool:
        found = list(pool.map(one, range(chains)))
    z, diverging, log_density, steps, acceptance, step_size = (np.array(part) for part in zip(*found, strict=True))
    u = mode.u + np.einsum("ij,cdj->cdi", mode.factor, z)
    return Chains(u, diverging, log_density, steps, acceptance, step_size)
