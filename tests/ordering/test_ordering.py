"""The chain from a host to T_K(B), phases and loops: exchange whose ordering temperature is known, and tables of a real host."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from supraspin import lattice, moments, ordering
from supraspin.errors import ModelError
from supraspin.models.ferromagnetic_boundary import ferromagnetic_boundary
from supraspin.models.gap_temperature import gap_temperature
from supraspin.quantities import KB

ONSAGER = 2 / np.log(1 + np.sqrt(2))
SPACING = 3.45e-10
FIELDS = [0.0, 6.5]


def chain(**settings):
    """Every site of a square lattice taken by an Ising moment; T_c0 = 6 K."""
    wishes = {"coupling": 1.0, "concentration": 1.0} | settings
    film = ordering.Film(critical_temperature=6.0)
    return ordering.Chain(lattice.square(), lattice.pairing("s", 1e-3), film, **wishes)


def neighbours(coupling):
    return lambda r: np.where(np.abs(np.linalg.norm(r, axis=-1) / SPACING - 1) < 0.1, coupling, 0.0)


def test_identity_film_is_that_of_the_models():
    film = ordering.Film(field_angle=0.3, thickness=12e-9)
    fields, t = np.array([0.0, 1.0, 2.5, 9.0]), 1.7
    expected = ferromagnetic_boundary(
        fields, 0.3, critical_temperature=6.6, coherence_length=6.4e-9, magnetic_length=1e3, thickness=12e-9
    )
    np.testing.assert_allclose(film.transition(fields), expected, rtol=1e-12)
    tc = film.transition(1.0)
    assert film.gap_share(t, 1.0) == pytest.approx(float(gap_temperature(t, gap=tc / 6.6, critical_temperature=tc)), rel=1e-12)
    assert film.gap_share(t, 9.0) == 0
    assert film.gap_share(0.0, 0.0) == pytest.approx(1, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, None])
def test_precise_boundary_of_a_known_exchange(tmp_path, share):
    """J ~ Delta(T, B): T_K is a fixed share of T_c(B) and the criterion holds, with its l_m; J fixed: T_K is, and it fails."""
    own = chain()
    fixed = 1.2 * KB
    delta = float(own.gap(0.5 * 6.0, 0.0))
    slope = 0.5 * 6.0 * KB / (ONSAGER * delta)  # T = share T_c solves T = 2.269 J(Delta(T))
    grid = moments.Interpolated(
        [[0.1, 10.0], [0.0, 1e-3]],
        [[neighbours(fixed), neighbours(fixed)]] * 2 if share is None else [[neighbours(0.0), neighbours(slope * 1e-3)]] * 2,
    )
    temperatures = np.linspace(1.8, 3.4, 9) if share else np.linspace(2.1, 3.3, 9)
    found = ordering.boundary(
        own, grid, FIELDS, temperatures, sizes=(6, 10), quantity="correlation", rng=np.random.default_rng(1), readings=120,
        warmup=60, realisations=12, folder=tmp_path,
    )  # fmt: skip
    tc = own.film.transition(FIELDS)
    exact = share * tc if share else np.full(2, ONSAGER * 1.2)
    error = np.hypot(found["ordering_temperature_error"], np.nan_to_num(found["ordering_temperature_systematic"]))
    assert np.all(error < 0.05 * exact)
    assert np.all(np.abs(found["ordering_temperature"] - exact) < 3.5 * error + 0.01 * exact)
    assert list(found["verdict"].values) == ["ferromagnet"] * 2
    answer = ordering.criterion(found)
    if share:
        assert answer.share == pytest.approx(0.5, abs=0.02)
        assert answer.p > 1e-3
        assert answer.magnetic_length == pytest.approx(6.4e-9 / np.sqrt(0.5), rel=0.03)
        assert not answer.flags
    else:
        assert answer.p < 1e-3
        assert "criterion_fails" in [flag.code for flag in answer.flags]
    again = ordering.boundary(
        own, grid, FIELDS, temperatures, sizes=(6, 10), quantity="correlation", rng=np.random.default_rng(1), readings=120,
        warmup=60, realisations=12, folder=tmp_path,
    )  # fmt: skip
    xr.testing.assert_identical(found, again)


def boundary_of(temperature, below, tc, error=0.02):
    """A boundary as `ordering.boundary` gives it."""
    n = len(tc)
    columns = {
        "ordering_temperature": temperature, "ordering_temperature_error": np.full(n, error),
        "ordering_temperature_systematic": np.full(n, np.nan), "below": below, "above": np.full(n, np.nan),
        "critical_temperature": tc,
    }  # fmt: skip
    variables = {name: ("field", np.asarray(values, float)) for name, values in columns.items()}
    return xr.Dataset(variables, {"field": np.arange(n, dtype=float)}, {"coherence_length": 6.4e-9})


def test_false_alarms_of_a_failing_criterion_are_at_the_level():
    """1000 boundaries that obey the criterion, errors of 0.03 K: it is said to fail in 1 % of them, within 3 sigma."""
    rng = np.random.default_rng(2)
    tc = np.array([6.0, 5.0, 4.0, 2.5])
    alarms, pulls = 0, []
    for _ in range(1000):
        answer = ordering.criterion(boundary_of(0.4 * tc + 0.03 * rng.normal(size=4), np.full(4, np.nan), tc, 0.03))
        alarms += any(flag.code == "criterion_fails" for flag in answer.flags)
        pulls.append((answer.magnetic_length - 6.4e-9 / np.sqrt(0.6)) / answer.magnetic_length_error)
    assert alarms <= 10 + 3 * np.sqrt(10)
    assert abs(np.mean(pulls)) < 0.15
    assert np.std(pulls) == pytest.approx(1, abs=0.1)


def test_rejects_the_criterion_where_it_says_nothing():
    nan = np.nan
    unknown = ordering.criterion(boundary_of([nan, nan], [1.0, nan], np.array([6.0, 5.0])))
    assert (unknown.share, unknown.magnetic_length) == (None, None)
    assert unknown.flags[0].code == "no_ordering_temperature"
    normal = ordering.criterion(boundary_of([2.0, 2.0], [nan, nan], np.array([6.0, 0.0])))
    assert [flag.code for flag in normal.flags] == ["order_in_normal_state"]
    limited = ordering.criterion(boundary_of([3.0, nan], [nan, 0.5], np.array([6.0, 5.0])))
    assert "criterion_fails_at_limits" in [flag.code for flag in limited.flags]
    high = ordering.criterion(boundary_of([8.0, 7.0], [nan, nan], np.array([6.0, 5.0])))
    assert high.magnetic_length is None


def test_identity_phases():
    """Each region by its name, limits and unknown ones apart."""
    nan = np.nan
    film = ordering.Film(critical_temperature=6.0)
    found = boundary_of([3.0, nan, nan, nan], [nan, 1.0, nan, nan], film.transition([0.0, 1.0, 2.0, 30.0]))
    found = found.assign_coords(field=[0.0, 1.0, 2.0, 30.0])
    diagram = ordering.phase_diagram(found, film, [0.5, 2.0, 4.0, 7.0])
    names = np.array(ordering.PHASES)[diagram["phase"].values]
    assert list(names[0]) == ["ordered superconductor", "ordered superconductor", "superconducting", "normal"]
    assert list(names[1]) == ["superconducting or ordered", "superconducting", "superconducting", "normal"]
    assert list(names[2]) == ["superconducting or ordered"] * 3 + ["unknown"]
    assert list(names[3]) == ["unknown"] * 4


def test_peer_grid_of_tables_of_a_host(tmp_path):
    """J(r) between tables is that of a table computed there, within 2 %, also from disk; beyond the table it is refused."""
    host = lattice.square(0.125, -0.375)
    film = ordering.Film(critical_temperature=60.0)
    own = ordering.Chain(host, lattice.pairing("s", 0.01), film, coupling=0.5, concentration=0.1)
    calls = []
    grid = ordering.exchange_grid(
        own, [15, 20, 30, 45], reach=9, mesh=128, folder=tmp_path, progress=lambda a, b: calls.append((a, b))
    )
    assert calls[-1] == (20, 20)
    assert len(list(tmp_path.glob("exchange_*.nc"))) == 20
    gap = float(own.gap(24.0, 0.0))
    cells = np.array([(i, j) for i in range(1, 6) for j in range(i)])
    there = lattice.exchange(host, own.pairing.with_gap(gap), 24.0, reach=9, mesh=128, coupling=0.5).at(cells)[:, 2, 2]
    found = grid.at(24.0, gap)(cells @ host.vectors)
    assert np.max(np.abs(found - there)) < 0.02 * np.max(np.abs(there))
    again = ordering.exchange_grid(own, [15, 20, 30, 45], reach=9, mesh=128, folder=tmp_path)
    np.testing.assert_array_equal(again.at(24.0, gap)(cells @ host.vectors), found)
    with pytest.raises(ModelError, match="raise `reach`"):
        grid.at(24.0, gap)(np.array([[12 * SPACING, 0.0]]))


@pytest.mark.slow
def test_a_loop_from_a_host_and_a_pairing():
    """Without superconductor and in it: saturated at both ends, the gap follows |B|, odd in the field within the noise."""
    host = lattice.square(0.125, -0.375)
    own = ordering.Chain(
        host, lattice.pairing("s", 0.01), ordering.Film(critical_temperature=60.0, coherence_length=2e-9), coupling=0.5,
        concentration=0.15, moment=3.0,
    )  # fmt: skip
    grid = ordering.exchange_grid(own, [20.0], reach=12, mesh=128)
    fields = moments.loop_fields(150.0, 21)
    found = ordering.loop(own, grid, fields, 20.0, size=16, realisations=8, rng=np.random.default_rng(3), sweeps=60)
    gap = found["gap"].values
    assert gap[10] == gap[30] == pytest.approx(float(own.gap(20.0, 0.0)))
    assert 0 == gap[0] < gap[8] == gap[12] < gap[10]
    m = found["magnetisation"].mean("realisation").values
    error = found["magnetisation"].std("realisation", ddof=1).values / np.sqrt(8)
    falling, rising = slice(0, 21), slice(20, 41)
    assert m[0] > 0.9
    assert np.all(np.abs(m[falling] + m[rising]) < 6 * np.hypot(error[falling], error[rising]) + 0.01)


def test_rejects_a_chain_that_makes_no_sense():
    with pytest.raises(ModelError, match="one component"):
        chain(component="tensor")
    with pytest.raises(ModelError, match="concentration"):
        chain(concentration=0.0)
    with pytest.raises(ModelError, match="is one of"):
        chain(component="w")
