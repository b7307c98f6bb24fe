"""The benchmarks run: what they compare stands in their own tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.slow
def test_every_benchmark_runs():
    done = subprocess.run(
        [sys.executable, str(FOLDER / "run.py"), "--quick"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for file in FOLDER.glob("bench_*.py"):
        assert f"== {file.stem} ==" in done.stdout
    assert "this package" in done.stdout
