"""Measurements of a device as one posterior: who shares what, is it calibrated, and do parts that disagree show?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.constants import hbar, k
from virtual import HELD, PRIORS, TRUTH, calibrated_joint, measurements, readings

from supraspin.backend import jnp
from supraspin.data.build import make
from supraspin.data.schema import KINDS
from supraspin.devices import Device
from supraspin.errors import DataError
from supraspin.fit.bayes import Derived, Part, tension
from supraspin.fit.bayes.calibrate import Calibration, calibrate
from supraspin.fit.bayes.disagreement import words
from supraspin.fit.bayes.joint import join
from supraspin.fit.bayes.mode import modes
from supraspin.joint import declarations, device_priors, parts
from supraspin.model import MODELS
from supraspin.quantities import QUANTITIES


def test_identity_declarations_fit_models_and_kinds():
    for one in declarations():
        assert one.kind in KINDS
        model = MODELS[one.model]
        assert set(one.shared) <= set(model.parameters)
        assert set(one.free) <= set(model.parameters)
        assert len(one.source) > 20
        for parameter, target in one.shared.items():
            quantities = (target,) if isinstance(target, str) else target
            assert QUANTITIES[quantities[0]].unit == model.parameters[parameter].unit
            assert all(QUANTITIES[other].unit == "1" for other in quantities[1:])
            assert parameter in one.free or not model.parameters[parameter].held


def test_identity_parts_share_the_quantities_of_the_device():
    found = parts(measurements(points=16), options=HELD)
    assert [part.name for part in found[:2]] == ["hanle_1", "hanle_2"]
    whole = join(found, multistart=2)
    assert set(TRUTH) <= set(whole.names)
    assert sum(len(users) > 1 for users in whole.users.values()) >= 8
    assert set(whole.users["critical_temperature"]) == {
        "critical_field_1",
        "critical_field_2",
        "critical_field_3",
        "tunnel_spectrum",
    }
    assert set(whole.users["decay_length"]) == {"depth_profile", "interlayer_gap"}
    # The first guesses of all parts together stand near the truth that made them.
    values = dict(zip(whole.names, whole.values(whole.starts[0]), strict=True))
    for name in ("spin_lifetime", "coherence_length", "gap", "decay_length", "window_current"):
        assert values[name] == pytest.approx(TRUTH[name], rel=0.2)


def test_identity_another_model_keeps_what_it_shares():
    found = parts(measurements(points=16)[:1], models={"hanle": "hanle_vortex"})
    assert found[0].model.name == "hanle_vortex"
    assert set(found[0].shared) == {"amplitude", "spin_lifetime", "diffusivity"}
    prior = device_priors(Device.load("A"))["thickness"]
    assert prior.value(0.0) == pytest.approx(Device.load("A").film.thickness)


@pytest.mark.slow
def test_identity_joint_posterior_is_calibrated():
    """Eight shared quantities of nine parts: ranks uniform at 1 % (all tests together), intervals that cover."""
    whole = calibrated_joint(points=16)
    found = calibrate(whole, 24, key=5, warmup=100, draws=117, thin=3)
    assert sum(len(users) > 1 for users in whole.users.values()) >= 8
    assert np.min(found.probabilities(bins=4)) > 0.01 / len(found.names)
    for level in (0.68, 0.95):
        expected = found.expected(level)
        spread = math.sqrt(expected * (1 - expected) / found.ranks.size)
        # Parameters of one data set are correlated, so their number counts for less than independent ones.
        assert abs(found.coverage(level).mean() - expected) < 4 * 2 * spread


def test_identity_ranks_that_are_not_uniform_are_seen():
    rng = np.random.default_rng(0)
    ranks = rng.integers(0, 64, size=(200, 8))
    good = Calibration(tuple("abcdefgh"), ranks, 63, np.zeros((200, 8)), 0)
    assert good.uniform(0.01)
    assert good.coverage(0.68).mean() == pytest.approx(good.expected(0.68), abs=0.03)
    narrow = ranks.copy()
    narrow[:, 3] = np.clip(np.round((ranks[:, 3] - 31.5) * 1.5 + 31.5), 0, 63)
    assert not Calibration(good.names, narrow, 63, good.truths, 0).uniform(0.01)
    shifted = ranks.copy()
    shifted[:, 5] = np.minimum(ranks[:, 5] + 10, 63)
    assert not Calibration(good.names, shifted, 63, good.truths, 0).uniform(0.01)


@pytest.mark.slow
def test_identity_a_part_that_disagrees_is_found_and_sized():
    quiet = measurements(points=24, spectra=False, windows=False)
    priors = {
        name: prior.widened(5) for name, prior in PRIORS.items() if name in ("diffusivity", "coherence_length", "decay_length")
    }
    agreed = tension(parts(quiet, options=HELD), priors=priors)
    assert max(abs(one.sigma) for one in agreed) < 3.5
    planted = measurements(points=24, spectra=False, windows=False, hanle={"diffusivity": 3e-3})
    mixed = [planted[0], *quiet[1:]]
    found = tension(parts(mixed, options=HELD), priors=priors)
    assert found[0].part.startswith("hanle")
    worst = next(one for one in found if one.quantity == "diffusivity" and one.part == "hanle_1")
    assert worst.ratio == pytest.approx(3 / 6.5, rel=0.25)
    assert worst.sigma < -3
    others = [one for one in found if not one.part.startswith("hanle")]
    assert max(abs(one.sigma) for one in others) < 3.5


def test_rejects_data_without_a_place():
    with pytest.raises(DataError, match="at least one"):
        parts([])
    t = np.linspace(1, 5, 9)
    with pytest.raises(DataError, match="give field_angle"):
        parts([make("critical_field", temperature=[t], critical_field=[t])])
    with pytest.raises(DataError, match=r"no place in a joint posterior; kinds that have: hanle"):
        parts([make("nonlocal_iv", current=[t], voltage=[t])])
    with pytest.raises(DataError, match="models names the kind 'hanle'"):
        parts([make("depth_profile", depth=[t], concentration=[t])], models={"hanle": "hanle_vortex"})


def test_identity_what_is_told_only_of_a_product_is_found():
    """T_c enters critical fields times the ratio of the transition's middle to it; both must be found from their product."""
    whole = join(parts([measurements(points=24)[2]]), multistart=2)
    assert set(whole.names) == {"critical_temperature", "midpoint_ratio", "thermometer_scale", "coherence_length"}
    found = {one.quantity: one for one in words(whole)}
    assert found["critical_temperature"].mean == pytest.approx(6.6, rel=0.1)
    assert found["coherence_length"].mean == pytest.approx(TRUTH["coherence_length"], rel=0.05)
    assert "midpoint_ratio" not in found  # of which the data say nothing that the prior does not


