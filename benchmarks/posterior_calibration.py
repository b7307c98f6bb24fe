"""Are the joint posteriors of a virtual device right? Truths from the prior, ranked among the draws of their posteriors.

    python benchmarks/posterior_calibration.py [DATA SETS] [KEY] [--scheduler tcp://...] [--store ranks.nc]

Prints for each parameter the probability of ranks as uneven as these if they are uniform, and the coverage of the 68 and 95 %
intervals; exit code 1 where a parameter is uneven at 1 % (of all tests together). Eight quantities are shared between parts.
A run that was killed goes on from its store.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "joint"))


def main(count: int = 400, key: int = 11, scheduler: str = "threads", store: str | None = None) -> int:
    from virtual import calibrated_joint

    from supraspin.fit.bayes.calibrate import calibrate

    whole = calibrated_joint()
    began = time.perf_counter()
    found = calibrate(whole, count, key=key, scheduler=scheduler, store=store)
    seconds = time.perf_counter() - began
    shared = sum(len(users) > 1 for users in whole.users.values())
    print(f"{count} data sets of {len(whole.parts)} parts, {len(whole.names)} parameters ({shared} shared), {seconds:.0f} s, "
          f"{found.divergences} divergences")  # fmt: skip
    print(f"{'parameter':<42} {'p(ranks)':>9} {'68 %':>6} {'95 %':>6}")
    rows = zip(found.names, found.probabilities(), found.coverage(0.68), found.coverage(0.95), strict=True)
    for name, p, inner, outer in rows:
        print(f"{name:<42} {p:9.3f} {inner:6.3f} {outer:6.3f}")
    expected = f"{found.expected(0.68):.3f} and {found.expected(0.95):.3f} expected of {found.draws} draws"
    print(f"mean coverage {found.coverage(0.68).mean():.3f} and {found.coverage(0.95).mean():.3f}; {expected}")
    return 0 if found.uniform(0.01) else 1


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("count", nargs="?", type=int, default=400)
    asked.add_argument("key", nargs="?", type=int, default=11)
    asked.add_argument("--scheduler", default="threads")
    asked.add_argument("--store")
    sys.exit(main(**vars(asked.parse_args())))
