"""Covariance, correlations and condition of a least-squares optimum, safe for a Jacobian that lacks full rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_MOST = 1e140
"""Largest size of a parameter over what it does to the curve: its square is still a number."""
RANK = 1e-9
"""Singular values of the column-normalised Jacobian below this part of the largest count as zero."""


@dataclass(frozen=True)
class Spread:
    """Covariance (k, k) in SI, infinite on the diagonal where the data say nothing; correlations; condition number."""

    covariance: np.ndarray
    correlation: np.ndarray
    condition: float
    undetermined: np.ndarray

    @property
    def stderr(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance))


def spread(jacobian: np.ndarray, scale: np.ndarray, variance: float) -> Spread:
    """From the weighted Jacobian (n, k) by values / scale and the variance of a weighted residual."""
    k = jacobian.shape[1]
    norms = np.linalg.norm(jacobian, axis=0)
    safe = np.where(norms > 0, norms, 1.0)
    _, singular, rows = np.linalg.svd(jacobian / safe, full_matrices=False)
    # The columns have length 1, so anything far below is a curve that no parameter moves.
    largest = max(float(singular[0]), 1.0) if len(singular) else 1.0
    good = singular > RANK * largest
    inverse = np.divide(1.0, singular, where=good, out=np.zeros_like(singular))
    unit = (rows.T * inverse**2) @ rows
    # A parameter with a share in a direction that the data cannot see is itself not seen.
    undetermined = np.sum(rows[~good] ** 2, axis=0) > 1e-8
    undetermined |= norms == 0
    # What the data hardly see may have an error beyond the range of numbers.
    size = np.minimum(scale / safe, _MOST)
    covariance = variance * unit * np.outer(size, size)
    deviation = np.sqrt(np.maximum(np.diag(unit), 1e-300))
    correlation = np.clip(unit / np.outer(deviation, deviation), -1, 1)
    covariance[undetermined, :] = covariance[:, undetermined] = 0.0
    correlation[undetermined, :] = correlation[:, undetermined] = 0.0
    # Among themselves undetermined parameters can be traded at will.
    pairs = np.ix_(undetermined, undetermined)
    correlation[pairs] = 1.0 if np.sum(undetermined) > 1 else 0.0
    covariance[np.diag_indices(k)] = np.where(undetermined, np.inf, np.diag(covariance))
    correlation[np.diag_indices(k)] = 1.0
    condition = float(largest / singular[-1]) if singular[-1] > 0 else np.inf
    return Spread(covariance, correlation, condition, undetermined)
