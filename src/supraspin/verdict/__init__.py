"""The paper's argument on trial: rivals of each of its statements, with twins in which they are true, and tests on data."""

from supraspin.verdict.outcome import LEVEL, Expected, Missing, Outcome, Reading, Sign
from supraspin.verdict.rival import STATEMENTS, Mark, Rival, rival, rivals
from supraspin.verdict.trial import PAPER, Standing, Trial, trial

__all__ = [
    "LEVEL", "PAPER", "STATEMENTS", "Expected", "Mark", "Missing", "Outcome", "Reading", "Rival", "Sign", "Standing", "Trial",
    "rival", "rivals", "trial",
]  # fmt: skip
