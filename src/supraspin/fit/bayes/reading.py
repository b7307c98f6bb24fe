"""Priors as text: `log_uniform:1 ps:1 ns`, `normal:11 nm:1 nm`, `log_normal:11 nm:1.2` (a factor), `uniform:0:1`."""

from __future__ import annotations

from supraspin.errors import FitError
from supraspin.fit.bayes.prior import KINDS, Prior, log_normal
from supraspin.units import parse_value


def read_prior(text: str, unit: str) -> Prior:
    """The prior that a text describes, for a parameter in `unit`. Raises `FitError` and `UnitError`."""
    words = [word.strip() for word in text.split(":")]
    if len(words) != 3 or words[0] not in KINDS:
        raise FitError(f"prior {text!r} is not of the form kind:first:second; kinds are {', '.join(KINDS)}")
    if words[0] == "log_normal":
        return log_normal(parse_value(words[1], unit), parse_value(words[2], "1"))
    return Prior(words[0], parse_value(words[1], unit), parse_value(words[2], unit))
