"""Doubts: each is raised where it is due, and not where noise or a digital instrument explains it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supraspin.data import BITS, doubts, good, load
from supraspin.data.thermometers import drift, pegged

N = 400
BIAS = np.linspace(-2, 2, N)


def spectrum(tmp_path, temperature, conductance=None, bias=BIAS, header="V_mV,G_uS,T_K"):
    conductance = 5 + bias**2 + 1e-3 * np.random.default_rng(5).normal(size=len(bias)) if conductance is None else conductance
    path = tmp_path / "s.csv"
    lines = [
        f"{v!r},{g!r},{t!r}"
        for v, g, t in zip(bias.tolist(), np.asarray(conductance).tolist(), np.asarray(temperature).tolist(), strict=True)
    ]
    path.write_text(header + "\n" + "\n".join(lines) + "\n")
    return load(path)


def codes(ds):
    return {flag.code for flag in doubts(ds)}


def bit(ds, name):
    return (ds["doubt"].values[0] & BITS[name]) != 0


def test_quiet_data_have_no_doubts(tmp_path):
    ds = spectrum(tmp_path, 1.9 + 0.01 * np.random.default_rng(0).normal(size=N))
    assert codes(ds) == set()
    assert ds["temperature"].item() == pytest.approx(1.9, abs=2e-3)


def test_runaway_temperature_is_marked_where_it_ran(tmp_path):
    t = np.full(N, 1.9) + 0.01 * np.random.default_rng(1).normal(size=N)
    t[300:] += np.linspace(0, 5, 100)
    ds = spectrum(tmp_path, t)
    flag = next(f for f in doubts(ds) if f.code == "temperature_drift")
    assert flag.numbers["from"] == pytest.approx(1.9, abs=0.03)
    assert flag.numbers["to"] == pytest.approx(6.9, abs=0.15)
    marked = bit(ds, "drift")
    assert not marked[:285].any()
    assert marked[325:].all()
    assert not good(ds).values[0, 325:].any()
    assert ds["temperature"].item() == pytest.approx(1.9, abs=0.02)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), level=st.floats(0.02, 20), noise=st.floats(0, 0.2), size=st.integers(30, 3000))
def test_noise_of_a_thermometer_is_no_drift(seed, level, noise, size):
    values = level * (1 + noise * np.random.default_rng(seed).normal(size=size))
    assert drift(values)[1] == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), level=st.floats(0.5, 20), share=st.floats(0.12, 2))
def test_drift_beyond_the_limit_is_found(seed, level, share):
    values = level * (1 + share * np.linspace(0, 1, 500) + 0.005 * np.random.default_rng(seed).normal(size=500))
    marked, flags = drift(values)
    assert flags[0].code == "temperature_drift"
    assert marked[:20].all()
    assert not marked[245:255].any()


def test_small_drift_at_base_temperature_is_let_pass():
    assert drift(np.linspace(0.040, 0.055, 300))[1] == []


@pytest.mark.parametrize("value", [9.9e37, -1e38, 9.91e37])
def test_overload(tmp_path, value):
    g = 5 + BIAS**2
    g[17] = value
    ds = spectrum(tmp_path, np.full(N, 4.0), g)
    assert np.flatnonzero(bit(ds, "overload")).tolist() == [17]
    assert not good(ds).values[0, 17]
    assert good(ds).sum() == N - 1


def test_not_finite(tmp_path):
    g = 5 + BIAS**2
    g[3], g[9] = np.nan, np.inf
    ds = spectrum(tmp_path, np.full(N, 4.0), g)
    assert np.flatnonzero(bit(ds, "not_finite")).tolist() == [3, 9]
    assert good(ds).sum() == N - 2
    assert ds.sizes["point"] == N


def test_clipped_readings(tmp_path):
    ds = spectrum(tmp_path, np.full(N, 4.0), np.minimum(5 + BIAS**2 + 1e-4 * np.arange(N), 8.0))
    assert "clipped" in codes(ds)
    assert bit(ds, "clipped").sum() == np.count_nonzero(5 + BIAS**2 + 1e-4 * np.arange(N) >= 8.0)
    assert bool(good(ds).all())


@pytest.mark.parametrize("zero", [0.0, 0.02, -0.03])
def test_coarse_digits_and_zero_resistance_are_not_clipped(tmp_path, zero):
    rng = np.random.default_rng(4)
    coarse = np.round(5 + BIAS**2, 0)
    assert "clipped" not in codes(spectrum(tmp_path, np.full(N, 4.0), coarse))
    path = tmp_path / "rt.csv"
    t = np.linspace(2, 8, N)
    rest = zero + rng.choice([0.0, 0.01], p=[0.7, 0.3], size=N)
    r = np.round(np.where(t < 5, rest, 3 + 0.1 * t), 2)
    path.write_text("T (K),R (Ohm)\n" + "\n".join(f"{a},{b}" for a, b in zip(t.tolist(), r.tolist(), strict=True)))
    assert "clipped" not in codes(load(path))


@pytest.mark.parametrize(("start", "flagged"), [(0, True), (1, True), (-200, False)])
def test_row_number_in_place_of_the_coordinate(tmp_path, start, flagged):
    bias = np.arange(start, start + N, dtype=float)
    ds = spectrum(tmp_path, np.full(N, 4.0), 5 + np.cos(bias / 50), bias=bias)
    assert ("index_as_coordinate" in codes(ds)) == flagged
    assert bit(ds, "index_as_coordinate").all() == flagged


def test_repeated_rows(tmp_path):
    bias = np.repeat(np.linspace(-2, 2, 100), 2)
    ds = spectrum(tmp_path, np.full(200, 4.0), 5 + bias**2, bias=bias)
    assert bit(ds, "duplicate").sum() == 100
    assert not bit(ds, "duplicate")[0]
    assert bool(good(ds).all())
    assert {"duplicate", "repeated_coordinate"} <= codes(ds)


def test_pegged_thermometer():
    t = np.linspace(8, 0.1, 1000)
    stuck = np.maximum(t + 0.01 * np.sin(np.arange(1000)), 1.2)
    flags = pegged({"good": t, "stuck": stuck, "plate": np.linspace(4.2, 4.3, 1000)})
    assert [flag.code for flag in flags] == ["pegged"]
    assert "stuck stood at 1.2 K" in flags[0].message
    assert pegged({"a": np.full(100, 4.0), "b": np.full(100, 4.1)}) == []


def test_swept_coordinate_that_stands_still(tmp_path):
    bias = np.concatenate([np.linspace(-2, 0, 100), np.zeros(99), np.linspace(0.02, 2, 100)])
    ds = spectrum(tmp_path, np.full(299, 4.0), 5 + bias**2 + 1e-3 * np.sin(np.arange(299)), bias=bias)
    assert "pegged" in codes(ds)
    assert bit(ds, "pegged").sum() == 100
