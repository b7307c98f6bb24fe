"""How often each test is right: the trial of many twins, in which the paper or one of its rivals is the truth.

    python -m supraspin.verdict.calibration --write

tries `runs` twins of every truth and writes `calibration.toml`, which verdicts are printed beside. A run that was stopped goes on
where it was; several processes or machines share it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from supraspin.scheduler import PROCESSES, run_tasks
from supraspin.verdict.outcome import LEVEL
from supraspin.verdict.rival import STATEMENTS, Rival, rivals
from supraspin.verdict.trial import PAPER, Trial, trial

if TYPE_CHECKING:
    import xarray as xr

VERDICTS = ("excluded", "supported", "cannot tell", "neither", "no data")
FIRST_KEY = 10_000
"""Keys of calibration twins begin here: none of them was looked at while the tests were made."""


def truths() -> tuple[str, ...]:
    """What may be true: the paper, then each rival."""
    return (PAPER, *(one.name for one in rivals()))


def twin(truth: str, key: int) -> list[xr.Dataset]:
    """Data sets of a device in which that is the truth."""
    if truth == PAPER:
        from supraspin.verdict.reference import reference

        return reference(key)
    return {one.name: one for one in rivals()}[truth].twin(key)


def codes(found: Trial) -> np.ndarray:
    """A trial as numbers (rivals + statements, ): the index of each rival's verdict, then which explanations stand, as bits.

    Bit 0 is the paper, bit i the i-th rival against that statement; -1: no data.
    """
    verdicts = [VERDICTS.index(one.verdict) for one in found.outcomes]
    stand = []
    for name in STATEMENTS:
        labels = _explanations(name)
        told = found.statement(name)
        tested = told.standing or told.fallen
        stand.append(sum(1 << labels.index(one) for one in told.standing) if tested else -1)
    return np.array([*verdicts, *stand])


def _explanations(statement: str) -> list[str]:
    return [PAPER, *(one.name for one in rivals() if one.against == statement)]


def one_run(task: tuple[str, int]) -> dict[str, np.ndarray]:
    """The codes of the trial of one twin, by its truth and key."""
    truth, key = task
    return {"codes": codes(trial(twin(truth, key)))}


def run(
    wanted: Sequence[str], runs: int, *, scheduler: str = PROCESSES, workers: int = 2, store: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:  # fmt: skip
    """Codes (truths, runs, rivals + statements) of twins with keys from `FIRST_KEY` on; the rest as in `run_tasks`.

    Raises `DataError` for a store of another run, and for a scheduler that is not there.
    """
    asked = "; ".join((*wanted, *(one.name for one in rivals()), *STATEMENTS, str(LEVEL)))
    tasks = [(truth, FIRST_KEY + k) for k in range(runs) for truth in wanted]
    found = run_tasks(
        one_run, tasks, scheduler=scheduler, workers=workers, store=store, interval=10.0, progress=progress,
        fingerprint=hashlib.sha256(asked.encode()).hexdigest(),
    )["codes"]  # fmt: skip
    return found.reshape(runs, len(wanted), -1).swapaxes(0, 1)


def right(truth: Rival | None, statement: str, standing: Sequence[str]) -> bool:
    """Whether what stands of a statement is what should: the truth alone, or with those that predict the same.

    Of a rival's twin its own statement is judged; `truth` None: the paper.
    """
    if truth is None:
        same = {PAPER, *(one.name for one in rivals() if one.against == statement and not one.told_from_paper)}
        return PAPER in standing and set(standing) <= same
    same = {truth.name, *truth.same_as, *(one.name for one in rivals() if truth.name in one.same_as)}
    if not truth.told_from_paper:
        same.add(PAPER)
    return truth.name in standing and set(standing) <= same


def table(wanted: Sequence[str], found: np.ndarray) -> str:
    """The TOML text of a calibration."""
    runs, each = found.shape[1], rivals()
    own = {one.name: one for one in each}
    lines = ["# How often each test of a rival is right, from twins: python -m supraspin.verdict.calibration --write", ""]
    lines += [f"runs = {runs}", f"level = {LEVEL}", ""]
    for i, truth in enumerate(wanted):
        lines += ["[[truth]]", f'name = "{truth}"', "[truth.verdicts]"]
        for j, one in enumerate(each):
            counts = Counter(VERDICTS[code] for code in found[i, :, j])
            inner = ", ".join(f'"{verdict}" = {counts[verdict]}' for verdict in VERDICTS if counts[verdict])
            lines.append(f'"{one.name}" = {{ {inner} }}')
        lines.append("[truth.standing]")
        for j, statement in enumerate(STATEMENTS, len(each)):
            labels = _explanations(statement)
            counts = Counter(_label(int(code), labels) for code in found[i, :, j])
            inner = ", ".join(f'"{label}" = {number}' for label, number in counts.most_common())
            lines.append(f"{statement} = {{ {inner} }}")
        judged = [own[truth].against] if truth in own else list(STATEMENTS)
        lines.append("[truth.right]")
        for statement in judged:
            j = len(each) + list(STATEMENTS).index(statement)
            labels = _explanations(statement)
            good = [right(own.get(truth), statement, _standing(int(code), labels)) for code in found[i, :, j]]
            lines.append(f"{statement} = {sum(good)}")
        lines.append("")
    return "\n".join(lines)


def _standing(code: int, labels: Sequence[str]) -> list[str]:
    return [label for i, label in enumerate(labels) if code >= 0 and code >> i & 1]


def _label(code: int, labels: Sequence[str]) -> str:
    return "no data" if code < 0 else " + ".join(_standing(code, labels)) or "none"


def main() -> None:
    """Run it from the command line."""
    import argparse

    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    reader.add_argument("--runs", type=int, default=50, help="twins of each truth")
    reader.add_argument("--workers", type=int, default=2, help="processes at a time")
    reader.add_argument("--scheduler", default=PROCESSES, help="address of a Dask scheduler, in place of processes here")
    reader.add_argument("--store", type=Path, help="file (.nc) that keeps what is done, so that a stopped run goes on")
    reader.add_argument("--only", action="append", help="a truth, in place of all; may be repeated")
    reader.add_argument("--write", action="store_true", help="write calibration.toml of the package")
    told = reader.parse_args()
    wanted = tuple(told.only or truths())
    found = run(
        wanted, told.runs, scheduler=told.scheduler, workers=told.workers, store=told.store,
        progress=lambda done, total: print(f"\r{done}/{total}", end="", flush=True) if done % 10 == 0 else None,
    )  # fmt: skip
    text = table(wanted, found)
    if told.write:
        (Path(__file__).parent / "calibration.toml").write_text(text, encoding="utf-8")
    print()
    print(text)


if __name__ == "__main__":
    main()
