"""The controls come out negative by the analyses' own significance, and the paper's devices positive by the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from false_alarms_controls import CONTROLS, PROTOCOL_CLAIMS, alarm, claims
from supraspin.analysis import analyze
from supraspin.lab import simulate

LOOPS = ("tmr_loop", "spin_valve_loop")


@pytest.mark.parametrize("place", range(len(CONTROLS)))
def test_limit_no_anomaly_in_a_control(place):
    assert alarm(CONTROLS[place], "resistance_temperature", 10 + place) is False


@pytest.mark.slow
@pytest.mark.parametrize("protocol", LOOPS)
def test_limit_no_switching_in_the_controls(protocol):
    """Another key for each, so that no two share their noise."""
    seen = [alarm(name, protocol, 20 + place) for place, name in enumerate(CONTROLS)]
    assert not any(seen)
    assert seen.count(None) == (protocol == "tmr_loop")  # bare cobalt makes no junction


@pytest.mark.slow
def test_limit_no_precession_in_a_control():
    assert alarm("dilute_cobalt", "hanle", 30) is False


@pytest.mark.parametrize(
    ("protocol", "device"),
    [("resistance_temperature", "A"), ("tmr_loop", "A"), ("spin_valve_loop", "B"), ("hanle", "B")],
)
def test_identity_the_same_claims_are_made_where_there_is_something(protocol, device):
    assert claims(analyze(simulate(device, protocol, key=3)), PROTOCOL_CLAIMS[protocol][0])


def test_limit_dilute_cobalt_does_not_order_and_excess_does_not_superconduct():
    (dilute,) = analyze(simulate("dilute_cobalt", "resistance_temperature", key=4))
    assert dilute.finding("critical_temperature").value == pytest.approx(6.7, abs=0.2)
    for name in ("excess_cobalt", "direct_contact"):
        (normal,) = analyze(simulate(name, "resistance_temperature", key=4))
        assert "No superconducting transition" in normal.summary
