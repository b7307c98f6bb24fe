"""The virtual device obeys the models that it is made of, and one set of material parameters serves all its measurements."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest

from supraspin.devices import Device
from supraspin.lab import Setup, film, junction, order, simulate
from supraspin.lab.channel import nonlocal_resistance
from supraspin.models import (
    bkt_exponent,
    critical_temperature_parallel,
    critical_temperature_perpendicular,
    ferromagnetic_boundary,
    gap_temperature,
    hanle_vortex,
    transition,
)
from supraspin.models.effective_medium import effective_medium

A, B, D = map(Device.load, "ABD")
FIELD = np.linspace(0, 4.5, 31)
CONTROLS = ("no_cobalt", "dilute_cobalt", "excess_cobalt", "thick_barrier", "direct_contact")


def test_identity_critical_temperature_is_that_of_the_models():
    lengths = {"critical_temperature": A.film.critical_temperature, "coherence_length": A.film.coherence_length}
    across = np.asarray(critical_temperature_perpendicular(FIELD, **lengths))
    along = np.asarray(critical_temperature_parallel(FIELD, **lengths, thickness=A.film.thickness))
    np.testing.assert_allclose(order.critical_temperature(A, FIELD, math.pi / 2), across, atol=1e-9)
    np.testing.assert_allclose(order.critical_temperature(A, FIELD, 0.0), along, atol=1e-9)


def test_identity_order_ends_at_the_boundary_of_the_model():
    boundary = np.asarray(
        ferromagnetic_boundary(
            FIELD, math.pi / 2, critical_temperature=A.film.critical_temperature, coherence_length=A.film.coherence_length,
            thickness=A.film.thickness, magnetic_length=A.ordering.magnetic_length,
        )
    )  # fmt: skip
    np.testing.assert_allclose(order.ordering_temperature(A, FIELD, math.pi / 2), boundary, atol=1e-9)
    below, above = 0.8 * boundary[:-5], 1.3 * boundary[:-5]
    assert (order.order(A, below, FIELD[:-5], math.pi / 2) > 0.3).all()
    assert (order.order(A, above, FIELD[:-5], math.pi / 2) == 0).all()


@pytest.mark.parametrize("device", [A, D])
def test_identity_gap_follows_the_gap_equation_of_the_same_tc(device):
    t = np.linspace(0.1, 8, 40)
    zero = float(order.gap(device, 0.0))
    harmonic = 1.0 if device.film.pairing == "nodal" else 0.0
    expected = gap_temperature(t, gap=zero, critical_temperature=device.film.critical_temperature, harmonic=harmonic)
    np.testing.assert_allclose(order.gap(device, t), np.asarray(expected), atol=1e-12)
    weak = 2.1397 if device.film.pairing == "nodal" else 1.7639
    assert zero / (8.617333e-5 * device.film.critical_temperature) == pytest.approx(weak, rel=1e-4)


def test_limit_resistance_far_from_the_transition():
    assert film.resistance(D, 273.0) == pytest.approx(D.film.normal_resistance * D.film.residual_resistance_ratio, rel=1e-3)
    assert film.resistance(D, 2.0) == 0
    assert film.resistance(D, 2.0, 8.0, math.pi / 2) == pytest.approx(film.normal_resistance(D, 2.0))


def test_identity_a_plain_film_is_the_transition_model():
    t = np.linspace(6.5, 7.5, 200)
    expected = transition(
        t, critical_temperature=D.film.critical_temperature, transition_width=D.film.transition_width, normal_resistance=1.0,
        fluctuation_strength=D.film.fluctuation_strength,
    )  # fmt: skip
    np.testing.assert_allclose(film.transition_ratio(D, t), np.asarray(expected), atol=2e-4)


def test_identity_ordered_phase_is_an_effective_medium():
    t = np.linspace(0.3, 1.5, 20)
    m = order.order(A, t, 0.0)
    superconducting = (1 - A.ordering.resistive_share * m) / 2
    expected = np.asarray(effective_medium(superconducting, normal_resistance=1.0)) * film.normal_resistance(A, t)
    np.testing.assert_allclose(film.resistance(A, t), expected, rtol=1e-9)


def test_identity_medium_of_two_parts():
    """Half of two resistances is their geometric mean in two dimensions."""
    assert film.effective_medium(np.array([[2.0, 8.0]]), np.array([0.5, 0.5]))[0] == pytest.approx(4.0, rel=1e-9)


def test_limit_voltage_is_ohmic_far_from_the_critical_current():
    assert film.voltage(A, 1e-8, 8.0) == pytest.approx(1e-8 * film.resistance(A, 8.0), rel=1e-6)
    for temperature in (6.0, 8.0):  # so strong a current leaves no fluctuations
        assert film.voltage(A, 1e-2, temperature) == pytest.approx(1e-2 * film.normal_resistance(A, temperature), rel=0.01)
    assert film.voltage(A, -1e-5, 6.2) == -film.voltage(A, 1e-5, 6.2)


@pytest.mark.parametrize("heating", [0.0, 1e5])
@pytest.mark.parametrize("name", ["A", "D"])
def test_identity_voltage_rises_with_temperature_and_current_through_the_transition(name, heating):
    device = Device.load(name)
    temperature = np.linspace(0.9, 1.2, 200)[:, None] * device.film.critical_temperature
    volts = film.voltage(device, np.geomspace(1e-7, 1e-3, 60), temperature, thermal_resistance=heating)
    assert (np.diff(volts, axis=1) >= 0).all()
    # Beyond I_c the flow of vortices falls a little where the exponent does, at T_BKT.
    assert (np.diff(volts, axis=0) >= -5e-3 * volts[:-1]).all()


@pytest.mark.parametrize("temperature", [6.0, 6.15])
def test_identity_power_law_below_tbkt_has_the_exponent_of_the_model(temperature):
    """Between the ohmic tail of the finite size and the critical current."""
    critical = A.film.critical_current * (1 - (temperature / A.film.critical_temperature) ** 2) ** 1.5
    # closer to I_c the power law bends over, further below it the tail shows
    current = critical * np.array([0.10, 0.12])
    tail = (
        current * film.normal_resistance(A, temperature) * math.exp(-(film.exponent(A, temperature) - 1) * A.film.size_logarithm)
    )
    volts = film.voltage(A, current, temperature) - tail
    slope = np.log(volts[1] / volts[0]) / np.log(1.2)
    stiffness = A.film.bkt_temperature / (A.film.critical_temperature - A.film.bkt_temperature)
    expected = float(
        bkt_exponent(temperature, bkt_temperature=A.film.bkt_temperature, stiffness_slope=stiffness, size_logarithm=np.inf)
    )
    assert slope == pytest.approx(expected, rel=0.01)


def test_identity_heating_only_adds_voltage():
    current = np.geomspace(1e-6, 1e-4, 30)
    cold, warm = (film.voltage(A, current, 6.2, thermal_resistance=r) for r in (0.0, 1e5))
    assert (warm >= cold * (1 - 1e-12)).all()
    assert warm[-1] > cold[-1] * 0.999


def test_identity_tmr_is_julliere_inside_the_gap():
    """In the limit of small current, the two alignments differ by the Julliere factor of the polarisations times the order."""
    contact = A.contact(2)
    p, ap = junction.resistance(A, contact, 1e-10, 0.5, 0.0, 0.0, np.array([1.0, -1.0]))
    product = contact.polarisation * A.ordering.polarisation * float(order.order(A, 0.5, 0.0))
    bare = junction.conductance(A, contact, 0.0, 0.5, 0.0, 0.0, 0.0)[0, 0]
    spin = [junction.conductance(A, contact, 0.0, 0.5, 0.0, 0.0, s)[0, 0] for s in (1.0, -1.0)]
    density = (spin[0] - spin[1]) / (2 * product)
    assert 1 / p == pytest.approx(spin[0], rel=1e-3)
    assert 1 / ap == pytest.approx(spin[1], rel=1e-3)
    assert spin[0] + spin[1] == pytest.approx(2 * bare, rel=1e-9)
    assert 0 < density < 1 / A.barrier.resistance


def test_identity_nonlocal_signal_is_the_precession_model():
    channel = B.channels[1]
    field = np.linspace(-0.3, 0.3, 31)
    ordered = order.order(B, 0.05, np.abs(field), math.pi / 2)
    expected = hanle_vortex(
        field, 1.0, amplitude=B.spin.amplitude, spin_lifetime=B.spin.spin_lifetime, diffusivity=B.spin.diffusivity,
        vortex_field=B.spin.vortex_field, separation=channel.separation,
    )  # fmt: skip
    signal = nonlocal_resistance(B, channel, 0.0, 0.05, field, 1.0) - B.spin.background
    np.testing.assert_allclose(signal, ordered**2 * np.asarray(expected), rtol=1e-5, atol=1e-12)
    apart = nonlocal_resistance(B, channel, 0.0, 0.05, field, -1.0) - B.spin.background
    np.testing.assert_allclose(apart, -signal, rtol=1e-9)
    assert np.ptp(nonlocal_resistance(B, channel, 0.0, 3.0, field, 1.0)) == 0


@pytest.mark.parametrize("name", CONTROLS)
def test_limit_controls_have_no_order_and_no_spin_signal(name):
    device = Device.load(name)
    t = np.linspace(0.05, 3, 20)
    assert (order.order(device, t, 0.0) == 0).all()
    for channel in device.channels:
        p, ap = (nonlocal_resistance(device, channel, 0.0, 0.05, 0.0, s) for s in (1.0, -1.0))
        assert p == ap
    if name in ("excess_cobalt", "direct_contact"):
        assert film.resistance(device, 0.06) > 0.9 * device.film.normal_resistance


def test_rejects_a_junction_without_a_barrier():
    with pytest.raises(ValueError, match="device D has no tunnel barrier"):
        junction.conductance(D, D.contacts[0], 0.0, 2.0)


def test_identity_physics_of_a_sample_can_be_replaced():
    setup = Setup.of(Device.load("A"))
    assert copy.deepcopy(setup.sample) == setup.sample

    def of_a_resistor(device, temperature, field=0.0, field_angle=0.0):
        return np.full(np.broadcast_shapes(np.shape(temperature), np.shape(field)), 20.0)

    other = setup.but(sample=setup.sample.but(film_resistance=of_a_resistor))
    read = simulate(other, "resistance_temperature", key=1, points=40)["resistance"].values
    assert read == pytest.approx(20.0 + setup.lead_resistance, rel=0.02)
    assert np.ptp(simulate(setup, "resistance_temperature", key=1, points=40)["resistance"].values) > 10.0