def _spectra(temperatures, heights, scale=1.0):
    """Spectra of the virtual device, read by a thermometer that reads `scale` times too much, with peaks at zero bias."""
    rng, bias = np.random.default_rng(3), np.linspace(-4e-3, 4e-3, 161)
    curves = [
        readings("nodal", bias, noise=1e-3, rng=rng, temperature=warmth, normal_conductance=2e-4, ysr_conductance=2e-4 * height,
                 ysr_energy=1e-5, ysr_width=1.5e-4)[0]
        for warmth, height in zip(temperatures, heights, strict=True)
    ]  # fmt: skip
    read = [scale * warmth for warmth in temperatures]
    return make("tunnel_spectrum", bias=[bias] * len(read), conductance=curves, per_sweep={"temperature": read})


def test_identity_a_thermometer_off_by_two_per_cent_is_found():
    """Smearing is a thermometer of its own: T_c and broadening stand at the truth, not at what the readings make of them."""
    whole = join(parts([_spectra([1.5, 3.0, 4.5], [0, 0, 0], scale=1.02)]), multistart=2)
    mode = modes(whole.layout, whole.starts, whole.width, whole.arrays)[0]
    found = dict(zip(whole.names, whole.values(mode.u), strict=True))
    assert found["thermometer_scale"] == pytest.approx(1.02, abs=5e-3)
    assert found["critical_temperature"] == pytest.approx(TRUTH["critical_temperature"], rel=5e-3)
    assert found["broadening"] == pytest.approx(TRUTH["broadening"], rel=0.05)


def test_identity_a_spectrum_with_a_peak_is_left_out_where_others_show_the_gap():
    (part,) = parts([_spectra([1.5, 3.0, 4.5], [0.4, 0, 0])])
    assert part.data["temperature"].values.tolist() == [3.0, 4.5]
    assert [flag.code for flag in part.flags] == ["zero_bias_peak"]
    assert "1 of 3 spectra" in part.flags[0].message
    (plain,) = parts([_spectra([1.5, 3.0, 4.5], [0, 0, 0])])
    assert plain.data.sizes["sweep"] == 3
    assert not plain.flags


def test_identity_spectra_that_all_have_a_peak_are_fitted_with_it():
    (part,) = parts([_spectra([1.5, 2.0], [0.4, 0.3])])
    assert part.data.sizes["sweep"] == 2
    whole = join([part], multistart=2)
    assert {"ysr_conductance[0]", "ysr_conductance[1]", "ysr_width", "gap"} <= set(whole.names)
    mode = modes(whole.layout, whole.starts, whole.width, whole.arrays)[0]
    found = dict(zip(whole.names, whole.values(mode.u), strict=True))
    assert found["gap"] == pytest.approx(TRUTH["gap"], rel=0.02)
    assert found["ysr_conductance[0]"] > found["ysr_conductance[1]"] > 0


def coherence_of(diffusivity, critical_temperature):
    """xi0 = sqrt(pi hbar D / 8 k_B T_c)."""
    return jnp.sqrt(math.pi * hbar * diffusivity / (8 * k * critical_temperature))


@pytest.mark.slow
@pytest.mark.parametrize("factor", [1.0, 50.0])
def test_identity_spin_diffusion_fifty_times_that_of_charge_is_found_and_sized(factor):
    """One D for spins and charge, as pair breaking has it: in tension by the factor that was planted, and by none without."""
    rng = np.random.default_rng(6)
    field, t = np.linspace(-0.5, 0.5, 32), np.linspace(1.5, 5.8, 24)
    spin = 6.5e-3
    xi = float(coherence_of(spin / factor, 6.6))
    y, _ = readings("hanle", field, noise=0.03, rng=rng, separation=0.8e-6)
    b, _ = readings("critical_field_perpendicular", t, noise=0.02, rng=rng, coherence_length=xi)
    tied = [
        Part("hanle", make("hanle", field=[field], nonlocal_resistance=[y], per_sweep={"separation": [0.8e-6]}), "spins",
             shared=["diffusivity"]),
        Part("critical_field_perpendicular", (t, b), "charge",
             shared={"critical_temperature": "critical_temperature",
                     "coherence_length": Derived(coherence_of, ("diffusivity", "critical_temperature"))}),
    ]  # fmt: skip
    (one, *_) = [found for found in tension(tied) if found.part == "spins"]
    assert one.quantity == "diffusivity"
    if factor == 1.0:
        assert abs(one.sigma) < 3
        assert one.ratio == pytest.approx(1.0, rel=0.3)
    else:
        assert one.sigma > 10
        assert one.ratio == pytest.approx(50, rel=0.3)
