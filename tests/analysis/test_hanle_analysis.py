"""The whole chain on synthetic Hanle curves: recovery, calibrated errors, limits, backgrounds, flags."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.optimize import brentq
from synthetic import FIELD, NOISE, SPIN, codes, one, pull, ranking, spin_valve

from supraspin.errors import DataError
from supraspin.models import hanle

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from false_alarms_hanle import NULLS, false_alarms, power, without_spins
from supraspin.analysis.hanle.mirrored import symmetrised
from supraspin.analysis.hanle.seen import LEVEL, look
from supraspin.analysis.precision import precision
from supraspin.data import make, sweeps

L = SPIN["separation"]
LENGTH = math.sqrt(SPIN["spin_lifetime"] * SPIN["diffusivity"])
ZERO = brentq(lambda b: float(hanle(b, 1.0, **SPIN)), 0.02, 0.06)
TRUTH = {
    "spin_lifetime": SPIN["spin_lifetime"], "diffusivity": SPIN["diffusivity"], "spin_diffusion_length": LENGTH,
    "first_zero_crossing": ZERO,
}  # fmt: skip


def shared(field, alignment):
    return 0.5 * np.exp(-((field / 0.05) ** 2)) + 8 * field + 30 * field**2


def check(pulls, names=tuple(TRUTH)):
    for name, column in zip(names, np.array(pulls).T, strict=True):
        assert abs(column.mean()) < 3 / math.sqrt(len(column)), name
        # The width of a few pulls scatters too much to be looked at.
        assert len(column) < 40 or 0.75 < column.std() < 1.3, name
        assert np.abs(column).max() < 4.5, name


def pulls_of(result, names=tuple(TRUTH)):
    return [pull(result, name, TRUTH[name]) for name in names]


@pytest.mark.slow
def test_fit_errors_are_calibrated_for_a_pair_with_offsets():
    rng = np.random.default_rng(0)
    pulls, wrong = [], 0
    for seed in range(40):
        offsets = {"field_offset": rng.uniform(-1e-3, 1e-3), "resistance_offset": rng.uniform(-3, 3)}
        result = one(spin_valve(seed, **offsets), separation=L, charge_diffusivity=0.014)
        pulls.append(pulls_of(result))
        wrong += any(flag.level != "note" for flag in result.flags)
    check(pulls)
    # A warning is to mean something: a sound curve has one in a few at most.
    assert wrong <= 8


@pytest.mark.slow
def test_fit_errors_are_calibrated_for_one_curve_on_a_large_background():
    results = [one(spin_valve(seed, pair=False, resistance_offset=40.0), separation=L) for seed in range(100, 140)]
    check([pulls_of(result) for result in results])


@pytest.mark.slow
def test_fit_errors_are_calibrated_under_a_background_that_both_share():
    names = ("spin_lifetime", "diffusivity", "spin_diffusion_length")
    results = [one(spin_valve(seed, background=shared), separation=L) for seed in range(200, 210)]
    assert all("common_background" in codes(result) for result in results)
    check([pulls_of(result, names) for result in results], names)


@pytest.mark.slow
def test_fit_errors_are_calibrated_under_a_background_odd_in_field():
    names = ("spin_lifetime", "diffusivity", "spin_diffusion_length")
    results = [one(spin_valve(seed, background=lambda b, s: 6 * s * b), separation=L) for seed in range(300, 310)]
    assert all("asymmetric_in_field" in codes(result) for result in results)
    check([pulls_of(result, names) for result in results], names)


def test_identity_what_an_analysis_returns():
    result = one(spin_valve(1), separation=L)
    assert result.kind == "hanle"
    assert result.sources == ("h.tsv",)
    assert all(abs(p) < 4 for p in pulls_of(result))
    assert "350" in result.summary or abs(result.finding("spin_lifetime").value - 350e-12) < 20e-12
    assert result.finding("spin_signal").value == pytest.approx(2 * 12 * math.exp(-L / LENGTH), rel=0.02)
    assert result.finding("spin_lifetime").systematic < 10e-12
    assert codes(result) == {"charge_diffusivity_unknown"}
    (figure,) = result.figures.values()
    assert isinstance(figure, Figure)
    top, below = figure.axes
    assert "(mT)" in below.get_xlabel()
    assert "Ω" in top.get_ylabel()
    assert "Ω" in below.get_ylabel()
    labels = {text.get_text() for text in top.get_legend().get_texts()}
    assert {"parallel", "antiparallel", "fit"} <= labels


def test_limit_of_a_window_too_narrow_for_the_lifetime():
    """Within +-4 mT the precession angle stays below 0.25: the curve hardly bends, and D can be as large as one likes."""
    result = one(spin_valve(11, noise=0.3, field=np.linspace(-4e-3, 4e-3, 161)), separation=L)
    for name in ("spin_lifetime", "diffusivity", "spin_diffusion_length"):
        found = result.finding(name)
        if found.limit is None and found.identified:
            low, high = found.interval_68
            assert low < TRUTH[name] < high + (high - low)
            assert found.stderr is None or found.stderr < 0.5 * found.value
    assert result.finding("diffusivity").limit == "lower"
    assert not result.finding("spin_diffusion_length").identified
    assert "not_identified" in codes(result)
    assert "asymmetric_in_field" not in codes(result)
    with pytest.raises(KeyError, match="no finding 'first_zero_crossing'"):
        result.finding("first_zero_crossing")


def test_limit_of_a_lifetime_far_above_what_the_noise_lets_through():
    """At 30 ns the spins that precess at all have long dephased: only the noise of the wings would tell tau."""
    result = one(spin_valve(0, pair=False, spin_lifetime=3e-8, amplitude=0.5, noise=0.01), separation=L)
    found = result.finding("spin_lifetime")
    if found.limit:
        assert found.limit == "lower"
        assert found.value < 3e-8
        assert "limit" in result.summary
    elif found.identified:
        assert found.interval_68[0] < 6e-8
        assert abs(found.value - 3e-8) < 4 * (found.stderr or 3e-8)
    else:
        assert "not determine" in result.summary


def test_limit_a_peak_of_a_single_point_is_no_hanle_curve():
    """At 1 us the whole curve is one reading at zero field, which a spike can be as well."""
    result = one(spin_valve(0, pair=False, spin_lifetime=1e-6, amplitude=0.5, noise=0.05), separation=L)
    assert "no_hanle_signal" in codes(result)
    assert "wide enough for the steps" in result.summary


def test_identity_separation_unknown_gives_ratios():
    ds = spin_valve(13)
    result = one(ds)
    d, length = result.finding("diffusivity_over_separation_squared"), result.finding("spin_diffusion_length_over_separation")
    assert abs(d.value - SPIN["diffusivity"] / L**2) < 4 * d.stderr
    assert abs(length.value - LENGTH / L) < 4 * length.stderr
    assert (d.unit, length.unit) == ("1/s", "1")
    assert "separation_unknown" in codes(result)
    known = one(ds, separation=L)
    assert d.value == pytest.approx(known.finding("diffusivity").value / L**2, rel=1e-4)
    assert d.stderr == pytest.approx(known.finding("diffusivity").stderr / L**2, rel=1e-2)
    assert known.finding("spin_lifetime").value == pytest.approx(result.finding("spin_lifetime").value, rel=1e-4)


def test_identity_separation_from_the_data():
    result = one(spin_valve(14, per_sweep={"separation": [L, L]}))
    assert "separation_unknown" not in codes(result)
    assert abs(pull(result, "diffusivity", SPIN["diffusivity"])) < 4
    given = one(spin_valve(14, per_sweep={"separation": [2 * L, 2 * L]}), separation=L)
    assert given.finding("diffusivity").value == pytest.approx(result.finding("diffusivity").value, rel=1e-4)


@pytest.mark.parametrize(("factor", "disagree"), [(50.0, True), (1.2, False), (0.02, True)])
def test_identity_spin_against_charge_diffusivity(factor, disagree):
    result = one(spin_valve(15), separation=L, charge_diffusivity=SPIN["diffusivity"] / factor)
    assert abs(pull(result, "spin_over_charge_diffusivity", factor)) < 4
    assert ("diffusivities_disagree" in codes(result)) == disagree


def test_limit_charge_diffusivity_without_separation_says_nothing():
    result = one(spin_valve(15), charge_diffusivity=1e-4)
    assert not codes(result) & {"diffusivities_disagree", "charge_diffusivity_unknown"}


def test_identity_g_factor_scales_the_lifetime():
    plain, other = one(spin_valve(16), separation=L), one(spin_valve(16), separation=L, g_factor=1.0)
    assert other.finding("spin_lifetime").value == pytest.approx(2 * plain.finding("spin_lifetime").value, rel=1e-3)
    assert other.finding("diffusivity").value == pytest.approx(0.5 * plain.finding("diffusivity").value, rel=1e-3)


def test_identity_common_background_is_taken_out_and_said():
    result = one(spin_valve(17, background=shared), separation=L)
    assert "common_background" in codes(result)
    flag = next(f for f in result.flags if f.code == "common_background")
    assert flag.numbers["background"] == pytest.approx(np.ptp(shared(FIELD, 1)), rel=0.05)
    labels = {text.get_text() for text in result.figures["fit"].axes[0].get_legend().get_texts()}
    assert "half the difference" in labels
    assert all(abs(p) < 4 for p in pulls_of(result))


@pytest.mark.parametrize("pair", [True, False])
def test_identity_odd_background_is_flagged_and_the_even_part_fitted(pair):
    result = one(spin_valve(18, pair=pair, background=lambda b, s: 6 * s * b), separation=L)
    assert "asymmetric_in_field" in codes(result)
    u = FIELD[FIELD >= 0]
    wanted = 6 * np.sqrt(np.mean(u**2)) / np.ptp(np.asarray(hanle(u, 1.0, **SPIN)))
    assert result.finding("odd_over_even").value == pytest.approx(wanted, rel=0.05)
    tau = result.finding("spin_lifetime")
    assert tau.stderr < 8e-12
    assert abs(pull(result, "spin_lifetime", SPIN["spin_lifetime"])) < 4


@pytest.mark.parametrize("seed", range(2))
def test_identity_tilting_electrodes_win_where_they_tilt(seed):
    result = one(spin_valve(seed, saturation_field=0.4), separation=L)
    assert ranking(result, "Models")[0] == "hanle, tilting electrodes"
    assert "electrodes_tilt" in codes(result)
    assert abs(pull(result, "spin_lifetime", SPIN["spin_lifetime"])) < 4
    assert abs(pull(result, "diffusivity", SPIN["diffusivity"])) < 4
    assert result.finding("spin_lifetime").stderr < 8e-12


def test_identity_no_more_than_hanle_where_it_is_the_truth():
    named = [one(spin_valve(seed), separation=L) for seed in range(20, 26)]
    assert sum("do not call for more than hanle" in result.summary for result in named) >= 4
    assert not any("electrodes_tilt" in codes(result) for result in named)


def test_identity_vortex_model_is_found_and_the_dependence_flagged():
    from supraspin.data import make
    from supraspin.models import hanle_vortex

    rng = np.random.default_rng(5)
    curves = [np.asarray(hanle_vortex(FIELD, s, vortex_field=0.05, **SPIN)) + rng.normal(0, NOISE, FIELD.size) for s in (1, -1)]
    ds = make("hanle", field=FIELD, nonlocal_resistance=curves, per_sweep={"alignment": [1, -1]})
    result = one(ds, separation=L)
    assert ranking(result, "Models")[0] == "hanle_vortex"
    assert codes(result) & {"depends_on_model", "poor_fit"}


def test_identity_sign_conventions():
    """A detector wired the other way, and a field axis the other way round, leave the numbers as they are."""
    plain = one(spin_valve(21), separation=L)
    turned = spin_valve(21)
    turned["nonlocal_resistance"][:] = -turned["nonlocal_resistance"].values
    other = one(turned, separation=L)
    for name in (*TRUTH, "spin_signal"):
        assert other.finding(name).value == pytest.approx(plain.finding(name).value, rel=1e-3)
    reversed_field = one(spin_valve(21, field=-FIELD), separation=L)
    assert reversed_field.finding("spin_lifetime").value == pytest.approx(plain.finding("spin_lifetime").value, rel=1e-3)


def test_identity_up_and_down_sweeps():
    from supraspin.data import make

    rng = np.random.default_rng(22)
    fields = [FIELD, FIELD[::-1], FIELD, FIELD[::-1]]
    signs = [1, 1, -1, -1]
    curves = [np.asarray(hanle(b, float(s), **SPIN)) + rng.normal(0, NOISE, b.size) for b, s in zip(fields, signs, strict=True)]
    result = one(make("hanle", field=fields, nonlocal_resistance=curves, per_sweep={"alignment": signs}), separation=L)
    assert all(abs(p) < 4 for p in pulls_of(result))
    assert result.finding("spin_lifetime").stderr < one(spin_valve(22), separation=L).finding("spin_lifetime").stderr


def test_identity_a_symmetrised_curve_is_recognised():
    ds = spin_valve(23, pair=False)
    y = ds["nonlocal_resistance"].values
    ds["nonlocal_resistance"][:] = 0.5 * (y + y[:, ::-1])
    result = one(ds, separation=L)
    assert "already_symmetrised" in codes(result)
    assert result.fits["hanle"].n == (FIELD.size + 1) // 2
    plain = one(spin_valve(23, pair=False), separation=L)
    # Folding averages the two sides: neither more nor less is known of what is even.
    ratio = result.finding("spin_lifetime").stderr / plain.finding("spin_lifetime").stderr
    assert 0.75 < ratio < 1.4
    assert "first_zero_crossing" in {f.name for f in result.findings}
    assert "odd_over_even" not in {f.name for f in result.findings}


def test_identity_a_copy_that_is_off_by_a_step_is_recognised():
    ds = spin_valve(26)
    y = ds["nonlocal_resistance"].values
    for row in y:
        half = row.size // 2
        row[half + 1 :] = row[:half][::-1]
        row[-40:] = row[-41:-1].copy()  # the far wing is a step off, as a file of others had it
    found = symmetrised(ds)
    assert found.share > 0.9
    assert symmetrised(spin_valve(26)) is None


def test_rejects_copies_where_coarse_digits_repeat_by_chance():
    ds = spin_valve(27, pair=False)
    ds["nonlocal_resistance"][:] = np.round(ds["nonlocal_resistance"].values, 0)
    assert symmetrised(ds) is None


@pytest.mark.slow
def test_fit_errors_are_calibrated_for_symmetrised_curves():
    names, pulls = tuple(TRUTH), []
    for seed in range(400, 440):
        ds = spin_valve(seed)
        y = ds["nonlocal_resistance"].values
        ds["nonlocal_resistance"][:] = 0.5 * (y + y[:, ::-1])
        pulls.append(pulls_of(one(ds, separation=L), names))
    check(pulls, names)


def test_one_definition_of_the_spin_signal_for_one_curve_and_for_two():
    wanted = 2 * 12 * math.exp(-L / LENGTH)
    for pair in (True, False):
        found = one(spin_valve(28, pair=pair), separation=L).finding("spin_signal")
        assert found.value == pytest.approx(wanted, rel=0.03)
        assert found.text.startswith("parallel minus antiparallel at zero field")


def test_the_systematic_covers_rivals_that_are_not_excluded():
    """Every model within 10 in AICc of the best lies inside the systematic; one that is excluded does not count."""
    result = one(spin_valve(29), separation=L)
    tau = result.finding("spin_lifetime")
    (table,) = [t for t in result.tables if t.title == "What the choices change"]
    rivals = [row for row in table.rows if row[0].startswith("model ")]
    assert {row[0] for row in rivals} == {"model hanle vortex", "model hanle, tilting electrodes"}
    for name in ("hanle_vortex", "hanle, tilting electrodes"):
        if precision(result.fits[name], "spin_lifetime").determined:
            assert abs(result.fits[name].params["spin_lifetime"].value - tau.value) <= 1.001 * tau.systematic
    excluded = one(spin_valve(1, saturation_field=0.4), separation=L)
    assert not [row for row in excluded.tables[0].rows if row[0] == "model hanle"]


@pytest.mark.parametrize("name", ["separation", "charge_diffusivity", "g_factor"])
def test_rejects_settings_that_make_no_sense(name):
    with pytest.raises(DataError, match=rf"'{name}' must be above 0, not -1"):
        one(spin_valve(24), **{name: -1.0})


@pytest.mark.parametrize("kind", ["1/f noise", "random walk", "drift"])
@pytest.mark.parametrize("pair", [True, False])
def test_rejects_a_hanle_signal_where_there_is_only_noise(kind, pair):
    """No lifetime, no fault and no long search: a limit of the signal."""
    result = one(without_spins(np.random.default_rng(5), kind, pair))
    assert result.summary.startswith("No Hanle signal is proved")
    assert "no_hanle_signal" in codes(result)
    assert not [flag for flag in result.flags if flag.level == "fault"]
    signal = result.finding("spin_signal")
    assert (signal.limit, signal.stderr, signal.identified) == ("upper", None, False)
    assert result.finding("false_alarm_probability").value > LEVEL
    assert "spin_lifetime" not in [found.name for found in result.findings]
    assert isinstance(result.figures["fit"], Figure)


def test_rejects_a_signal_in_noise_that_was_symmetrised():
    """Folding makes noise even, as a Hanle curve is: hardly any may be proved, and few lone ones fitted at all."""
    rng, seen = np.random.default_rng(11), []
    for kind in ("white noise", "1/f noise", "random walk", "slow filter"):
        for pair in (True, False):
            for _ in range(8):
                ds = without_spins(rng, kind, pair)
                y = ds["nonlocal_resistance"].values
                ds["nonlocal_resistance"][:] = 0.5 * (y + y[:, ::-1])
                assert symmetrised(ds) is not None
                seen.append(look(sweeps(ds), symmetrised=True))
    assert sum(one.claimed for one in seen) <= 2  # of 64; 1 of 1024 in a longer run
    assert sum(one.worth_fitting for one in seen) <= 5


@pytest.mark.slow
def test_false_alarms_are_below_the_level_claimed():
    """Of 25 curves of each kind of noise; the full measurement is `benchmarks/false_alarms_hanle.py`."""
    rates = {kind: false_alarms(kind, 25, seed=2) for kind in NULLS}
    assert np.mean(list(rates.values())) <= LEVEL, rates


def test_power_a_signal_five_times_the_noise_is_found():
    assert power(5.0, 20, seed=2) >= 0.95
    assert power(5.0, 20, seed=2, pair=False) >= 0.8


def test_limit_of_the_signal_holds_where_it_is_too_small_to_be_proved():
    """Signals of a fifth of the noise: the 95 % limit lies above them in nearly all cases."""
    rng, held = np.random.default_rng(7), []
    shape = np.asarray(hanle(FIELD, 1.0, **SPIN))
    for _ in range(60):
        curves = [s * 0.2 * shape / shape.max() + rng.normal(size=FIELD.size) for s in (1, -1)]
        seen = look(sweeps(make("hanle", field=FIELD, nonlocal_resistance=curves, per_sweep={"alignment": [1, -1]})))
        held.append(seen.limit > 0.4)
    assert np.mean(held) > 0.93


def test_identity_significance_does_not_depend_on_units_offsets_or_a_drift():
    ds = spin_valve(21, noise=6.0)
    plain = look(sweeps(ds))
    moved = ds.copy(deep=True)
    moved["nonlocal_resistance"][:] = 1e-3 * (ds["nonlocal_resistance"] + 40 * ds["field"] - 7)
    again = look(sweeps(moved))
    assert again.height == pytest.approx(1e-3 * plain.height, rel=1e-6)
    assert again.p == pytest.approx(plain.p, abs=0.01)
