"""Runs with parallel tempering against exact enumeration; checkpoints; mean field; errors by binning. Seeded; levels stated."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import xarray as xr

from supraspin import moments
from supraspin.errors import DataError, ModelError
from supraspin.moments import System, mean_field
from supraspin.quantities import KB

SIGMAS = 4.5  # two-sided level 7e-6 a number; some 100 numbers are compared in this file


def enumerated(j, temperature, pull=0.0):
    """Exact averages of an Ising cluster."""
    s = np.array(list(product((-1.0, 1.0), repeat=len(j))))
    beta, n = 1 / (KB * temperature), len(j)
    energy = -0.5 * np.einsum("si,ij,sj->s", s, j, s) - pull * s.sum(axis=1)
    p = np.exp(-beta * (energy - energy.min()))
    p /= p.sum()
    m = s.mean(axis=1)
    correlation = np.einsum("s,si,sj->ij", p, s, s)
    return {
        "energy": p @ energy / n, "magnetisation": p @ np.abs(m), "m2": p @ m**2, "m4": p @ m**4, "aligned": p @ m,
        "heat_capacity": KB * beta**2 * (p @ energy**2 - (p @ energy) ** 2) / n, "q2": np.mean(correlation**2),
    }  # fmt: skip


def close(value, error, exact):
    assert error > 0
    assert abs(value - exact) < SIGMAS * error, f"{value} +- {error}, exactly {exact}"


@pytest.mark.parametrize("field", [0.0, 0.5])
def test_precise_enumeration_of_clusters(cluster, field):
    """All observables of 8 moments at 5 temperatures, within their errors, which are small."""
    rng = np.random.default_rng(11)
    system = System(cluster(rng, 8))
    temperatures = np.array([0.6, 1.0, 1.6, 2.5, 4.0])
    run = moments.simulate(system, temperatures, readings=2500, warmup=300, every=1, replicas=16, field=field, rng=rng)
    found = moments.averages(run)
    pull = float(system.pull(field)[0])
    for k, t in enumerate(temperatures):
        exact = enumerated(system.couplings[0, 0], t, pull)
        exact["binder_magnetisation"] = 1 - exact["m4"] / (3 * exact["m2"] ** 2)
        exact["susceptibility"] = 8 * exact["m2"] / (KB * t)
        exact["connected_susceptibility"] = 8 * (exact["m2"] - exact["magnetisation"] ** 2) / (KB * t)
        for name, value in exact.items():
            if name != "m4" and not (name == "aligned" and field == 0):
                close(float(found[name][k]), float(found[f"{name}_error"][k]), value)
        assert float(found["m2_error"][k]) < 0.02 * exact["m2"]
    assert np.all(run["exchanged"] > 0.2)


def test_precise_enumeration_with_couplings_of_each_temperature(cluster):
    """J differs between temperatures: exchange between them must leave each its own distribution."""
    rng = np.random.default_rng(12)
    base, other = cluster(rng, 7), cluster(rng, 7)
    j = np.concatenate([base, 0.7 * base + 0.3 * other, 0.4 * base + 0.6 * other], axis=1)
    temperatures = np.array([0.7, 1.2, 2.0])
    run = moments.simulate(System(j), temperatures, readings=2000, warmup=300, every=1, replicas=16, rng=rng)
    found = moments.averages(run)
    assert np.all(run["exchanged"] > 0.2)
    for k, t in enumerate(temperatures):
        exact = enumerated(j[0, k], t)
        for name in ("energy", "m2", "q2"):
            close(float(found[name][k]), float(found[f"{name}_error"][k]), exact[name])


def test_precise_variances_are_those_within_each_realisation(cluster):
    """Heat capacity of 12 unlike clusters: the mean of the exact ones; what differs between them is no heat capacity."""
    rng = np.random.default_rng(17)
    j = np.concatenate([cluster(rng, 6) * scale for scale in np.linspace(0.3, 3, 12)])
    found = moments.averages(moments.simulate(System(j), [1.5], readings=3000, warmup=200, every=1, replicas=8, rng=rng))
    exact = [enumerated(one[0], 1.5) for one in j]
    between = np.var([one["energy"] for one in exact]) * 6 / (KB * 1.5**2)
    expected = np.mean([one["heat_capacity"] for one in exact])
    assert between > 0.3 * expected
    assert float(found["heat_capacity"][0]) == pytest.approx(expected, rel=0.03)


def test_limit_wrong_exchange_would_be_seen(cluster):
    """The same comparison fails for couplings that belong to another temperature: it is able to."""
    rng = np.random.default_rng(12)
    base, other = cluster(rng, 7), cluster(rng, 7)
    run = moments.simulate(System(base), [0.7, 1.2, 2.0], readings=4000, warmup=300, every=1, rng=rng)
    found = moments.averages(run)
    exact = enumerated(other[0, 0], 0.7)
    assert abs(float(found["energy"][0]) - exact["energy"]) > 20 * float(found["energy_error"][0])


@pytest.mark.slow
def test_errors_are_calibrated(cluster):
    """Pulls of the energy and m^2 over 200 correlated runs: mean 0 within 4 errors, width 1 within 0.2."""
    rng = np.random.default_rng(13)
    system = System(cluster(rng, 6))
    exact = enumerated(system.couplings[0, 0], 1.5)
    pulls = []
    for _ in range(200):
        run = moments.simulate(system, [1.5], readings=320, warmup=20, every=1, rng=rng)
        found = moments.averages(run)
        pulls.append([(float(found[n][0]) - exact[n]) / float(found[f"{n}_error"][0]) for n in ("energy", "m2")])
    pulls = np.array(pulls)
    assert np.all(np.abs(pulls.mean(axis=0)) < 4 / np.sqrt(200))
    assert np.all(np.abs(pulls.std(axis=0) - 1) < 0.2)


def test_precise_binned_error_of_a_known_memory():
    """x_n = a x_(n-1) + noise: tau = (1 + a)/(2 (1 - a)), error of the mean sqrt(2 tau var/n)."""
    rng = np.random.default_rng(14)
    a, n = 0.9, 40000
    noise = rng.normal(size=(n, 20))
    x = np.empty_like(noise)
    x[0] = noise[0] / np.sqrt(1 - a**2)
    for i in range(1, n):
        x[i] = a * x[i - 1] + noise[i]
    error, tau = moments.binned_error(x)
    assert tau.mean() == pytest.approx((1 + a) / (2 * (1 - a)), rel=0.15)
    assert error.mean() == pytest.approx(np.sqrt(2 * 9.5 / (1 - a**2) / n), rel=0.1)
    whole, _ = moments.jackknife(lambda m: m**2, x[:400])
    assert np.all(np.isfinite(whole))


def test_precise_jackknife_takes_the_bias_out():
    """For a square the jackknife is the unbiased estimate, m^2 - s^2/n, exactly."""
    x = np.random.default_rng(15).normal(size=30)
    value, error = moments.jackknife(lambda m: m**2, x)
    assert value == pytest.approx(x.mean() ** 2 - x.var(ddof=1) / 30, rel=1e-12)
    assert error > 0


class Killed(Exception):
    pass


@pytest.mark.parametrize("kind", ["ising", "vector"])
def test_a_killed_run_goes_on_to_the_same_numbers(square_lattice, tmp_path, kind):
    system = square_lattice(6, copies=2, kind=kind)
    wishes = {"readings": 64, "warmup": 32, "every": 2}
    whole = moments.simulate(system, [1.0, 2.0], rng=np.random.default_rng(3), **wishes)
    path = tmp_path / "run.nc"

    def kill(done, total):
        if done >= 64:
            raise Killed

    with pytest.raises(Killed):
        moments.simulate(system, [1.0, 2.0], rng=np.random.default_rng(3), checkpoint=path, interval=0, progress=kill, **wishes)
    assert path.exists()
    with pytest.raises(DataError, match="another run"):
        moments.simulate(system, [1.0, 2.5], rng=np.random.default_rng(3), checkpoint=path, **wishes)
    calls = []
    again = moments.simulate(
        system, [1.0, 2.0], rng=np.random.default_rng(3), checkpoint=path, progress=lambda a, b: calls.append(a), **wishes
    )
    assert calls == [80, 96]
    xr.testing.assert_identical(whole, again)
    assert not path.exists()
    again.to_netcdf(path, engine="h5netcdf")
    path.write_bytes(b"no netCDF")
    with pytest.raises(DataError, match="no checkpoint"):
        moments.simulate(system, [1.0, 2.0], rng=np.random.default_rng(3), checkpoint=path, **wishes)


def test_identity_the_same_key_gives_the_same_run(square_lattice):
    system = square_lattice(5)
    first, second, third = (
        moments.simulate(system, [1.0, 2.0], readings=8, warmup=4, rng=np.random.default_rng(key)) for key in (1, 1, 2)
    )
    xr.testing.assert_identical(first, second)
    assert not np.array_equal(first["energy"], third["energy"])


@pytest.mark.parametrize("kind", ["ising", "vector"])
def test_identity_the_number_of_cores_does_not_matter(square_lattice, monkeypatch, kind):
    system = square_lattice(9, copies=2, kind=kind)
    runs = []
    for threads in ("1", "2"):
        monkeypatch.setenv("NUMBA_NUM_THREADS", threads)
        runs.append(moments.simulate(system, [1.0, 2.0], readings=40, warmup=8, every=30, rng=np.random.default_rng(1)))
    xr.testing.assert_identical(*runs)


def test_limit_mean_field_is_exact_for_infinite_range():
    """J_ij = J/N: T_c = J/k_B (Ising), J/3k_B (vectors), and m of the Monte Carlo follows the mean field within 1/N."""
    n, j = 400, 1.5
    couplings = np.full((1, 1, n, n), j * KB / n)
    couplings[..., np.arange(n), np.arange(n)] = 0
    for kind, parts in (("ising", 1), ("vector", 3)):
        system = System(couplings, kind)
        critical = j / parts * (n - 1) / n
        assert mean_field.uniform_temperature(system) == pytest.approx(critical, rel=1e-12)
        assert mean_field.ordering_temperatures(system)[0] == pytest.approx(critical, rel=1e-10)
        t = 0.6 * critical
        m = mean_field.magnetisation(system, t)
        assert np.ptp(np.linalg.norm(m[0], axis=0)) < 1e-9
        run = moments.simulate(system, [t], readings=400, warmup=100, every=2, rng=np.random.default_rng(4))
        found = moments.averages(run)
        expected = float(np.linalg.norm(m[0, :, 0]))
        assert float(found["magnetisation"][0]) == pytest.approx(expected, abs=0.01)
        assert float(found["magnetisation_error"][0]) < 0.003
        above = mean_field.magnetisation(system, 1.1 * critical)
        assert np.abs(above).max() < 1e-7


def test_precise_langevin():
    import mpmath

    mpmath.mp.dps = 30
    for x in (1e-6, 1e-3, 0.0299, 0.0301, 0.5, 3.0, 40.0):
        exact = float(mpmath.coth(mpmath.mpf(x)) - 1 / mpmath.mpf(x))
        assert float(mean_field.langevin(x)) == pytest.approx(exact, rel=2e-11)
    assert mean_field.langevin(0.0) == 0
    assert mean_field.langevin(np.inf) == pytest.approx(1)


def test_rejects_what_makes_no_system(cluster):
    j = cluster(np.random.default_rng(1), 4)
    with pytest.raises(ModelError, match="transpose"):
        System(j + np.triu(np.ones((4, 4)), 1))
    with pytest.raises(ModelError, match="diagonal"):
        System(j + np.eye(4))
    with pytest.raises(ModelError, match="ising or vector"):
        System(j, "xy")
    with pytest.raises(ModelError, match="finite"):
        System(j * np.nan)
    with pytest.raises(ModelError, match="rise"):
        moments.simulate(System(j), [2.0, 1.0], rng=np.random.default_rng(1))
    with pytest.raises(ModelError, match="do not fit"):
        moments.simulate(System(np.repeat(j, 2, axis=1)), [1.0, 2.0, 3.0], rng=np.random.default_rng(1))
