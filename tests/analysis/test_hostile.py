"""Input that no instrument should give: one clear error or an honest finding, never a crash, a warning or a claim."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import codes

from supraspin.analysis import analyze
from supraspin.analysis.readings import check_alive, physical
from supraspin.data import good, make
from supraspin.errors import DataError, FitError

N = 60
B, I, T = np.linspace(-0.1, 0.1, N), np.linspace(-1e-5, 1e-5, N), np.linspace(2, 10, N)
CLAIMS = {
    "critical_temperature", "spin_signal", "bkt_temperature", "ordering_temperature", "upturn_temperature",
    "coercive_field_rising", "decay_length", "critical_field_parallel", "critical_field_perpendicular", "expansion",
}  # fmt: skip


def measurements():
    """Kind -> (coordinate, reading, arrays of both over the sweeps, what is constant within a sweep), all with noise."""
    n = np.random.default_rng(0).normal(0, 0.01, (24, N))
    spectra = {"field": np.linspace(-0.1, 0.1, 24), "temperature": np.full(24, 0.05)}
    eight = np.arange(8.0)
    return {
        "R(T)": ("resistance_temperature", T[None], 1 + np.tanh(T - 6) + n[:1], {}),
        "R(T) at fields": ("resistance_temperature", T, 1 + np.tanh(3 * (T - 6 + eight[:, None] / 2)) + n[:8], {"field": eight}),
        "loop": ("magnetoresistance", np.stack([B, B[::-1]]), 5 + n[:2], {"temperature": [2.0, 2.0]}),
        "R(B)": ("magnetoresistance", B, (np.abs(B) > 0.01 * (8 - eight[:, None])) + n[:8], {"temperature": 2 + eight}),
        "V(I)": ("iv_curve", I, 1e3 * I * np.abs(1e5 * I) ** (eight[:, None] / 4) + 1e-6 * n[:8], {"temperature": 5 + eight / 4}),
        "non-local V(I)": ("nonlocal_iv", I, np.where(eight[:, None] < 4, I, -I) + 1e-7 * n[:8], {"field": eight / 80}),
        "bias map": ("nonlocal_bias", I, 1 + n[:20], {"field": np.linspace(-0.1, 0.1, 20)}),
        "loop map": ("spin_valve_loop", np.stack([B, B[::-1]] * 6), 1 + n[:12], {"current": np.repeat(np.arange(6.0) * 1e-6, 2)}),
        "B(T)": ("critical_field", T[None], np.maximum(8 - T, 0.0) + n[:1] ** 2, {}),
        "profile": ("depth_profile", 2e-9 * T[None], 0.03 * np.exp(-T) + 1e-4 * n[:1] ** 2, {}),
        "gap": ("interlayer_gap", 6e-10 * np.arange(N)[None], 3e-10 + 1e-12 * n[:1], {}),
        "spectra": ("tunnel_spectrum", np.linspace(-3e-3, 3e-3, N), 1e-5 + 1e-7 * n, spectra),
    }  # fmt: skip


READING = {
    "resistance_temperature": ("temperature", "resistance"), "magnetoresistance": ("field", "resistance"),
    "iv_curve": ("current", "voltage"), "nonlocal_iv": ("current", "voltage"),
    "nonlocal_bias": ("current", "nonlocal_resistance"), "spin_valve_loop": ("field", "nonlocal_resistance"),
    "critical_field": ("temperature", "critical_field"), "depth_profile": ("depth", "concentration"),
    "interlayer_gap": ("depth", "interlayer_gap"), "tunnel_spectrum": ("bias", "conductance"),
}  # fmt: skip
NAMES = list(measurements())


def hostile(name, x=lambda v: v, y=lambda v: v, source="Messung ü✓ <b>.csv"):
    """The data set of a measurement whose coordinate and readings went through x and y."""
    kind, over, values, per_sweep = measurements()[name]
    over = np.broadcast_to(over, values.shape)
    first, second = READING[kind]
    arrays = {first: [np.asarray(x(v), float) for v in over], second: [np.asarray(y(v), float) for v in values]}
    return make(kind, arrays, per_sweep=per_sweep, source=source)


def claims(ds) -> set[str]:
    """What is claimed of a data set, after a look that no number in it is none."""
    results = analyze(ds)
    for finding in (f for result in results for f in result.findings):
        assert np.isfinite(finding.value), finding
        assert finding.systematic is None or np.isfinite(finding.systematic), finding
    return {f.name for result in results for f in result.findings if f.limit is None} & CLAIMS


CHEAP = {
    "no readings": {"y": lambda v: v * np.nan},
    "constant": {"y": lambda v: 0 * v + 3.3},
    "zero": {"y": lambda v: 0 * v},
    "not swept": {"x": lambda v: 0 * v + 1e-3},
    "at zero": {"x": lambda v: 0 * v},
    "one point": {"x": lambda v: v[:1], "y": lambda v: v[:1]},
    "three points": {"x": lambda v: v[:3], "y": lambda v: v[:3]},
    "huge": {"y": lambda v: 1e300 * v},
    "huge coordinate": {"x": lambda v: 1e300 * v},
    "tiny": {"y": lambda v: 1e-300 * v},
}


@pytest.mark.parametrize("what", CHEAP)
@pytest.mark.parametrize("name", NAMES)
def test_rejects_readings_that_tell_nothing(name, what):
    if name == "B(T)" and what == "three points":
        assert claims(hostile(name, **CHEAP[what])) <= CLAIMS
        return
    assert not claims(hostile(name, **CHEAP[what]))


ODD = {
    ("R(T)", "negative temperatures"): {"x": lambda v: -v},
    ("R(T)", "one absurd reading"): {"y": lambda v: np.where(np.arange(N) == 30, 1e300, v)},
    ("R(T) at fields", "five points"): {"x": lambda v: v[:5], "y": lambda v: v[:5]},
    ("R(T)", "infinities"): {"y": lambda v: np.where(np.arange(N) % 7 == 3, np.inf, v)},
    ("loop", "repeated fields"): {"x": lambda v: np.repeat(v[::4], 4)[:N]},
    ("loop map", "repeated fields"): {"x": lambda v: np.repeat(v[::4], 4)[:N]},
    ("V(I)", "reversed"): {"x": lambda v: v[::-1], "y": lambda v: v[::-1]},
    ("V(I)", "dead sweeps"): {"y": lambda v: v if v[3] > v[4] else 0 * v},
    ("non-local V(I)", "dead sweeps"): {"y": lambda v: v if v[3] > v[4] else 0 * v},
    ("loop map", "dead sweeps"): {"y": lambda v: v if v[3] > v[4] else 0 * v},
    ("spectra", "dead sweeps"): {"y": lambda v: v if v[3] > v[4] else 0 * v},
    ("bias map", "one absurd reading"): {"y": lambda v: np.where(np.arange(N) == 30, 1e300, v)},
    ("profile", "one absurd reading"): {"y": lambda v: np.where(np.arange(N) == 30, 1e300, v)},
    ("B(T)", "noise"): {"y": lambda v: np.abs(np.random.default_rng(4).normal(size=N))},
    ("B(T)", "two values in turn"): {"y": lambda v: 1.0 + np.arange(N) % 2},
}


@pytest.mark.parametrize(("name", "what"), ODD, ids=lambda v: v)
def test_limit_odd_readings_end_in_findings_or_one_error(name, what):
    found = claims(hostile(name, **ODD[name, what]))
    if what in ("negative temperatures", "five points", "noise", "two values in turn", "dead sweeps"):
        assert not found


def test_identity_ordinary_readings_pass_untouched():
    for name in NAMES:
        ds = hostile(name)
        assert physical(ds)[0] is ds
        check_alive(ds)


def test_limit_absurd_numbers_are_left_out_and_told():
    ds = hostile("R(T)", y=lambda v: np.where(np.arange(N) == 30, 1e300, np.where(np.arange(N) == 5, 1e-200, v)))
    cleaned, flags = physical(ds)
    assert good(ds).values.sum() - good(cleaned).values.sum() == 1
    assert cleaned["resistance"].values[0, 5] == 0
    assert [flag.numbers["points"] for flag in flags] == [1, 1]
    assert ds["resistance"].values[0, 30] == 1e300
    assert "absurd_reading" in codes(analyze(ds)[0])


@pytest.mark.parametrize(("change", "why"), [({"y": lambda v: 0 * v + 3.3}, "resistance is 3.30 .* tells nothing"),
                                             ({"x": lambda v: 0 * v + 4.2}, "temperature is 4.20 K .* not swept")])  # fmt: skip
def test_rejects_a_dead_channel_by_name(change, why):
    with pytest.raises(FitError, match=why):
        check_alive(hostile("R(T)", **change))


def test_rejects_no_points_at_all():
    with pytest.raises(DataError, match="not empty"):
        hostile("R(T)", x=lambda v: v[:0], y=lambda v: v[:0])
