"""The maximum of the posterior in u and the curvature there: Newton's method with exact gradients, one or many data sets.

The Hessian is the central difference of exact gradients over a hundredth of an error. Its eigenvalues of the wrong sign are
turned round and none counts as flatter than `FLATTEST`, so each step climbs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supraspin.fit.bayes.density import Arrays, Layout, program

STEPS = 60
LENGTHS = np.array([1.0, 0.5, 0.25, 0.1, 0.03, 0.01, 1e-3, 1e-4])
GAIN = 1e-7
"""Rise of ln p below which the climb has ended."""
FLATTEST = 0.25
"""Least curvature in u that counts: a direction without data has 1, that of its prior."""
LONGEST = 2.0
"""Largest step in u: beyond, the parabola says nothing."""
DIFFERENCE = 0.01
CHUNK = 16

Evaluate = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""ln p (b, s) and its gradients (b, s, k) at u (b, s, k), for b climbs at once."""


@dataclass(frozen=True)
class Mode:
    """A maximum: u (k,), ln p there, a factor L (k, k) with L L^T the covariance of the normal distribution of equal
    curvature, and whether the climb ended by itself."""

    u: np.ndarray
    log_density: float
    factor: np.ndarray
    converged: bool

    @property
    def covariance(self) -> np.ndarray:
        return self.factor @ self.factor.T


def evaluator(layout: Layout, arrays: Arrays) -> Evaluate:
    """`Evaluate` for one data set."""
    compiled = program(layout, "gradients")

    def evaluate(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        flat = u.reshape(-1, u.shape[-1])
        values, slopes = np.empty(len(flat)), np.empty_like(flat)
        for begin in range(0, len(flat), CHUNK):  # always of one size, so that one program is compiled
            part = flat[begin : begin + CHUNK]
            found = compiled(np.pad(part, ((0, CHUNK - len(part)), (0, 0)), mode="edge"), arrays)
            values[begin : begin + CHUNK], slopes[begin : begin + CHUNK] = (np.asarray(f)[: len(part)] for f in found)
        return values.reshape(u.shape[:-1]), slopes.reshape(u.shape)

    def safe(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values, slopes = evaluate(u)
        return np.where(np.isfinite(values), values, -np.inf), np.where(np.isfinite(slopes), slopes, 0.0)

    return safe


def hessian(evaluate: Evaluate, u: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Minus the second derivatives (b, k, k) of ln p at u (b, k) by differences over a part of `width` (b, k)."""
    k = u.shape[-1]
    steps = DIFFERENCE * width
    moves = np.eye(k) * steps[:, None, :]
    _, slopes = evaluate(np.concatenate([u[:, None] + moves, u[:, None] - moves], axis=1))
    curvature = -(slopes[:, :k] - slopes[:, k:]) / (2 * steps[:, :, None])
    return 0.5 * (curvature + np.swapaxes(curvature, 1, 2))


def climb(evaluate: Evaluate, start: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Maxima reached from `start` (b, k): u, ln p (b,), factors (b, k, k), ended (b,). `width` (b, k): a guess of the errors."""
    u, width = start.copy(), np.clip(width, 1e-7, 0.5)
    top, slope = (part[:, 0] for part in evaluate(u[:, None]))
    ended = np.zeros(len(u), dtype=bool)
    for _ in range(STEPS):
        eigenvalues, vectors = np.linalg.eigh(hessian(evaluate, u, width))
        stiff = np.maximum(np.abs(eigenvalues), FLATTEST)
        move = np.einsum("bij,bj->bi", vectors, np.einsum("bij,bi->bj", vectors, slope) / stiff)
        move /= np.maximum(1.0, np.max(np.abs(move), axis=1, keepdims=True) / LONGEST)
        tried = u[:, None] + LENGTHS[:, None] * move[:, None]
        values, slopes = evaluate(tried)
        best, rows = np.argmax(values, axis=1), np.arange(len(u))
        gain = values[rows, best] - top
        better = gain > 0
        u = np.where(better[:, None], tried[rows, best], u)
        top, slope = np.where(better, values[rows, best], top), np.where(better[:, None], slopes[rows, best], slope)
        width = np.clip(np.sqrt(np.sum(vectors**2 / stiff[:, None, :], axis=2)), 1e-7, 0.5)
        ended = ~(gain > GAIN)
        if np.all(ended):
            break
    eigenvalues, vectors = np.linalg.eigh(hessian(evaluate, u, width))
    return u, top, vectors / np.sqrt(np.maximum(eigenvalues, FLATTEST))[:, None, :], ended


def modes(layout: Layout, starts: np.ndarray, width: np.ndarray, arrays: Arrays, *, drop: float = 15.0) -> list[Mode]:
    """The different maxima reached from `starts` (s, k), highest first, none lower than the highest by more than `drop`."""
    u, top, factors, ended = climb(evaluator(layout, arrays), starts, np.broadcast_to(width, starts.shape))
    kept: list[Mode] = []
    for i in np.argsort(-top):
        if not np.isfinite(top[i]) or (kept and top[i] < kept[0].log_density - drop):
            continue
        if all(np.linalg.norm(np.linalg.solve(one.factor, u[i] - one.u)) > 1.0 for one in kept):
            kept.append(Mode(u[i], float(top[i]), factors[i], bool(ended[i])))
    return kept
