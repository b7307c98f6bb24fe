"""Simulation-based calibration of a small posterior: the same ranks wherever it runs, and a killed run that goes on."""

from __future__ import annotations

import numpy as np
from small import line

from supraspin.fit.bayes import Part, normal
from supraspin.fit.bayes.calibrate import calibrate
from supraspin.fit.bayes.joint import join

X = np.linspace(-1, 1, 16)
QUICK = {"warmup": 100, "draws": 117, "thin": 3}


def whole():
    names = tuple(line.free)
    y = X + 0.3 * np.random.default_rng(0).standard_normal(X.size)
    return join([Part(line, (X, y), options={"sigma": 0.3})], {name: normal(0.0, 1.0) for name in names}, multistart=1)


def test_identity_ranks_do_not_depend_on_threads_or_interruptions(tmp_path):
    store, seen = tmp_path / "ranks.nc", []

    def stop(done: int, total: int) -> None:
        seen.append(done)
        if done == 4:
            raise KeyboardInterrupt

    try:
        calibrate(whole(), 40, key=3, threads=1, store=store, progress=stop, **QUICK)
    except KeyboardInterrupt:
        assert store.exists()
    resumed = calibrate(whole(), 40, key=3, threads=2, store=store, **QUICK)
    at_once = calibrate(whole(), 40, key=3, **QUICK)
    np.testing.assert_array_equal(resumed.ranks, at_once.ranks)
    np.testing.assert_array_equal(resumed.truths, at_once.truths)
    assert at_once.uniform(0.01)
