"""ln of the evidence by nested sampling (dynesty), for posteriors that importance sampling does not get hold of."""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import logsumexp, ndtri

from supraspin.errors import FitError
from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.importance import Weighted
from supraspin.fit.bayes.joint import Joint

MOST = 30_000
"""Evaluations of the likelihood after which it stops, far enough or not."""
INSTALL = "nested sampling needs dynesty; install it with: pip install 'supraspin[bayes]'"


def sample(whole: Joint, *, live: int = 400, tolerance: float = 0.05, key: int = 0, most: int = MOST) -> Weighted:
    """Weighted draws and the evidence, from the prior inwards; slow and sure. One stopped after `most` evaluations says so by an
    infinite k-hat. Raises `FitError` without dynesty."""
    try:
        from dynesty import NestedSampler
    except ImportError as error:
        raise FitError(INSTALL) from error
    k = len(whole.quantities)
    likelihood = program(whole.layout, "likelihood one")

    def value(u: np.ndarray) -> float:
        found = float(likelihood(u, whole.arrays))
        return found if np.isfinite(found) else -1e300

    sampler = NestedSampler(
        value,
        ndtri,
        k,
        nlive=live,
        sample="rwalk" if k > 2 else "unif",
        bound="multi",
        rstate=np.random.default_rng([key, 0x6E65]),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The sampling was stopped short")  # k-hat says so below
        sampler.run_nested(dlogz=tolerance, print_progress=False, maxcall=most)
    found = sampler.results
    stopped = int(np.sum(found.ncall)) >= most
    log_weights = np.asarray(found.logwt) - float(found.logz[-1])
    return Weighted(
        np.asarray(found.samples), log_weights - logsumexp(log_weights), float(found.logz[-1]), float(found.logzerr[-1]),
        np.inf if stopped else np.nan, "nested sampling, stopped" if stopped else "nested sampling",
    )  # fmt: skip
