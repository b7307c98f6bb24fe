"""How often does the audit see a tension that is not there, and how small a one does it find?

    python benchmarks/false_alarms_audit.py [DEVICES]

Devices drawn at random whose numbers hold together and are scattered by their errors (5 %; temperatures 0.8 %); then the same
with the diffusion constant of the spins a factor above that of the electrons.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "audit"))


def main(count: int = 1000) -> None:
    from consistent import numbers

    from supraspin.audit import audit

    began, false, pulls, comparisons = time.perf_counter(), 0, [], 0
    for i in range(count):
        found = audit(numbers(np.random.default_rng([7, i])), key=i)
        false += bool(found.tensions)
        comparisons = len(found.comparisons)
        pulls += [one.sigma for one in found.comparisons if one.one.bound is None]
    each = (time.perf_counter() - began) / count * 1e3
    print(f"{count} consistent devices, {comparisons} comparisons each: a tension in {false} ({100 * false / count:.2f} %)")
    print(f"level 1 %; pulls {np.mean(pulls):+.3f} ± {np.std(pulls):.3f}; {each:.0f} ms each")
    print(f"{'D_spin/D_charge':>16} {'found':>7} {'ratio found':>20}")
    for factor in (1.2, 1.35, 1.5, 2.0, 5.0, 50.0):
        hits, ratios = 0, []
        for i in range(count // 5):
            found = audit(numbers(np.random.default_rng([8, i]), spin_over_charge=factor), key=i)
            mine = [one for one in found.comparisons if one.relation.name == "one_diffusivity"]
            hits += any(found.fails(one) for one in mine)
            ratios += [1 / one.ratio for one in mine if "electrons" in one.one.text]
        print(f"{factor:16g} {100 * hits / (count // 5):6.1f}% {np.median(ratios):12.3g} ± {100 * np.std(np.log(ratios)):.1f} %")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
