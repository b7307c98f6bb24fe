"""Every kind of measurement is recognised by its columns and its shape, and none is taken for another."""

from __future__ import annotations

import math

import numpy as np
import pytest

from supraspin.data import load
from supraspin.data.loops import is_loop
from supraspin.data.orientation import field_angle

B = np.linspace(-40, 40, 81)  # mT
T = np.linspace(1.5, 8, 50)
UP = np.where((B > 8) & (B < 22), -1.0, 1.0)


def write(path, header, *columns):
    lines = [header, *(",".join(f"{value:.8g}" for value in row) for row in zip(*columns, strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(path)


def grid(outer, inner):
    return np.repeat(outer, len(inner)), np.tile(inner, len(outer))


def test_identity_depth_profiles(tmp_path):
    z = np.linspace(-2, 10, 40)
    ds = write(tmp_path / "eels.csv", "Depth (nm),Nb counts,Co counts", z, 1000 + 0 * z, 80 * np.exp(-z / 3))
    assert ds.attrs["kind"] == "depth_profile"
    assert ds["counts"].attrs["original_name"] == "Co counts"
    assert ds["nb_counts"].attrs["quantity"] == "counts"
    ds = write(tmp_path / "conc.csv", "Distance (nm),n_Co (at.%)", z, 3 * np.exp(-z / 3))
    assert ds.attrs["kind"] == "depth_profile"
    assert ds["concentration"].max() == pytest.approx(0.03 * math.exp(2 / 3), rel=1e-6)
    ds = write(tmp_path / "gap.csv", "depth (nm),interlayer gap (nm)", z, 0.30 + 0.01 * np.exp(-z / 3))
    assert ds.attrs["kind"] == "interlayer_gap"
    assert float(ds["interlayer_gap"].min()) == pytest.approx(0.30e-9, rel=0.01)


def test_identity_critical_field_table(tmp_path):
    ds = write(tmp_path / "bc2_oop.csv", "T (K),Bc2 (T)", T, 9 - T)
    assert ds.attrs["kind"] == "critical_field"
    assert ds["field_angle"].values == pytest.approx([math.pi / 2])


def test_identity_direction_of_the_field(tmp_path):
    for name, header, angle in (
        ("a.csv", "B_perp (T)", math.pi / 2), ("b.csv", "field_parallel (T)", 0.0), ("rb_in-plane.csv", "B (T)", 0.0),
        ("rb_OOP.csv", "B (T)", math.pi / 2),
    ):  # fmt: skip
        ds = write(tmp_path / name, f"{header},R (Ohm)", B, 1 + B**2)
        assert ds.attrs["kind"] == "magnetoresistance", name
        assert ds["field_angle"].values == pytest.approx([angle]), name
    assert "field_angle" not in write(tmp_path / "plain.csv", "B (T),R (Ohm)", B, 1 + B**2).variables


@pytest.mark.parametrize("text", ["measured by hand", "antiparallel.csv", "bypass", "sample 7", "perpetual", "Hx and Hz"])
def test_identity_no_direction_where_none_is_said(text):
    assert field_angle(text) is None


def test_identity_loop_and_hanle_are_told_apart_by_direction_then_shape(tmp_path):
    hanle = np.cos(0.1 * B) * np.exp(-np.abs(B) / 15)
    both = np.r_[B, B[::-1]]
    assert write(tmp_path / "1.csv", "B (mT),R_NL (Ohm)", both, np.r_[UP, UP]).attrs["kind"] == "spin_valve_loop"
    assert write(tmp_path / "2.csv", "B (mT),R_NL (Ohm)", both, np.r_[hanle, hanle[::-1]]).attrs["kind"] == "hanle"
    assert write(tmp_path / "3.csv", "B_par (mT),R_NL (Ohm)", B, hanle).attrs["kind"] == "spin_valve_loop"
    assert write(tmp_path / "4.csv", "B_perp (mT),R_NL (Ohm)", B, UP).attrs["kind"] == "hanle"
    assert write(tmp_path / "5_AP.csv", "B (mT),R_NL (Ohm)", B, -hanle).attrs["kind"] == "hanle"


def test_identity_nonlocal_maps_either_way_round(tmp_path):
    b, i = grid(B[:10], np.linspace(-5, 5, 41))
    by_bias = write(tmp_path / "a.csv", "B (mT),I (uA),R_NL (Ohm)", b, i, np.exp(-(i**2)))
    assert (by_bias.attrs["kind"], dict(by_bias.sizes)) == ("nonlocal_bias", {"sweep": 10, "point": 41})
    assert "field" in by_bias.coords
    i, b = grid(np.linspace(-5, 5, 9), B)
    by_field = write(tmp_path / "b.csv", "I (uA),B (mT),R_NL (Ohm)", i, b, np.tile(UP, 9))
    assert (by_field.attrs["kind"], dict(by_field.sizes)) == ("spin_valve_loop", {"sweep": 9, "point": 81})
    assert by_field["current"].dims == ("sweep",)


def hanle_curves(rng, count):
    """Fields and readings of Hanle curves of every width, with noise, drift in time, and half of them swept up and down."""
    for _ in range(count):
        n = int(rng.choice([61, 101, 201, 401]))
        field = np.linspace(-1, 1, n) * 10 ** rng.uniform(-1, 0)
        s = np.sqrt(1 + 1j * 10 ** rng.uniform(0.5, 1.7) * field)
        curve = np.real(np.exp(-rng.uniform(0.2, 3) * s) / s)
        if rng.random() < 0.5:
            field, curve = np.r_[field, field[::-1]], np.r_[curve, curve[::-1]]
        curve = curve / np.ptp(curve) + rng.normal(0, 0.1) * np.linspace(0, 1, curve.size)
        yield field, curve + 10 ** rng.uniform(-3, -0.3) * rng.normal(size=curve.size)


def loops(rng, count, noise):
    for _ in range(count):
        field = np.linspace(-40, 40, int(rng.choice([61, 101, 201])))
        first, last = rng.uniform(4, 10), rng.uniform(18, 30)
        width = 10 ** rng.uniform(-1, 0)

        def leg(x, first=first, last=last, width=width):
            return 1 - 0.5 * (np.tanh((x - first) / width) - np.tanh((x - last) / width))

        reading = np.r_[leg(field), leg(field)]
        yield np.r_[field, field[::-1]], reading + noise * rng.normal(size=reading.size)


def test_false_alarms_of_the_shape():
    """At most 1 % of Hanle curves is taken for a loop, and at a signal of ten times the noise at most 5 % of loops is missed."""
    rng = np.random.default_rng(7)
    assert sum(is_loop(*one) for one in hanle_curves(rng, 1000)) <= 10
    assert sum(not is_loop(*one) for one in loops(rng, 400, 0.1)) <= 20
