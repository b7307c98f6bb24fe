"""Superconducting windows of tunnel maps: measured ones, edges and their errors, hysteresis, and maps that have none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic import codes

from false_alarms_window import false_alarms, pulls, window
from supraspin.analysis import Analysis, analyze
from supraspin.analysis.superconducting_window import TITLE, combine, run, suits
from supraspin.analysis.superconducting_window.depth import measure, peaks
from supraspin.analysis.superconducting_window.edges import find_window
from supraspin.data import make
from supraspin.errors import DataError, FitError
from synthetic_window import NULLS, Junction, spectra

MEASURED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "tunnelling_al_eus"


def dataset(made, source="m.dat", **per_sweep):
    field, bias, conductance = made
    return make("tunnel_spectrum", bias=bias, conductance=conductance, per_sweep={"field": field, **per_sweep}, source=source)


def mirrored(made):
    field, bias, conductance = made
    return field, bias, conductance[::-1]


@pytest.fixture(scope="module")
def al_eus() -> list[Analysis]:
    if not MEASURED.is_dir():
        pytest.skip("measured data 'tunnelling_al_eus' are not beside this checkout")
    from supraspin.data import load_all

    maps = [load_all(MEASURED / name)[0] for name in ("15.dat", "16.dat")]
    alone = [run(ds, {}) for ds in maps]
    return [*alone, *combine(list(zip(maps, alone, strict=True)), {})]


def test_published_window_of_aluminium_on_europium_sulphide(al_eus):
    """The published window: sweep down -72 to +40 mT, sweep up -40 to +72 mT, to a step of 2 mT; bias offset 0.04 to 0.06 mV."""
    for result, low, high in zip(al_eus, (-72e-3, -40e-3), (40e-3, 72e-3), strict=False):
        for name, edge in (("window_lower_edge", low), ("window_upper_edge", high)):
            found = result.finding(name)
            assert abs(found.value - edge) <= 2e-3
            assert found.stderr == pytest.approx(2e-3 / np.sqrt(12), rel=0.2)
            assert found.systematic is not None
        assert result.finding("bias_offset").value == pytest.approx(0.04e-3, abs=0.01e-3)
        assert "edge_has_a_foot" in codes(result)


def test_published_hysteresis_is_mirrored_and_its_direction_is_not_invented(al_eus):
    both = al_eus[2]
    for side in ("lower", "upper"):
        shift, miss = both.finding(f"window_{side}_edge_shift"), both.finding(f"window_{side}_edge_mirror")
        assert shift.value == pytest.approx(-32e-3, abs=2e-3)
        assert abs(miss.value) < 2 * miss.stderr
    assert both.finding("depth_difference_mirrored").value < 0.05 * both.finding("depth_difference").value
    assert both.summary.startswith("The window is hysteretic")
    (flag,) = [f for f in both.flags if f.code == "direction_unknown"]
    assert "15.dat is the falling one" in flag.message


def test_published_peaks_of_the_split_bands_meet_where_the_magnet_turns(al_eus):
    """The exchange field averages out at the coercive field: there the highest peak is nearest to the bare gap of 0.28 meV."""
    down = al_eus[0]
    smallest, largest = down.finding("peak_bias_smallest"), down.finding("peak_bias_largest")
    assert 0.28e-3 < smallest.value < 0.35e-3
    assert 0.45e-3 < largest.value < 0.55e-3
    assert "at -14.0 mT" in smallest.text
    (table,) = [t for t in down.tables if t.title == "Gap against field"]
    assert len(table.rows) <= 24
    assert set(down.figures) == {"map"}


@pytest.mark.parametrize("noise", [0.01, 0.1])
def test_identity_edges_and_offset_are_found(noise):
    made = spectra(np.random.default_rng(1), Junction(noise=noise))
    result = run(dataset(made), {})
    low, high = result.finding("window_lower_edge"), result.finding("window_upper_edge")
    assert abs(low.value + 0.07) < 3 * np.hypot(low.stderr, low.systematic)
    assert abs(high.value - 0.04) < 3 * high.stderr
    assert result.finding("bias_offset").value == pytest.approx(40e-6, abs=6e-6)
    centre, width = result.finding("window_centre"), result.finding("window_width")
    assert width.value == pytest.approx(high.value - low.value)
    assert centre.value == pytest.approx(0.5 * (high.value + low.value))


def test_identity_a_gain_that_drifts_does_not_move_the_depth():
    field, bias, g = spectra(np.random.default_rng(2), Junction(noise=1e-3, wander=0.0))
    gain = np.exp(np.linspace(-1, 1, field.size))[:, None]
    np.testing.assert_allclose(measure(field, bias, gain * g).depth, measure(field, bias, g).depth, atol=1e-9)


def test_identity_maps_of_any_order_and_of_both_quantities_are_the_same():
    field, bias, g = spectra(np.random.default_rng(3), Junction())
    one = run(dataset((field, bias, g)), {}).finding("window_upper_edge").value
    mixed = np.random.default_rng(4).permutation(field.size)
    assert run(dataset((field[mixed], bias, g[mixed])), {}).finding("window_upper_edge").value == pytest.approx(one)
    ds = make("tunnel_spectrum", bias=bias, normalised_conductance=g / 1e-5, per_sweep={"field": field}, source="n.dat")
    assert run(ds, {}).finding("window_upper_edge").value == pytest.approx(one)


def test_identity_mirror_images_are_hysteresis_and_equal_maps_are_none():
    down, up = (spectra(np.random.default_rng(k), Junction(noise=0.02)) for k in (5, 6))
    maps = [dataset(down, "down.dat"), dataset(mirrored(up), "up.dat")]
    told = [run(maps[0], {"sweep_direction": -1.0}), run(maps[1], {"sweep_direction": 1.0})]
    (result,) = combine(list(zip(maps, told, strict=True)), {})
    assert "rising in up.dat, falling in down.dat" in result.summary
    assert "direction_unknown" not in codes(result)
    hysteresis = result.finding("window_hysteresis")
    assert abs(hysteresis.value - 0.015) < 4 * hysteresis.stderr
    assert set(result.figures) == {"maps"}
    same = [dataset(down, "a.dat"), dataset(up, "b.dat")]
    (none,) = combine([(ds, run(ds, {})) for ds in same], {})
    assert "no hysteresis is seen" in none.summary


def test_rejects_two_windows_that_are_no_mirror_images():
    maps = [dataset(spectra(np.random.default_rng(7), Junction(upper=edge)), f"{edge}.dat") for edge in (0.03, 0.09)]
    (result,) = combine([(ds, run(ds, {})) for ds in maps], {})
    assert "no mirror images" in result.summary
    assert "not_mirrored" in codes(result)


def test_limit_three_maps_are_not_paired():
    maps = [dataset(spectra(np.random.default_rng(8), Junction()), f"{k}.dat") for k in range(3)]
    assert combine([(ds, run(ds, {})) for ds in maps], {}) == []


def test_limit_one_edge_beyond_the_map_is_not_claimed():
    field, bias, g = spectra(np.random.default_rng(9), Junction())
    kept = field > -0.04
    result = run(dataset((field[kept], bias, g[kept])), {})
    assert "no_lower_edge" in codes(result)
    assert {f.name for f in result.findings} >= {"window_upper_edge"}
    assert not {"window_lower_edge", "window_width", "window_centre"} & {f.name for f in result.findings}


@pytest.mark.parametrize("name", NULLS)
def test_limit_maps_without_an_edge_claim_none(name):
    assert false_alarms(name, 100, steps=41, points=41, seed=3) <= 0.02


@pytest.mark.slow
@pytest.mark.parametrize("name", NULLS)
def test_false_alarms_of_a_thousand_maps(name):
    assert false_alarms(name, 1000, steps=41, points=41, seed=5) <= 0.01


def test_limit_a_map_without_a_gap_has_no_peaks_and_says_so():
    result = run(dataset(NULLS["noise only"](np.random.default_rng(10), 41, 61)), {})
    assert "no_window" in codes(result)
    assert not [f for f in result.findings if f.name.startswith(("peak", "window"))]
    assert "No superconducting window is claimed" in result.summary


def test_identity_peak_of_a_parabola_is_its_vertex():
    field, bias = np.linspace(-0.1, 0.1, 21), np.linspace(-1e-3, 1e-3, 201)
    shape = 1 - 0.9 * np.exp(-((bias / 1e-4) ** 2)) + 0.5 * np.exp(-(((np.abs(bias) - 0.3e-3) / 5e-5) ** 2))
    chart = measure(field, bias, np.tile(shape, (21, 1)) + 1e-6 * np.random.default_rng(0).normal(size=(21, 201)))
    at, error = peaks(chart)
    np.testing.assert_allclose(at, 0.3e-3, atol=2e-6)
    assert np.all(error < 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("noise", "width"), [(0.01, 0.0), (0.1, 0.0), (0.1, 0.005)])
def test_edges_are_calibrated(noise, width):
    """A jump by its statistical error; a closing gap, whose steepest change lies inside, with its systematic one."""
    z = pulls(200, noise, width, seed=6)
    closing, jump = (z[np.isfinite(z[:, k]), k] for k in (0, 1))
    assert jump.size > 190
    assert closing.size > 150
    assert abs(jump.mean()) < 0.25
    assert 0.7 < jump.std() < 1.15
    assert np.mean(np.abs(jump) < 1.96) > 0.93
    assert np.mean(np.abs(closing) < 1.96) > 0.93


@pytest.mark.slow
def test_power_falls_with_the_noise():
    found = [np.isfinite(pulls(40, noise, seed=7)).all(axis=1).mean() for noise in (0.05, 0.3, 1.0)]
    assert found[0] == 1
    assert found[0] >= found[1] > found[2]
    assert found[2] < 0.05


def test_identity_depth_alone_gives_the_same_window():
    made = spectra(np.random.default_rng(11), Junction())
    chart = measure(*made)
    assert find_window(chart.field, chart.depth, chart.error, chart.unseen) == window(made)


def test_rejects_bad_settings_and_poor_maps():
    made = spectra(np.random.default_rng(12), Junction())
    with pytest.raises(DataError, match="sweep_direction"):
        run(dataset(made), {"sweep_direction": 0.5})
    field, bias, g = made
    few = dataset((field[:15], bias, g[:15]))
    assert not suits(few)
    assert suits(dataset(made))
    with pytest.raises(FitError, match="20 fields"):
        run(few, {})
    right = bias > 1e-5
    with pytest.raises(FitError, match="both sides"):
        run(dataset((field, bias[right], g[:, right])), {})


def test_identity_the_chain_runs_it_beside_the_gap_models():
    results = analyze(dataset(spectra(np.random.default_rng(13), Junction(), steps=25)))
    assert results[0].title.startswith(TITLE)
    assert len(results) == 2
