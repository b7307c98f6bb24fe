"""The pieces of a critical field: crossings, the normal state, and pair breaking through points with errors in T and B."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from maps import RIGHT, curve_points
from scipy.special import erf

from supraspin.analysis.critical_field.curve import fit_film
from supraspin.analysis.critical_field.findings import PAULI, film_findings, fit_criteria
from supraspin.analysis.critical_field.monotonic import lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.critical_field.points import joined, points
from supraspin.analysis.critical_field.solve import curve
from supraspin.analysis.crossings import noise_of, outermost, without_spikes
from supraspin.analysis.phase_map.coherence import criterion, implied_field, implied_ordering_temperature
from supraspin.data import make
from supraspin.errors import FitError
from supraspin.models._pair_breaking import coherence_length_of, parallel_field_scale, perpendicular_field_scale

X = np.linspace(2, 10, 401)


def rounded(x, centre=6.0, width=0.3):
    return 0.5 * (1 + erf((x - centre) / width / math.sqrt(2)))


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_precise_crossing_of_a_gaussian_transition(level):
    truth = 6.0 + 0.3 * math.sqrt(2) * float(mpmath.erfinv(2 * level - 1))
    found = outermost(X, rounded(X), level, 1e-4)
    assert found is not None
    assert found.place == pytest.approx(truth, abs=0.006)


def test_crossing_is_the_outermost_one():
    reentrant = rounded(X) + 0.8 * (1 - rounded(X, 3.0, 0.2))
    assert outermost(X, reentrant, 0.5, 1e-3).place == pytest.approx(6.0, abs=0.005)


def test_rejects_curves_without_a_crossing():
    assert outermost(X, np.ones(X.size), 0.5, 0.01) is None
    assert outermost(X, np.zeros(X.size), 0.5, 0.01) is None
    assert outermost(X, 1 - rounded(X), 0.5, 0.01) is None


def test_crossing_errors_are_calibrated():
    rng = np.random.default_rng(0)
    pulls = []
    for _ in range(300):
        x = np.sort(rng.uniform(2, 10, 150))
        y = rounded(x, 6.0, 0.5) + rng.normal(0, 0.02, x.size)
        found = outermost(x, y, 0.5, noise_of(y))
        pulls.append((found.place - 6.0) / found.stderr)
    assert abs(np.mean(pulls)) < 0.25
    assert 0.75 < np.std(pulls) < 1.2


def test_coarse_grid_owns_up_to_its_spacing():
    x = np.linspace(2, 10, 9)
    found = outermost(x, rounded(x, 6.3, 0.02), 0.5, 1e-4)
    assert abs(found.place - 6.3) < 2 * found.grid
    assert found.grid == pytest.approx(1 / math.sqrt(12), rel=0.01)


def test_spikes_are_left_out_and_steep_transitions_kept():
    y = rounded(X, 6.0, 0.01)
    assert without_spikes(y, 1e-3).all()
    y[100] += 5.0
    keep = without_spikes(y, 1e-3)
    assert not keep[100]
    assert keep.sum() == X.size - 1


def _map(resistance, fields):
    known = {"field": fields, "field_angle": RIGHT}
    return make(
        "resistance_temperature", temperature=X, resistance=[resistance(X, b) for b in fields], per_sweep=known, source="m.csv"
    )


def test_normal_state_follows_slope_and_magnetoresistance_below_the_transition():
    fields = np.linspace(0, 4, 9)

    def background(t, b):
        return 50 + 0.3 * (t - 6) + 0.2 * b**2

    ds = _map(lambda t, b: 1.0 + background(t, b) * rounded(t, 6.0 - b, 0.1), fields)
    state = normal_state(lines(ds, {}))
    assert state.lead == pytest.approx(1.0, abs=0.01)
    assert state.of(7.0, 3.0) == pytest.approx(1 + background(7.0, 3.0), rel=0.004)


def test_normal_state_is_not_that_of_room_temperature():
    t = np.concatenate([np.linspace(2, 20, 300), np.linspace(21, 300, 200)])
    r = (10 + 70 * (np.maximum(t - 20, 0) / 280)) * rounded(t, 6.0, 0.1)
    ds = make("resistance_temperature", temperature=t, resistance=[r, r, r], per_sweep={"field": [0, 0.1, 0.2]}, source="w.csv")
    state = normal_state(lines(ds, {}))
    assert state.hottest < 30
    assert state.of(6.0, 0.0) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize(("ratio", "t"), [(0.1, 0.92995), (0.25, 0.82151), (0.5, 0.62826), (0.75, 0.40641), (0.9, 0.23749)])
def test_published_pair_breaking_values(ratio, t):
    assert curve(np.array(t))[0] == pytest.approx(ratio, abs=2e-5)


def test_identity_slope_of_the_curve():
    t = np.array([0.0, 0.05, 0.3, 0.8, 0.999, 1.0, 1.05])
    step = 1e-6
    away = np.where(t == 0, step, 0.0)
    numeric = (curve(t + away + step)[0] - curve(t + away - step)[0]) / (2 * step)
    assert curve(t + away)[1] == pytest.approx(numeric, rel=1e-5, abs=1e-5)


def test_precise_pauli_coefficient():
    mpmath.mp.dps = 30
    k, mu = mpmath.mpf("1.380649e-23"), mpmath.mpf("9.2740100657e-24")
    truth = mpmath.pi * mpmath.exp(-mpmath.euler) * k / (mpmath.sqrt(2) * mu)
    assert pytest.approx(float(truth), rel=1e-8) == PAULI
    assert pytest.approx(1.8568, abs=5e-5) == PAULI


def test_published_film_of_both_directions():
    """T_c0 = 6.6 K, xi = 8 nm, d = 11 nm: 3.562 T across, 10.78 T in the plane."""
    across, plane = perpendicular_field_scale(8e-9), parallel_field_scale(8e-9, 11e-9)
    both = joined(
        [curve_points(6.6, across, RIGHT, np.linspace(0, 3.2, 8)), curve_points(6.6, plane, 0.0, np.linspace(1, 10, 8))]
    )
    fit = fit_film(both)
    assert [fit.value(name) for name in fit.names] == pytest.approx([6.6, 3.562, 10.78], rel=5e-4)
    found = {one.name: one.value for one in film_findings(fit_criteria({0.5: both}, 0.5), {})}
    assert found["coherence_length"] == pytest.approx(8e-9, rel=1e-6)
    assert found["thickness"] == pytest.approx(11e-9, rel=1e-6)
    assert coherence_length_of(6.6, found["electron_diffusivity"]) == pytest.approx(8e-9, rel=1e-6)


def test_joint_fit_is_calibrated_with_errors_in_both():
    rng = np.random.default_rng(3)
    pulls = []
    for _ in range(200):
        t = np.linspace(1, 6.4, 12)
        film = fit_film(curve_points(6.6, 5.0, RIGHT, np.linspace(0, 4.5, 6)))
        b = film.field(t, RIGHT)
        rows = [(one + rng.normal(0, 0.03), field + rng.normal(0, 0.03), 0.03, 0.03, RIGHT, 1, i)
                for i, (one, field) in enumerate(zip(t, b, strict=True))]  # fmt: skip
        fit = fit_film(points(rows))
        pulls.append((fit.log - np.log([6.6, 5.0])) / np.sqrt(np.diag(fit.covariance)))
    assert np.abs(np.mean(pulls, axis=0)).max() < 0.25
    assert np.all((np.std(pulls, axis=0) > 0.75) & (np.std(pulls, axis=0) < 1.15))


def test_unknown_thermometer_error_is_found_in_the_scatter():
    rng = np.random.default_rng(4)
    seen = []
    for _ in range(40):
        exact = curve_points(6.6, 5.0, RIGHT, np.linspace(0, 4.5, 14))
        shaken = replace(exact, temperature=exact.temperature + rng.normal(0, 0.05, 14), temperature_error=np.full(14, 1e-3))
        seen.append(fit_film(shaken).scatter)
    assert np.mean(seen) == pytest.approx(0.05, rel=0.15)


def test_rejects_one_oblique_direction():
    with pytest.raises(FitError, match="oblique"):
        fit_film(curve_points(6.6, 5.0, RIGHT, np.linspace(0, 4.5, 6)).turned(0.5))


def test_two_points_have_no_error_to_speak_of():
    fit = fit_film(curve_points(6.6, 5.0, RIGHT, [1.0, 3.0]))
    assert fit.value("critical_temperature") == pytest.approx(6.6, rel=1e-4)
    assert not np.isfinite(fit.covariance).any()
    assert all(not one.identified for one in film_findings(fit_criteria({0.5: fit.used}, 0.5), {}))


def test_bulk_and_film_differ_at_oblique_angles():
    film = fit_film(
        joined([curve_points(6.6, 5.0, RIGHT, np.linspace(0, 4, 6)), curve_points(6.6, 12.0, 0.0, np.linspace(1, 10, 6))])
    )
    bulk = replace(film, bulk=True)
    # Tinkham: |B sin/Bp| + (B cos/Bq)^2 = f; bulk: (B sin/Bp)^2 + (B cos/Bq)^2 = f^2.
    angle, f = math.radians(10), curve(np.array(0.5))[0]
    b = float(film.field(3.3, angle))
    assert b * math.sin(angle) / 5 + (b * math.cos(angle) / 12) ** 2 == pytest.approx(float(f), rel=1e-4)
    b = float(bulk.field(3.3, angle))
    assert (b * math.sin(angle) / 5) ** 2 + (b * math.cos(angle) / 12) ** 2 == pytest.approx(float(f) ** 2, rel=1e-4)


def test_published_failure_of_the_coherence_length_criterion():
    """B_c2 = 5 T at 1.5 K gives xi0 = 6.4 nm; B_K = 2 T there T_K(0) = 2.0 K; T_K = 3 K would put B_K at 3.6 T (T_c0 = 6.6 K)."""
    scale = 5.0 / float(curve(np.array(1.5 / 6.6))[0])
    assert math.sqrt(perpendicular_field_scale(1.0) / scale) == pytest.approx(6.4e-9, rel=0.01)
    outer = fit_film(curve_points(6.6, scale, RIGHT, np.linspace(0, 5, 8)))
    warm = implied_ordering_temperature(outer, 1.5, 2.0, RIGHT)
    assert warm == pytest.approx(2.0, abs=0.05)
    assert 6.4e-9 / math.sqrt(1 - warm / 6.6) == pytest.approx(7.7e-9, rel=0.01)
    assert implied_field(outer, 1.5, 3.0, RIGHT) == pytest.approx(3.6, abs=0.05)
    inner = curve_points(3.0, 2.0 / float(curve(np.array(0.5))[0]), RIGHT, np.linspace(0, 2.0, 8), error=0.03)
    assert criterion(outer, inner).fails
    assert not criterion(outer, curve_points(3.0, scale, RIGHT, np.linspace(0, 3.0, 8), error=0.03)).fails
