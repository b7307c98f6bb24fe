"""The whole chain on synthetic tunnel spectra: ranking, temperatures, series, contacts, and silence where there is no gap."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from synthetic import BIAS, NORMAL, codes, junction, one, pull, ranking

import supraspin.analysis.tunnelling.rivals as gap_rivals
from supraspin.analysis.tunnelling.figures import undrawn
from supraspin.analysis.tunnelling.spectra import prepare
from supraspin.data import BITS, make
from supraspin.model import MODELS, Energy, model
from supraspin.models import dynes
from supraspin.quantities import KB

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from false_alarms_peak import false_alarms, power

V = BIAS / BIAS.max()
TWO = {"gap": 1.3e-3, "gap_2": 0.7e-3, "weight": 0.5, "broadening_2": 4e-5}


def only(monkeypatch, *names):
    """Leave the other rivals out, for the sake of time."""
    monkeypatch.setattr(gap_rivals, "rivals", lambda spectrum: list(names))


@pytest.mark.parametrize("seed", range(2))
def test_identity_s_wave_is_found(seed):
    result = one(junction(seed, background=lambda v: 1 + 40 * v, bias_offset=5e-5))
    order = ranking(result, "Gap models")
    assert order[-1] == "nodal"
    assert result.summary.startswith("dynes at 400 mK")
    assert abs(pull(result, "gap", 1e-3)) < 4
    assert abs(pull(result, "broadening", 4e-5)) < 4
    assert abs(result.finding("effective_temperature").value - 0.4) < 0.03
    assert "warmer_than_bath" not in codes(result)
    # A junction as cold as its bath is what one wants, and no reason for a warning.
    assert not codes(result) & {"at_bound", "not_identified"}


@pytest.mark.parametrize("seed", range(2))
def test_identity_two_gaps_are_found(seed):
    result = one(junction(seed, "two_gap", **TWO))
    assert ranking(result, "Gap models")[0] in ("two_gap", "mcmillan")
    assert result.summary.startswith("two_gap")
    found = {name: result.finding(name) for name in ("gap", "gap_2", "weight")}
    leading, other = sorted((found["gap"], found["gap_2"]), key=lambda f: -f.value)
    assert abs(leading.value - 1.3e-3) < 4 * leading.stderr
    assert abs(other.value - 0.7e-3) < 4 * other.stderr
    assert abs(found["weight"].value - 0.5) < 4 * found["weight"].stderr


@pytest.mark.parametrize("seed", range(2))
def test_identity_nodes_are_found(seed):
    result = one(junction(seed, "nodal"))
    assert ranking(result, "Gap models")[0] == "nodal"
    assert abs(pull(result, "gap", 1e-3)) < 4


def test_identity_figures_have_axes_with_units():
    result = one(junction(1))
    figure = result.figures["coldest"]
    assert isinstance(figure, Figure)
    assert all(ax.get_ylabel() for ax in figure.axes)
    assert "(mV)" in figure.axes[1].get_xlabel()
    assert result.captions["coldest"]


def test_identity_a_split_gap_is_taken_for_what_it_is():
    """Two pairs of peaks in a magnet's exchange field, without an applied one."""
    ds = junction(2, "exchange_split", exchange_field=2.5e-4, polarisation=0.3, temperatures=(0.3,), per_sweep={"field": [0.0]})
    result = one(ds)
    assert ranking(result, "Gap models")[0] == "exchange_split"
    assert abs(result.finding("exchange_field").value - 2.5e-4) < 5e-6
    assert abs(result.finding("gap").value - 1e-3) < 5e-6
    assert "spin_splitting" in codes(result)
    assert "Spins are split by an exchange field h = 24" in result.summary


def test_splitting_is_told_whether_found_or_not(monkeypatch):
    """One gap in a field without splitting; two gaps, which could be its edges; and no field on record."""
    only(monkeypatch, "dynes", "exchange_split", "two_gap")
    cold = {"temperatures": (0.3,), "per_sweep": {"field": [0.0]}}
    single, double = one(junction(4, **cold)), one(junction(5, "two_gap", **TWO, **cold))
    assert codes(single) & {"no_spin_splitting", "spin_splitting_possible"}
    assert "spin_splitting" not in codes(single)
    (flag,) = [f for f in double.flags if f.code in ("two_gaps_or_splitting", "spin_splitting_possible")]
    assert flag.numbers["gap"] == pytest.approx(1.0e-3, rel=0.1)
    assert flag.numbers["exchange_field"] == pytest.approx(0.3e-3, rel=0.2)
    assert "spin-split" in double.summary
    only(monkeypatch, "two_gap")
    assert "splitting_not_asked" in codes(one(junction(5, "two_gap", **TWO, temperatures=(0.3,))))


