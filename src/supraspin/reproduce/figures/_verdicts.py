"""What the analyses of a control claim, in a line with their own significance."""

from __future__ import annotations

from supraspin.reproduce.cells import column, table
from supraspin.reproduce.plan import Outcome

LEVEL = 0.01
SIGMAS = 3.0


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
    """Whether the curves precess: the data determine a lifetime, and parallel and antiparallel differ by more than errors."""
    said = outcome.analysis("Hanle precession")
    signal, lifetime = (outcome.finding(name, "Hanle precession") for name in ("spin_signal", "spin_lifetime"))
    if said is None or signal is None or lifetime is None:
        return "no, no signal to fit"
    if not lifetime.identified or lifetime.limit is not None:
        return "no, lifetime not determined"
    growth = next(iter(said.fits.values())).inflation if said.fits else 1.0
    sigmas = abs(signal.value) / (signal.stderr * growth) if signal.stderr else 0.0
    return f"{'yes' if sigmas >= SIGMAS else 'no'}, {sigmas:.0f} errors"
