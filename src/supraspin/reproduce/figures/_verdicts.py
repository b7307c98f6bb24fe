"""What the analyses of a control claim, in a line with their own significance."""

from __future__ import annotations

from supraspin.reproduce.cells import column, table
from supraspin.reproduce.plan import Outcome

LEVEL = 0.01


def anomaly(outcome: Outcome) -> str:
    """Whether the resistance rises again below T_C, by the map of R over field and temperature."""
    found = outcome.finding("rise_significance", "Phase map")
    if found is None:
        return "no; no superconducting transition"
    claimed = outcome.finding("ordering_temperature", "Phase map") is not None
    return f"{'yes' if claimed else 'no'}, z = {found.value:.1f}"


def switching(outcome: Outcome) -> str:
    """Whether loops switch, with the least p of them."""
    chance, _ = column(table(outcome.analysis("Loops: "), "Loops"), "Holm", "1")
    if not chance.size:
        return "not tested"
    return f"{'yes' if chance.min() <= LEVEL else 'no'}, p = {chance.min():.2g}"


def hanle(outcome: Outcome) -> str:
    """Whether the curves precess, with the chance that noise of the same spectrum looks as much like it."""
    chance = outcome.finding("false_alarm_probability", "Hanle precession")
    if chance is None:
        return "not tested"
    said = outcome.analysis("Hanle precession")
    proved = said is not None and all(flag.code != "no_hanle_signal" for flag in said.flags)
    return f"{'yes' if proved else 'no'}, p = {chance.value:.2g}"