def test_identity_exchange_takes_no_part_without_a_field_on_record(monkeypatch):
    (cold,) = prepare(junction(3, temperatures=(0.4,))).spectra
    assert "exchange_split" not in gap_rivals.rivals(cold)
    assert "exchange_split" in gap_rivals.rivals(replace(cold, field=0.0))
    assert "andreev" not in gap_rivals.rivals(cold)
    assert gap_rivals.rivals(replace(cold, conductance=2 - cold.conductance)) == ["andreev"]


def test_identity_a_model_dropped_in_takes_part():
    def newcomer(bias, *, gap: Energy = 1e-3):
        """A step at the gap."""
        return bias

    try:
        from supraspin.model import Axis

        model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="test")(newcomer)
        (cold,) = prepare(junction(3, temperatures=(0.4,))).spectra
        assert "newcomer" in gap_rivals.rivals(cold)
    finally:
        MODELS._models.pop("newcomer")


def test_identity_a_junction_hotter_than_its_bath(monkeypatch):
    only(monkeypatch, "dynes")
    result = one(junction(4, hot=1.2))
    assert "warmer_than_bath" in codes(result)
    assert abs(pull(result, "effective_temperature", 1.2)) < 4
    told = next(f for f in result.flags if f.code == "warmer_than_bath")
    assert told.numbers["bath"] == 0.4
    assert "warmer_than_bath" not in codes(one(junction(4, temperatures=(1.2, 9.0))))


def test_identity_modulation_given_is_used(monkeypatch):
    only(monkeypatch, "dynes")
    ds = junction(5, modulation=2e-4)
    without, with_it = one(ds), one(ds, modulation=2e-4)
    assert "warmer_than_bath" in codes(without) or without.finding("broadening").value > 5e-5
    assert "warmer_than_bath" not in codes(with_it)
    assert with_it.finding("broadening").value == pytest.approx(4e-5, rel=0.1)
    told = one(junction(5, modulation=2e-4, per_sweep={"modulation": 2e-4}))
    assert [f.value for f in told.findings] == [f.value for f in with_it.findings]
    wrong = one(junction(5, modulation=2e-4, per_sweep={"modulation": [1e-4, 3e-4]}), modulation=2e-4)
    assert [f.value for f in wrong.findings] == [f.value for f in with_it.findings]


def test_identity_spectra_with_different_modulations_are_told(monkeypatch):
    only(monkeypatch, "dynes")
    temperatures = (0.4, 1.5, 9.0)
    found = one(junction(5, temperatures=temperatures, modulation=1e-4, per_sweep={"modulation": [1e-4, 2e-4, 1e-4]}))
    assert "modulation_differs" in codes(found)
    assert "modulation_differs" not in codes(one(junction(5, per_sweep={"modulation": [1e-4, 1e-4]}, modulation=1e-4)))


def test_limit_temperature_missing(monkeypatch):
    only(monkeypatch, "dynes")
    result = one(junction(6, temperatures=(0.4,), told=False))
    assert {"temperature_unknown", "no_normal_state"} <= codes(result)
    assert abs(pull(result, "gap", 1e-3)) < 4
    assert "temperature_unknown" not in codes(one(junction(6, temperatures=(0.4,), told=False), temperature=0.4))


def test_identity_series_gives_critical_temperature_and_ratio(monkeypatch):
    only(monkeypatch, "dynes")
    result = one(junction(7, temperatures=(0.4, 2.0, 3.5, 5.0, 9.0)))
    assert abs(pull(result, "critical_temperature", 6.5)) < 4
    assert abs(pull(result, "gap_over_critical_temperature", 1e-3 / (KB * 6.5))) < 4
    assert result.finding("critical_temperature").stderr < 0.1
    left, right = result.figures["series"].axes
    assert "(mV)" in left.get_xlabel()
    assert "(K)" in right.get_xlabel()
    assert "(meV)" in right.get_ylabel()
    assert "critical_temperature_too_high" not in codes(result)
    assert undrawn(result.fits["series: dynes"]) == ""


@pytest.mark.slow
def test_fit_errors_are_calibrated(monkeypatch):
    only(monkeypatch, "dynes")
    truth = {"gap": 1e-3, "broadening": 4e-5, "effective_temperature": 1.0}
    pulls = []
    for seed in range(60):
        # Warmer than its bath, so that the temperature is free of its bound; the offset falls between the points.
        result = one(junction(seed, hot=1.0, bias_offset=np.random.default_rng(seed).uniform(-1e-4, 1e-4)))
        pulls.append([pull(result, name, value) for name, value in truth.items()])
    for name, column in zip(truth, np.array(pulls).T, strict=True):
        assert abs(column.mean()) < 3 / np.sqrt(len(column)), name
        assert 0.75 < column.std() < 1.3, name


