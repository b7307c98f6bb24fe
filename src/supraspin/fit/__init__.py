"""Inference: fits with exact derivatives and errors worth defending, comparison of models, batches of curves.

This folder knows what a `Model` is and nothing about any particular one.
"""

from supraspin.fit.batch import BatchResult, fit_batch
from supraspin.fit.compare import Comparison, compare
from supraspin.fit.least_squares import fit
from supraspin.fit.parameter import Parameter
from supraspin.fit.result import Block, FitResult
from supraspin.fit.systematics import Sensitivity, sensitivity

__all__ = [
    "BatchResult",
    "Block",
    "Comparison",
    "FitResult",
    "Parameter",
    "Sensitivity",
    "compare",
    "fit",
    "fit_batch",
    "sensitivity",
]
