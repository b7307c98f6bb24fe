"""What would be consistent where the paper's numbers are at fault: the figures of section 3 of the design come out."""

from __future__ import annotations

import mpmath
import pytest
from scipy import constants

from supraspin.devices.published import faults
from supraspin.models import hanle
from supraspin.reproduce import relations
from supraspin.reproduce.consistency import RECKONINGS, carried, reckon


def test_published_coherence_length_criterion():
    length = relations.coherence_length(5.0, 6.6)
    assert length == pytest.approx(6.4e-9, rel=0.01)
    assert relations.charge_diffusivity(5.0, 6.6) == pytest.approx(9.1e-5, rel=0.01)
    assert relations.magnetic_length(2.0, 5.0, 6.6) == pytest.approx(7.7e-9, rel=0.01)
    assert relations.ordering_temperature(2.0, 5.0, 6.6) == pytest.approx(2.0, abs=0.05)
    assert relations.ordering_field(3.0, 5.0, 6.6) == pytest.approx(3.6, abs=0.05)


def test_identity_ordering_field_inverts_ordering_temperature():
    assert relations.ordering_field(relations.ordering_temperature(1.7, 4.5, 6.0), 4.5, 6.0) == pytest.approx(1.7)


def test_published_spin_diffusion():
    diffusivity = relations.spin_diffusivity(0.125, 1.06e-6)
    assert diffusivity == pytest.approx(6.5e-3, rel=0.01)
    assert 1.06e-6**2 / diffusivity == pytest.approx(173e-12, rel=0.01)
    assert 0.2 < relations.further_maximum(diffusivity, 1.06e-6, 3e-6) < 0.28


def test_identity_zero_and_maximum_are_those_of_the_model():
    told = {"spin_lifetime": 173e-12, "diffusivity": 6.5e-3}
    length = (173e-12 * 6.5e-3) ** 0.5
    zero = relations.first_zero(6.5e-3, length, 0.8e-6)
    assert float(hanle(zero, **told, separation=0.8e-6)) == pytest.approx(0, abs=1e-9)
    place = relations.further_maximum(6.5e-3, length, 3e-6)
    around = [float(hanle(place * f, **told, separation=3e-6)) for f in (0.97, 1.0, 1.03)]
    assert around[1] > max(around[0], around[2])
    assert around[1] > 0


def test_precise_screening_length():
    mpmath.mp.dps = 30
    flux = mpmath.mpf(constants.h) / (2 * mpmath.mpf(constants.e))
    exact = flux**2 / (8 * mpmath.pi * mpmath.mpf(constants.mu_0) * mpmath.mpf(constants.k) * mpmath.mpf("6.3"))
    assert relations.screening_length(6.3) == pytest.approx(float(exact), rel=1e-14)
    assert relations.screening_length(6.3) == pytest.approx(1.6e-3, rel=0.03)
    assert 1 - relations.bkt_over_critical(6.6, 69e-9**2 / 11e-9) < 1e-3


def test_published_clashes_are_more_than_three_errors_apart():
    clashes = [clash for fault in RECKONINGS for clash in reckon(fault).clashes]
    assert len(clashes) >= 6
    assert all(clash.apart > 3 for clash in clashes)


def test_identity_every_reckoning_is_of_a_known_fault():
    assert set(RECKONINGS) <= {fault.number for fault in faults()}
    assert reckon(1) is None


def test_identity_errors_are_carried_through():
    value, error = carried(lambda a, b: a * b, "tmr_resistance_A", "tmr_ratio_A")
    assert value == pytest.approx(50)
    assert error == pytest.approx(50 * (0.1**2 + 0.1**2) ** 0.5)
