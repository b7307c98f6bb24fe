"""Bayesian inference: posteriors of one data set or of a whole device, evidence, and tension between measurements."""

from supraspin.fit.bayes.disagreement import Disagreement, tension
from supraspin.fit.bayes.part import Derived, Part
from supraspin.fit.bayes.prior import Prior, log_normal, log_uniform, normal, uniform
from supraspin.fit.bayes.result import Marginal, Posterior
from supraspin.fit.bayes.sample import posterior
from supraspin.fit.bayes.weighing import Weighing, weigh

__all__ = [
    "Derived", "Disagreement", "Marginal", "Part", "Posterior", "Prior", "Weighing", "log_normal", "log_uniform", "normal",
    "posterior", "tension", "uniform", "weigh",
]  # fmt: skip
