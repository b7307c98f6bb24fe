"""How often two states are claimed in non-local I-V curves that have one, and how well two are measured where there are two.

    python benchmarks/false_alarms_spin_valve.py [sets of each kind, 1000]

False alarm: a spin signal for curves drawn from `synthetic_spin_valve.NULLS`, or a switch within one of them. Power: the share
of valves with a signal for which it is claimed, against the signal over the scatter of R_NL, with the pulls of what is found.
The same for maps of R_NL over current and field, swept to both sides of zero and to one.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from supraspin.analysis.result import Analysis
from supraspin.analysis.spin_valve.iv import LEVEL, judge
from supraspin.analysis.spin_valve.map import BiasMap
from supraspin.analysis.spin_valve.map_findings import add_map_findings, find_states

if __package__ in (None, ""):
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent))
from synthetic_spin_valve import NULLS, ONE_SIDED_NULLS, Device, bias_map, curves, null_map, one_sided, one_sided_null

RATIOS = (3, 5, 7, 10, 20)


def false_alarms(name: str, count: int, seed: int = 0) -> tuple[float, float]:
    """Shares of `count` sets of one null with a spin signal, and with a curve that is said to switch between two states."""
    rng = np.random.default_rng([seed, sorted(NULLS).index(name)])
    found = [judge(NULLS[name](rng), []) for _ in range(count)]
    states = [v.claimed for v in found]
    return float(np.mean(states)), float(np.mean([v.claimed and any(t.after for t in v.terms) for v in found]))


def pulls(device: Device, count: int, seed: int = 0) -> dict[str, np.ndarray]:
    """(estimate - truth) / error over `count` valves of signal and thermal term; NaN where no signal is claimed."""
    from supraspin.analysis.spin_valve.states import pooled

    rng = np.random.default_rng([seed, 77])
    out: dict[str, list[float]] = {"spin_signal": [], "thermal_coefficient": []}
    for _ in range(count):
        valve = judge(curves(rng, device), [])
        if not valve.claimed or valve.levels is None:
            out["spin_signal"].append(np.nan)
        else:
            out["spin_signal"].append((valve.levels.difference - device.signal) / valve.levels.error)
        y, e = (np.array([getattr(t, k)["quadratic"] for t in valve.terms]) for k in ("values", "stderr"))
        mean, error, _ = pooled(y, e)
        out["thermal_coefficient"].append((mean - device.thermal) / error)
    return {name: np.array(values) for name, values in out.items()}


def map_alarms(name: str, count: int, seed: int = 0) -> float:
    """Share of `count` maps of one null in which two states are claimed."""
    rng = np.random.default_rng([seed, 200 + sorted(NULLS).index(name)])
    return float(np.mean([find_states(BiasMap(**null_map(rng, name))).claimed for _ in range(count)]))


def one_sided_alarms(name: str, count: int, seed: int = 0) -> float:
    """Share of `count` maps of one null, swept to one side of zero, in which two states are claimed."""
    rng = np.random.default_rng([seed, 400 + ONE_SIDED_NULLS.index(name)])
    return float(np.mean([find_states(BiasMap(falling=None, **one_sided_null(rng, name))).claimed for _ in range(count)]))


def map_pulls(device: Device, count: int, seed: int = 0, *, one_side: bool = False) -> dict[str, np.ndarray]:
    """Pulls over `count` maps of the signal, the bias window, the thermal term and the first rising switch; NaN where absent.

    With `one_side` of the rising field from zero on alone.
    """
    rng = np.random.default_rng([seed, 300])
    truth = {
        "spin_signal": device.signal, "window_current": device.window, "thermal_coefficient": device.thermal,
        "coercive_field_rising": device.first,
    }  # fmt: skip
    out: dict[str, list[float]] = {name: [] for name in truth}
    for _ in range(count):
        made = bias_map(rng, device, currents=31, steps=int(rng.integers(41, 81)) * (2 if one_side else 1))
        chart = BiasMap(falling=None, **one_sided(made)) if one_side else BiasMap(**made)
        result = Analysis("spin_valve_loop", "", (), "")
        add_map_findings(result, find_states(chart))
        found = {f.name: f for f in result.findings if f.limit is None and f.stderr}
        for name, value in truth.items():
            one = found.get(name)
            out[name].append((one.value - value) / one.stderr if one is not None and one.stderr else np.nan)
    return {name: np.array(values) for name, values in out.items()}


def told(found: dict[str, np.ndarray]) -> str:
    """Mean, width and coverage of each set of pulls."""
    text = ""
    for name, values in found.items():
        z = values[np.isfinite(values)]
        if z.size > 20:
            inside = [float(np.mean(np.abs(z) < k)) for k in (1, 1.96)]
            text += f" | {name} {z.mean():+.2f} {z.std():.2f} {inside[0]:.2f} {inside[1]:.2f}"
    return text


def main(count: int = 1000) -> None:
    print(f"two states claimed at a chance below {LEVEL:g}; {count} sets of 18 curves of each kind")
    for name in NULLS:
        began = time.perf_counter()
        states, within = false_alarms(name, count)
        print(f"  {name:18s} two states {states:.4f}  switch within {within:.4f}   {time.perf_counter() - began:.0f} s")
    print("power and pulls (mean, width, inside 68 %, 95 %)")
    for ratio in RATIOS:
        device = Device(signal=ratio * 2e-4, scatter=2e-4)
        found = pulls(device, max(count // 4, 40))
        claimed = np.isfinite(found["spin_signal"])
        print(f"  signal/scatter {ratio:3d}: claimed {claimed.mean():.2f}{told(found)}")
    print(f"maps: {count} of 21 currents and 41 fields of each kind")
    for name in NULLS:
        began = time.perf_counter()
        print(f"  {name:18s} two states {map_alarms(name, count):.4f}   {time.perf_counter() - began:.0f} s")
    for ratio in (0.1, 0.2, 0.4, 1, 3, 10):
        device = Device(signal=ratio * 0.05, background=0.05, thermal=1e3, scatter=0.05, drift=0.05, window=1.2e-6)
        found = map_pulls(device, max(count // 4, 40))
        claimed = np.isfinite(found["spin_signal"])
        print(f"  signal/noise of a reading {ratio:4.1f}: claimed {claimed.mean():.2f}{told(found)}")
    print("maps to one side of zero")
    for name in ONE_SIDED_NULLS:
        began = time.perf_counter()
        print(f"  {name:18s} two states {one_sided_alarms(name, count):.4f}   {time.perf_counter() - began:.0f} s")
    for ratio in (1, 2, 3, 5, 10):
        for window in (1.2e-6, 3e-6):
            device = Device(signal=ratio * 0.05, background=0.05, thermal=1e3, scatter=0.05, drift=0.05, window=window)
            found = map_pulls(device, max(count // 4, 40), one_side=True)
            claimed = np.isfinite(found["spin_signal"])
            print(f"  signal/noise {ratio:4.1f}, window {window:g} A: claimed {claimed.mean():.2f}{told(found)}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
