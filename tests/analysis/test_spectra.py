"""From raw sweeps to spectra: normal state, offset, window, and no gap where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import BIAS, NORMAL, junction

from supraspin.analysis.tunnelling.gapless import best_gapless, gapless_suffices
from supraspin.analysis.tunnelling.spectra import mirror_centre, prepare, to_dataset
from supraspin.data import make
from supraspin.errors import FitError
from supraspin.models import dynes

V = BIAS / BIAS.max()
TRUE = {"gap": 1e-3, "broadening": 4e-5, "temperature": 0.4, "critical_temperature": 6.5}


def sloping(bias):
    return 1 + 60 * bias + 9e3 * bias**2


def test_identity_division_by_the_normal_state_is_exact():
    ready = prepare(junction(0, background=sloping, noise=0.0))
    assert ready.normal == "t.csv"
    assert ready.normal_temperature == 9.0
    (cold,) = ready.spectra
    assert cold.temperature == 0.4
    np.testing.assert_allclose(cold.conductance, np.asarray(dynes(cold.bias, **TRUE)), atol=1e-6)
    assert abs(ready.offset) < 1e-9
    assert cold.asymmetry < 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_identity_offset_of_the_bias_is_recovered_below_a_microvolt(seed):
    planted = np.random.default_rng(seed).uniform(-2e-4, 2e-4)
    ready = prepare(junction(seed, bias_offset=planted))
    assert abs(ready.offset - planted) < 1e-6
    (flag,) = [f for f in ready.flags if f.code == "bias_offset"]
    assert flag.numbers["bias_offset"] == ready.offset
    assert abs(mirror_centre(BIAS, np.asarray(dynes(BIAS, bias_offset=planted, **TRUE))) - planted) < 1e-6


def test_identity_offset_given_is_used():
    assert prepare(junction(1, bias_offset=1e-4), offset=1e-4).offset == 1e-4
    assert not [f for f in prepare(junction(1, bias_offset=1e-4), offset=1e-4).flags if f.code == "bias_offset"]


def test_identity_window():
    ready = prepare(junction(2))
    assert 1.2e-3 < ready.window < 2e-3
    given = prepare(junction(2), window=2.5e-3)
    assert given.window == 2.5e-3
    inside = to_dataset(list(given.spectra), given.window)
    assert float(inside["bias"].max()) <= 2.5e-3
    assert float(inside["bias"].min()) >= 0


def test_identity_without_a_normal_state_the_wings_serve_and_it_is_said():
    ready = prepare(junction(3, temperatures=(0.4,), background=lambda v: 1 + 60 * v, noise=0.0))
    assert "no_normal_state" in {f.code for f in ready.flags}
    assert ready.normal_temperature is None
    (cold,) = ready.spectra
    far = cold.bias > 3e-3
    np.testing.assert_allclose(cold.conductance[far], 1.0, atol=0.02)


def test_identity_up_and_down_cycle_is_averaged():
    cycle = np.concatenate([BIAS, BIAS[::-1]])
    y = NORMAL * np.asarray(dynes(cycle, **TRUE)) * np.where(np.arange(cycle.size) < BIAS.size, 1.01, 0.99)
    ds = make("tunnel_spectrum", bias=cycle, normalised_conductance=y / NORMAL, per_sweep={"temperature": 0.4})
    (cold,) = prepare(ds).spectra
    np.testing.assert_allclose(cold.conductance, np.asarray(dynes(cold.bias, **TRUE)), atol=1e-9)


def test_identity_a_polarised_contact_is_told_by_the_sides_that_differ():
    ds = junction(4, "exchange_split", exchange_field=2e-4, polarisation=0.4)
    (flag,) = [f for f in prepare(ds).flags if f.code == "asymmetric_in_bias"]
    assert flag.numbers["odd_over_even"] > 0.02
    assert "asymmetric_in_bias" not in {f.code for f in prepare(junction(4)).flags}


def test_rejects_too_few_points_and_one_sided_sweeps():
    few = np.linspace(-1e-3, 1e-3, 12)
    with pytest.raises(FitError, match="no sweep has 16 points"):
        prepare(make("tunnel_spectrum", bias=few, conductance=np.asarray(dynes(few, **TRUE))))
    right = np.linspace(2e-3, 6e-3, 100)
    ds = make("tunnel_spectrum", bias=right, conductance=np.asarray(dynes(right, gap=4e-3, broadening=1e-4, temperature=0.4)))
    with pytest.raises(FitError, match="both sides of zero bias"):
        prepare(ds)


def featureless(rng, which):
    slope, bend = rng.uniform(-0.5, 0.5), rng.uniform(0, 0.5)
    return (1 + 0 * V, 1 + slope * V, 1 + slope * V + bend * V**2)[which]


@pytest.mark.parametrize("noise", [0.003, 0.02, 0.05])
def test_identity_noise_and_sloping_backgrounds_show_no_gap(noise):
    rng = np.random.default_rng(int(1e4 * noise))
    alarms = 0
    for i in range(210):
        y = NORMAL * (featureless(rng, i % 3) + rng.normal(0, noise, V.size))
        try:
            prepare(make("tunnel_spectrum", bias=BIAS, conductance=y, per_sweep={"temperature": 1.5}))
        except FitError:
            continue
        alarms += 1
    assert alarms <= 4


SHAPES = {
    "resonance": lambda r: 1 + r.choice([-1, 1]) * r.uniform(0.1, 0.4) / (1 + (V / r.uniform(0.05, 0.4)) ** 2),
    "logarithm": lambda r: 1 + r.uniform(0.04, 0.1) * np.log(V**2 + r.uniform(0.01, 0.1) ** 2),
    "root": lambda r: 1 + r.uniform(0.2, 0.6) * (V**2 + r.uniform(0.02, 0.1) ** 2) ** 0.25,
    "polynomial": lambda r: 1 + r.uniform(0.2, 0.6) * np.abs(V) + r.uniform(-0.1, 0.3) * V**2,
}


@pytest.mark.parametrize("name", SHAPES)
def test_identity_gapless_anomalies_are_gapless(name):
    rng = np.random.default_rng(7)
    found = []
    half = BIAS >= 0
    for _ in range(60):
        y = (SHAPES[name](rng) + rng.normal(0, 0.005, V.size))[half]
        found.append(gapless_suffices(BIAS[half], y))
    # What is left over is decided by the comparison with the gap models.
    assert sum(one is None for one in found) <= 12


def test_identity_a_gap_is_not_gapless():
    rng = np.random.default_rng(8)
    half = BIAS >= 0
    for temperature in (0.4, 1.5, 3.0):
        y = np.asarray(dynes(BIAS, **(TRUE | {"temperature": temperature}))) + rng.normal(0, 0.01, V.size)
        assert gapless_suffices(BIAS[half], y[half]) is None
    name, squares = best_gapless(BIAS, 1 + 0.3 / (1 + (V / 0.2) ** 2))
    assert name == "resonance"
    assert squares < 1e-3
