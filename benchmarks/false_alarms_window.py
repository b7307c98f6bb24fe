"""How often an edge of a superconducting window is claimed in tunnel maps that have none, and how well edges are found.

    python benchmarks/false_alarms_window.py [maps of each kind, 1000]

False alarm: an edge claimed for a map drawn from `synthetic_window.NULLS`. Power: the share of windows whose edges are both
found, against the noise of a reading, with the pulls of both.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from supraspin.analysis.superconducting_window.depth import measure
from supraspin.analysis.superconducting_window.edges import Window, find_window

if __package__ in (None, ""):
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent))
from synthetic_window import NULLS, Junction, Map, spectra

NOISES = (0.01, 0.1, 0.3, 0.6, 1.0)


def window(made: Map) -> Window:
    """What the analysis makes of a map."""
    chart = measure(*made)
    return find_window(chart.field, chart.depth, chart.error, chart.unseen)


def false_alarms(name: str, count: int, steps: int = 61, points: int = 61, seed: int = 0) -> float:
    """Share of `count` maps of one null for which an edge is claimed."""
    rng = np.random.default_rng([seed, sorted(NULLS).index(name)])
    found = [window(NULLS[name](rng, steps, points)) for _ in range(count)]
    return float(np.mean([w.lower is not None or w.upper is not None for w in found]))


def pulls(count: int, noise: float, width: float = 0.0, seed: int = 0) -> np.ndarray:
    """(estimate - truth) / error of the lower and the upper edge (count, 2), NaN where an edge is not claimed.

    The error of the lower edge, a gap that closes, holds its systematic part; that of the jump does not.
    """
    rng = np.random.default_rng([seed, 50])
    out = np.full((count, 2), np.nan)
    for row in out:
        device = Junction(rng.uniform(-0.09, -0.05), rng.uniform(0.02, 0.06), noise, width)
        found = window(spectra(rng, device, steps=int(rng.integers(61, 101))))
        for k, (edge, truth) in enumerate(((found.lower, device.lower), (found.upper, device.upper))):
            if edge is not None:
                error = np.hypot(edge.stderr, edge.systematic) if k == 0 else edge.stderr
                row[k] = (edge.field - truth) / error
    return out


def main(count: int = 1000) -> None:
    print(f"an edge claimed: {count} maps of 61 fields and 61 bias values of each kind")
    for name in NULLS:
        began = time.perf_counter()
        print(f"  {name:18s} {false_alarms(name, count):.4f}   {time.perf_counter() - began:.0f} s")
    for width in (0.0, 0.005):
        for noise in NOISES:
            z = pulls(max(count // 4, 40), noise, width)
            text = f"  spread {width:5.3f} T, noise {noise:4.2f}: claimed {np.isfinite(z).mean(axis=0).round(2)}"
            for k, name in enumerate(("closing gap", "jump")):
                one = z[np.isfinite(z[:, k]), k]
                if one.size > 20:
                    inside = [float(np.mean(np.abs(one) < s)) for s in (1, 1.96)]
                    text += f" | {name} {one.mean():+.2f} {one.std():.2f} {inside[0]:.2f} {inside[1]:.2f}"
            print(text)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]))
