"""Depth profiles and the van der Waals gap on synthetic data: what is found, what is only a limit, what is not claimed."""

from __future__ import annotations

import numpy as np
import pytest
from depth_synthetic import NM, TRUTH, WINDOW, depths, film_mean, layers, profile
from synthetic import codes, one

from supraspin.analysis import analyze
from supraspin.analysis.depth_profile.findings import limit_findings
from supraspin.analysis.depth_profile.fit import look
from supraspin.analysis.depth_profile.readings import prepare
from supraspin.data import make
from supraspin.errors import DataError

KNOWN = {"full_counts": 4000.0, "probe_width": TRUTH["probe_width"], "mean_window": WINDOW}


def test_recovers_a_broadened_profile():
    """Every number within three of its errors, the probe's width and the interface found where nothing tells them."""
    result = one(profile(1), full_counts=4000.0, mean_window=WINDOW)
    truth = {
        "surface_concentration": 0.12, "decay_length": 2.5 * NM, "background_concentration": 0.004, "depth_offset": 0.0,
        "probe_width": 0.6 * NM, "mean_concentration": film_mean(WINDOW),
    }  # fmt: skip
    for name, value in truth.items():
        found = result.finding(name)
        assert found.identified, name
        assert abs(found.value - value) < 3 * found.stderr, name
    assert result.finding("decay_length").systematic is not None
    assert film_mean(WINDOW) == pytest.approx(0.027, abs=0.001)
    assert "probe_width_fitted" in codes(result)
    assert result.finding("false_alarm_probability").value < 0.001
    assert {"profile"} == set(result.figures) == set(result.captions)


def test_a_decay_below_the_probe_is_a_limit():
    """The true 0.1 nm lies below each limit; the level at the interface is bounded from below, the mean is still known."""
    for seed in range(3):
        ds = profile(seed, surface_concentration=1.0, decay_length=0.1 * NM, probe_width=1.0 * NM)
        result = one(ds, full_counts=4000.0, probe_width=1.0 * NM, mean_window=WINDOW)
        length, surface, mean = (result.finding(f"{n}") for n in ("decay_length", "surface_concentration", "mean_concentration"))
        assert (length.limit, surface.limit) == ("upper", "lower")
        assert 0.1 * NM < length.value < 1.0 * NM
        assert surface.value < 1.0
        assert abs(mean.value - 0.1 * NM / WINDOW) < 3.5 * mean.stderr
        assert "decay_not_resolved" in codes(result)
        assert "not_converged" not in codes(result)


def test_a_uniform_film_has_no_decay_length():
    result = one(profile(1, surface_concentration=0.03, decay_length=1.0), full_counts=4000.0)
    length, mean = result.finding("decay_length"), result.finding("mean_concentration")
    assert length.limit == "lower"
    assert length.value > 20 * NM
    assert abs(mean.value - 0.03) < 3 * mean.stderr
    assert "decay_longer_than_window" in codes(result)


def test_few_counts_are_said_to_be_few():
    result = one(profile(2, full=60.0), full_counts=60.0)
    assert "few_counts" in codes(result)
    assert abs(result.finding("decay_length").value - 2.5 * NM) < 3 * result.finding("decay_length").stderr


def test_without_an_edge_the_interface_and_the_probe_are_assumed():
    result = one(profile(3, z=np.arange(2, 14, 0.25) * NM), full_counts=4000.0)
    assert {"probe_width_unknown", "interface_assumed"} <= codes(result)
    grown = 0.12 * np.exp(0.5 * (0.6 / 2.5) ** 2)  # what the probe adds far below the interface
    surface = result.finding("surface_concentration")
    assert abs(surface.value - grown) < 3.5 * surface.stderr


