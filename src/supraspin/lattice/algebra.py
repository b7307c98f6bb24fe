"""Small matrices whose elements are whole arrays, with absent elements: the algebra of Green functions at many k at once.

A matrix is a list of rows; an element is an array of any one shape, or None where it is zero throughout. What is zero is
never computed, so a host that conserves S_z costs half, and the same code serves every host. Inverses are closed forms up to
3 x 3 and Schur complements above; all leading blocks of i w - H can be inverted, since their anti-Hermitian part is definite.
"""

from __future__ import annotations

from typing import Any

from supraspin.backend import jnp

Matrix = list[list[Any]]


def add(a, b):
    return b if a is None else a if b is None else a + b


def subtract(a, b):
    return negative(b) if a is None else a if b is None else a - b


def negative(a):
    return None if a is None else -a


def times(a, b):
    return None if a is None or b is None else a * b


def add_matrices(a: Matrix, b: Matrix) -> Matrix:
    return [[add(x, y) for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def subtract_matrices(a: Matrix, b: Matrix) -> Matrix:
    return [[subtract(x, y) for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def product(a: Matrix, b: Matrix) -> Matrix:
    out: Matrix = []
    for row in a:
        line = []
        for j in range(len(b[0])):
            total = None
            for k, x in enumerate(row):
                total = add(total, times(x, b[k][j]))
            line.append(total)
        out.append(line)
    return out


def adjoint(a: Matrix) -> Matrix:
    return [[None if row[j] is None else jnp.conj(row[j]) for row in a] for j in range(len(a[0]))]


def reciprocal(a):
    """1/a for complex arrays by the textbook formula, which is several times faster than the scaled division."""
    return jnp.conj(a) * (1 / (jnp.real(a) ** 2 + jnp.imag(a) ** 2))


def inverse(a: Matrix) -> Matrix:
    """The inverse of a square matrix whose leading blocks can be inverted."""
    n = len(a)
    if n == 1:
        return [[reciprocal(a[0][0])]]
    if n in (2, 3):
        return _by_cofactors(a)
    half = n // 2
    top, right = [row[:half] for row in a[:half]], [row[half:] for row in a[:half]]
    left, bottom = [row[:half] for row in a[half:]], [row[half:] for row in a[half:]]
    first = inverse(top)
    forward, back = product(first, right), product(left, first)
    second = inverse(subtract_matrices(bottom, product(left, forward)))
    corner, edge = product(forward, second), product(second, back)
    upper = add_matrices(first, product(corner, back))
    minus = [[negative(x) for x in row] for row in corner], [[negative(x) for x in row] for row in edge]
    return [p + q for p, q in zip(upper, minus[0], strict=True)] + [p + q for p, q in zip(minus[1], second, strict=True)]


def _by_cofactors(a: Matrix) -> Matrix:
    n = len(a)
    if n == 2:
        cofactors = [[a[1][1], negative(a[1][0])], [negative(a[0][1]), a[0][0]]]
    else:
        cofactors = [
            [
                subtract(
                    times(a[(i + 1) % 3][(j + 1) % 3], a[(i + 2) % 3][(j + 2) % 3]),
                    times(a[(i + 1) % 3][(j + 2) % 3], a[(i + 2) % 3][(j + 1) % 3]),
                )
                for j in range(3)
            ]
            for i in range(3)
        ]
    determinant = None
    for j in range(n):
        determinant = add(determinant, times(a[0][j], cofactors[0][j]))
    scale = reciprocal(determinant)
    return [[times(cofactors[j][i], scale) for j in range(n)] for i in range(n)]


def determinant(a: Matrix):
    """Determinant by elimination without pivots: leading blocks must not vanish (1 - V G with small or definite V G)."""
    work = [list(row) for row in a]
    total = None
    for k in range(len(work)):
        pivot = work[k][k]
        total = pivot if total is None else total * pivot
        scale = reciprocal(pivot)
        for i in range(k + 1, len(work)):
            factor = times(work[i][k], scale)
            for j in range(k + 1, len(work)):
                work[i][j] = subtract(work[i][j], times(factor, work[k][j]))
    return total
