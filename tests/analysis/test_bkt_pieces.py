"""The pieces of the BKT analysis: windows, noise, jumps, tails, and what T_BKT says of the film."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy import constants

from supraspin.analysis.bkt.crossing import crossing
from supraspin.analysis.bkt.curves import make_curve
from supraspin.analysis.bkt.exponents import exponent
from supraspin.analysis.bkt.knee import below_knee
from supraspin.analysis.bkt.noise import from_neighbours, intercept, split_noise
from supraspin.analysis.bkt.ohmic import ohmic_part
from supraspin.analysis.bkt.plausibility import (
    RESISTANCE_QUANTUM,
    Gap,
    from_penetration_depth,
    from_sheet_resistance,
    screening_length,
)
from supraspin.analysis.bkt.resistance_figure import diagnostic
from supraspin.analysis.bkt.tail import sweep_windows
from supraspin.analysis.bkt.windows import every_window, local_slopes, moments
from supraspin.models import halperin_nelson
from supraspin.models._gap import solve_gap_ratio

CURRENT = np.geomspace(1e-6, 1e-4, 60)
BOTH = np.concatenate([-CURRENT[::-1], CURRENT])


def power(exponent, scale=0.01, current=BOTH):
    return np.sign(current) * scale * (np.abs(current) / 1e-4) ** exponent


def curve(voltage, current=BOTH, temperature=6.0):
    made = make_curve(current, voltage, temperature)
    assert made is not None
    return made


def test_precise_screening_length():
    with mpmath.workdps(30):
        e, h, k, mu = (mpmath.mpf(repr(v)) for v in (constants.e, constants.h, constants.k, constants.mu_0))
        exact = (h / (2 * e)) ** 2 / (8 * mpmath.pi * mu * k * mpmath.mpf("6.3"))
    assert screening_length(6.3) == pytest.approx(float(exact), rel=1e-13)


def test_published_screening_length_at_the_papers_temperature():
    assert 1e3 * screening_length(6.3) == pytest.approx(1.6, abs=0.05)


def test_identity_screening_length_is_that_of_the_universal_stiffness():
    """J_s = hbar^2/(4 e^2 mu0 Lambda) with Lambda = lambda^2/d; T_BKT = pi J_s/(2 k_B)."""
    stiffness = constants.hbar**2 / (4 * constants.e**2 * constants.mu_0 * screening_length(4.2))
    assert np.pi * stiffness / (2 * constants.k) == pytest.approx(4.2, rel=1e-12)


@pytest.mark.parametrize("depth", [69e-9, 160e-9])
def test_published_thin_film_has_its_transition_within_a_thousandth_of_tc(depth):
    gap = 1 - from_penetration_depth(6.6, depth, 10e-9)
    assert 0 < gap < 1e-3
    with mpmath.workdps(30):
        strength = mpmath.mpf(screening_length(6.6)) * mpmath.mpf(10e-9) / mpmath.mpf(depth) ** 2
        exact = mpmath.findroot(lambda t: strength * (1 - t**4) - t, 0.9999)
    assert gap == pytest.approx(float(1 - exact), rel=1e-8)


def test_limit_dirty_film():
    """2.18 hbar/(e^2 R) f(t): a good metal has T_BKT at T_c, a bad one far below; f -> 1 for t -> 0."""
    assert np.pi**2 / 8 * np.pi * np.exp(-np.euler_gamma) == pytest.approx(2.18, abs=0.005)
    assert 1 - from_sheet_resistance(1.0) < 1e-4
    assert from_sheet_resistance(30 * RESISTANCE_QUANTUM) == pytest.approx(2.18 / 30, rel=2e-3)
    sheets = [from_sheet_resistance(r) for r in (100, 300, 1e3, 3e3, 1e4)]
    assert sheets == sorted(sheets, reverse=True)


def test_precise_dirty_film():
    t, gap = from_sheet_resistance(2000.0), np.pi * np.exp(-np.euler_gamma)
    ratio = solve_gap_ratio(t, "s-wave")
    right = np.pi**2 / 8 * gap * RESISTANCE_QUANTUM / 2000.0 * ratio * np.tanh(gap * ratio / (2 * t))
    assert t == pytest.approx(right, rel=1e-8)


def test_rejects_an_implausible_gap_and_keeps_a_plausible_one():
    assert Gap(0.048, 0.002, 7e-5, "film").implausible
    assert not Gap(0.048, 0.002, 0.03, "film").implausible
    assert not Gap(0.048, 0.03, 7e-5, "film").implausible


def test_identity_windows_are_polynomial_fits():
    rng = np.random.default_rng(3)
    one = curve(power(2.5) * (1 + 0.01 * rng.normal(size=BOTH.size)) + 1e-7 * rng.normal(size=BOTH.size))
    m = moments(one)
    assert m is not None
    swept = every_window(m)
    assert swept is not None
    assert swept.low.size > 100
    level = np.exp(np.convolve(np.pad(m.log_voltage, 2, mode="edge"), np.ones(5) / 5, "valid"))
    part = slice(m.first, m.first + m.log_current.size)
    sigma = np.hypot(one.floor, one.relative * one.voltage[part]) / level
    for k in range(0, swept.low.size, 37):
        inside = slice(swept.low[k], swept.high[k])
        x, y, w = m.log_current[inside], m.log_voltage[inside], 1 / sigma[inside]
        assert swept.exponent[k] == pytest.approx(np.polyfit(x, y, 1, w=w)[0], rel=1e-9)
        bend = np.polyfit(x - x.mean(), y, 2, w=w)[0]
        assert swept.curvature[k] == pytest.approx(2 * bend, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("a", [1.0, 2.0, 3.0, 4.5, 6.5])
def test_limit_exact_power_law(a):
    found = exponent(curve(power(a)), 100.0)
    assert found.exponent == pytest.approx(a, abs=1e-6)
    assert found.status == ("ohmic" if a == 1 else "power law")
    _, slope, _ = local_slopes(moments(curve(power(a))))
    assert slope == pytest.approx(a, abs=1e-6)


def test_identity_offset_and_thermoelectric_voltage_cancel_in_the_odd_part():
    plain, even = curve(power(3.0)), curve(power(3.0) + 5e-6 + 20.0 * BOTH**2)
    assert even.voltage == pytest.approx(plain.voltage, rel=1e-9, abs=1e-15)
    assert even.offset == pytest.approx(5e-6, rel=0.02)


def test_limit_one_polarity_offset_from_the_lowest_currents():
    rng = np.random.default_rng(4)
    i = np.linspace(1e-6, 1e-4, 240)
    one = curve(power(4.0, current=i) + 3e-6 + 1e-8 * rng.normal(size=i.size), i)
    assert not one.both
    assert one.offset == pytest.approx(3e-6, abs=4 * one.offset_error)
    assert one.offset_error < 3e-8
    assert exponent(one, 100.0).exponent == pytest.approx(4.0, abs=0.02)


def test_identity_cubics_leave_no_rest_and_noise_keeps_its_size():
    x = np.sort(np.random.default_rng(0).uniform(0, 1, 400))
    assert np.abs(from_neighbours(x, 1 + x - 2 * x**2 + 3 * x**3)).max() < 1e-9
    noise = np.random.default_rng(1).normal(size=x.size)
    assert from_neighbours(x, noise).std() == pytest.approx(1, abs=0.1)


def test_noise_is_split_into_floor_and_relative_part():
    rng = np.random.default_rng(2)
    v = np.geomspace(1e-9, 1e-3, 3000)
    floor, relative = split_noise(np.hypot(1e-8, 0.01 * v) * rng.normal(size=v.size), v)
    assert floor == pytest.approx(1e-8, rel=0.15)
    assert relative == pytest.approx(0.01, rel=0.1)


def test_intercept_error_is_calibrated():
    rng, i = np.random.default_rng(6), np.linspace(1e-6, 1e-4, 80)
    pulls = []
    for _ in range(300):
        offset, error = intercept(i, 7e-6 + power(3.0, 1e-3, i) + 1e-8 * rng.normal(size=i.size), 1e-8)
        pulls.append((offset - 7e-6) / error)
    assert abs(np.mean(pulls)) < 0.25
    assert 0.8 < np.std(pulls) < 1.25


@pytest.mark.parametrize("a", [1, 3, 6, 9])
@pytest.mark.parametrize("current", [CURRENT, np.linspace(2e-6, 1e-4, 50)], ids=["geometric", "linear"])
def test_limit_a_power_law_never_jumps(a, current):
    rng = np.random.default_rng(a)
    both = np.concatenate([current, current[::-1], -current, -current[::-1]])
    noisy = power(a, current=both) * (1 + 0.01 * rng.normal(size=both.size)) + 1e-8 * rng.normal(size=both.size)
    assert curve(noisy, both).jumps.critical is None
    assert curve(noisy, both).jumps.hysteresis is None


def test_jump_and_retrapping_are_found_where_they_are():
    rng, up = np.random.default_rng(8), np.linspace(1e-6, 1e-4, 100)
    cycle = np.concatenate([up, up[::-1], -up, -up[::-1]])
    size = np.abs(cycle)
    rising = np.gradient(size) > 0
    normal = np.where(rising, size > 60.5e-6, size > 40.5e-6)
    v = np.where(normal, 100 * cycle, 1e-3 * cycle) + 1e-8 * rng.normal(size=cycle.size)
    jumps = curve(v, cycle).jumps
    assert jumps.critical == pytest.approx(60.5e-6, abs=0.6e-6)
    assert jumps.retrapping == pytest.approx(40.5e-6, abs=0.6e-6)
    assert jumps.hysteresis is not None
    assert curve(v, cycle).current[curve(v, cycle).end - 1] < 41e-6


def test_limit_ohmic_part_below_a_cubic_voltage():
    rng = np.random.default_rng(9)
    r, error = ohmic_part(curve(2.0 * BOTH + power(3.0, 2e-4) + 1e-9 * rng.normal(size=BOTH.size)))
    assert r == pytest.approx(2.0, abs=max(4 * error, 0.02))


@pytest.mark.parametrize("b", [0.2, 0.6])
def test_identity_exponential_gives_its_own_temperature_in_every_window(b):
    t = np.linspace(6.31, 6.6, 80)
    r = np.asarray(halperin_nelson(t, resistance_scale=300.0, bkt_temperature=6.3, bkt_constant=b))
    swept = sweep_windows(t, r, 1e-4 * r, 100.0)
    assert swept is not None
    assert swept.low.size > 20
    assert swept.bkt_temperature == pytest.approx(6.3, abs=1e-3)
    assert swept.bkt_constant == pytest.approx(b, rel=0.05)


def test_identity_diagnostic_is_a_line_through_zero_at_the_transition():
    t = np.linspace(6.35, 6.6, 400)
    r = np.asarray(halperin_nelson(t, resistance_scale=300.0, bkt_temperature=6.3, bkt_constant=0.5))
    at, value, _ = diagnostic(t, r, 1e-6 * r)
    assert value == pytest.approx((2 * 6.3 / 0.5) ** (2 / 3) * (at / 6.3 - 1), rel=2e-3)


def test_limit_crossing_of_a_straight_line():
    t = np.linspace(6.0, 6.6, 9)
    found = crossing(t, 3 - 8 * (t - 6.31), np.full(9, 0.01))
    assert found is not None
    assert found.temperature == pytest.approx(6.31, abs=1e-9)
    assert found.interpolation == pytest.approx(0, abs=1e-9)
    assert crossing(t, np.full(9, 2.0), np.full(9, 0.01)) is None


def test_limit_jump_follows_the_branch_above_it():
    """The exponent falls straight to 3 at 6.33 K and is 1 from there on: the branch, not the midpoint, is taken."""
    t = np.linspace(6.0, 6.6, 7)
    found = crossing(t, np.where(t < 6.33, 3 + 8 * (6.33 - t), 1.0), np.full(7, 0.01))
    assert found is not None
    assert found.temperature == pytest.approx(6.33, abs=1e-6)
    straight = 6.3 + 0.1 * 0.24 / 2.24  # between (6.3 K, 3.24) and (6.4 K, 1)
    assert found.interpolation == pytest.approx(6.33 - straight, abs=1e-9)


def normal_above(a, knee, normal=25.0):
    """A power law that goes over into the normal branch at the current `knee`."""
    return normal * BOTH / np.sqrt(1 + (knee / np.abs(BOTH)) ** (2 * (a - 1)))


@pytest.mark.parametrize("a", [2.0, 3.0, 4.5, 8.0])
def test_exponent_is_that_below_the_knee_and_not_of_the_normal_branch(a):
    """Most of the points lie on the normal branch, whose exponent is 1 and far better known."""
    noise = 1e-9 * np.random.default_rng(10).normal(size=BOTH.size)
    whole = curve(normal_above(a, 8e-6) + noise)
    if a > 2:
        assert exponent(whole, 25.0).status == "ohmic"
    below = below_knee(whole, 25.0)
    assert whole.current[below.end] == pytest.approx(8e-6 * 3 ** (-0.5 / (a - 1)), rel=0.09)
    found = exponent(below, 25.0)
    assert found.exponent == pytest.approx(a, abs=max(3 * np.hypot(found.stderr, found.systematic), 0.05 * (a - 1)))


def test_limit_abrupt_knee_leaves_no_exponent_rather_than_an_ohmic_one():
    noise = 1e-7 * np.random.default_rng(11).normal(size=BOTH.size)
    whole = curve(np.where(np.abs(BOTH) > 1.2e-5, 25.0 * BOTH, 0.0) + noise)
    assert exponent(replace(whole, end=whole.current.size), 25.0).status == "ohmic"
    assert exponent(below_knee(replace(whole, end=whole.current.size), 25.0), 25.0).status == "none"


@pytest.mark.parametrize("a", [1.0, 3.0, 6.0])
def test_limit_a_curve_without_a_normal_branch_has_no_knee(a):
    noise = 1e-9 * np.random.default_rng(12).normal(size=BOTH.size)
    one = curve(power(a) + noise)
    assert below_knee(one, float((one.voltage / one.current)[-1])) is one
