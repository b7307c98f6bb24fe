"""`supraspin --help` answers at once."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

LIMIT = 0.3
"""Seconds that the help may take on a machine that does nothing else."""


def fastest(code: str, runs: int) -> float:
    """Least processor time of a fresh interpreter; help waits for nothing, so on a free machine that is its wall time."""
    times = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


@pytest.mark.parametrize("arguments", [["--help"], ["analyze", "--help"]])
def test_limit_help_is_instant(arguments):
    code = f"from supraspin.cli import run; assert run({arguments}) == 0"
    # A machine that is busy is slow at everything: the standard library alone then takes longer than its usual 60 ms.
    burden = max(1.0, fastest("import argparse, asyncio, json, inspect, dataclasses, http.client, decimal", 5) / 0.06)
    assert fastest(code, 5) < LIMIT * burden


def test_limit_help_imports_nothing_heavy():
    code = "from supraspin.cli import run; run(['--help']); import sys; print([m for m in sys.modules if '.' not in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].strip("[]").replace("'", "").split(", "))
    assert not loaded & {"jax", "numpy", "scipy", "xarray", "pint", "matplotlib", "jinja2", "h5py"}


@pytest.mark.parametrize("arguments", [["models", "hanel"], ["fit", "hanel", "."], ["fit", "hanle", "nowhere"],
                                       ["analyze", "nowhere"], ["analyze", "."]])  # fmt: skip
def test_limit_a_mistyped_name_imports_nothing_heavy(arguments):
    code = f"from supraspin.cli import run; print(run({arguments})); import sys; print([m for m in sys.modules if '.' not in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    status, names = done.stdout.splitlines()
    assert status == "2"
    loaded = set(names.strip("[]").replace("'", "").split(", "))
    assert not loaded & {"jax", "numpy", "scipy", "xarray", "pint", "matplotlib", "jinja2", "h5py"}