def test_what_the_counts_refer_to():
    """Counts alone stay counts; a concentration beside them, or the counts of the host, turn them into one."""
    rng, z = np.random.default_rng(7), depths()
    co = profile(7, full=3000.0)["counts"].values[0]
    alone = one(make("depth_profile", depth=z, counts=co, source="a.csv"))
    assert "concentration_unknown" in codes(alone)
    assert abs(alone.finding("surface_counts").value - 360) < 4 * alone.finding("surface_counts").stderr
    both = one(make("depth_profile", depth=z, counts=co, concentration=co / 3000.0, source="b.csv"))
    told = one(make("depth_profile", depth=z, counts=co, source="c.csv"), full_counts=3000.0)
    assert both.finding("decay_length").value == pytest.approx(told.finding("decay_length").value, rel=1e-6)
    host = rng.poisson(3000.0 - co).astype(float)
    named = {"counts_Nb": {"quantity": "counts"}}
    share = one(make("depth_profile", depth=z, counts=co, counts_Nb=host, attributes=named, source="d.csv"))
    assert "share_of_counts" in codes(share)
    for result in (both, share):
        found = result.finding("mean_concentration")
        assert abs(found.value - film_mean(float(result.fits["profile"].x[-1]))) < 4 * found.stderr


@pytest.mark.parametrize("header", ["Total counts", "sum", "counts (all)"])
def test_identity_a_column_of_all_counts_is_the_whole_and_no_further_element(header):
    z, co = depths(), profile(7, full=3000.0)["counts"].values[0]
    whole = np.random.default_rng(8).poisson(3000, z.size).astype(float)
    named = {"other": {"quantity": "counts", "original_name": header}}
    with_total = one(make("depth_profile", depth=z, counts=co, other=whole, attributes=named, source="d.csv"))
    host = {"other": {"quantity": "counts", "original_name": "Nb counts"}}
    with_host = one(make("depth_profile", depth=z, counts=co, other=whole - co, attributes=host, source="e.csv"))
    for name in ("surface_concentration", "decay_length"):
        assert with_total.finding(name).value == pytest.approx(with_host.finding(name).value, rel=1e-6)
    assert header in next(f.message for f in with_total.flags if f.code == "share_of_counts")


def test_identity_a_profile_is_that_of_the_element_where_the_total_was_read_as_the_counts():
    z, co = depths(), profile(7, full=3000.0)["counts"].values[0]
    whole = np.random.default_rng(8).poisson(3000, z.size).astype(float)
    named = {"counts": {"quantity": "counts", "original_name": "Total counts"}, "counts_Co": {"quantity": "counts"}}
    found = one(make("depth_profile", depth=z, counts=whole, counts_Co=co, attributes=named, source="d.csv"))
    assert "total_is_no_element" in codes(found)
    surface = found.finding("surface_concentration")
    assert abs(surface.value - 0.12) < 4 * surface.stderr


def test_rejects_a_total_below_the_element_itself():
    z, co = depths(), profile(7, full=3000.0)["counts"].values[0]
    named = {"other": {"quantity": "counts", "original_name": "total"}}
    found = one(make("depth_profile", depth=z, counts=co, other=0.5 * co, attributes=named, source="d.csv"))
    assert {"total_too_small", "concentration_unknown"} <= codes(found)


def test_noise_that_is_not_poisson():
    """More scatter than Poisson's enlarges the errors; rates and bare concentrations take theirs from the data."""
    rng, z = np.random.default_rng(8), depths()
    mean = 3000.0 * TRUTH["clean"](z)
    wild = one(make("depth_profile", depth=z, counts=rng.poisson(rng.gamma(10, mean / 10)).astype(float)), full_counts=3000.0)
    tame = one(make("depth_profile", depth=z, counts=rng.poisson(mean).astype(float)), full_counts=3000.0)
    assert "more_than_poisson" in codes(wild)
    assert wild.finding("decay_length").stderr > 1.6 * tame.finding("decay_length").stderr
    assert "counts_not_whole" in codes(one(make("depth_profile", depth=z, counts=rng.poisson(mean) / 7.3)))
    bare = one(make("depth_profile", depth=z, concentration=mean / 3000.0 + rng.normal(0, 0.003, z.size)))
    assert "noise_from_data" in codes(bare)
    assert abs(bare.finding("decay_length").value - 2.5 * NM) < 3.5 * bare.finding("decay_length").stderr


