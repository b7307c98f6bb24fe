"""How abruptly readings change at a place: steps beyond what a smooth curve does there.

Four neighbouring blocks of m points with means mu_1..mu_4 give the step between the second and the third,

    D_m = 3/2 (mu_3 - mu_2) - 1/2 (mu_4 - mu_1),

which is 1 for a unit step and 0 for every parabola, so that neither drift nor a smooth magnetoresistance shows in it.
"""

from __future__ import annotations

from supraspin.backend import jnp

_FEWEST = 8
"""Fewest places at which a scale must be measurable to be used."""


def scales(points: int) -> tuple[int, ...]:
    """Block lengths to look at in a curve of that many points: 1, 2, 4, ... up to a sixteenth of it, 12 at the most."""
    largest = max(1, min(points // 16, 12))
    found = [m for m in (1, 2, 4, 8) if m < largest] + [largest]
    return tuple(m for m in found if points - 4 * m + 1 >= _FEWEST) or (1,)


def contrasts(values, m: int):
    """D_m of curves (..., n) at the n - 4m + 1 places between the points 2m - 1 + i and 2m + i."""
    total = jnp.concatenate((jnp.zeros((*values.shape[:-1], 1), values.dtype), jnp.cumsum(values, axis=-1)), axis=-1)
    means = (total[..., m:] - total[..., :-m]) / m
    last = means.shape[-1] - 3 * m
    first, second, third, fourth = (means[..., j * m : j * m + last] for j in range(4))
    return 1.5 * (third - second) - 0.5 * (fourth - first)
