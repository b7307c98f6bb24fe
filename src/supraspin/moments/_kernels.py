"""Compiled sweeps over all moments of the walkers that share one set of couplings.

Each moment feels h_i = sum_j J_ij S_j, which is kept for all of them. Sites go in blocks: all walkers pass one block before
the next, so that its rows of J stay in the cache; within the block the changes made so far enter h_i one by one, and at its
end they are added to all fields at once, several rows a pass. One walker's changes never meet another's.

Ising moments follow the heat bath. Vectors draw from the heat bath of h_i and are accepted by what the anisotropy says; where
there is one, they also reflect through the plane across its axis and take steps of thermal size. All these leave
exp(-E/k_B T) invariant. `step` > 0 puts small rotations in their place, which do not tunnel: for sweeps with history.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_ISING_BLOCK, _VECTOR_BLOCK = 32, 16  # the fastest of several at 1000 moments
_ROWS = 8
_FAST = {"contract", "reassoc", "nsz"}  # no "nnan", "ninf": T = 0 is beta = inf


@njit(inline="always")
def _turn(x, k):
    return (x << np.uint64(k)) | (x >> np.uint64(64 - k))


@njit(inline="always")
def uniform(state):
    """Next number in [0, 1) of xoshiro256++ (Blackman and Vigna); `state` of shape (4,), uint64, is moved on."""
    total = _turn(state[0] + state[3], 23) + state[0]
    t = state[1] << np.uint64(17)
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= t
    state[3] = _turn(state[3], 45)
    return (total >> np.uint64(11)) * 1.1102230246251565e-16


@njit(fastmath=_FAST, nogil=True, cache=True)
def add_rows(target, rows, index, weight, count):
    """target[a] += sum_k weight[a, k] rows[index[a, k]] over the first `count`; both tables are padded to whole passes."""
    components, size = target.shape
    for k in range(count, count + (-count) % _ROWS):
        for a in range(components):
            index[a, k], weight[a, k] = index[a, 0], 0.0
    for k in range(0, count, _ROWS):
        for a in range(components):
            t, i = target[a], index[a]
            r0, r1, r2, r3 = rows[i[k]], rows[i[k + 1]], rows[i[k + 2]], rows[i[k + 3]]
            r4, r5, r6, r7 = rows[i[k + 4]], rows[i[k + 5]], rows[i[k + 6]], rows[i[k + 7]]
            w0, w1, w2, w3 = weight[a, k], weight[a, k + 1], weight[a, k + 2], weight[a, k + 3]
            w4, w5, w6, w7 = weight[a, k + 4], weight[a, k + 5], weight[a, k + 6], weight[a, k + 7]
            for j in range(size):
                t[j] += (w0 * r0[j] + w1 * r1[j] + w2 * r2[j] + w3 * r3[j]) + (w4 * r4[j] + w5 * r5[j] + w6 * r6[j] + w7 * r7[j])


@njit(fastmath=_FAST, nogil=True, cache=True)
def add_vectors(target, rows, index, weight, count):
    """The same for three components that share their rows, `index[0]`, each of which is read once: twice as fast."""
    for k in range(count, count + (-count) % 4):
        index[0, k] = index[0, 0]
        weight[0, k], weight[1, k], weight[2, k] = 0.0, 0.0, 0.0
    x, y, z, i = target[0], target[1], target[2], index[0]
    for k in range(0, count, 4):
        r0, r1, r2, r3 = rows[i[k]], rows[i[k + 1]], rows[i[k + 2]], rows[i[k + 3]]
        x0, x1, x2, x3 = weight[0, k], weight[0, k + 1], weight[0, k + 2], weight[0, k + 3]
        y0, y1, y2, y3 = weight[1, k], weight[1, k + 1], weight[1, k + 2], weight[1, k + 3]
        z0, z1, z2, z3 = weight[2, k], weight[2, k + 1], weight[2, k + 2], weight[2, k + 3]
        for j in range(x.size):
            j0, j1, j2, j3 = r0[j], r1[j], r2[j], r3[j]
            x[j] += x0 * j0 + x1 * j1 + x2 * j2 + x3 * j3
            y[j] += y0 * j0 + y1 * j1 + y2 * j2 + y3 * j3
            z[j] += z0 * j0 + z1 * j1 + z2 * j2 + z3 * j3


@njit(inline="always")
def flip_chance(field, beta):
    """Chance that an Ising moment in a field h, eV, points up after its turn: the heat bath."""
    x = -2.0 * field
    if x == 0:
        return 0.5
    x *= beta
    return 1.0 / (1.0 + math.exp(x)) if x < 700 else 0.0


@njit(nogil=True, cache=True)
def sweep_ising(spins, fields, rows, beta, pull, states, sweeps):
    """`sweeps` passes of the heat bath; spins, fields (W, 1, N), rows (N, N), beta, pull (W,), states (W, 4)."""
    walkers, _, size = spins.shape
    index, weight = np.zeros((1, _ISING_BLOCK + _ROWS), np.int64), np.zeros((1, _ISING_BLOCK + _ROWS), spins.dtype)
    for _ in range(sweeps):
        for first in range(0, size, _ISING_BLOCK):
            for w in range(walkers):
                count = 0
                for i in range(first, min(first + _ISING_BLOCK, size)):
                    h = fields[w, 0, i] + pull[w]
                    for k in range(count):
                        h += weight[0, k] * rows[index[0, k], i]
                    new = 1.0 if uniform(states[w]) < flip_chance(h, beta[w]) else -1.0
                    if new != spins[w, 0, i]:
                        index[0, count], weight[0, count] = i, new - spins[w, 0, i]
                        spins[w, 0, i] = new
                        count += 1
                add_rows(fields[w], rows, index, weight, count)


@njit(inline="always")
def _circle(state):
    """A point on the unit circle, by a point in the disc at twice its angle: faster than cosine and sine."""
    x, y, r = 2.0, 0.0, 4.0
    while r > 1.0 or r == 0.0:
        x, y = 2.0 * uniform(state) - 1.0, 2.0 * uniform(state) - 1.0
        r = x * x + y * y
    return (x * x - y * y) / r, 2.0 * x * y / r


@njit(inline="always")
def _towards(cosine, turn, e):
    """The unit vector at `cosine` from the unit vector e, turned about it by (cos, sin) in `turn`."""
    sign = 1.0 if e[2] >= 0 else -1.0
    a = -1.0 / (sign + e[2])
    b = e[0] * e[1] * a
    sine = math.sqrt(max(0.0, 1.0 - cosine * cosine))
    c, s = sine * turn[0], sine * turn[1]
    return (
        cosine * e[0] + c * (1.0 + sign * e[0] * e[0] * a) + s * b,
        cosine * e[1] + c * sign * b + s * (sign + e[1] * e[1] * a),
        cosine * e[2] - c * sign * e[0] - s * e[1],
    )


@njit(inline="always")
def _rotated(s, width, state):
    """s moved by a vector of length `width` that points anywhere, and made a unit vector again: symmetric in both."""
    up = 2.0 * uniform(state) - 1.0
    turn = _circle(state)
    side = width * math.sqrt(1.0 - up * up)
    x, y, z = s[0] + side * turn[0], s[1] + side * turn[1], s[2] + width * up
    scale = 1.0 / max(math.sqrt(x * x + y * y + z * z), 1e-300)
    return x * scale, y * scale, z * scale


@njit(inline="always")
def _accepted(cost, beta, state):
    return cost <= 0.0 or uniform(state) < math.exp(-beta * cost)


@njit(nogil=True, cache=True)
def new_direction(s, h, anisotropy, axis, beta, step, state):
    """The direction of a moment after its turn: s before, h, eV, the field on it, -K (S.n)^2 its own energy."""
    size = math.sqrt(h[0] * h[0] + h[1] * h[1] + h[2] * h[2])
    along = s[0] * axis[0] + s[1] * axis[1] + s[2] * axis[2]
    chosen = uniform(state) if anisotropy != 0 and step == 0 else 1.0
    if chosen < 0.25:
        n = (s[0] - 2 * along * axis[0], s[1] - 2 * along * axis[1], s[2] - 2 * along * axis[2])
        cost = 2 * along * (h[0] * axis[0] + h[1] * axis[1] + h[2] * axis[2])
        return n if _accepted(cost, beta, state) else s
    if chosen < 0.5 or step > 0:
        width = step if step > 0 else min(2.0, math.sqrt(1.0 / (beta * (size + 2 * abs(anisotropy)))))
        n = _rotated(s, width, state)
        after = n[0] * axis[0] + n[1] * axis[1] + n[2] * axis[2]
        cost = h[0] * (s[0] - n[0]) + h[1] * (s[1] - n[1]) + h[2] * (s[2] - n[2])
        cost += anisotropy * (along * along - after * after)
        return n if _accepted(cost, beta, state) else s
    u, turn = 1.0 - uniform(state), _circle(state)
    if size * min(beta, 1e300) < 1e-9:
        n = _towards(2 * u - 1, turn, (0.0, 0.0, 1.0))
    else:
        x = beta * size
        cosine = 1.0 + math.log(u + (1.0 - u) * math.exp(-2.0 * x)) / x
        n = _towards(max(-1.0, min(1.0, cosine)), turn, (h[0] / size, h[1] / size, h[2] / size))
    if anisotropy != 0:
        after = n[0] * axis[0] + n[1] * axis[1] + n[2] * axis[2]
        if not _accepted(anisotropy * (along * along - after * after), beta, state):
            return s
    return n


@njit(nogil=True, cache=True)
def sweep_vector(spins, fields, rows, tensor, beta, pull, anisotropy, axis, step, states, sweeps):
    """`sweeps` passes over unit vectors; spins, fields (W, 3, N), pull (W, 3), beta (W,), states (W, 4).

    rows (N, N) for isotropic couplings; with `tensor` (9 N, N), row 9 i + 3 b + a being J_ij^ba over j.
    """
    walkers, _, size = spins.shape
    wide = _VECTOR_BLOCK * (3 if tensor else 1) + _ROWS
    index, weight = np.zeros((3, wide), np.int64), np.zeros((3, wide), spins.dtype)
    for _ in range(sweeps):
        for first in range(0, size, _VECTOR_BLOCK):
            for w in range(walkers):
                count = 0
                for i in range(first, min(first + _VECTOR_BLOCK, size)):
                    hx, hy, hz = fields[w, 0, i] + pull[w, 0], fields[w, 1, i] + pull[w, 1], fields[w, 2, i] + pull[w, 2]
                    for k in range(count):
                        hx += weight[0, k] * rows[index[0, k], i]
                        hy += weight[1, k] * rows[index[1, k], i]
                        hz += weight[2, k] * rows[index[2, k], i]
                    s = (float(spins[w, 0, i]), float(spins[w, 1, i]), float(spins[w, 2, i]))
                    n = new_direction(s, (hx, hy, hz), anisotropy, axis, beta[w], step, states[w])
                    if n[0] == s[0] and n[1] == s[1] and n[2] == s[2]:
                        continue
                    spins[w, 0, i], spins[w, 1, i], spins[w, 2, i] = n[0], n[1], n[2]
                    change = (spins[w, 0, i] - s[0], spins[w, 1, i] - s[1], spins[w, 2, i] - s[2])
                    if tensor:
                        for b in range(3):
                            for a in range(3):
                                index[a, count], weight[a, count] = 9 * i + 3 * b + a, change[b]
                            count += 1
                    else:
                        for a in range(3):
                            index[a, count], weight[a, count] = i, change[a]
                        count += 1
                if tensor:
                    add_rows(fields[w], rows, index, weight, count)
                else:
                    add_vectors(fields[w], rows, index, weight, count)
