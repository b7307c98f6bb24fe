"""How often switching is claimed in loops without magnets, how strong a loop must be, and whether its numbers are calibrated.

    python benchmarks/false_alarms_switching.py [loops of each kind, 1000]

False alarm: a loop of `synthetic_loops.NULLS` that passes the test at 1 %. Power: the share of loops that pass, against signal
over the noise of a reading. Calibration: pulls of coercive fields and signal over virtual devices.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from supraspin.analysis import Analysis, analyze
from supraspin.analysis.switching import examine
from supraspin.analysis.switching.mirror import mirror_test
from supraspin.analysis.switching.pairs import pair, read_sweeps

if __package__ in (None, ""):
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent))
from synthetic_loops import NULLS, POINTS, Valve, X, draw, loop

LEVEL = 0.01


def false_alarms(name: str, count: int, seed: int = 0) -> float:
    """Share of `count` loops of one null that pass at `LEVEL`."""
    rng = np.random.default_rng([seed, sorted(NULLS).index(name)])
    first, second = NULLS[name](rng, (2, count, POINTS))
    return float(np.mean(mirror_test(first, second, seed).p <= LEVEL))


def power(signal: float, count: int, together: int, seed: int = 0) -> float:
    """Share of loops of a signal over the noise that pass, `together` of them in a data set."""
    rng = np.random.default_rng([seed, 1])
    pulse = signal * ((X > 0.2) & (X < 0.5))
    passed = [
        mirror_test(*(rng.standard_normal((2, together, POINTS)) + pulse), seed + k).p <= LEVEL
        for k in range(max(1, count // together))
    ]
    return float(np.mean(passed))


def analysed(valve: Valve, noise: float, rng: np.random.Generator) -> Analysis:
    (found,) = [one for one in analyze(loop(rng, valve, noise)) if one.title.startswith("Loops")]
    return found


def pulls(count: int, noise: float, seed: int = 0) -> dict[str, np.ndarray]:
    """(estimate - truth) / error of both coercive fields, the centre and the signal, where switching is found."""
    rng = np.random.default_rng([seed, 2])
    told: dict[str, list[float]] = {"coercive_field": [], "coercive_field_2": [], "loop_centre": [], "switching_signal": []}
    for _ in range(count):
        valve = draw(rng)
        truth = dict(zip(told, (valve.lower, valve.higher, valve.centre, valve.signal), strict=True))
        found = {f.name: f for f in analysed(valve, noise, rng).findings}
        for name in told:
            if name in found:
                told[name].append((found[name].value - truth[name]) / found[name].stderr)
    return {name: np.array(values) for name, values in told.items()}


def scan(count: int) -> float:
    """Seconds for `count` loops of one data set, from the sweeps to the matched steps."""
    rng = np.random.default_rng(3)
    made = loop(rng, draw(rng), 0.1)
    loops, _ = pair(read_sweeps(made))
    began = time.perf_counter()
    examine(loops * count)
    return time.perf_counter() - began


def main(count: int = 1000) -> None:
    print(f"a loop passes at {LEVEL:g}: {count} loops without magnets of each kind")
    for name in NULLS:
        print(f"  {name:12s} {false_alarms(name, count):.4f}")
    print("power, by loops in a data set: 1, 20, 200")
    for signal in (3, 4, 5, 6, 8):
        print(f"  signal {signal} x noise: " + " ".join(f"{power(signal, 200, n):.2f}" for n in (1, 20, 200)))
    for noise in (0.02, 0.1):
        for name, z in pulls(max(count // 5, 40), noise).items():
            inside = [float(np.mean(np.abs(z) < s)) for s in (1, 1.96)]
            text = f"mean {z.mean():+.2f} width {z.std():.2f}, within 68 %: {inside[0]:.2f}, 95 %: {inside[1]:.2f}"
            print(f"  noise {noise:4.2f} of the signal, {name:18s} ({z.size}) {text}")
    scan(20)
    print(f"  1000 loops of 161 points: {scan(1000):.1f} s")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
