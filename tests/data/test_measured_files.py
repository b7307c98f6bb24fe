"""Real instrument files (not part of the repository): each is recognised, split and doubted as it should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from supraspin.data import BITS, describe_text, doubts, good, load, load_all, load_netcdf, save, sweeps

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def measured(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"measured data {name!r} is not beside this checkout")
    return path


def codes(ds):
    return {flag.code for flag in doubts(ds)}


def test_hanle_three_sets():
    found = load_all(measured("hanle_graphene"))
    assert [ds.attrs["kind"] for ds in found] == ["hanle"] * 3
    assert [ds["alignment"].values.tolist() for ds in found] == [[1, -1], [1, -1], [1]]
    assert [ds.sizes["point"] for ds in found] == [557, 391, 302]
    assert found[1]["direction"].values.tolist() == [-1, -1]
    first = found[0]["nonlocal_resistance"].values[:, 0]
    np.testing.assert_array_equal(first, [0.46, 0.92])
    assert found[0]["field"].values[0, 0] == -0.199
    assert all(bool(good(ds).all()) for ds in found)


def test_tunnelling_series_is_one_set_and_the_runaway_is_flagged():
    ds = load(measured("tunnelling_nbse2"))
    assert ds.attrs["kind"] == "tunnel_spectrum"
    assert ds.sizes["sweep"] == 10
    assert [str(s)[:4] for s in ds["source"].values] == [f"T_{i:02d}" for i in range(1, 11)]
    np.testing.assert_allclose(ds["temperature"].values[[0, -1]], [0.0682, 8.593], rtol=1e-3)
    assert (np.diff(ds["temperature"]) > 0).all()
    assert abs(ds["bias"].values[0, 0] + 4.81525e-3) < 1e-12
    runaways = [flag for flag in doubts(ds) if flag.code == "temperature_drift"]
    assert [(flag.numbers["sweep"], round(flag.numbers["from"], 1)) for flag in runaways] == [(6, 1.9)]
    assert runaways[0].numbers["to"] > 7
    drifted = (ds["doubt"].values & BITS["drift"]) != 0
    assert drifted[6].sum() == drifted.sum() > 50
    assert len(sweeps(ds)[9]["point"]) == 3002


def test_maps_have_a_sweep_for_each_field():
    found, problems = load_all(measured("tunnelling_al_eus"), skip_bad=True)
    kinds = {ds.attrs["source"]: ds.attrs["kind"] for ds in found}
    assert sorted(kinds.values()) == ["tunnel_spectrum", "tunnel_spectrum", "unknown", "unknown"]
    for ds in found[:2]:
        assert dict(ds.sizes) == {"sweep": 201, "point": 201}
        np.testing.assert_allclose(ds["field"].values, np.linspace(-0.2, 0.2, 201), atol=1e-12)
        np.testing.assert_allclose(ds["bias"].values, np.tile(np.linspace(-1e-3, 1e-3, 201), (201, 1)), atol=1e-12)
    assert [p.message for p in problems] == ["LICENSE is no data file and was passed over"]


def test_nonlocal_curves_in_the_order_of_their_time_stamps():
    ds = load(measured("spin_valve_nliv"))
    assert ds.attrs["kind"] == "nonlocal_iv"
    assert dict(ds.sizes) == {"sweep": 16, "point": 101}
    wanted = [40, 20, 0, 0, -10, -20, -30, -40, -50, -60, -40, -20, 0, 0, 30, 60]
    np.testing.assert_allclose(ds["field"].values * 1e3, wanted, atol=1e-9)
    assert (np.diff([np.datetime64(t) for t in ds["started"].values]) > np.timedelta64(0)).all()
    assert ds["outer_direction"].values.tolist() == [-1] * 10 + [1] * 6
    np.testing.assert_allclose(ds["temperature"], 25, atol=0.002)
    assert {"unit_assumed", "repeated", "assembled"} <= codes(ds)
    assert bool(good(ds).all())  # The Inf of the file's own V/I at zero current is no reason to drop a point.


def test_resistance_against_temperature_both_ways():
    path = next(measured("resistance_temperature").glob("6221*.txt"))
    ds = load(path)
    assert ds.attrs["kind"] == "resistance_temperature"
    assert ds["direction"].values.tolist() == [-1, 1]
    assert ds["temperature"].attrs["original_name"] == "temperature: T1"
    assert ds["field"].values.tolist() == [0.004, 0.004]
    np.testing.assert_allclose(np.degrees(ds["angle"]), -30)
    assert {"nb_r", "yig_co_nb_r", "temperature_t2"} <= set(ds.data_vars)
    middle = []
    for sweep in sweeps(ds):
        t, r = sweep["temperature"].values[0], sweep["resistance"].values[0]
        middle.append(t[np.abs(r - np.median(r[t > 8.8]) / 2).argmin()])
    np.testing.assert_allclose(middle, [8.077, 8.079], atol=0.0015)
    assert "channel_chosen" in codes(ds)


def test_pegged_and_misplaced_thermometers_are_not_chosen():
    ds = load(measured("resistance_temperature/helimagnet"))
    assert ds["temperature"].attrs["original_name"] == "Channel 8 Temp (K)"
    assert ds["resistance"].attrs["original_name"] == "Restsitance (Ohms)"
    pegged = [flag for flag in doubts(ds) if flag.code == "pegged"]
    assert len(pegged) == 1
    assert "channel_5_temp" in pegged[0].message
    assert ds["started"].item() == "2024-03-06T12:34:48"
    assert dict(ds.sizes) == {"sweep": 1, "point": 9664}


def test_loops_are_split_where_the_field_turns():
    ds = load(measured("amr_loops"))
    assert ds.attrs["kind"] == "magnetoresistance"
    assert ds["direction"].values.tolist() == [1, -1, 1, -1]
    np.testing.assert_allclose(ds["current"], [2e-3, 2e-3, 5e-3, 5e-3])
    assert float(ds["field"].max()) == pytest.approx(8e-3)
    assert int(good(ds).sum()) == 2 * 241
    assert ds["resistance"].values[0, 0] == 340.9414575


def test_bias_without_unit_is_taken_as_millivolt_and_said():
    ds = load(measured("andreev_cobalt"))
    assert ds.attrs["kind"] == "tunnel_spectrum"
    assert float(ds["bias"].max()) == pytest.approx(20.86327e-3)
    assert "normalised_conductance" in ds
    assert any("mV is assumed" in flag.message for flag in doubts(ds))


def test_everything_loads_describes_and_survives_a_file(tmp_path):
    for ds in load_all(measured(".")):
        assert describe_text(ds).count("\n") > 5
        back = load_netcdf(save(ds, tmp_path / "x.nc"))
        assert ds.identical(back)
        assert ds.attrs == back.attrs
        assert len(ds.attrs["sha256"].split()) == len(ds.attrs["source"].split("; "))
