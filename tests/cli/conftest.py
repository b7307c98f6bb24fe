"""The command line called in this process: exit code, stdout, stderr."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from supraspin.cli import run
from supraspin.models import hanle

TRUTH = {"amplitude": 3.0, "spin_lifetime": 2.5e-10, "diffusivity": 1.2e-2, "separation": 2.1e-6}


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def supraspin(capsys):
    """Call `supraspin("fit", "hanle", ...)`."""

    def call(*arguments) -> Said:
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


@pytest.fixture
def curve(tmp_path):
    """A Hanle curve with 1 % noise in a tab separated file, fields in mT."""
    field = np.linspace(-0.2, 0.2, 161)
    reading = np.asarray(hanle(field, **TRUTH)) + np.random.default_rng(3).normal(0.0, 0.01, field.size)
    path = tmp_path / "curve.tsv"
    rows = [f"{1e3 * b:.4f}\t{r:.6f}" for b, r in zip(field, reading, strict=True)]
    path.write_text("field (mT)\tnonlocal resistance (Ohm)\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path
