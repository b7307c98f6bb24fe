"""Analyses: one folder a measurement, from a recognised data set to findings, flags and figures.

A folder (or file) here with `KIND` (a kind or a tuple of kinds), `SETTINGS` (name -> unit and meaning) and
`run(ds, settings) -> Analysis` is found by itself. `suits(ds) -> bool` may narrow it to some data sets of the kind, so that
several analyses look at one data set; `combine(pairs, settings) -> list[Analysis]` may say what several data sets (each with an
analysis of it) tell together. The parts of an analysis lie beside its `__init__.py`, which holds `run`; none of them may have
the name of something that `__init__.py` holds, or importing it would hide that.
"""

from supraspin.analysis.chain import analyze
from supraspin.analysis.result import Analysis, Finding, Table

__all__ = ["Analysis", "Finding", "Table", "analyze"]
