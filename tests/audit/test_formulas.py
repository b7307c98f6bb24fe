"""The formulas behind the relations, at high precision and against the models."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.audit.relation import relations
from supraspin.audit.relations import _physics as physics
from supraspin.models.critical_field_parallel import critical_field_parallel
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular
from supraspin.models.hanle import hanle


def test_identity_coherence_length_is_what_the_model_was_given():
    for t in (0.0, 1.5, 4.0):
        across = float(critical_field_perpendicular(t, critical_temperature=6.6, coherence_length=6.4e-9))
        plane = float(critical_field_parallel(t, critical_temperature=6.6, coherence_length=6.4e-9, thickness=11e-9))
        assert physics.length_across(across, 6.6, t) == pytest.approx(6.4e-9, rel=1e-9)
        assert physics.length_in_plane(plane, 6.6, 11e-9, t) == pytest.approx(6.4e-9, rel=1e-9)
    assert np.isnan(physics.length_across(1.0, 6.6, 7.0))


def test_identity_precession_fields_are_those_of_the_model():
    d, length = 6.5e-3, 1.06e-6
    field = np.linspace(0, 1, 20001)
    curve = np.asarray(hanle(field, spin_lifetime=length**2 / d, diffusivity=d, separation=0.8e-6))
    zero = field[np.flatnonzero(curve < 0)[0]]
    assert physics.diffusivity_of_zero(zero, length, 0.8e-6) == pytest.approx(d, rel=1e-3)
    far = np.asarray(hanle(field, spin_lifetime=length**2 / d, diffusivity=d, separation=3e-6))
    tops = np.flatnonzero((np.diff(far)[:-1] > 0) & (np.diff(far)[1:] <= 0)) + 1
    assert physics.diffusivity_of_maximum(np.array(field[tops[0]]), np.array(length), 3e-6) == pytest.approx(d, rel=5e-3)


def test_precise_first_zero():
    with mp.workdps(30):
        x = mp.mpf("0.8") / mp.mpf("1.06")
        turn = mp.findroot(lambda w: mp.re(mp.exp(-x * mp.sqrt(1 + 1j * w)) / mp.sqrt(1 + 1j * w)), 4)
    from supraspin.quantities import MU_B_OVER_HBAR

    found = physics.diffusivity_of_zero(0.125, np.array(1.06e-6), 0.8e-6)
    assert found == pytest.approx(float((1.06e-6) ** 2 * 2 * MU_B_OVER_HBAR * 0.125 / turn), rel=1e-12)


def test_published_screening_length_and_film():
    # Lambda(6.3 K) = 1.6 mm, and a film of 69 nm and 11 nm has its T_BKT within 0.1 % of T_c.
    assert float(physics.screening_length(6.3)) == pytest.approx(1.56e-3, rel=0.02)
    share = float(physics.bkt_temperature_of(np.array(6.6), (69e-9) ** 2 / 11e-9)) / 6.6
    assert 1 - 1e-3 < share < 1


def test_limit_thick_and_thin_films():
    assert float(physics.bkt_temperature_of(np.array(6.6), 1e-12)) == pytest.approx(6.6, rel=1e-6)
    assert float(physics.bkt_temperature_of(np.array(6.6), 1.0)) < 0.1


def test_identity_relations_have_names_and_sources():
    found = relations()
    assert len({one.name for one in found}) == len(found) >= 10
    for one in found:
        assert one.source.startswith(("doi:", "arXiv:", "exp("))
        assert len(one.statement) > 30
        assert one.finding or one.scope in ("device", "material")
