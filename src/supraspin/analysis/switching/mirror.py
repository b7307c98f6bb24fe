"""Does a loop hold what only switching magnets can: structure that follows the direction of the sweep and mirrors itself?

With both sweeps in the order of time, a magnetoresistance obeys a = b, since R_up(B) = R_down(-B). So the half difference n of
the two holds no signal, only noise, and of the half sum the part that is even about the middle is whatever depends on the field
alone; its odd part h is hysteresis of the right symmetry. Noise of any colour, jumps at random times and spikes show in n as much
as in h. The statistic is therefore

    T = max over scales m of  max |D_m(h)| / max(max |D_m(n_odd)|, max |D_m(n_even)|),

with the abrupt changes D_m of `contrast`. The distribution of T for readings that know nothing of the field comes from the
sweeps themselves, their increments in other places (`analysis.scrambled`), each loop for itself.

A loop need not be centred at zero field. Two p values are taken, and the smaller counts after a correction for the choice
(weights 0.8 and 0.2): one for a middle within a point of zero, and one for a middle anywhere. The latter is searched
in each permutation as well; in a data set of many loops it is the middle of all the others, which leaves no choice to a loop,
and has the larger weight where they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from supraspin.analysis.scrambled import block_count, places
from supraspin.analysis.switching.contrast import contrasts, scales
from supraspin.backend import jax, jnp

_NEAR = 0.8
"""Weight of a middle at zero field, unless other loops agree on one; the rest is that of any middle."""
_AGREED = 4.5
"""Spreads over all middles by which one must stand out for the other loops to count as agreed on it."""
_REACH = 0.36
"""How far from zero field the middle of a loop may lie, over half of its range."""
_AT_ONCE = 500_000
"""Numbers held at once while permuting."""
_FEWEST, _WANTED = 64, 4000
"""Permutations of one loop among many at least, and of all loops of a data set together."""
_SMALL, _AGAIN = 0.03, 64_000
"""p value from which a loop's own permutations are asked as well, and how many these are in all."""
_CONTRADICTED = 0.02
"""Chance of as many large statistics among a loop's own permutations below which those of the other loops don't stand for it."""
_FEW, _OWN = 3, 1500
"""Loops up to which each has a middle of its own, and permutations of each of these."""
_ROUNDING = 1 - 1e-6


@dataclass(frozen=True)
class Mirror:
    """For each loop (loops,): the statistic T, its p value, and by how many points the middle lies above zero field."""

    statistic: np.ndarray
    p: np.ndarray
    shift: np.ndarray


def mirror_test(first: np.ndarray, second: np.ndarray, key: int) -> Mirror:
    """Test loops given as sweeps (loops, n), both in the order of time over mirrored grids; `key` seeds the permutations.

    The p value of one among many loops counts the permutations of all, as their T follow one distribution, unless its own
    permutations contradict that.
    """
    a, b = (_scaled(np.atleast_2d(values)) for values in (first, second))
    loops, points = a.shape
    reach = int(_REACH * points / 2)
    shifts = np.arange(-reach, reach + 1)
    near = np.abs(shifts) <= 1
    each = np.asarray(_over_shifts(a, b, shifts))
    random = jax.random.key(key)
    weight = np.full(loops, _NEAR)
    if loops <= _FEW:
        far = each.argmax(axis=0)
        permuted = [_own(a, b, random, shifts[near]), _own(a, b, random, shifts)]
        p_near, p_far = (_rank(t, own) for t, own in zip((each[near].max(axis=0), each.max(axis=0)), permuted, strict=True))
    else:
        logs = np.log(np.maximum(each, 1e-6))
        others = logs.sum(axis=1, keepdims=True) - logs
        far = others.argmax(axis=0)
        # What the other loops say may decide where to look in this one: it owes them nothing.
        plain = others.max(axis=0) - others.mean(axis=0) > _AGREED * others.std(axis=0)
        weight = np.where(plain, 1 - _NEAR, _NEAR)
        p_near, p_far = _among_many(a, b, random, each, shifts, far, weight)
    at_zero = p_near / weight <= p_far / (1 - weight)
    centre = np.where(near[:, None], each, -1.0).argmax(axis=0)
    shift = np.where(at_zero, shifts[centre], shifts[far])
    statistic = np.where(at_zero, each[near].max(axis=0), each[far, np.arange(loops)])
    return Mirror(statistic, np.minimum(np.minimum(p_near / weight, p_far / (1 - weight)), 1.0), shift)


def _rank(observed: np.ndarray, permuted: np.ndarray) -> np.ndarray:
    return (1 + (permuted >= observed[:, None] * _ROUNDING).sum(axis=1)) / (1 + permuted.shape[1])


