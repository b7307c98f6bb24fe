"""The same transforms as `prior`, in JAX, for all parameters of a problem at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.fit.bayes.prior import Prior


def coefficients(priors: Sequence[Prior]) -> np.ndarray:
    """(k, 4), as `values_of` wants them: start and slope of each prior, whether it is a range, and whether of the logarithm."""
    rows = [(*prior.ends, prior.kind.endswith("uniform"), prior.kind.startswith("log")) for prior in priors]
    return np.array(rows, dtype=float).reshape(len(priors), 4)


def values_of(u: jax.Array, priors: jax.Array) -> jax.Array:
    """Parameters (k,) at u (k,), with the `coefficients` of their priors."""
    start, slope, ranged, logarithmic = priors.T
    x = start + slope * jnp.where(ranged > 0, jax.scipy.special.ndtr(u), u)
    return jnp.where(logarithmic > 0, jnp.exp(jnp.where(logarithmic > 0, x, 0.0)), x)
