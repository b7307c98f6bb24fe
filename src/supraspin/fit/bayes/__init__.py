"""Bayesian inference: posteriors of one data set or of a whole device, evidence, and tension between measurements."""

from supraspin.fit.bayes.part import Derived, Part
from supraspin.fit.bayes.prior import Prior, log_normal, log_uniform, normal, uniform
from supraspin.fit.bayes.result import Marginal, Posterior
from supraspin.fit.bayes.sample import posterior

__all__ = ["Derived", "Marginal", "Part", "Posterior", "Prior", "log_normal", "log_uniform", "normal", "posterior", "uniform"]
