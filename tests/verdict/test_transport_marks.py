"""Marks of film and valve on curves whose truth is known, and what drift and missing data do to them."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from supraspin.data import make
from supraspin.lab.sample import Sample
from supraspin.verdict import Reading, _cooling, _currents, _field, _film, _switching, _valve, rival, trial
from supraspin.verdict.reference import measure
from supraspin.verdict.rivals.metallic_rkky import resistance as of_a_metal

TC, T0 = 6.6, 1.5


def cooling(returns, *, noise=2e-4, seed=3, contacts="", level=30.0):
    """R(T), down and up, of a film whose resistance below T_c is `returns` of T, in parts of R_N."""
    rng = np.random.default_rng(seed)
    t = np.geomspace(9.0, T0, 300)
    r = np.maximum(1 / (1 + np.exp(-(t - TC) / 0.05)), returns(t)) * (1 + 0.002 * (t - TC))
    legs = [t, t[::-1]]
    readings = [level * (np.interp(leg, t[::-1], r[::-1]) + noise * rng.standard_normal(t.size)) for leg in legs]
    metadata = {"contacts": contacts} if contacts else {}
    return make("resistance_temperature", temperature=legs, resistance=readings, per_sweep={"field": 0.0}, metadata=metadata)


def ordered(beta, tk=2.1, height=0.4):
    return lambda t: height * np.maximum((1 - t / tk) / (1 - T0 / tk), 0.0) ** beta


def activated(ta):
    return lambda t: 0.4 * np.exp(ta * (1 / t - 1 / T0))


@pytest.mark.parametrize("beta", [0.3, 0.5, 1.0])
def test_identity_onset_of_order_is_as_sharp_as_its_exponent(beta):
    told = _cooling.sharpness([cooling(ordered(beta))])
    exact = (0.5 ** (1 / beta) - 0.1 ** (1 / beta)) / (1 - 0.5 ** (1 / beta))
    assert told.value == pytest.approx(exact, abs=0.04)


@pytest.mark.parametrize("ta", [6.0, 9.0, 15.0])
def test_limit_activated_resistance_has_no_onset(ta):
    told = _cooling.sharpness([cooling(activated(ta))])
    assert told.value > 2.2
    half, tenth = (1 / (1 / T0 - math.log(share) / ta) for share in (2.0, 10.0))
    assert told.value == pytest.approx((tenth - half) / (half - T0), rel=0.35)


def test_rise_errors_are_calibrated_and_its_minimum_is_not_biased():
    flat = [_cooling.rise([cooling(lambda t: 0 * t, noise=3e-3, seed=seed)]) for seed in range(100)]
    pull = np.array([one.value / one.stderr for one in flat])
    assert abs(pull.mean()) < 0.35
    assert pull.std() == pytest.approx(1.0, abs=0.25)


def test_rise_is_that_of_the_contacts_that_show_it():
    with_, without = cooling(ordered(0.5), contacts="1-2"), cooling(lambda t: 0 * t, contacts="2-3")
    assert _cooling.rise([without, with_]).value == pytest.approx(0.4, abs=0.01)
    ratio = _cooling.contacts([with_, without])
    assert ratio.value == pytest.approx(0.0, abs=0.01)
    assert "2-3" in ratio.text
    assert isinstance(_cooling.contacts([cooling(ordered(0.5))]), str)


def test_limit_r_of_t_alone_does_not_tell_order_from_redistribution():
    told = rival("current redistribution").test([cooling(ordered(0.5))])
    assert told.verdict == "cannot tell"
    assert any("voltage contacts" in one.measurement for one in told.missing)
    assert rival("granular film").test([cooling(ordered(0.5))]).verdict == "excluded"
    assert rival("Kondo").test([cooling(ordered(0.5))]).verdict == "excluded"


def test_limit_data_that_do_not_show_what_is_to_be_explained_say_nothing():
    told = trial([cooling(ordered(0.5)), loops(0.05)])
    assert told.outcome("Kondo").verdict == "excluded"
    assert {told.outcome(name).verdict for name in ("polarised impurities", "metallic RKKY")} == {"no data"}
    assert trial([loops(0.05)]).statement("upturn").verdict == "no data"


def test_limit_no_return_of_the_resistance_is_nothing_to_explain():
    told = trial([cooling(lambda t: 0 * t)]).statement("upturn")
    assert told.standing == ()


def iv(fall, temperature=1.6, noise=2e-9, seed=4):
    rng = np.random.default_rng(seed)
    i = np.concatenate((-np.geomspace(1e-4, 1e-7, 60), np.geomspace(1e-7, 1e-4, 60)))
    v = 12.0 * i * (1 - fall * (i / 1e-4) ** 2) + 3e-8 + noise * rng.standard_normal(i.size)
    return make("iv_curve", current=i, voltage=v, per_sweep={"temperature": temperature})


@pytest.mark.parametrize("fall", [0.0, 0.3])
def test_identity_fall_of_the_resistance_with_current(fall):
    told = _currents.against_current([cooling(ordered(0.5)), iv(fall)])
    assert isinstance(told, Reading)
    assert told.value == pytest.approx(fall, abs=max(5 * told.stderr, 0.005))


def test_limit_currents_near_the_transition_say_nothing_of_the_return():
    assert isinstance(_currents.against_current([cooling(ordered(0.5)), iv(0.3, temperature=5.6)]), str)
    assert isinstance(_currents.against_current([iv(0.3)]), str)


def loops(height, *, drift=0.0, seed=1, reach=0.04, temperature=1.5):
    rng = np.random.default_rng(seed)
    up = np.linspace(-reach, reach, 161)
    sweeps, fields = [], []
    for number, field in enumerate((up, up[::-1]) * 2):
        way = np.sign(field[-1] - field[0])
        plateau = (way * field > 0.008) & (way * field < 0.022)
        clock = number * up.size + np.arange(up.size)
        sweeps.append(5e3 * (1 + height * plateau + drift * clock / up.size + 3e-4 * rng.standard_normal(up.size)))
        fields.append(field)
    return make("magnetoresistance", field=fields, resistance=sweeps, per_sweep={"temperature": temperature})


def test_identity_memory_is_the_part_of_the_reach_times_the_height():
    told = _switching.memory([loops(0.05)])
    assert told.value == pytest.approx(0.05 * 0.014 / (0.7 * 0.04), rel=0.1)


def test_limit_drift_is_no_memory():
    for drift in (0.01, -0.03):
        told = _switching.memory([loops(0.0, drift=drift)])
        assert abs(told.value) < 4 * told.error
        assert abs(told.value) < 3e-4


def test_memory_is_read_in_the_widest_and_coldest_loops():
    told = _switching.memory([loops(0.0, temperature=6.0), loops(0.0, reach=0.01), loops(0.05)])
    assert told.value > 0.01


def test_memory_of_noise_is_calibrated():
    pulls = np.array([(one := _switching.memory([loops(0.0, seed=seed)])).value / one.error for seed in range(200)])
    assert abs(pulls.mean()) < 0.3
    assert pulls.std() < 1.4


def valve(shape, noise=2e-4, seed=2):
    rng = np.random.default_rng(seed)
    i = np.linspace(-5e-6, 5e-6, 81)
    alignment = np.where((np.arange(21) > 8) & (np.arange(21) < 14), -1.0, 1.0)
    r = 0.02 + alignment[:, None] * shape(i / 5e-6) + noise * rng.standard_normal((21, i.size))
    return make("nonlocal_bias", current=[i] * 21, nonlocal_resistance=list(r), per_sweep={"field": np.linspace(0, 0.04, 21)})


@pytest.mark.parametrize(("odd", "even"), [(0.0, 0.01), (0.01, 0.0), (0.006, 0.008)])
def test_identity_oddness_of_the_contrast(odd, even):
    u = np.linspace(-1, 1, 81)
    exact = (odd**2 * np.mean(u**2)) / (odd**2 * np.mean(u**2) + even**2 * np.mean((1 - u**2) ** 2))
    told = _valve.odd_share([valve(lambda u: odd * u + even * (1 - u**2))])
    assert told.value == pytest.approx(exact, abs=0.02)


def test_limit_noise_has_no_contrast():
    assert sum(isinstance(_valve.odd_share([valve(lambda u: 0 * u, seed=seed)]), Reading) for seed in range(200)) == 0


@pytest.mark.slow
def test_tie_errors_are_calibrated_under_both_hypotheses():
    for truth, sample in ((1.0, None), (0.0, Sample(film_resistance=of_a_metal))):
        read = [_film.tie(measure(key, a=sample, only=("map_across", "map_along"))) for key in range(60, 72)]
        found = [one for one in read if isinstance(one, Reading)]
        assert len(found) > 9
        pulls = np.array([(one.value - truth) / one.error for one in found])
        assert abs(np.median(pulls)) < 0.6
        assert np.all(np.abs(pulls) < 3.5)


def test_identity_marks_of_a_map_where_only_the_field_counts():
    data = measure(21, only=("map_across", "map_along"))
    assert _field.trend(data).value < 0
    assert _field.start(data).value == pytest.approx(1.0, abs=0.05)
    assert _field.direction(data).value > math.log(1.3)
    assert _field.warm(data).value > -0.01


def test_rejects_nothing_that_a_file_may_hold():
    rng = np.random.default_rng(0)
    nan = np.full(40, np.nan)
    strange = [
        make("resistance_temperature", temperature=np.linspace(2, 8, 5), resistance=np.zeros(5)),
        make("resistance_temperature", temperature=nan[:9] * 0 + 1.0, resistance=np.ones(9)),
        make("resistance_temperature", temperature=[np.linspace(2, 8, 40)] * 7, resistance=[rng.standard_normal(40)] * 7,
             per_sweep={"field": np.arange(7.0)}),
        make("magnetoresistance", field=np.linspace(-1, 1, 40), resistance=np.where(np.arange(40) > 0, np.nan, 1.0)),
        make("magnetoresistance", field=[np.linspace(-0.04, 0.04, 30), np.linspace(0.04, -0.04, 30)],
             resistance=[np.full(30, 5e3)] * 2),
        make("iv_curve", current=np.linspace(0, 1, 40), voltage=np.zeros(40), per_sweep={"temperature": 1.0}),
        make("nonlocal_bias", current=[np.linspace(-1, 1, 9)] * 5, nonlocal_resistance=[np.zeros(9)] * 5),
        make("hanle", field=[np.linspace(-1, 1, 40)] * 2, nonlocal_resistance=[np.zeros(40)] * 2,
             per_sweep={"alignment": [1, -1]}),
        make("tunnel_spectrum", bias=np.linspace(-1e-3, 1e-3, 40), conductance=np.ones(40)),
    ]  # fmt: skip
    for data in [strange, *([ds] for ds in strange)]:
        told = trial(data)
        json.dumps([one.verdict for one in told.outcomes])
        assert all(one.verdict != "supported" for one in told.outcomes)
