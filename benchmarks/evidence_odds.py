"""Can claimed odds be relied on? Data made by one model, and how often the evidence prefers another.

    python benchmarks/evidence_odds.py [DATA SETS] [PAIR ...]

Of data made by A, B is preferred at odds of k to 1 in at most 1/k of the cases if truths come from the priors, and in fewer where
they lie where the priors are thin. Each pair is tried both ways at truths from the middle of the field (`CASES`), with the
package's own priors, and at several levels of noise, so that some data sets tell the two apart and some do not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from supraspin.fit.bayes.trials import ODDS, trials

BIAS = np.linspace(-2.5e-3, 2.5e-3, 61)
FIELD = np.linspace(-0.25, 0.25, 81)
COLD, VALVE = {"temperature": 1.5}, {"separation": 0.8e-6}
LENGTHS = {"contact_length_injector": 1.5e-6, "contact_length_detector": 1.5e-6}
PAIR, PEAK = "dynes+ysr_conductance+ysr_energy+ysr_width", "dynes+peak_conductance+peak_width"
TILT = "hanle+saturation_field"
GAP = {"gap": 1e-3, "broadening": 6e-5, **COLD}
SPIN = {"amplitude": 1.0, "spin_lifetime": 1.7e-10, "diffusivity": 6.5e-3, **VALVE}

TRUTHS: Mapping[str, dict[str, float]] = {
    "dynes": GAP,
    "nodal": GAP,
    "two_gap": {**GAP, "gap": 1.2e-3, "gap_2": 0.8e-3, "weight": 0.6, "broadening_2": 6e-5},
    "mcmillan": {**GAP, "gap": 1.3e-3, "gap_2": 0.4e-3, "coupling": 3e-4, "coupling_2": 4e-4, "weight": 0.6},
    PAIR: {**GAP, "ysr_conductance": 0.3, "ysr_energy": 2.5e-4, "ysr_width": 4e-5},
    PEAK: {**GAP, "peak_conductance": 0.15, "peak_width": 2.2e-4},
    "hanle": SPIN,
    "hanle_vortex": {**SPIN, "vortex_field": 0.05},
    "hanle_contacts": {**SPIN, **LENGTHS},
    TILT: {**SPIN, "saturation_field": 0.6},
}
NOISES = (0.003, 0.01, 0.03, 0.1)
CASES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dynes", "nodal", {"fix": COLD}),
    ("dynes", "two_gap", {"fix": COLD}),
    ("dynes", "mcmillan", {"fix": COLD}),
    (PAIR, PEAK, {"fix": COLD}),
    ("hanle", "hanle_vortex", {"fix": VALVE}),
    ("hanle", "hanle_contacts", {"fix": {**VALVE, **LENGTHS}}),
    ("hanle", TILT, {"fix": VALVE}),
)


def run(true: str, rival: str, options: Mapping[str, Any], count: int, key: int = 5):
    """Trials of one pair, one way round."""
    x = FIELD if true.startswith("hanle") else BIAS
    truth = TRUTHS[true]
    fix = options["fix"]
    return trials(true, rival, x, [truth] * len(NOISES), NOISES, count=count, key=key, fix=fix)


def main(count: int = 200, *pairs: str) -> int:
    print(f"| truth | rival | {' | '.join(f'rival at {k:.0f}:1' for k in ODDS)} | truth at 20:1 | neither | k-hat > 0.7 | s |")
    print("|---|---|" + "---|" * (len(ODDS) + 4))
    late = 0
    for one, other, options in CASES:
        if pairs and not any(p in (one, other) for p in pairs):
            continue
        for true, rival in ((one, other), (other, one)):
            began = time.perf_counter()
            found = run(true, rival, options, count)
            wrong = " | ".join(f"{100 * found.wrong(k):.1f} %" for k in ODDS)
            right, open_ = found.right(20), 1 - found.right(20) - found.wrong(20)
            doubt = float(np.mean(found.k_hat > 0.7))
            seconds = time.perf_counter() - began
            late += any(found.wrong_at_least(k) > 1 / k for k in ODDS[1:])
            print(f"| {true} | {rival} | {wrong} | {right:.0%} | {open_:.0%} | {doubt:.0%} | {seconds:.0f} |", flush=True)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main(*(int(a) if a.isdigit() else a for a in sys.argv[1:])))
