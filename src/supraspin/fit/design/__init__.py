"""Which measurement would tell two fitted models apart: expected log odds of candidate settings."""

from supraspin.fit.design.expected import Side, expected_log_odds
from supraspin.fit.design.hint import Hint, said
from supraspin.fit.design.of_fits import hints_of_fits, side_of_fit

__all__ = ["Hint", "Side", "expected_log_odds", "hints_of_fits", "said", "side_of_fit"]
