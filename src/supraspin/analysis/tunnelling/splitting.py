"""What a spectrum says of spins that are split: by the model with split bands against the best of all.

A magnet beside the superconductor, or a field in its plane, moves the two spins apart by 2 h, so that one gap D shows edges at
D - h and D + h. Two gaps make two edges too: where two gaps win, both readings are told.
"""

from __future__ import annotations

from supraspin.analysis.precision import precision, quoted
from supraspin.analysis.tunnelling.spectra import Spectrum
from supraspin.fit import Comparison, FitResult
from supraspin.flags import Flag
from supraspin.formatting import si

SPLIT = "exchange_field"
_EXCLUDED = 10.0
"""AICc above that of the best, by independent points, from which a model is excluded."""


def spin_splitting(comparison: Comparison, best: FitResult, spectrum: Spectrum) -> tuple[str, list[Flag]]:
    """A sentence for the summary and a flag: found, possible, or not called for; nothing where one gap does without a field."""
    found = {name: one for name, one in comparison.results.items() if SPLIT in one.params and one.params[SPLIT].vary}
    two = "gap_2" in best.params and best.params["gap_2"].vary
    if not found:
        if not two or spectrum.field is not None:
            return "", []
        text = "whether spins are split was not asked: neither the file nor its name tells a field"
        return "", [Flag("splitting_not_asked", text, "note")]
    least = min(comparison.aicc_effective.values())
    name = min(found, key=lambda one: comparison.aicc_effective[one])
    split, above = found[name], comparison.aicc_effective[name] - least
    energy = quoted(split, SPLIT)
    numbers = {"exchange_field": split.params[SPLIT].value, "gap": split.params["gap"].value, "above": above}
    if SPLIT in best.params:
        known = precision(split, SPLIT)
        seen = known.stderr is not None and split.params[SPLIT].value > 3 * known.stderr
        text = f"spins are split by an exchange field h = {energy}" if seen else f"spins need not be split: h = {energy}"
        return f" {text[0].upper()}{text[1:]}.", [Flag("spin_splitting" if seen else "no_spin_splitting", text, "note", numbers)]
    as_split = f"{name} with one gap of {quoted(split, 'gap')} split by h = {energy}"
    if above < _EXCLUDED:
        text = f"spin splitting is not excluded: {as_split} lies {above:.1f} above the best in AICc"
        return f" {text[0].upper()}{text[1:]}.", [Flag("spin_splitting_possible", text, "warning", numbers)]
    if not two:
        text = f"spin splitting is not called for: {as_split} lies {above:.0f} above the best in AICc"
        return " Spin splitting is not called for.", [Flag("no_spin_splitting", text, "note", numbers)]
    text = (f"the two gaps may be the two edges of one that is spin-split: {as_split} has its edges at "
            f"{si(split.params['gap'].value - split.params[SPLIT].value, 'eV')} and "
            f"{si(split.params['gap'].value + split.params[SPLIT].value, 'eV')}; it lies {above:.0f} above the best in AICc, and "
            "lacks spin-flip and spin-orbit scattering, and domains, which round and weigh the edges")  # fmt: skip
    return f" The two gaps may be the edges of one of {quoted(split, 'gap')} that is spin-split by h = {energy}.", [
        Flag("two_gaps_or_splitting", text, "warning", numbers)
    ]
