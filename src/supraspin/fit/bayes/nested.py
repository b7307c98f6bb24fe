"""ln of the evidence by nested sampling (dynesty), for posteriors that importance sampling does not get hold of."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp, ndtri

from supraspin.errors import FitError
from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.importance import Weighted
from supraspin.fit.bayes.joint import Joint

INSTALL = "nested sampling needs dynesty; install it with: pip install 'supraspin[bayes]'"


def sample(whole: Joint, *, live: int = 400, tolerance: float = 0.05, key: int = 0) -> Weighted:
    """Weighted draws and the evidence, from the prior inwards; slow and sure. Raises `FitError` without dynesty."""
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
    sampler.run_nested(dlogz=tolerance, print_progress=False)
    found = sampler.results
    log_weights = np.asarray(found.logwt) - float(found.logz[-1])
    return Weighted(
        np.asarray(found.samples), log_weights - logsumexp(log_weights), float(found.logz[-1]), float(found.logzerr[-1]), np.nan,
        "nested sampling",
    )  # fmt: skip
