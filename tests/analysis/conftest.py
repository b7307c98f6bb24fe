"""Make the synthetic measurements, and the scripts that count false alarms, importable from every test of this folder."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "benchmarks")]