def _among_many(a, b, random, each: np.ndarray, shifts: np.ndarray, far: np.ndarray, weight: np.ndarray):
    """Both p values of loops that are many: among the permutations of all, and of small ones among more of their own."""
    loops = each.shape[1]
    near = shifts[np.abs(shifts) <= 1]
    observed = each[np.abs(shifts) <= 1].max(axis=0), each[far, np.arange(loops)]
    first, second = jax.random.split(random)
    permuted = _many(a, b, first, near, shifts[far], max(_FEWEST, -(-_WANTED // loops)))
    p = [_pooled(t, every) for t, every in zip(observed, permuted, strict=True)]
    small = np.flatnonzero(np.minimum(p[0] / weight, p[1] / (1 - weight)) <= _SMALL)
    if small.size:
        # A power of two, so that few programs are compiled.
        count = 2 ** int(np.log2(np.clip(_AGAIN // small.size, _FEWEST, _OWN)))
        own = _many(a[small], b[small], second, near, shifts[far[small]], count)
        for one, t, every in zip(p, observed, own, strict=True):
            one[small] = _believed(one[small], t[small], every)
    return p


def _pooled(observed: np.ndarray, permuted: np.ndarray) -> np.ndarray:
    """Rank among the permutations of all loops."""
    pool = np.sort(permuted.ravel())
    above = pool.size - np.searchsorted(pool, observed * _ROUNDING, side="left")
    return (1 + above) / (1 + pool.size)


def _believed(p: np.ndarray, observed: np.ndarray, permuted: np.ndarray) -> np.ndarray:
    """p values (loops,), or where a loop's own permutations contradict them, the share of these that are as large."""
    from scipy.stats import poisson

    own, count = (permuted >= observed[:, None] * _ROUNDING).sum(axis=1), permuted.shape[1]
    return np.where(poisson.sf(own - 1, count * p) < _CONTRADICTED, np.maximum(own / count, p), p)


def _own(a: np.ndarray, b: np.ndarray, random, shifts: np.ndarray) -> np.ndarray:
    """T of permutations (loops, permutations), each about the one of `shifts` that suits it best."""
    loops, points = a.shape
    per = max(1, min(_OWN, _AT_ONCE // (points * loops)))
    found = [_permuted_anew(a, b, key, per, shifts) for key in jax.random.split(random, -(-_OWN // per))]
    return np.concatenate([np.asarray(one) for one in found], axis=1)


def _many(a: np.ndarray, b: np.ndarray, random, near: np.ndarray, far: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """T of permutations (loops, count): the largest over the shifts `near`, and about the loop's own shift `far`."""
    loops, points = a.shape
    per = max(1, min(loops, _AT_ONCE // (points * count)))
    found = []
    for start, key in zip(range(0, loops, per), jax.random.split(random, -(-loops // per)), strict=True):
        # Whole batches only, so that one compiled program serves them all.
        rows = np.minimum(np.arange(start, start + per), loops - 1)
        found.append([np.asarray(one) for one in _permuted(a[rows], b[rows], key, count, near, far[rows])])
    return np.concatenate([one[0] for one in found])[:loops], np.concatenate([one[1] for one in found])[:loops]


def _scaled(values: np.ndarray) -> np.ndarray:
    """Curves without their mean and over their spread, so that single precision holds them."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return (centred / np.where(spread > 0, spread, 1.0)).astype(np.float32)


def _all_contrasts(values):
    return [contrasts(values, m) for m in scales(values.shape[-1])]


def _statistic(a, b, shift):
    """T of pairs of sweeps, given by their contrasts, whose middle lies `shift` points above zero field."""
    best = jnp.zeros(a[0].shape[:-1], a[0].dtype)
    for right, left in zip(a, b, strict=True):
        right, left = jnp.roll(right, -shift, axis=-1), jnp.roll(left, shift, axis=-1)
        where = jnp.arange(right.shape[-1])
        inside = (where >= jnp.abs(shift)) & (where < right.shape[-1] - jnp.abs(shift))
        common, other = jnp.where(inside, right + left, 0.0), jnp.where(inside, right - left, 0.0)
        # D_m turns a curve that is odd about the middle into an even one, and the other way round.
        signal = jnp.max(jnp.abs(common + common[..., ::-1]), axis=-1)
        noise = jnp.max(jnp.abs(other) + jnp.abs(other[..., ::-1]), axis=-1)
        best = jnp.maximum(best, signal / jnp.maximum(noise, 1e-6))
    return best


@jax.jit
def _over_shifts(a, b, shifts):
    """T of pairs of sweeps (..., n) for each of the shifts (s,); shape (s, ...)."""
    one, two = _all_contrasts(a), _all_contrasts(b)
    return jax.lax.map(lambda s: _statistic(one, two, s), shifts)


@partial(jax.jit, static_argnames="count")
def _permuted(a, b, key, count, near, far):
    """T of `count` permutations of each pair of sweeps (loops, n), as `_many` returns them."""
    first, second = jax.random.split(key)
    one, two = _all_contrasts(_shuffled(a, first, count)), _all_contrasts(_shuffled(b, second, count))
    return jax.lax.map(lambda s: _statistic(one, two, s), near).max(axis=0), jax.vmap(_statistic)(one, two, far)


@partial(jax.jit, static_argnames="count")
def _permuted_anew(a, b, key, count, shifts):
    """The same (loops, count), the largest over the shifts (s,)."""
    first, second = jax.random.split(key)
    one, two = _all_contrasts(_shuffled(a, first, count)), _all_contrasts(_shuffled(b, second, count))
    start = jnp.zeros(one[0].shape[:-1], one[0].dtype)
    return jax.lax.fori_loop(0, shifts.size, lambda i, best: jnp.maximum(best, _statistic(one, two, shifts[i])), start)


def _shuffled(values, key, count):
    """`count` curves (loops, count, n) with the increments of curves (loops, n) in other places, each loop for itself."""
    steps = jnp.diff(values, axis=-1)
    loops, size = steps.shape
    order, turn, sign, start = jax.random.split(key, 4)
    ranked = jnp.argsort(jax.random.uniform(order, (loops, count, block_count(size))), axis=-1)
    at = places(ranked, jax.random.randint(start, (loops, count, 1), 0, size), size)
    moved = jnp.take_along_axis(steps[:, None, :], at, axis=-1)
    moved = jnp.where(jax.random.bernoulli(turn, 0.5, (loops, count, 1)), moved[..., ::-1], moved)
    moved = moved * jnp.where(jax.random.bernoulli(sign, 0.5, (loops, count, 1)), 1.0, -1.0)
    return jnp.concatenate((jnp.zeros((loops, count, 1), moved.dtype), jnp.cumsum(moved, axis=-1)), axis=-1)
