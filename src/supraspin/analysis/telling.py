"""Where rivals cannot be told apart: the measurement that would."""

from __future__ import annotations

from supraspin.fit.compare import Comparison
from supraspin.flags import Flag

CODE = "cannot_be_told_apart"


def would_tell(comparison: Comparison) -> list[Flag]:
    """A note on which measurement would tell the first two models of a comparison apart, where it left them open."""
    if len(comparison.ranks) < 2 or not any(flag.code == CODE for flag in comparison.flags):
        return []
    from supraspin.fit.design import hints_of_fits, said

    names = comparison.ranks[0].model, comparison.ranks[1].model
    hints = hints_of_fits(comparison.results[names[0]], comparison.results[names[1]], names)
    if not hints:
        return []
    best = hints[0]
    numbers = {best.setting: best.value, "expected_log_odds": best.expected}
    return [Flag("would_tell_apart", "; ".join(said(hints)), "note", numbers)]
