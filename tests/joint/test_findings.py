"""Findings of analyses as numbers of the joint posterior, and the relations between them and a device's quantities."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.analysis import Analysis, Finding
from supraspin.data.build import make
from supraspin.fit.bayes import Derived, Part
from supraspin.fit.bayes.joint import join
from supraspin.joint.declaration import told
from supraspin.joint.device import with_priors_of_their_own
from supraspin.joint.findings import in_field, parts_of
from supraspin.joint.relations import RELATIONS, SpinSignal
from supraspin.models.ferromagnetic_boundary import ferromagnetic_boundary
from supraspin.models.hanle import hanle
from supraspin.models.julliere import tmr
from supraspin.quantities import QUANTITIES

FIELD = np.linspace(-0.04, 0.04, 21)


def loop(kind="spin_valve_loop", reading="nonlocal_resistance", **told_of):
    return make(kind, {"field": [FIELD, FIELD[::-1]], reading: [FIELD, FIELD]}, per_sweep=told_of)


def analysis(kind: str, *findings: Finding) -> Analysis:
    return Analysis(kind, kind, (), "", findings=list(findings))


def wanted(kind: str):
    return [one for one in told() if one.kind == kind]


def test_identity_declared_findings_speak_of_known_quantities():
    for one in told():
        assert set(one.of) <= set(QUANTITIES)
        assert one.relation in (None, "spin_signal", *RELATIONS)
        assert len(one.source) > 20
        assert one.relation is not None or len(one.of) == 1


def test_limit_relations_are_those_of_the_models():
    at_zero = ferromagnetic_boundary(0.0, critical_temperature=6.7, coherence_length=6.4e-9, magnetic_length=7.7e-9)
    assert RELATIONS["ordering_temperature"](6.7, 6.4e-9, 7.7e-9) == pytest.approx(float(at_zero), rel=1e-6)
    assert RELATIONS["magnetoresistance_ratio"](0.4, 0.35) == pytest.approx(float(tmr(0.4, 0.35)))
    curve = [float(hanle(0.0, p, amplitude=6.0, spin_lifetime=1.7e-10, diffusivity=6.5e-3, separation=0.6e-6)) for p in (-1, 1)]
    assert float(SpinSignal(0.6e-6)(6.0, 1.7e-10, 6.5e-3)) == pytest.approx(curve[0] - curve[1], rel=1e-9)
    assert SpinSignal(0.6e-6) == SpinSignal(0.6e-6)  # so that compiled programs are found again


def test_identity_findings_become_parts_with_both_errors():
    found = analysis(
        "spin_valve_loop", Finding("switching_signal", -6.5, "ohm", 0.1), Finding("coercive_field", 16e-3, "T", 3e-4, 4e-4)
    )
    signal, first = parts_of(loop(separation=[0.6e-6] * 2), [found], wanted("spin_valve_loop"), "valve")
    assert (signal.name, first.name) == ("valve:switching_signal", "valve:coercive_field")
    assert signal.shared["value"] == Derived(SpinSignal(0.6e-6), ("amplitude", "spin_lifetime", "diffusivity"))
    assert first.options["sigma"] == pytest.approx(5e-4)
    assert with_priors_of_their_own([signal, first]) == [first]  # of the amplitude nothing else is known
    curve = Part("hanle", (FIELD, FIELD), "hanle", shared={"amplitude": "amplitude"})
    assert with_priors_of_their_own([signal, first, curve]) == [signal, first, curve]


def test_identity_a_ratio_of_polarisations_starts_where_it_was_found():
    kind = "magnetoresistance"
    found = analysis(kind, Finding("switching_ratio", 0.12, "1", 1e-3))
    whole = join(parts_of(loop(kind, "resistance"), [found], wanted(kind), "tmr"))
    assert set(whole.names) == {"polarisation", "polarisation_2"}
    values = dict(zip(whole.names, whole.values(whole.starts[0]), strict=True))
    assert float(tmr(**values)) == pytest.approx(0.12, rel=0.02)
    assert values["polarisation_2"] == pytest.approx(0.35, rel=0.1)  # which a ratio leaves to what is known of cobalt


def test_rejects_findings_that_are_no_measurement():
    limits = analysis(
        "spin_valve_loop", Finding("switching_signal", -6.5, "ohm", 0.1),
        Finding("coercive_field", 16e-3, "T", 3e-4, limit="lower"), Finding("coercive_field_2", 24e-3, "T", None),
    )  # fmt: skip
    assert parts_of(loop(), [limits], wanted("spin_valve_loop"), "valve") == []  # the signal lacks the channel's length
    kind = "magnetoresistance"
    contact = analysis(kind, Finding("switching_ratio", -1e-3, "1", 1e-5), Finding("coercive_field", 23e-3, "T", 1e-4))
    assert parts_of(loop(kind, "resistance"), [contact], wanted(kind), "amr") == []  # a dip is no second magnet
    assert in_field(loop())
