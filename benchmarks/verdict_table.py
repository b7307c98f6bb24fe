"""The calibration of `supraspin verdict` as the tables of docs/verdict.md.

    python benchmarks/verdict_table.py

The numbers are those of the package's `calibration.toml`; `python -m supraspin.verdict.calibration --write` makes them anew.
"""

from __future__ import annotations

from supraspin.verdict import PAPER, rivals
from supraspin.verdict.rates import rates


def tests_table() -> str:
    """Each rival: how often its test is right where the paper and where the rival is true."""
    known = rates()
    lines = ["| rival | where the paper is true: excluded | supported | where the rival is true: supported | excluded |",
             "|---|---|---|---|---|"]  # fmt: skip
    for one in rivals():
        counts = [
            known.of(truth, one.name, verdict) for truth in (PAPER, one.name) for verdict in (("excluded", "supported")
            if truth == PAPER else ("supported", "excluded"))
        ]  # fmt: skip
        lines.append(f"| {one.name} | " + " | ".join(f"{count}" for count in counts) + " |")
    return "\n".join(lines)


def confusion_table() -> str:
    """Each truth: what stands of its statement, in how many twins; the right answer by the declaration of the rivals."""
    known = rates()
    lines = ["| truth | statement | what stands (twins) | right |", "|---|---|---|---|"]
    for truth in known.truths:
        for statement, right in truth.right.items():
            told = ", ".join(f"{label} ({count})" for label, count in truth.standing[statement].items())
            lines.append(f"| {truth.name} | {statement} | {told} | {right}/{known.runs} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(f"{rates().runs} twins of each truth\n")
    print(tests_table(), confusion_table(), sep="\n\n")
