"""Round trip: do the analyses' errors hold on virtual devices whose laboratory has what no fit model has?

    python benchmarks/coverage_twin.py [--devices 200] [--study TMR]

For each headline number, over devices drawn around the defaults (`synthetic_twin.py`): how often it is given, mean and width of
the pulls, and how often the true value lies within the stated error and within twice that. The error is the statistical one, the
systematic one and what no analysis can know (0.2 % of thermometers and of amplifiers, 0.5 mT of remanence), in quadrature;
`stat.` is the width by the statistical error alone.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from supraspin.analysis import analyze
from supraspin.analysis.result import Finding
from supraspin.errors import SupraspinError
from supraspin.lab.protocol import PROTOCOLS
from synthetic_twin import STUDIES, Row, Study, drawn


@dataclass
class Tally:
    """Pulls of one number over the devices, by the whole error and by the statistical one; limits that hold or don't."""

    devices: int = 0
    pulls: list[float] | None = None
    statistical: list[float] | None = None
    limits: list[bool] | None = None

    def __post_init__(self) -> None:
        self.pulls, self.statistical, self.limits = [], [], []

    def add(self, found: Finding, truth: float, row: Row) -> None:
        if found.limit is not None:
            self.limits.append(truth >= found.value if found.limit == "lower" else truth <= found.value)
        elif found.stderr is not None and found.identified:
            whole = np.sqrt(found.stderr**2 + (found.systematic or 0.0) ** 2 + (row.relative * truth) ** 2 + row.absolute**2)
            self.pulls.append((found.value - truth) / whole)
            self.statistical.append((found.value - truth) / found.stderr)


def run(study: Study, devices: int, first: int = 0) -> dict[str, Tally]:
    """The tallies of a study's numbers."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for key in range(first, first + devices):
        setup, options = drawn(study, key)
        findings = {}
        try:
            for one in analyze(PROTOCOLS[study.protocol].run(setup, key, **options), settings=study.settings):
                findings |= {found.name: found for found in reversed(one.findings)}
        except SupraspinError as error:
            print(f"device {key}: {error}")
        for row in study.rows:
            tallies[row.name].devices += 1
            if row.finding in findings:
                tallies[row.name].add(findings[row.finding], row.truth(setup.device), row)
    return tallies


def line(name: str, tally: Tally) -> list[str]:
    """A row of the table."""
    given = f"{len(tally.pulls)} of {tally.devices}"
    if tally.limits:
        given += f", {len(tally.limits)} limits ({sum(tally.limits)} true)"
    if len(tally.pulls) < 2:
        return [name, given, *["-"] * 5]
    pulls, statistical = np.array(tally.pulls), np.array(tally.statistical)
    error = 1 / np.sqrt(pulls.size)
    return [
        name, given, f"{pulls.mean():+.2f} ± {pulls.std() * error:.2f}", f"{pulls.std():.2f}",
        f"{np.mean(np.abs(pulls) < 1):.0%}",
        f"{np.mean(np.abs(pulls) < 2):.0%}", f"{statistical.std():.1f}",
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--study", choices=sorted(STUDIES), action="append")
    arguments = parser.parse_args()
    print("| number | given | pull | width | within 1 | within 2 | stat. |\n|---|---|---|---|---|---|---|")
    for name in arguments.study or STUDIES:
        began = time.perf_counter()
        for row, tally in run(STUDIES[name], arguments.devices).items():
            print("| " + " | ".join(line(row, tally)) + " |", flush=True)
        print(f"<!-- {name}: {(time.perf_counter() - began) / arguments.devices:.2f} s a device -->", flush=True)


if __name__ == "__main__":
    main()