def test_several_scans_are_fitted_together():
    z, pieces = depths(), [profile(s)["counts"].values[0] for s in range(4)]
    single, four = (one(make("depth_profile", depth=[z] * n, counts=pieces[:n]), **KNOWN) for n in (1, 4))
    assert four.finding("decay_length").stderr == pytest.approx(single.finding("decay_length").stderr / 2, rel=0.15)


def test_a_flat_profile_leaves_a_limit_and_no_decay():
    z, rng = np.arange(0, 12, 0.25) * NM, np.random.default_rng(9)
    result = one(make("depth_profile", depth=z, counts=rng.poisson(20, z.size).astype(float)), full_counts=4000.0)
    assert "no_decay" in codes(result)
    assert {f.name for f in result.findings} == {"mean_concentration", "level_concentration"}
    assert result.finding("mean_concentration").limit == "upper"
    assert 0 < result.finding("mean_concentration").value < 0.005
    assert result.finding("level_concentration").value == pytest.approx(0.005, rel=0.1)
    nothing = one(make("depth_profile", depth=z, counts=np.zeros(z.size)), full_counts=4000.0)
    assert nothing.finding("level_concentration").limit == "upper"
    assert nothing.finding("level_concentration").value == pytest.approx(3 / (4000 * z.size))


def test_the_limit_holds_what_it_excludes():
    """Of weak profiles that are not claimed, the true mean lies below the limit in 95 % of the cases or more."""
    z, held, seen = np.arange(0, 12, 0.25) * NM, 0, 0
    for seed in range(200):
        ds = profile(seed, full=400.0, surface_concentration=0.012, background_concentration=0.05, z=z)
        readings = prepare(ds, {"full_counts": 400.0})
        weak = look(readings, 0.6 * NM, 0.0)
        if not weak.falls:
            seen += 1
            held += limit_findings(readings, weak, WINDOW)[0].value >= film_mean(WINDOW, surface=0.012)
    assert seen > 150
    assert held >= 0.93 * seen


def test_rejects_settings_and_too_few_points():
    with pytest.raises(DataError, match="'full_counts' must be above 0"):
        analyze(profile(1), settings={"full_counts": -1.0})
    with pytest.raises(DataError, match="'probe_width' must not be below 0"):
        analyze(profile(1), settings={"probe_width": -1e-9})
    short = one(make("depth_profile", depth=np.arange(4) * NM, counts=np.arange(4.0)))
    assert "could_not_fit" in codes(short)


def test_gap_against_depth():
    """Expansion and its decay; a pristine gap that is told makes both better known."""
    told, fitted = one(layers(1), pristine_gap=0.29 * NM), one(layers(1))
    for result in (told, fitted):
        for name, value in (("expansion", 0.08), ("decay_length", 2.5 * NM), ("gap_at_interface", 0.3132 * NM)):
            found = result.finding(name)
            assert abs(found.value - value) < 3 * found.stderr, name
    assert told.finding("decay_length").stderr < fitted.finding("decay_length").stderr
    assert "pristine_gap_fitted" in codes(fitted)
    assert set(told.figures) == {"gap"}


def test_gap_without_expansion_is_a_limit():
    result = one(layers(2, expansion=0.0))
    assert "no_expansion" in codes(result)
    assert result.finding("expansion").limit == "upper"
    assert 0 < result.finding("expansion").value < 0.05
    with pytest.raises(KeyError):
        result.finding("decay_length")


def test_gap_that_widens_evenly_is_seen_against_a_pristine_one():
    """A gap wider by the same all the way down is an expansion, whose decay the data do not hold."""
    rng, z = np.random.default_rng(3), np.arange(16) * 0.63 * NM
    ds = make("interlayer_gap", depth=z, interlayer_gap=0.3045 * NM + rng.normal(0, 1e-12, z.size))
    result = one(ds, pristine_gap=0.29 * NM)
    assert abs(result.finding("expansion").value - 0.05) < 0.01
    length = result.finding("decay_length")
    assert length.limit == "lower" or not length.identified
    assert "linear_drift" in codes(result)