def test_identity_a_sweep_that_ran_away_is_left_out_and_said(monkeypatch):
    only(monkeypatch, "dynes")
    ds = junction(8, temperatures=(0.4, 1.5, 2.0, 3.5, 5.0, 9.0))
    doubt = ds["doubt"].values.copy()
    doubt[2, :30] |= BITS["drift"]
    doubt[1, 90:] |= BITS["drift"]
    ds["doubt"][:] = doubt
    ds = ds.assign_coords(source=("sweep", np.array([f"{i}.csv" for i in range(6)], dtype=object)))
    result = one(ds)
    (flag,) = [f for f in result.flags if f.code == "left_out_of_series"]
    assert "2.csv" in flag.message
    (flag,) = [f for f in result.flags if f.code == "one_sided"]
    assert "1.csv" in flag.message
    assert len(result.fits["series: dynes"].blocks) == 3
    assert abs(pull(result, "critical_temperature", 6.5)) < 4


@pytest.mark.slow
def test_identity_an_open_contact_is_andreev_and_its_polarisation_is_not_made_up():
    bias = np.linspace(-6e-3, 6e-3, 81)
    ds = junction(
        9, "andreev", temperatures=(4.2,), bias=bias, noise=0.05e-6, gap=1.3e-3, barrier_strength=0.15, polarisation=0.35,
        critical_temperature=9.2, broadening=1e-4,
    )  # fmt: skip
    result = one(ds)
    assert ranking(result, "Gap models") == ["andreev"]
    found = result.finding("polarisation")
    if found.identified:
        low, high = found.interval_68
        assert low - (high - low) < 0.35 < high + (high - low)
    else:
        assert "not_identified" in codes(result)


KONDO = {
    "noise": lambda v: 1 + 0 * v,
    "slope": lambda v: 1 + 0.4 * v + 0.2 * v**2,
    "Kondo peak": lambda v: 1 + 0.3 / (1 + (v / 0.2) ** 2),
    "Fano dip": lambda v: 1 - 0.3 / (1 + (v / 0.1) ** 2),
    "V": lambda v: 1 + 0.5 * np.abs(v),
    "logarithm": lambda v: 1 + 0.06 * np.log(np.abs(v) + 0.02),
}


@pytest.mark.parametrize("name", KONDO)
@pytest.mark.parametrize("noise", [0.005, 0.02])
def test_rejects_a_gap_where_there_is_none(name, noise):
    y = NORMAL * (KONDO[name](V) + np.random.default_rng(10).normal(0, noise, V.size))
    result = one(make("tunnel_spectrum", bias=BIAS, conductance=y, per_sweep={"temperature": 1.5}))
    (fault,) = [f for f in result.flags if f.level == "fault"]
    assert fault.code == "could_not_fit"
    assert "no gap is seen" in fault.message or "no sweep shows a gap" in fault.message
    assert not result.findings
    assert "not analysed" in result.summary


def test_identity_a_gap_in_noise_is_still_seen(monkeypatch):
    only(monkeypatch, "dynes")
    for seed in range(3):
        result = one(junction(seed, temperatures=(1.5, 9.0), noise=0.05 * NORMAL))
        assert abs(pull(result, "gap", 1e-3)) < 4
    assert float(np.asarray(dynes(0.0, gap=1e-3, temperature=1.5))) < 0.1


@pytest.mark.parametrize(
    ("shape", "peak"),
    [("zero-bias peak", {"peak_conductance": 0.1 * NORMAL, "peak_width": 2e-4}),
     ("YSR pair", {"ysr_conductance": 0.15 * NORMAL, "ysr_energy": 1e-4, "ysr_width": 5e-5})],
)  # fmt: skip
def test_peak_at_zero_bias_inside_a_nodal_gap_is_taken_for_what_it_is(monkeypatch, shape, peak):
    only(monkeypatch, "nodal", "dynes", "two_gap")
    ds = junction(11, "nodal", temperatures=(1.0,), **peak)
    normal = junction(12, "nodal", temperatures=(9.0,))
    result = one(xr.concat([ds, normal], "sweep", data_vars="minimal", coords="minimal", compat="override", join="override"))
    assert ranking(result, "Gap models")[0] in ("nodal + zero-bias peak", "nodal + YSR pair")
    assert result.summary.startswith("nodal + ")
    assert result.finding("gap").value == pytest.approx(1e-3, rel=0.02)
    (flag,) = [f for f in result.flags if f.code == "zero_bias_peak"]
    assert flag.numbers["height"] == pytest.approx(0.1, rel=0.3)
    assert flag.numbers["rms_without"] > 2 * flag.numbers["rms"]


@pytest.mark.parametrize("gap", ["dynes", "nodal"])
def test_rejects_a_peak_where_there_is_none(gap):
    assert false_alarms(gap, 12, seed=1) == 0


def test_power_a_peak_five_times_the_noise_is_found():
    assert power(5, 8, seed=1) == 1
