"""The sweeps against exact distributions: transition matrices, enumeration, closed forms. Chi-square tests at 1e-4, seeded."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import i0e, i1e
from scipy.stats import chi2, kstest

from supraspin.moments import System, Walkers
from supraspin.moments._kernels import flip_chance, uniform
from supraspin.moments.mean_field import langevin
from supraspin.quantities import KB

LEVEL = 1e-4


def ising_sweep(j, pull, beta):
    """Exact transition matrix of one sweep in order over all Ising states, and the Boltzmann weights."""
    states = np.array(list(product((-1.0, 1.0), repeat=len(j))))
    matrix = np.eye(len(states))
    for i in range(len(j)):
        up = np.array([flip_chance(s @ j[i] + pull, beta) for s in states])
        one = np.zeros_like(matrix)
        for a, s in enumerate(states):
            for value, chance in ((1.0, up[a]), (-1.0, 1 - up[a])):
                after = s.copy()
                after[i] = value
                one[a, int(np.nonzero((states == after).all(axis=1))[0][0])] += chance
        matrix = matrix @ one
    energy = -0.5 * np.einsum("si,ij,sj->s", states, j, states) - pull * states.sum(axis=1)
    weight = np.exp(-beta * energy)
    return states, matrix, weight / weight.sum()


def chance_of(counts, expected):
    """p of a chi-square test, cells with few expected counts put together."""
    order = np.argsort(expected)
    counts, expected = counts[order], expected[order]
    first = int(np.searchsorted(np.cumsum(expected), 10)) + 1
    counts = np.concatenate([[counts[:first].sum()], counts[first:]])
    expected = np.concatenate([[expected[:first].sum()], expected[first:]])
    return chi2.sf(np.sum((counts - expected) ** 2 / expected), len(counts) - 1)


def test_precise_random_numbers():
    """xoshiro256++ from its definition, in Python integers."""
    state = np.array([1, 2, 3, 4], dtype=np.uint64)
    s, mask = [1, 2, 3, 4], 2**64 - 1
    for _ in range(50):
        total = s[0] + s[3] & mask
        number = ((total << 23 | total >> 41) + s[0]) & mask
        t = s[1] << 17 & mask
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = (s[3] << 45 | s[3] >> 19) & mask
        assert uniform(state) == (number >> 11) * 2.0**-53


def test_identity_heat_bath_keeps_the_boltzmann_distribution(cluster):
    """pi P = pi to rounding, with P the exact matrix of a sweep; each single turn is in detailed balance."""
    rng = np.random.default_rng(5)
    j = cluster(rng, 5)[0, 0]
    _, matrix, weight = ising_sweep(j, 0.3 * KB, 1 / (0.8 * KB))
    np.testing.assert_allclose(weight @ matrix, weight, rtol=1e-12)
    field = 0.7 * KB
    up = flip_chance(field, 1 / KB)
    assert up * np.exp(-field / KB) == pytest.approx((1 - up) * np.exp(field / KB), rel=1e-14)


def test_identity_ising_sweep_makes_the_exact_transitions(cluster):
    """From each state of 4 moments, 4000 walkers arrive as the transition matrix says."""
    rng = np.random.default_rng(6)
    j = cluster(rng, 4)
    system = System(j, moment=1.0)
    field = 0.4
    walkers = Walkers.start(system, [0.9], replicas=16 * 4000, field=field, rng=rng)
    states, matrix, _ = ising_sweep(j[0, 0], float(walkers.pull[0]), 1 / (0.9 * KB))
    start = np.repeat(np.arange(16), 4000)
    walkers.spins[0, 0, :, 0] = states[start]
    walkers.refresh()
    walkers.sweep()
    arrived = ((walkers.spins[0, 0, :, 0] + 1) / 2) @ np.array([8, 4, 2, 1])
    chances = [chance_of(np.bincount(arrived[start == a].astype(int), minlength=16), 4000 * matrix[a]) for a in range(16)]
    assert min(chances) > LEVEL / 16
    np.testing.assert_allclose(walkers.fields, system.fields(walkers.spins), atol=1e-15)


@pytest.mark.parametrize("field", [0.5, 5.0])
def test_limit_free_moments_follow_langevin(field):
    system = System(np.zeros((1, 1, 40, 40)), "vector", moment=2.0)
    walkers = Walkers.start(system, [1.3], replicas=500, field=[0, 0, field], rng=np.random.default_rng(1))
    walkers.sweep(1)
    x = walkers.pull[2] / (KB * 1.3)
    z = walkers.spins[0, 0, :, 2].ravel()
    # u = cos(theta) has the density x exp(x u)/(2 sinh x).
    assert kstest(z, lambda u: np.expm1(x * (u + 1)) / np.expm1(2 * x)).pvalue > LEVEL
    assert z.mean() == pytest.approx(langevin(x), abs=4 * z.std() / np.sqrt(z.size))


@pytest.mark.parametrize("step", [0.0, 0.6])
def test_limit_two_heisenberg_moments(step):
    """<S1.S2> = coth K - 1/K, K = J/k_B T, by the heat bath and by small rotations."""
    j = np.zeros((1, 1, 2, 2))
    j[..., 0, 1] = j[..., 1, 0] = 1.4 * KB
    walkers = Walkers.start(System(j, "vector"), [0.8], replicas=20000, rng=np.random.default_rng(2))
    walkers.sweep(60, step)
    s = walkers.spins[0, 0]
    product = np.sum(s[:, :, 0] * s[:, :, 1], axis=1)
    assert product.mean() == pytest.approx(langevin(1.4 / 0.8), abs=4 * product.std() / np.sqrt(len(product)))


@pytest.mark.parametrize("anisotropy", [2.0, -2.0])
@pytest.mark.parametrize("step", [0.0, 0.8])
def test_limit_one_moment_with_anisotropy(anisotropy, step):
    """exp[(K u^2 + mu B u)/k_B T] over u = cos(theta): easy axis and easy plane, every kind of move."""
    system = System(np.zeros((1, 1, 1, 1)), "vector", anisotropy=anisotropy * KB, axis=(1, 2, 2))
    field = 0.3
    walkers = Walkers.start(system, [0.7], replicas=20000, field=field, rng=np.random.default_rng(3))
    walkers.sweep(80, step)
    u = np.einsum("rcn,c->rn", walkers.spins[0, 0], np.asarray(system.axis)).ravel()
    grid = np.linspace(-1, 1, 4001)
    x = np.linalg.norm(walkers.pull) / (0.7 * KB)
    density = np.exp(anisotropy / 0.7 * grid**2 + x * grid)
    total = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    assert kstest(u, lambda v: np.interp(v, grid, total / total[-1])).pvalue > LEVEL


def test_limit_two_moments_with_tensor_coupling():
    """<S1x S2y - S1y S2x> of J and Dzyaloshinskii-Moriya against an integral over both spheres."""
    j, d, t = 0.8 * KB, 1.1 * KB, 0.9
    tensor = j * np.eye(3)
    tensor[0, 1], tensor[1, 0] = -d, d  # E = -J S1.S2 + D z.(S1 x S2)
    tensor[2, 2] += 0.5 * KB
    couplings = np.zeros((1, 1, 2, 2, 3, 3))
    couplings[0, 0, 0, 1], couplings[0, 0, 1, 0] = tensor, tensor.T
    walkers = Walkers.start(System(couplings, "vector"), [t], replicas=20000, rng=np.random.default_rng(4))
    walkers.sweep(40)
    np.testing.assert_allclose(walkers.fields, walkers.system.fields(walkers.spins), atol=1e-14)
    a, b = walkers.spins[0, 0, :, :, 0], walkers.spins[0, 0, :, :, 1]
    across = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    # With in-plane parts s1 s2 [J cos p - D sin p] = s1 s2 R cos(p + p0): <sin p> by Bessel functions.
    u, w = np.polynomial.legendre.leggauss(80)
    r, k = np.hypot(j, d) / (KB * t), (j + 0.5 * KB) / (KB * t)
    s = np.sqrt(1 - u**2)
    x = r * np.outer(s, s)
    weight = np.outer(w, w) * np.exp(k * np.outer(u, u) + x)
    expected = -d / np.hypot(j, d) * np.sum(weight * np.outer(s, s) * i1e(x)) / np.sum(weight * i0e(x))
    assert expected < -0.2
    assert across.mean() == pytest.approx(expected, abs=4 * across.std() / np.sqrt(len(across)))


@pytest.mark.parametrize(("kind", "shape"), [("ising", ()), ("vector", ()), ("vector", (3, 3))])
def test_identity_fields_stay_what_the_moments_make(cluster, kind, shape):
    """Kept fields equal J S after many sweeps, over sizes that fill blocks and passes and that do not."""
    rng = np.random.default_rng(8)
    for count in (1, 7, 32, 33, 71):
        system = System(cluster(rng, count, shape, realisations=2), kind, anisotropy=0.2 * KB)
        walkers = Walkers.start(system, [0.3, 1.0, 3.0], replicas=2, field=0.4, rng=rng)
        walkers.sweep(5)
        np.testing.assert_allclose(walkers.fields, system.fields(walkers.spins), atol=1e-16)
        size = np.linalg.norm(walkers.spins, axis=3)
        np.testing.assert_allclose(size, 1, rtol=1e-12)


def test_limit_zero_temperature_only_descends(cluster):
    rng = np.random.default_rng(9)
    for kind in ("ising", "vector"):
        system = System(cluster(rng, 40), kind)
        walkers = Walkers.start(system, [0.0], replicas=4, rng=rng)
        before = walkers.energy()
        for _ in range(10):
            walkers.sweep(1)
            after = walkers.energy()
            assert np.all(after <= before + 1e-15)
            before = after
